"""A notice in one language: plain values in the order in which people read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from string import Formatter
from typing import Any

from consent.core.notice import Notice

Plain = dict[str, Any]

LIFETIME_UNITS = {
    "years": 365 * 86400,
    "months": 30 * 86400,
    "days": 86400,
    "hours": 3600,
    "minutes": 60,
    "seconds": 1,
}
"""How many seconds each has, the longest first."""


def lifetime_words(seconds: int | None, wording: Mapping[str, str]) -> str:
    """Return a lifetime in a notice's words: 0 until the browser closes, None until deleted."""
    if not seconds:
        return wording["lifetime_unlimited" if seconds is None else "lifetime_session"]
    count, unit = in_units(seconds)
    return wording[f"lifetime_{unit}_one" if count == 1 else f"lifetime_{unit}"].format(count=count)


def in_units(seconds: int) -> tuple[int, str]:
    """Return a lifetime of at least a second as a number and one of `LIFETIME_UNITS`.

    185 days are not "6 months": only a unit that divides the lifetime says it truly.
    """
    unit = next(unit for unit, size in LIFETIME_UNITS.items() if seconds % size == 0)
    return seconds // LIFETIME_UNITS[unit], unit


def localized(notice: Notice, language: str, granted: Collection[str] = ()) -> Plain:
    """Return the notice's controller, categories and sentences in a language.

    ``granted`` holds ``category`` and ``category:service``; it sets ``checked`` on both.
    """
    wording = notice.wording[language]
    categories: list[Plain] = _plain(notice.categories, language)
    us = notice.controller.name.get(language, "")
    for category in categories:
        _complete_category(category, wording, granted, us=us)
    optional = [category for category in categories if not category["required"]]
    countries = _unique(country for category in optional for country in category["countries"])
    return {
        "language": language,
        "w": wording,
        "number": str(notice.number),
        "controller": _plain(notice.controller, language),
        "required": [category for category in categories if category["required"]],
        "optional": optional,
        "countries": ", ".join(countries),
    }


def granted_names(optional: list[Plain]) -> list[str]:
    """Return what is granted by name; a category granted in part names its services."""
    names = []
    for category in optional:
        services = [service["name"] for service in category["services"] if service["checked"]]
        if category["checked"]:
            names.append(category["name"])
        elif services:
            names.append(f"{category['name']} ({', '.join(services)})")
    return names


def names_elsewhere(optional: list[Plain], keys: Collection[str] | None = None) -> list[str]:
    """Return the services that keep something under addresses of their own.

    ``keys`` holds the ``category:service`` that count; by default all do.
    """
    services = (service for category in optional for service in category["services"])
    return [
        service["name"]
        for service in services
        if (keys is None or service["value"] in keys)
        and any(each["third_party"] and each["kind"] != "pixel" for each in service["trackers"])
    ]


def said(sentence: str, **values: object) -> str:
    """Return a sentence with its names filled in; one that ends with a full stop ends it."""
    text = ""
    for literal, field, *_form in Formatter().parse(sentence):
        ends = text.endswith(".") and literal.startswith(".") and not literal.startswith("..")
        text += literal[1:] if ends else literal
        text += "" if field is None else str(values[field])
    return text


def signal_sentence(notice: Notice, language: str, key: str, refused: Collection[str]) -> str:
    """Return a sentence about the optional categories that the browser's signal refuses.

    Empty where there are none, and where a notice was published before it had the sentence.
    """
    wording = notice.wording[language]
    names = [c.name.get(language, "") for c in notice.optional if c.key in refused]
    if not names or key not in wording:
        return ""
    return said(wording[key], names=", ".join(names), accept=wording["accept"])


def answer_names(optional: list[Plain]) -> dict[str, str]:
    """Return the name of every key that has an answer."""
    names = {}
    for category in optional:
        names[category["key"]] = category["name"]
        for service in category["services"]:
            names[service["value"]] = f"{category['name']}: {service['name']}"
    return names


def _plain(value: Any, language: str) -> Any:
    """Return dataclasses as dictionaries and texts in the one language."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name), language) for f in fields(value)}
    if isinstance(value, Mapping):
        return value.get(language, "")
    if isinstance(value, tuple):
        return [_plain(item, language) for item in value]
    return value


def _complete_category(
    category: Plain, wording: Mapping[str, str], granted: Collection[str], *, us: str
) -> None:
    services = category["services"]
    for service in services:
        _complete_service(service, category, wording, us=us)
    for tracker in category["trackers"]:
        _complete_tracker(tracker, wording, of="" if category["required"] else category["key"])
    whole = category["key"] in granted
    given = [service["value"] in granted for service in services]
    whole_given = whole and (all(given) or not any(given))
    for service, is_given in zip(services, given, strict=True):
        service["checked"] = whole_given or is_given
    category["checked"] = whole_given or bool(given and all(given))
    category["partly"] = any(given) and not category["checked"]
    recipients = _unique(name for service in services for name in service["recipients"])
    count = len(recipients)
    amount = wording["recipients_one" if count == 1 else "recipients_many"].format(count=count)
    category |= {
        "parties": wording.get(_parties(category, us), ""),
        "recipients_text": amount if count else "",
        "countries": _unique(service["country_text"] for service in services if service["country"]),
    }


def _parties(category: Plain, us: str) -> str:
    """Return the key of the sentence that says who acts; none where the category is empty.

    Who provides something under another name than the controller's is never "us".
    """
    acting = {_is_ours(each, us) for each in (*category["services"], *category["trackers"])}
    inside = (each for service in category["services"] for each in service["trackers"])
    if not all(_is_ours(each, us) for each in inside):
        acting.add(False)
    return {1: "by_us" if True in acting else "by_third_parties", 2: "by_both"}.get(len(acting), "")


def _is_ours(of: Plain, us: str) -> bool:
    """Whether the controller itself is behind a service or tracker."""
    provider, ours = (" ".join(name.split()).casefold() for name in (of["provider"], us))
    return not of["third_party"] and provider in ("", ours)


def _complete_service(
    service: Plain, category: Plain, wording: Mapping[str, str], *, us: str
) -> None:
    third_party = service["role"] != "own"
    recipients = [line.strip() for line in service["recipients"].splitlines() if line.strip()]
    country = service["country"]
    service |= {
        "value": f"{category['key']}:{service['key']}",
        "third_party": third_party,
        "recipients": recipients,
        "role_text": wording[f"role_{service['role']}"],
        "country_text": wording.get(f"country_{country}", country) or wording["country_own"],
        "hosts": ", ".join(service["hosts"]),
    }
    if not (recipients or _is_ours(service, us)):
        service["recipients"] = [service["provider"]]
    for tracker in service["trackers"]:
        tracker["provider"] = tracker["provider"] or service["provider"]
        _complete_tracker(tracker, wording, of="" if category["required"] else service["value"])


def _complete_tracker(tracker: Plain, wording: Mapping[str, str], *, of: str) -> None:
    """Add the words, and ``of``: the key whose grant lets it stay, empty where it always may."""
    tracker["of"] = of
    tracker["kind_text"] = wording[f"kind_{tracker['kind']}"]
    tracker["lifetime_text"] = lifetime_words(tracker["lifetime"], wording)
    tracker["criterion_text"] = wording.get(f"criterion_{tracker['criterion']}", "")


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))

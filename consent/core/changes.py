"""What changed between two notices, and whether earlier grants must be asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consent.core.hosts import covers
from consent.core.notice import Notice

IMMATERIAL = frozenset({"policy_url", "patterns"})
"""Fields that tell where to read on or how a script is recognised, not what happens to the data."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``where`` is a path such as ``media:youtube.country``."""

    where: str
    before: str
    after: str
    material: bool

    def __str__(self) -> str:
        mark = " (material)" if self.material else ""
        if not self.before:
            return f"{self.where}: added {self.after!r}{mark}"
        if not self.after:
            return f"{self.where}: removed {self.before!r}{mark}"
        return f"{self.where}: {self.before!r} -> {self.after!r}{mark}"


def compare(old: Notice, new: Notice) -> list[Change]:
    """Return every difference between two notices of one site, in the new notice's order.

    A new or changed purpose, service, controller, recipient, role, country or host is material,
    and so is a new tracker or a longer lifetime in an optional category. What was removed, a
    shorter lifetime, another language and the dialog's own sentences are not.
    """
    shared = frozenset(old.languages) & frozenset(new.languages)
    changes = list(_languages(old, new))
    before, after = _flat(old, shared), _flat(new, shared)
    for where, (value, weighs) in after.items():
        was, _ = before.get(where, ("", True))
        if value != was and (was or not _follows(where)):
            changes.append(Change(where, was, value, weighs and _grew(where, was, value)))
    for where, (value, _) in before.items():
        if where not in after and value and not _follows(where):
            changes.append(Change(where, value, "", material=False))
    return changes


def _languages(old: Notice, new: Notice) -> Iterator[Change]:
    for language in new.languages:
        if language not in old.languages:
            yield Change(f"language.{language}", "", language, material=False)
    for language in old.languages:
        if language not in new.languages:
            yield Change(f"language.{language}", language, "", material=False)


def _follows(where: str) -> bool:
    """Whether a sentence comes and goes with something else: a country's name, with a service."""
    return where.startswith("wording.country_") and not where.startswith("wording.country_own.")


def _grew(where: str, before: str, after: str) -> bool:
    """Whether a changed value asks for more; only a lifetime or a list of hosts can shrink."""
    if where.endswith(".lifetime") and before:
        return _seconds(after) > _seconds(before)
    if where.endswith(".hosts"):
        known = before.splitlines()
        return not all(any(covers(host, new) for host in known) for new in after.splitlines())
    if where.endswith(".recipients") or ".recipients." in where:
        return not set(after.splitlines()) <= set(before.splitlines())
    if where.endswith((".page_addresses", ".third_party")):
        return after == "yes"
    return bool(after)


def _seconds(lifetime: str) -> float:
    return float("inf") if lifetime == "until deleted" else float(lifetime)


Flat = dict[str, tuple[str, bool]]
"""Path to (value as text, whether a change of it can be material)."""


def _flat(notice: Notice, languages: frozenset[str]) -> Flat:
    flat: Flat = {}
    document = notice.document()
    _add(flat, "controller", document["controller"], languages, weighs=True)
    for category in document["categories"]:
        weighs = not category["required"]
        key = category["key"]
        flat[f"{key}"] = ("required" if category["required"] else "optional", True)
        _add(flat, key, {f: category[f] for f in ("name", "purpose")}, languages, weighs=weighs)
        _add_trackers(flat, key, category["trackers"], languages, weighs=weighs)
        for service in category["services"]:
            where = f"{key}:{service['key']}"
            flat[where] = ("service", weighs)
            fields = {f: v for f, v in service.items() if f not in ("key", "trackers")}
            _add(flat, where, fields, languages, weighs=weighs)
            _add_trackers(flat, where, service["trackers"], languages, weighs=weighs)
    for language in languages:
        for key, sentence in document["wording"].get(language, {}).items():
            flat[f"wording.{key}.{language}"] = (sentence, False)
    return flat


def _add_trackers(
    flat: Flat,
    where: str,
    trackers: list[Mapping[str, Any]],
    languages: frozenset[str],
    *,
    weighs: bool,
) -> None:
    for tracker in trackers:
        place = f"{where}/{tracker['name']}@{tracker['domain']}{tracker['path']}"
        flat[place] = (str(tracker["kind"]), weighs)
        fields = {f: v for f, v in tracker.items() if f not in ("name", "domain", "path", "kind")}
        _add(flat, place, fields, languages, weighs=weighs)


def _add(
    flat: Flat, where: str, fields: Mapping[str, Any], languages: frozenset[str], *, weighs: bool
) -> None:
    for field, value in fields.items():
        counts = weighs and field not in IMMATERIAL
        if isinstance(value, Mapping):
            for language in sorted(languages):
                flat[f"{where}.{field}.{language}"] = (value.get(language, ""), counts)
        else:
            flat[f"{where}.{field}"] = (_plain(field, value), counts)


def _plain(field: str, value: Any) -> str:
    if field == "lifetime" and value is None:
        return "until deleted"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(value)
    return str(value)

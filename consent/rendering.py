"""Templates rendered once for each notice and language, with markers for what a page puts in."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from datetime import datetime
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, override

from consent.conf import conf
from consent.core.localized import (
    lifetime_words,
    localized,
    names_elsewhere,
    said,
    signal_sentence,
)
from consent.core.notice import Notice
from consent.memory import Memory
from consent.pieces import Piece
from consent.texts import direction

MARKERS: Mapping[str, str] = {
    name: f"%%consent-{name}%%"
    for name in (
        "next",
        "next-query",
        "presentation",
        "banner",
        "message",
        "since",
        "receipt",
        "receipt-shown",
        "gate",
        "link",
        "shown",
        "signal-start",
        "signal-end",
        "signal-said",
        "message-start",
        "message-end",
        "told-start",
        "told-end",
        "granted-start",
        "granted-end",
        "refused-start",
        "refused-end",
        "nonce",
    )
}
"""What stands in a rendered dialog where a page puts its own."""

logger = logging.getLogger("consent")

_MARKER = re.compile(f"%%consent-({'|'.join(MARKERS)})%%")
_ANYWHERE = "https://link.invalid/"
NOTHING, HIDDEN = SafeString(""), SafeString("hidden")
_SAID = (SafeString(">"), NOTHING)
_KEPT = (SafeString(' data-text="'), SafeString('">'))
_HIDDEN = (SafeString(' hidden data-text="'), SafeString('">'))
"""What stands before and after a sentence: one that is not so, or not yet, is an attribute until
script says it, because text browsers print what is hidden."""


def _around(**how: tuple[SafeString, SafeString]) -> dict[str, SafeString]:
    return {
        f"{name}-{end}": how[name][at] for name in how for at, end in enumerate(("start", "end"))
    }


_SIGNAL = {**_around(signal=_SAID), "signal-said": SafeString("1")}
_NO_SIGNAL = {**_around(signal=_HIDDEN), "signal-said": NOTHING}
_ANSWERS = {
    "undecided": _around(message=_KEPT, told=_KEPT, granted=_KEPT, refused=_KEPT),
    "refused": _around(message=_SAID, told=_SAID, granted=_KEPT, refused=_SAID),
    "granted": _around(message=_SAID, told=_SAID, granted=_SAID, refused=_KEPT),
}
_URLS: Memory[Mapping[str, str]] = Memory()
_MOUNTED: Memory[bool] = Memory()
_ABOUT_CONTENT = (
    "placeholder_title",
    "placeholder_text",
    "placeholder_addresses",
    "placeholder_country",
    "always",
)


def dialog_context(
    notice: Notice, language: str, *, granted: Collection[str] = ()
) -> dict[str, Any]:
    """Return what the dialog's templates show; ``granted`` sets the controls."""
    context = localized(notice, language, granted)
    wording, name = context["w"], context["controller"]["name"]
    grant, refusal = (
        lifetime_words(days * 86400, wording) for days in (conf.grant_days, conf.refusal_days)
    )
    sentences = {
        "intro": said(wording["intro"], controller=name),
        "preferences_intro": said(wording["preferences_intro"], controller=name),
        "transfers": said(wording["transfers"], countries=context["countries"]),
        "withdraw_how": wording["withdraw_how"].format(link=wording["link"]),
        "signal": signal_sentence(notice, language, "signal", conf.gpc_categories),
        "status_change": wording["status_change"].format(link=wording["link"]),
        "scope": wording["scope" if grant == refusal else "scope_two"].format(
            lifetime=grant, refusal_lifetime=refusal
        ),
    }
    if elsewhere := names_elsewhere(context["optional"]):
        names = ", ".join(elsewhere)
        sentences["status_elsewhere"] = said(wording["status_elsewhere"], names=names)
    for category in context["optional"] + context["required"]:
        category["in_detail"] = said(wording["in_detail"], name=category["name"])
        concerned = category["key"] in conf.gpc_categories
        category["signal"] = wording.get("signal_category", "") if concerned else ""
    yes_no = f"{wording['yes']},{wording['no']}"
    return {
        **context,
        "says": sentences,
        "yes_no": yes_no,
        "sensitive": conf.sensitive,
        "dir": direction(language),
        "urls": urls(),
    }


def placeholder_context(
    notice: Notice,
    language: str,
    category_key: str,
    service_key: str,
    has_link: bool,
    offers: str = "all",
    has_form: bool = True,
) -> dict[str, Any]:
    """Return what the placeholder's template shows for a category, or one service of it.

    ``offers`` says what can be allowed there: "all" of it, this "once", or "nothing"; ``has_form``
    that the buttons' form is known to stand on the page.
    """
    context = localized(notice, language)
    category = next(
        c for c in context["optional"] + context["required"] if c["key"] == category_key
    )
    services = [s for s in category["services"] if service_key in ("", s["key"])]
    trackers = [] if service_key else category["trackers"]
    named = {
        "service": services[0]["name"] if service_key else category["name"],
        "provider": _joined(each["provider"] for each in (*services, *trackers))
        or context["controller"]["name"],
        "countries": _joined(s["country_text"] for s in services if s["country"]),
    }
    places = (place for s in services for place in s["hosts"].split(", "))
    named["hosts"] = _joined(place.partition("/")[0] for place in places) or named["provider"]
    says = {key: said(context["w"][key], **named) for key in _ABOUT_CONTENT}
    # Content stands at a service, whoever provides it; earlier notices call it {provider} here.
    at = _joined(s["name"] for s in services) or named["provider"]
    says["open_instead"] = said(context["w"]["open_instead"], service=at, provider=at)
    return {
        **context,
        **named,
        "says": says,
        "category": category_key,
        "service_key": service_key,
        "grant": f"{category_key}:{service_key}" if service_key else category_key,
        "page_addresses": any(s["page_addresses"] for s in services),
        "has_link": has_link,
        "offers": offers,
        "dir": direction(language),
        "has_form": has_form,
        "urls": urls(),
    }


def rendered(template: str, notice: Notice, language: str, *keys: Any) -> str:
    """Return a template's text for a notice and language, with markers in place."""
    build = placeholder_context if keys else dialog_context
    context = build(notice, language, *keys)
    context["marker"] = {name.replace("-", "_"): value for name, value in MARKERS.items()}
    return render_to_string(template, context).strip()


class Filled(NamedTuple):
    """Safe markup for one page, and the piece of the page that it makes.

    A plain text, because a `SafeString` of it would be one copy more in every page view.
    """

    html: str
    piece: Piece


class Template:
    """A rendered text with places for a page's own values, cut once.

    What is filled is ASCII, with references for all other characters: right in every charset, and
    cheap to put together and to encode.
    """

    def __init__(self, html: str, **known: str) -> None:
        html = in_ascii(html)
        # Another host's address stands for the link, the one value that may hold any.
        self._sources = (html.replace(MARKERS["link"], _ANYWHERE),)
        self._cut(_MARKER.split(html), known)

    def _cut(self, parts: list[str], known: Mapping[str, str]) -> None:
        """Keep texts and markers' names in turn, with what is known as text already."""
        texts = [[parts[0]]]
        names = []
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in known:
                texts[-1] += (_safe(known[name]), text)
            else:
                names.append(name)
                texts.append([text])
        self._parts = ["".join(texts[0])]
        for name, more in zip(names, texts[1:], strict=True):
            self._parts += (name, "".join(more))
        self._segments = [part.encode() for part in self._parts]
        self._places = list(enumerate(self._parts))[1::2]
        self._whole = (
            None if names else Filled(self._parts[0], Piece(self._segments, self._sources))
        )

    def settle(self, values: Mapping[str, str]) -> Template:
        """Return the template with some of its places filled for good."""
        settled = copy(self)
        settled._cut(self._parts, values)
        return settled

    def fill(self, values: Mapping[str, str]) -> Filled:
        """Return the text with the values, escaped unless they are safe, in their places."""
        if self._whole:
            return self._whole
        parts, segments = self._parts.copy(), self._segments.copy()
        for at, name in self._places:
            value = parts[at] = _safe(values[name])
            segments[at] = value.encode()
        return Filled("".join(parts), Piece(segments, self._sources))


def _safe(value: str) -> str:
    return value if type(value) is SafeString else escaped(value)


@lru_cache(maxsize=2000)
def escaped(text: str) -> str:
    """Return a text as markup in ASCII."""
    return in_ascii(escape(text))


def in_ascii(html: str) -> str:
    """Return markup without raw text elements in ASCII, with references for the rest."""
    return html if html.isascii() else html.encode("ascii", "xmlcharrefreplace").decode()


@lru_cache(maxsize=500)
def next_values(url: str) -> Mapping[str, SafeString]:
    """Return the page to come back to, as a field's value and as a query's."""
    return {"next-query": SafeString(escape(quote(url))), "next": SafeString(escaped(url))}


def signal_values(is_shown: bool) -> Mapping[str, SafeString]:
    """Return whether the sentences about the browser's signal show, and what a form says of it."""
    return _SIGNAL if is_shown else _NO_SIGNAL


def answer_values(status: Mapping[str, str] | None) -> Mapping[str, SafeString]:
    """Return which sentences about a choice are so; before any, None, none is.

    ``status`` is what `consent.status.status_of` gives.
    """
    if not (status and status["since"]):
        return _ANSWERS["undecided"]
    return _ANSWERS["granted" if status["receipt"] else "refused"]


def page_answer_values(status: Mapping[str, str] | None) -> Mapping[str, SafeString]:
    """Return the same for a page whose status always shows, and says that nobody has chosen."""
    values = answer_values(status)
    if values is _ANSWERS["undecided"]:
        return {**values, **_around(message=_SAID, told=_HIDDEN)}
    return values


def moment_text(moment: datetime, language: str, *, day_only: bool = False) -> str:
    """Return a moment in the site's time zone and the language's form."""
    local = localtime(moment) if is_aware(moment) else moment
    with override(language):
        return date_format(local, "DATE_FORMAT" if day_only else "DATETIME_FORMAT")


def mounted() -> tuple[str, str]:
    """Return what the addresses of the app depend on besides the active language."""
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


def urls() -> Mapping[str, str]:
    """Return the addresses that every template may use."""
    return _URLS.get((*mounted(), get_language()), _urls)


def is_mounted() -> bool:
    """Whether a choice can be sent from this page: a sub-site's URLconf may lack our addresses.

    Where it cannot, nobody is asked and nothing is granted, because nothing could be withdrawn.
    """
    return _MOUNTED.get((*mounted(), get_language()), _is_mounted)


def _is_mounted() -> bool:
    try:
        urls()
    except NoReverseMatch:
        logger.warning(
            "%s does not include consent.urls: its pages ask nobody, and nothing optional loads.",
            mounted()[0],
        )
        return False
    return True


def _urls() -> Mapping[str, str]:
    names = ("decision", "preferences", "receipt", "undeclared")
    return MappingProxyType({name: reverse(f"consent:{name}") for name in names})


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))

"""Gates: what a template tag writes around content that needs consent."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Any, NamedTuple

from consent.core.frames import with_referrer_policy
from consent.core.markup import closed
from consent.dialog import Dialog, Offers
from consent.memory import Memory
from consent.pieces import Piece
from consent.visitor import Consent

logger = logging.getLogger("consent")
_END = "<template data-consent-end></template>"


@dataclass(frozen=True, eq=False, slots=True)
class Gate:
    """What a template says about a gate: whose content it holds, and what stands in for it.

    With ``placeholder`` something does; ``link`` is the content's plain address, by default that
    of its first frame.
    """

    category: str
    service: str = ""
    placeholder: bool = False
    link: str = ""
    key: str = field(init=False)
    """The ``category:service`` that is asked for, or the category alone."""

    def __post_init__(self) -> None:
        key = f"{self.category}:{self.service}" if self.service else self.category
        object.__setattr__(self, "key", key)


@dataclass(frozen=True, eq=False, slots=True)
class Content:
    """What a gate holds: as written, and so that no frame's host learns the page's address.

    ``closed`` is that with no address which an engine would fetch ahead out of a template.
    ``address`` is its plain address. ``is_enclosed`` says that nothing in it could end the template
    around it.
    """

    source: str
    html: str
    closed: str
    address: str
    is_enclosed: bool


class _Written(NamedTuple):
    html: str
    piece: Piece | None


_WRITTEN: Memory[_Written] = Memory()


gate_of = lru_cache(maxsize=200)(Gate)
"""Return the same gate for the same words."""


@lru_cache(maxsize=200)
def content_of(html: str) -> Content:
    """Return the content of a gate from a template author's markup; the same for the same."""
    polite = with_referrer_policy(html)
    return Content(
        source=html,
        html=polite,
        closed=closed(polite),
        address=first_address(html),
        is_enclosed="template" not in html.lower(),
    )


def write(consent: Consent, gate: Gate, content: Content) -> str:
    """Return the content where it is granted, else an inert template that script can activate.

    All of it is safe markup. What no notice has published stays inert. Where nobody is asked in the
    page's language, a grant from elsewhere does not hold; what stands in can load it this once.
    """
    name, shown = consent.next_gate(), consent.dialog
    is_asked = shown is not None
    if shown is None:
        shown = consent.nearest
    kind = shown.kind(gate.category, gate.service) if shown else None
    if kind == "exempt" or (shown is None and _is_exempt(consent, gate)):
        return content.source
    if shown is None or kind is None:
        if shown or consent.notice is None:
            logger.warning("No published notice knows %s; it stays inert.", gate.key)
        return _closed(_opening(gate, name, granted=False), content, "")
    granted = not consent.is_cacheable and (
        (is_asked and consent.state.is_granted(gate.category, gate.service))
        or consent.allows_once(gate.key, gate=name)
    )
    offers: Offers = "all" if is_asked else "nothing" if consent.is_cacheable else "once"
    address = "" if consent.has_form or not gate.placeholder else consent.address
    html, piece = _WRITTEN.get(
        (shown, gate, content, name, granted, address, offers),
        lambda: _write(shown, gate, content, name, granted=granted, address=address, offers=offers),
    )
    if piece:
        consent.pieces.append(piece)
    return html


def _is_exempt(consent: Consent, gate: Gate) -> bool:
    """Whether a gate's content needs no consent, although no dialog can be shown here."""
    category = consent.notice.category(gate.category) if consent.notice else None
    known = category is not None and (not gate.service or category.service(gate.service))
    return bool(category and category.required and known)


def _write(
    shown: Dialog,
    gate: Gate,
    content: Content,
    name: str,
    *,
    granted: bool,
    address: str,
    offers: Offers,
) -> _Written:
    start = _opening(gate, name, granted=granted)
    box = None
    if gate.placeholder:
        box = shown.placeholder(
            category=gate.category,
            service=gate.service,
            gate=name,
            next_url=address,
            link=gate.link or content.address,
            hidden=granted,
            offers=offers,
            has_form=not address,
        )
    stands_in, sources = (box.html, box.piece.sources) if box else ("", ())
    if granted:
        html = f"{start}{content.html}{stands_in}{_END}"
        sources = (f"{start}{content.html}{_END}", *sources)
    else:
        html = _closed(start, content, stands_in)
    is_known = granted or content.is_enclosed
    piece = Piece((html.encode(errors="surrogatepass"),), sources) if is_known else None
    return _Written(html, piece)


def _opening(gate: Gate, name: str, *, granted: bool) -> str:
    attributes = f'data-consent-category="{escape(gate.category)}"'
    if gate.service:
        attributes += f' data-consent-service="{escape(gate.service)}"'
    mark = " data-consent-granted></template>" if granted else ">"
    return f'<template {attributes} id="{name}"{mark}'


def _closed(start: str, content: Content, stands_in: str) -> str:
    return f"{start}{content.closed}</template>{stands_in}{_END}"


class _FirstFrame(HTMLParser):
    """Finds the address of the first frame, else of the first link."""

    def __init__(self) -> None:
        super().__init__()
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the first address that a person could open."""
        values: dict[str, Any] = dict(attrs)
        address = values.get("src") if tag in ("iframe", "video", "embed") else values.get("href")
        if tag in ("iframe", "video", "embed", "a") and address and not self.address:
            self.address = str(address)


def first_address(html: str) -> str:
    """Return the plain web address of a gate's content, or nothing."""
    parser = _FirstFrame()
    parser.feed(html)
    return parser.address if parser.address.startswith(("https://", "http://", "/")) else ""

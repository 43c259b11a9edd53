"""Gates: what a template tag writes around content that needs consent."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString

from consent.core.frames import with_referrer_policy
from consent.pieces import Piece
from consent.rendering import Filled

END = "<template data-consent-end></template>"


class Content(NamedTuple):
    """What a gate holds: markup that tells no frame's host the page, and its plain address.

    ``is_enclosed`` says that nothing in it could end the template around it.
    """

    html: str
    address: str
    is_enclosed: bool


@lru_cache(maxsize=200)
def content_of(html: str) -> Content:
    """Return the content of a gate from a template author's markup."""
    return Content(with_referrer_policy(html), first_address(html), "template" not in html.lower())


@lru_cache(maxsize=500)
def opening(category: str, service: str, gate: str, *, granted: bool) -> str:
    """Return what stands before a gate's content."""
    attributes = format_html('data-consent-category="{}"', category)
    if service:
        attributes += format_html(' data-consent-service="{}"', service)
    attributes += format_html(' id="{}"', gate)
    mark = " data-consent-granted></template>" if granted else ">"
    return f"<template {attributes}{mark}"


def granted_gate(start: str, content: Content, box: Filled | None) -> tuple[SafeString, Piece]:
    """Return a gate that is open, and what is known of it."""
    html = SafeString(f"{start}{content.html}{box or ''}{END}")
    return html, Piece(html, (content.html, box.source) if box else (content.html,))


def closed_gate(
    start: str, content: Content, box: Filled | None
) -> tuple[SafeString, Piece | None]:
    """Return a gate whose content stays inert, and what is known of it, if anything."""
    html = SafeString(f"{start}{content.html}</template>{box or ''}{END}")
    piece = Piece(html, (box.source,) if box else ()) if content.is_enclosed else None
    return html, piece


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

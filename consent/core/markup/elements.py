"""Which attributes of which elements load something, and what of it is held."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

from consent.core.markup.characters import Decoded, decode, unescape
from consent.core.markup.css import MARK, held_in_css
from consent.core.markup.rules import Verdict
from consent.core.markup.scripts import JudgingText, keys_of_handler
from consent.core.markup.tags import Attribute, Tag

Edit = tuple[int, bytes]
"""Where bytes are put in, and which. Nothing is ever taken out of a page."""

HELD = b"data-consent-held"
PREFIX = HELD + b"-"
UNTYPED = HELD
NO_TYPE = b' type="' + UNTYPED + b'"'
"""Makes a script that no gate can hold inert: bare of its address it would run its own text."""


class Judging(JudgingText, Protocol):
    """Says of raw attributes and of addresses whether they are held; `Judge` is the usual one."""

    @property
    def is_wary(self) -> bool:
        """Whether relative addresses are judged too."""

    def attribute(self, value: bytes) -> Verdict:
        """Return the verdict on an attribute's raw value, a URL."""

    def srcset(self, value: bytes) -> list[str]:
        """Return the keys for which a raw ``srcset`` is held."""


_BACKGROUND = {b"background": "url"}
_LOADING: dict[bytes, dict[bytes, str]] = {
    b"script": {b"src": "url"},
    b"iframe": {b"src": "url"},
    b"frame": {b"src": "url"},
    b"img": {b"src": "url", b"srcset": "set"},
    b"image": {b"src": "url", b"srcset": "set"},  # which HTML parsers turn into an img
    b"source": {b"src": "url", b"srcset": "set"},
    b"link": {b"href": "url", b"imagesrcset": "set"},
    b"embed": {b"src": "url"},
    b"object": {b"data": "url"},
    b"video": {b"src": "url", b"poster": "url"},
    b"audio": {b"src": "url"},
    b"track": {b"src": "url"},
    b"input": {b"src": "url"},
    **dict.fromkeys(
        (b"body", b"table", b"thead", b"tbody", b"tfoot", b"tr", b"td", b"th"), _BACKGROUND
    ),
}
_NONE: dict[bytes, str] = {}
_FOREIGN = {b"href": "url", b"xlink:href": "url"}
_ANIMATING = {b"to": "url", b"from": "url", b"by": "url", b"values": "list"}
_RELS = (
    "alternate amphtml author bookmark canonical contents copyright editing edituri external first "
    "help home https://api.w.org/ index last license me next nofollow noopener noreferrer opener "
    "payment pingback prev previous privacy-policy profile publisher search section self shortlink "
    "start tag terms-of-service up webmention wlwmanifest"
)
_PLAIN_RELS = frozenset(_RELS.split())
"""Relations that name a document and load nothing."""


def held_in_tag(
    tag: Tag, judge: Judging, *, foreign: bool, handlers: bool = True
) -> tuple[list[str], list[Edit], bool]:
    """Return what of a start tag is held.

    That is the keys for which, the edits that make it inert, and whether any attribute that loads
    is renamed (rather than only part of a style, or one of the ``handlers`` of events).
    """
    loading = _loading(tag, foreign)
    keys: list[str] = []
    edits: list[Edit] = []
    first: dict[bytes, bool] = {}
    for attribute in tag.all_attributes() if foreign else tag.attributes:
        name, value, start, _ = attribute
        if name in loading:
            if name not in first:
                found = _held(value, loading[name], judge)
                keys += found
                first[name] = bool(found)
            if first[name]:
                edits.append((start, PREFIX))
        elif name.startswith(b"on") and name.isalpha():
            if handlers and (found := keys_of_handler(value, judge)):
                keys += found
                edits.append((start, PREFIX))
        elif (name == b"style" or foreign) and (b"(" in value or b"&" in value):
            for offset, verdict in _held_in_style(attribute, judge):
                keys += verdict
                edits.append((offset, MARK))
    return keys, edits, any(first.values())


def _loading(tag: Tag, foreign: bool) -> dict[bytes, str]:
    if foreign:
        if tag.name in (b"set", b"animate"):
            return _ANIMATING
        return _NONE if tag.name == b"a" else _FOREIGN
    loading = _LOADING.get(tag.name, _NONE)
    if tag.name == b"link" and has_plain_rel(tag.get(b"rel")):
        return _NONE
    if tag.name == b"input" and _text(tag.get(b"type")).lower() != "image":
        return _NONE
    return loading


def _text(value: bytes | None) -> str:
    return unescape(value or b"").decode("utf-8", "replace")


def is_plain_rel(rel: str) -> bool:
    """Return whether a ``rel`` names relations alone that load nothing."""
    return _PLAIN_RELS.issuperset(rel.lower().split())


@lru_cache(maxsize=256)
def has_plain_rel(raw: bytes | None) -> bool:
    """Return whether a link's raw ``rel``, if it has any, loads nothing."""
    return is_plain_rel(_text(raw))


def _held(value: bytes, kind: str, judge: Judging) -> list[str]:
    if kind == "set":
        return judge.srcset(value)
    if kind == "list":
        return [key for part in _text(value).split(";") for key in judge.url(part)]
    return list(judge.attribute(value))


def _held_in_style(attribute: Attribute, judge: Judging) -> Iterator[tuple[int, Verdict]]:
    decoded = decode(attribute.value)
    for offset, verdict in held_in_css(decoded.value, judge.url, wary=judge.is_wary):
        yield attribute.value_start + decoded.raw(offset), verdict


def held_in_sheet(
    tag: Tag, content: bytes, judge: Judging, *, foreign: bool
) -> Iterator[tuple[int, Verdict]]:
    """Yield where in the source `MARK` goes for each held load of a style element, and why."""
    css = decode(content) if foreign else Decoded(content, [])
    for offset, verdict in held_in_css(css.value, judge.url, wary=judge.is_wary):
        yield tag.end + css.raw(offset), verdict


def prefixed(tag: Tag, name: bytes) -> list[Edit]:
    """Return the edits that rename an attribute."""
    return [(attribute.start, PREFIX) for attribute in tag.attributes if attribute.name == name]


def marker(keys: list[str]) -> bytes:
    """Return the attribute that says for which services an element is held."""
    return b" " + HELD + b'="' + " ".join(filter(None, dict.fromkeys(keys))).encode() + b'"'

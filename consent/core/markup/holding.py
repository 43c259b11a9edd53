"""Decides on one element at a time: what is put in so that it loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import escape

from consent.core.markup.characters import unescape
from consent.core.markup.closing import closed_tag
from consent.core.markup.css import MARK
from consent.core.markup.elements import (
    NO_TYPE,
    Edit,
    held_in_sheet,
    held_in_tag,
    marker,
    prefixed,
)
from consent.core.markup.judging import Judge
from consent.core.markup.scripts import keys_of_script, kind_of
from consent.core.markup.tags import Tag
from consent.core.markup.urls import data_document

NextGate = Callable[[], str]
Placeholder = Callable[[str, str, str], bytes | None]
"""``(key, gate, absolute address or "") -> HTML`` in a held frame's stead; None lets it load."""

CLOSE = b"</template>"
END = b"<template data-consent-end></template>"
BLOCKED = b"<template data-consent-blocked>"
_DECIDED_AT_END = frozenset((b"style", b"noscript"))
_WRAPPED = frozenset((b"script", b"iframe", b"embed"))
_DOCUMENTS = {b"iframe": b"src", b"frame": b"src", b"embed": b"src", b"object": b"data"}
_DEPTH = 4
"""Frames in frames by ``srcdoc`` that are looked into; deeper ones are not believed."""


@dataclass(slots=True, kw_only=True)
class Holder:
    """Makes elements inert: whole, in a gate, or (``renaming``) by renaming what loads.

    ``read`` scans a fragment with another holder and returns its edits. `keys` collects every
    service for which something was held.
    """

    judge: Judge
    read: Callable[[bytes, Holder], list[Edit]]
    next_gate: NextGate
    placeholder: Placeholder | None
    renaming: bool = False
    is_document: bool = True
    depth: int = 0
    keys: dict[str, None] = field(default_factory=dict)

    def start(self, tag: Tag, *, foreign: bool, renaming: bool) -> list[Edit] | None:
        """Return the edits of a start tag; None where its element must be seen to its end."""
        name = tag.name
        if name in _DECIDED_AT_END and not (foreign or (name == b"noscript" and self.renaming)):
            return None
        if name == b"base" and not foreign:
            return self._based(tag)
        keys, edits, is_renamed = held_in_tag(tag, self.judge, foreign=foreign)
        if not foreign and (found := self._keys_of_document(tag)):
            keys, is_renamed = keys + found, True
            edits += prefixed(tag, _DOCUMENTS[name])
        if name in _WRAPPED and not foreign:
            if name == b"script" and tag.get(b"src") is None and kind_of(tag) != "data":
                return None
            if is_renamed and not (renaming or self.renaming):
                return self._wrapped_tag(tag, keys, tag.end) if name == b"embed" else None
            if name == b"iframe" and is_renamed:
                edits += prefixed(tag, b"srcdoc")
        if name == b"script" and is_renamed:
            return self._untyped(tag, keys, edits)
        return self._marked(tag, keys, edits) if edits else edits

    def element(
        self, tag: Tag, content: bytes, end: int, *, foreign: bool, renaming: bool
    ) -> list[Edit]:
        """Return the edits of a whole element; its end tag ends at ``end`` (-1: it has none)."""
        if tag.name == b"noscript":
            return self._unscripted(content, tag.end)
        keys, edits, is_renamed = held_in_tag(tag, self.judge, foreign=foreign)
        if tag.name == b"style":
            return self._style(tag, content, keys, edits, foreign=foreign)
        if tag.name == b"iframe":
            return self._wrapped_tag(tag, keys + self._keys_of_document(tag), end)
        found = [] if end < 0 or is_renamed else self._keys_of_script(tag, content, foreign)
        keys += found
        if is_renamed or found:
            if renaming or self.renaming:
                return self._untyped(tag, keys, edits)
            return self._wrapped_tag(tag, keys, end)
        return self._marked(tag, keys, edits) if edits else edits

    def held(
        self, keys: list[str], edits: list[Edit], name_end: int, also: bytes = b""
    ) -> list[Edit]:
        """Take an element's edits for these keys, and mark it after its name."""
        self.keys.update(dict.fromkeys(keys))
        edits.append((name_end, marker(keys) + also))
        return edits

    def wrapped(self, start: int, end: int, keys: list[str], frame: bytes | None) -> list[Edit]:
        """Put an element into a gate for each service, the blocked one outermost."""
        self.keys.update(dict.fromkeys(keys))
        opening, closing = b"", b""
        for key in sorted(dict.fromkeys(keys), key=bool):
            gate_opening, gate_closing = self._gate(key, frame)
            opening, closing = opening + gate_opening, gate_closing + closing
        if not opening:
            return []
        return [(start, opening)] if end < 0 else [(start, opening), (end, closing)]

    def _based(self, tag: Tag) -> list[Edit]:
        href = tag.get(b"href")
        if href is not None and self.is_document:
            self.judge.rebase(href)
        return []

    def _keys_of_script(self, tag: Tag, content: bytes, foreign: bool) -> list[str]:
        if not foreign:
            inline = tag.get(b"src") is None
            return keys_of_script(content, kind_of(tag), self.judge) if inline else []
        if tag.get(b"href") is not None or tag.get(b"xlink:href") is not None:
            return []
        return keys_of_script(content + b"\n" + unescape(content), kind_of(tag), self.judge)

    def _keys_of_document(self, tag: Tag) -> list[str]:
        """Return the keys of all that a document which stands in the tag itself would load."""
        document = _document_in(tag)
        if not document:
            return []
        if self.depth >= _DEPTH:
            return [""]
        inner = self._inner(self.judge.copy(), is_document=True)
        self.read(document, inner)
        return list(inner.keys)

    def _inner(self, judge: Judge, *, is_document: bool) -> Holder:
        return replace(
            self,
            judge=judge,
            is_document=is_document,
            renaming=True,
            depth=self.depth + is_document,
            keys={},
        )

    def _unscripted(self, content: bytes, start: int) -> list[Edit]:
        inner = self._inner(self.judge, is_document=False)
        edits = self.read(content, inner)
        self.keys.update(inner.keys)
        return [(start + offset, text) for offset, text in edits]

    def _style(
        self, tag: Tag, content: bytes, keys: list[str], edits: list[Edit], *, foreign: bool
    ) -> list[Edit]:
        for offset, verdict in held_in_sheet(tag, content, self.judge, foreign=foreign):
            edits.append((offset, MARK))
            keys += verdict
        return self._marked(tag, keys, edits) if edits else edits

    def _untyped(self, tag: Tag, keys: list[str], edits: list[Edit]) -> list[Edit]:
        """Make a script inert where it stands; without its address it would run its text."""
        edits += prefixed(tag, b"type")
        return self._marked(tag, keys, edits, NO_TYPE)

    def _marked(
        self, tag: Tag, keys: list[str], edits: list[Edit], also: bytes = b""
    ) -> list[Edit]:
        return self.held(keys, edits, tag.name_end, also)

    def _wrapped_tag(self, tag: Tag, keys: list[str], end: int) -> list[Edit]:
        frame = None
        if tag.name == b"iframe":
            frame = b"" if _document_in(tag) else tag.get(b"src")
        edits = self.wrapped(tag.start, end, keys, frame)
        return edits and edits + closed_tag(tag, foreign=False)

    def _gate(self, key: str, frame: bytes | None) -> tuple[bytes, bytes]:
        """Return a gate's beginning and end, with the placeholder of a frame's raw address."""
        if not key:
            return BLOCKED, CLOSE
        gate = self.next_gate()
        box: bytes | None = b""
        if self.placeholder and frame is not None:
            box = self.placeholder(key, gate, self.judge.absolute(frame) if frame else "")
        if box is None:
            return b"", b""
        return b'%s id="%s">' % (_opening(key), escape(gate).encode()), CLOSE + box + END


def _document_in(tag: Tag) -> bytes:
    """Return the document that a frame's ``srcdoc`` or an address in ``data:`` carries."""
    name = _DOCUMENTS.get(tag.name)
    if name is None:
        return b""
    if tag.name == b"iframe" and (srcdoc := tag.get(b"srcdoc")) is not None:
        return unescape(srcdoc)
    address = tag.get(name) or b""
    if b":" not in address and b"&" not in address:
        return b""
    return data_document(unescape(address).decode("utf-8", "replace"))


@lru_cache(maxsize=256)
def _opening(key: str) -> bytes:
    category, _, service = key.partition(":")
    names = f'<template data-consent-category="{escape(category)}"'
    return (f'{names} data-consent-service="{escape(service)}"' if service else names).encode()

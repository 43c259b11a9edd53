"""Closes the content of a gate, so that no engine fetches anything ahead out of its template.

Firefox's preloader reads into templates: images, posters, sources, style sheets and what they
import, scripts and preloads are asked for before a choice, with JavaScript off too. So addresses
lose their names, whoever's they are; the browser's module gives them back when the gate opens.
What Trusted Types would not let it give back keeps its address: a script is of an unknown type
instead, which nobody fetches; embeds and objects are fetched ahead by no engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from consent.core.markup.css import MARK
from consent.core.markup.elements import (
    NO_TYPE,
    PREFIX,
    UNTYPED,
    Edit,
    held_in_sheet,
    held_in_tag,
    prefixed,
)
from consent.core.markup.rules import BLOCKED, Verdict
from consent.core.markup.tags import Tag

_SINKS = frozenset((b"embed", b"object"))


class _Everything:
    """Judges every address as one that must not load."""

    is_wary = True

    def attribute(self, _value: bytes) -> Verdict:
        return BLOCKED

    def srcset(self, _value: bytes) -> list[str]:
        return list(BLOCKED)

    def url(self, _url: str) -> Verdict:
        return BLOCKED


_EVERYTHING = _Everything()


def closed_tag(tag: Tag, *, foreign: bool) -> list[Edit]:
    """Return the edits by which nothing that a start tag names is fetched out of a template."""
    _, edits, is_renamed = held_in_tag(tag, _EVERYTHING, foreign=foreign, handlers=False)
    if not is_renamed or (tag.name in _SINKS and not foreign):
        return []
    if tag.name != b"script":
        return [edit for edit in edits if edit[1] == PREFIX]
    return [] if tag.get(b"type") == UNTYPED else [(tag.name_end, NO_TYPE), *prefixed(tag, b"type")]


@dataclass(frozen=True, slots=True)
class Closing:
    """Takes the place of a `Holder` where everything is held for as long as a gate is closed.

    Nothing is marked, because what is inside of a gate comes back with it. Reading its own output
    changes nothing.
    """

    read: Callable[[bytes, Closing], list[Edit]]
    renaming: bool = False
    judge: _Everything = _EVERYTHING

    def start(self, tag: Tag, *, foreign: bool, **_: bool) -> list[Edit] | None:
        """Return the edits of a start tag; None where its element must be seen to its end."""
        is_hidden = tag.name == b"noscript" and not self.renaming
        if not foreign and (is_hidden or tag.name == b"style"):
            return None
        return closed_tag(tag, foreign=foreign)

    def element(
        self, tag: Tag, content: bytes, _end: int, *, foreign: bool, **_: bool
    ) -> list[Edit]:
        """Return the edits of a whole style, ``noscript`` or script of SVG."""
        if tag.name == b"noscript":
            inner = self.read(content, replace(self, renaming=True))
            return [(tag.end + offset, text) for offset, text in inner]
        edits = closed_tag(tag, foreign=foreign)
        if tag.name == b"style":
            found = held_in_sheet(tag, content, _EVERYTHING, foreign=foreign)
            edits += [(offset, MARK) for offset, _ in found]
        return edits

"""Reads markup token by token, across any chunks, and asks the holder about what may load."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import NamedTuple, cast

from consent.core.markup.characters import unescape
from consent.core.markup.closing import Closing
from consent.core.markup.contexts import Context
from consent.core.markup.elements import Edit
from consent.core.markup.holding import Holder
from consent.core.markup.tags import SLASH, TAG, Tag
from consent.core.markup.tokens import (
    BOGUS_END,
    CAREFUL,
    CDATA_END,
    COMMENT_END,
    NEVER,
    QUIET,
    RAW_TEXT,
    end_of,
    find_script_end,
)
from consent.core.markup.usual import read_usual

Source = bytes | bytearray
_WAIT = -1


class _Raw(NamedTuple):
    """Text being read: what ends it, and the element that is kept until then, if any."""

    name: bytes
    tag: Tag | None
    foreign: bool


class Machine:
    """Reads a stream of markup; `edits` are what `run` found to put in, by offset."""

    def __init__(self, holder: Holder | Closing) -> None:
        self.edits: list[Edit] = []
        self._holder = holder
        self._context = Context()
        self._raw: _Raw | None = None
        self._resume = 0
        self._level = 0
        self.unfinished = 0

    def run(self, source: Source, *, final: bool) -> int:
        """Read on from the start of ``source``; return how many bytes are finished."""
        self._final = final
        self._done = position = 0
        self.unfinished = 0
        while 0 <= position < len(source):
            self._done = position
            raw = self._raw
            if raw is None:
                position = self._content(source, position)
            elif raw.tag is None:
                position = self._passed(source, position, raw.name)
            else:
                position = self._kept(source, position, raw.tag, raw.foreign)
        if position >= 0:
            self._done = position
        self._resume = max(self._resume - self._done, 0)
        return self._done

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is open that changes how what follows is read."""
        return self._raw is None and not self._context

    @property
    def _holding(self) -> Holder | Closing:
        """Whoever decides here: in a gate's template all is held, in others as on the page."""
        return _CLOSING if self._context.is_gated else self._holder

    def _wait(self, position: int) -> int:
        self._done = position
        return _WAIT

    def _content(self, source: Source, position: int) -> int:
        is_quiet = not self._context and not self._holder.judge.is_wary
        found = (QUIET if is_quiet else CAREFUL).match(source, position)
        position = found.end() if found else position
        if position == len(source):
            return position
        if is_quiet and (usual := read_usual(source, position, cast(Holder, self._holder))):
            self.edits += usual[0]
            return usual[1]
        tag = TAG.match(source, position)
        if tag is not None:
            return self._tag(source, tag)
        following = bytes(source[position + 1 : position + 9])
        if following[:1].isalpha() or (following[:1] == b"/" and following[1:2].isalpha()):
            self.unfinished = len(source) - position
            return self._wait(position)
        return self._other(position, following)

    def _other(self, position: int, following: bytes) -> int:
        """Enter a comment or the like that does not end in what is there."""
        if following.startswith(b"!--"):
            if following[3:] in (b"", b"-"):
                return self._wait(position)
            return self._enter(b"!--", position + 4, position)
        if following == b"![CDATA[":
            name = b"![CDATA[" if self._context.is_foreign else b"!"
            return self._enter(name, position + 8 if name != b"!" else position + 2, position)
        if following in (b"", b"/") or b"![CDATA[".startswith(following) or following == b"!-":
            return self._wait(position)
        return self._enter(b"!", position + 2, position)

    def _enter(self, name: bytes, resume: int, position: int) -> int:
        """Pass over text up to the end that belongs to the name."""
        self._raw = _Raw(name, None, False)
        self._resume, self._level = resume, 0
        return position

    def _end_of_raw(self, source: Source, name: bytes) -> int:
        """Return where the raw text ends; -1 where it does not yet, and remember how far."""
        if name == b"script":
            end, self._resume, self._level = find_script_end(source, self._resume, self._level)
            return end
        pattern = _MARKS.get(name) or end_of(name)
        found = pattern.search(source, self._resume)
        if found is None:
            self._resume = max(self._resume, len(source) - len(name) - 2)
            return -1
        self._resume = found.start()
        return found.end() if name in _MARKS else found.start()

    def _passed(self, source: Source, position: int, name: bytes) -> int:
        end = self._end_of_raw(source, name)
        if end < 0:
            return self._wait(max(position, min(self._resume, len(source))))
        self._raw = None
        return end

    def _kept(self, source: Source, position: int, tag: Tag, foreign: bool) -> int:
        end = self._end_of_raw(source, tag.name)
        closing = TAG.match(source, end) if end >= 0 else None
        if closing is None and not self._final:
            self.unfinished = len(source) - position if end >= 0 else 0
            return self._wait(position)
        self._raw = None
        tag.move(position)
        self.edits += self._holding.element(
            tag,
            _copy(source, tag.end, end if end >= 0 else len(source)),
            closing.end() if closing else -1,
            foreign=foreign,
            renaming=self._context.is_inert or self._context.is_within_foreign,
        )
        if foreign:
            return tag.end
        return closing.end() if closing else len(source)

    def _tag(self, source: Source, found: re.Match[bytes]) -> int:
        name, context = found[1].lower(), self._context
        if source[found.start() + 1] == SLASH:
            context.close(name)
            return found.end()
        tag = Tag(name, found)
        was_foreign = context.is_foreign  # where a gate would be SVG's, not HTML's
        foreign = context.open(tag)
        if context.is_inert and name in (b"base", b"template"):
            self._follow(tag)
            return tag.end
        if foreign and name in (b"script", b"style") and not tag.self_closing:
            edits = None
        else:
            renaming = context.is_inert or was_foreign or context.is_within_foreign
            edits = self._holding.start(tag, foreign=foreign, renaming=renaming)
        if edits is None:
            self._raw = _Raw(name, tag, foreign)
            self._resume, self._level = tag.end, 0
            return tag.start
        self.edits += edits
        return self._skip(tag, foreign)

    def _follow(self, tag: Tag) -> None:
        """Tell the judge where a gate's content begins and ends that is there, because granted."""
        if tag.name != b"template" or not isinstance(self._holder, Holder):
            return
        marks = {each.name: each.value for each in tag.all_attributes()}
        if b"data-consent-end" in marks:
            self._holder.judge.leave()
        elif b"data-consent-category" in marks:
            parts = (marks[b"data-consent-category"], marks.get(b"data-consent-service", b""))
            key = b":".join(filter(None, parts)) if b"data-consent-granted" in marks else b""
            self._holder.judge.enter(unescape(key).decode("utf-8", "replace"))

    def _skip(self, tag: Tag, foreign: bool) -> int:
        """Pass over a start tag and, where it has any, its raw text."""
        if not foreign and (tag.name in RAW_TEXT or tag.name == b"plaintext"):
            return self._enter(tag.name, tag.end, tag.end)
        return tag.end


def _copy(source: Source, start: int, end: int) -> bytes:
    """Return a part of the source; of a bytearray without copying twice."""
    with memoryview(source) as view:
        return bytes(view[start:end])


def read_fragment(html: bytes, holder: Holder | Closing) -> list[Edit]:
    """Return the edits of a whole fragment, by offset."""
    machine = Machine(holder)
    machine.run(html, final=True)
    return sorted(machine.edits, key=itemgetter(0))


_CLOSING = Closing(read_fragment)


def closing_edits(html: bytes) -> list[Edit]:
    """Return what closes the content of a gate, by offset."""
    return read_fragment(html, _CLOSING)


_MARKS = {
    b"!--": COMMENT_END,
    b"![CDATA[": CDATA_END,
    b"!": BOGUS_END,
    b"plaintext": NEVER,
}

"""Tags and attributes, tokenised as the HTML standard says (13.2.5), over bytes.

A quote matters only right after an attribute's ``=``; a slash between attributes is a space; an
attribute's name may begin with ``=``; NUL, controls and non-ASCII bytes are ordinary characters.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

SLASH = ord("/")


def any_case(word: str) -> bytes:
    """Return the pattern of a word in upper or lower case."""
    return "".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in word).encode()


NAME = rb"[a-zA-Z][^\t\n\f\r />]*+"
VALUE = (
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+"
    rb"""(?:"[^"]*+"|'[^']*+'|(?!["'>])[^\t\n\f\r >]++|(?=>))|(?![\t\n\f\r ]*+=))"""
)
ATTRIBUTE = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+" + VALUE
BETWEEN = rb"[\t\n\f\r /]*+"
ATTRIBUTES = rb"(?:" + BETWEEN + ATTRIBUTE + rb")*+" + BETWEEN

TAG = re.compile(rb"</?(" + NAME + rb")" + ATTRIBUTES + rb">")
_READ = (
    rb"([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+"
    rb"""(?:"([^"]*+)"|'([^']*+)'|((?!["'>])[^\t\n\f\r >]++))?)?"""
)
_ATTRIBUTE = re.compile(_READ)
_MATTERING = (
    "background color data encoding face href imagesrcset language poster rel size src srcdoc "
    "srcset style type xlink:href"
)


def _any_of(words: list[str]) -> bytes:
    """Return the pattern of sorted words, one branch for each initial."""
    groups = groupby(words, key=itemgetter(0))
    rests = ((any_case(c), b"|".join(any_case(word[1:]) for word in group)) for c, group in groups)
    return rb"|".join(initial + rb"(?:" + rest + rb")" for initial, rest in rests)


OTHER = (
    rb"(?!(?:"
    + _any_of(_MATTERING.split())
    + rb")(?![^\t\n\f\r />=])|[oO][nN][a-zA-Z])"
    + ATTRIBUTE
)
_NEXT = re.compile(rb"(?:" + BETWEEN + OTHER + rb")*+" + BETWEEN + _READ).match
"""Steps over attributes that cannot matter in HTML, to the next."""


class Attribute(NamedTuple):
    """One attribute: lower-case name, raw value, and where both start."""

    name: bytes
    value: bytes
    start: int
    value_start: int


class Tag:
    """A complete tag: lower-case name, its offsets in the source, and its attributes."""

    __slots__ = ("_attributes", "_text", "end", "name", "name_end", "start")

    def __init__(self, name: bytes, found: re.Match[bytes]) -> None:
        """Take a match of `TAG` and its lower-case name."""
        self.name = name
        self.start, self.name_end, self.end = found.start(), found.end(1), found.end()
        self._text = found[0]
        self._attributes: list[Attribute] | None = None

    @property
    def attributes(self) -> list[Attribute]:
        """Return, in order and doubles too, the attributes that can matter in HTML."""
        read = self._attributes
        if read is None:
            read = self._attributes = []
            text, offset = self._text, self.start
            position = self.name_end - offset
            while match := _NEXT(text, position):
                position = match.end()
                read.append(_attribute(match, offset))
        return read

    def all_attributes(self) -> list[Attribute]:
        """Return every attribute: in SVG and MathML any may hold an address."""
        text = self._text
        found = _ATTRIBUTE.finditer(text, self.name_end - self.start, len(text) - 1)
        return [_attribute(match, self.start) for match in found]

    def get(self, name: bytes) -> bytes | None:
        """Return the raw value of the first attribute of that name: browsers drop the others."""
        for attribute in self.attributes:
            if attribute[0] == name:
                return attribute[1]
        return None

    def has_any(self, names: frozenset[bytes]) -> bool:
        """Return whether there is an attribute of one of the names, mattering in HTML or not."""
        return any(attribute.name in names for attribute in self.all_attributes())

    @property
    def self_closing(self) -> bool:
        """Whether it ends in ``/>``, the slash no part of an unquoted value."""
        text = self._text
        if text[-2] != SLASH:
            return False
        last = self.name_end - self.start
        for match in _ATTRIBUTE.finditer(text, last, len(text) - 1):
            last = match.end()
        return last < len(text) - 1

    def move(self, start: int) -> None:
        """Take another place, after what stood before it has gone."""
        moved = start - self.start
        if moved:
            self.start, self.name_end, self.end = start, self.name_end + moved, self.end + moved
            self._attributes = None


def _attribute(match: re.Match[bytes], offset: int) -> Attribute:
    index = match.lastindex or 1
    start = match.start(1) + offset
    if index == 1:
        return Attribute(match[1].lower(), b"", start, match.end() + offset)
    return Attribute(match[1].lower(), match[index], start, match.start(index) + offset)


def read_tag(source: bytes | bytearray, start: int) -> Tag | None:
    """Return the tag that starts at an offset, or None where it is unfinished or no tag."""
    found = TAG.match(source, start)
    return Tag(found[1].lower(), found) if found else None

"""What changed in a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Fate = Literal["same", "removed", "added"]

MAX_WORDS = 2000
"""Longer texts are shown as replaced whole: comparing takes time that grows with the square."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that stayed, went, or came."""

    fate: Fate
    text: str


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in reading order.

    Those that are not added give the old text when joined, those not removed the new one.
    """
    return tuple(Piece(fate, text) for fate, text in _pieces(old, new) if text)


def _pieces(old: str, new: str) -> Iterator[tuple[Fate, str]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MAX_WORDS and old != new:
        yield "removed", old
        yield "added", new
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            yield "same", "".join(before[start:end])
        else:
            yield "removed", "".join(before[start:end])
            yield "added", "".join(after[new_start:new_end])

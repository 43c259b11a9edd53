"""What the tags put into a page: known markup, which need not be scanned at every view."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_FOREIGN = re.compile(rb"<(/?)(?:[sS][vV][gG]|[mM][aA][tT][hH])\b")
_START = 80
"""Bytes that are searched for; the rest of a piece is compared."""


class Piece(NamedTuple):
    """Markup as it stands in a page, in parts, and what it was made of, page after page.

    Most of the parts are the same on many pages: so they need not be put together, nor encoded.
    """

    parts: Sequence[bytes]
    sources: tuple[str, ...]


def rest_of(page: bytes, pieces: Iterable[Piece]) -> bytes | None:
    """Return a page without the pieces, which stand in it in their order.

    None where one does not stand there as it was put in, or stands in SVG or MathML, where
    ``<template>`` keeps nothing from loading.
    """
    parts: list[bytes] = []
    position = 0
    for piece, _ in pieces:
        start = piece[0] if len(piece[0]) >= _START else b"".join(piece)
        found = page.find(start[:_START], position)
        if found < 0:
            return None
        parts.append(page[position:found])
        position = found
        for part in piece:
            if not page.startswith(part, position):
                return None
            position += len(part)
    rest = b" ".join((*parts, page[position:]))
    return None if _FOREIGN.search(rest) and _is_foreign(parts) else rest


def _is_foreign(before: Iterable[bytes]) -> bool:
    """Whether SVG or MathML is open at the end of any of these parts of a page."""
    depth = 0
    for part in before:
        for mark in _FOREIGN.finditer(part):
            depth += -1 if mark[1] else 1
        if depth:
            return True
    return False

"""What the tags put into a page: known markup, which need not be scanned at every view."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_FOREIGN = re.compile(rb"<(/?)(?:[sS][vV][gG]|[mM][aA][tT][hH])\b")
_START = 80
"""Bytes that are searched for; the rest of a piece is compared."""


class Piece(NamedTuple):
    """Markup as it stands in a page, and the texts that it was made of, page after page."""

    html: str
    sources: tuple[str, ...]


def rest_of(page: bytes, pieces: Iterable[Piece]) -> bytes | None:
    """Return a page without the pieces, which stand in it in their order.

    None where one does not stand there as it was put in, or stands in SVG or MathML, where
    ``<template>`` keeps nothing from loading.
    """
    rest: list[bytes] = []
    position = 0
    for piece in pieces:
        html = piece.html.encode(errors="surrogatepass")  # ASCII, but for what gates hold
        found = page.find(html[:_START], position)
        if found < 0 or not page.startswith(html, found):
            return None
        rest.append(page[position:found])
        position = found + len(html)
    return None if _is_foreign(rest) else b" ".join((*rest, page[position:]))


def _is_foreign(before: Iterable[bytes]) -> bool:
    """Whether SVG or MathML is open at the end of any of these parts of a page."""
    depth = 0
    for part in before:
        for mark in _FOREIGN.finditer(part):
            depth += -1 if mark[1] else 1
        if depth:
            return True
    return False

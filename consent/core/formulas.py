"""Cells that a spreadsheet would run as formulas, and how they are kept from it.

After the Open Worldwide Application Security Project's page on CSV injection, and stricter: what
stands before the character that begins a formula is looked through.
"""

from __future__ import annotations

CONTROLS = "\t\r\n"
"""A cell that begins with one of these is dangerous whatever follows.

So it is behind apostrophes: else reading a cell back would take one too many off it.
"""
TRIGGERS = "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\uff0d\N{FULLWIDTH COMMERCIAL AT}"
"""What begins a formula in some spreadsheet."""
SKIPPED = (
    "\t\n\v\f\r \"'\x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u200c\u200d\u200e\u200f\u2018\u2019\u201c\u201d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What may stand before it and be dropped on the way: blanks, quotes, what has no width."""
MARK = "'"
"""Put before such a cell, it makes any spreadsheet take it as text."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run a cell instead of showing it."""
    bare = text.lstrip(MARK)
    return bare[:1] in {*CONTROLS} or text.lstrip(SKIPPED)[:1] in {*TRIGGERS}


def neutralised(text: str) -> str:
    """Return a cell that no spreadsheet runs: itself, or with an apostrophe before it."""
    return MARK + text if is_formula(text) else text


def restored(cell: str) -> str:
    """Return the text that `neutralised` was given."""
    return cell[1:] if cell.startswith(MARK) and is_formula(cell[1:]) else cell

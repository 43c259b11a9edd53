"""Receipt ids as people write them: Crockford's base 32, read leniently."""

from __future__ import annotations

import re

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Lower case, without the letters that look like digits and without u."""

_READ = str.maketrans("oil", "011", "- \t\r\n")
_RECEIPT = re.compile("[0-7][0-9a-hjkmnp-tv-z]{25}")


def respelled(text: str) -> str:
    """Return an id as it is stored: lower case, no spaces or dashes, O as 0, I and L as 1."""
    return text.lower().translate(_READ)


def parse_receipt(text: str) -> str:
    """Return the receipt id that a text means, or an empty string."""
    receipt = respelled(text)
    return receipt if _RECEIPT.fullmatch(receipt) else ""


def is_named_in(receipt: str, text: str) -> bool:
    """Return whether a text holds a receipt's id, however it is broken up."""
    return bool(receipt) and receipt in re.sub(r"[^0-9a-z]", "", text.lower())

"""Pages in UTF-16, whose markup is not ASCII bytes."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

_BOMS = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}


def wide_encoding(html: bytes | bytearray) -> str:
    """Return the UTF-16 encoding that a page's byte order mark names, else nothing.

    Browsers know no UTF-32, and obey the mark before any header.
    """
    return _BOMS.get(bytes(html[:2]), "")


def to_bytes(html: bytes, encoding: str) -> tuple[bytes, bytes]:
    """Return UTF-16 as UTF-8, lone surrogates included, and an odd last byte by itself."""
    even = len(html) // 2 * 2
    return html[:even].decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass"), html[
        even:
    ]


def to_wide(html: bytes, encoding: str) -> bytes:
    """Return the inverse of `to_bytes`."""
    return html.decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass")

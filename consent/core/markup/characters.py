"""Character references in attribute values, decoded as browsers decode them."""

from __future__ import annotations

import re
from bisect import bisect_right
from html.entities import html5
from typing import NamedTuple

_REFERENCE = re.compile(rb"&(?:#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?|([a-zA-Z][a-zA-Z0-9]*+;?))")
_WINDOWS_1252 = {
    code: bytes((code,)).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)
}
_LONGEST = max(map(len, html5))
_SHORTEST = min(map(len, html5))


class Decoded(NamedTuple):
    """A decoded value, and where its bytes stood: sorted ``(decoded, raw)`` offsets of runs."""

    value: bytes
    runs: list[tuple[int, int]]

    def raw(self, offset: int) -> int:
        """Return the raw offset of a decoded one; inside a reference, the reference's start."""
        decoded, raw, is_copy = 0, 0, True
        index = bisect_right(self.runs, (offset, 1 << 62)) - 1
        if index >= 0:
            decoded, raw = self.runs[index]
            is_copy = index % 2 == 1
        return raw + (offset - decoded if is_copy else 0)


def code_point(number: int) -> str:
    """Return the character that a numeric reference stands for; never raises."""
    if number in _WINDOWS_1252:
        return _WINDOWS_1252[number]
    if number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return "\ufffd"
    return chr(number)


def _number(digits: bytes, base: int) -> str:
    digits = digits.lstrip(b"0") or b"0"
    return code_point(int(digits, base)) if len(digits) < 9 else "\ufffd"


def _named(name: str, following: bytes) -> tuple[str, int] | None:
    """Return the text of a named reference and its length, as in an attribute."""
    if name in html5:
        if name.endswith(";") or not (following == b"=" or following.isalnum()):
            return html5[name], len(name)
        return None
    # In an attribute a name without its semicolon counts only where no letter, digit or "="
    # follows, so a mere prefix of a longer word never does.
    return None


def unescape(value: bytes) -> bytes:
    """Return an attribute's value with its character references decoded, in UTF-8."""
    return decode(value).value if b"&" in value else value


def decode(value: bytes) -> Decoded:
    """Decode an attribute's value and remember where every run of bytes came from."""
    pieces: list[bytes] = []
    runs: list[tuple[int, int]] = []
    size = last = 0
    for found in _REFERENCE.finditer(value):
        text, end = _text(found, value)
        if text is None:
            continue
        copied = value[last : found.start()]
        size += len(copied)
        encoded = text.encode("utf-8", "replace")
        pieces += (copied, encoded)
        runs += ((size, found.start()), (size + len(encoded), end))
        size += len(encoded)
        last = end
    pieces.append(value[last:])
    return Decoded(b"".join(pieces), runs)


def _text(found: re.Match[bytes], value: bytes) -> tuple[str | None, int]:
    hexadecimal, decimal, name = found.groups()
    if name is None:
        return _number(hexadecimal, 16) if hexadecimal else _number(decimal, 10), found.end()
    word = name.decode("ascii")
    known = _named(word, value[found.end() : found.end() + 1])
    return (known[0], found.start() + 1 + known[1]) if known else (None, 0)

"""How a seal is written down outside the database, and read again: one line, or a letter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from consent.core.evidence import moment

_HEX = re.compile(r"[0-9a-f]{64}")


class Entry(NamedTuple):
    """A seal as it stands outside; ``key`` and ``signature`` are empty if it is not signed."""

    number: int
    digest: str
    root: str
    sealed_at: str
    key: str
    signature: str


def entry(seal: Mapping[str, Any]) -> Entry:
    """Return a seal's columns as they are written down."""
    values = {name: seal[name] for name in Entry._fields}
    if isinstance(values["sealed_at"], datetime):
        values["sealed_at"] = moment(values["sealed_at"])
    return Entry(**values)


def line(seal: Entry) -> str:
    """Return a seal as one line of JSON, without the end of the line."""
    return json.dumps(seal._asdict())


def letter(seal: Entry) -> str:
    """Return a seal as lines of at most 78 characters, so that no mail server breaks them."""
    values = seal._asdict()
    values["signature"] = f"{seal.signature[:64]}\n {seal.signature[64:]}".strip()
    return "".join(f"{name}: {value or '-'}\n" for name, value in values.items())


def parse_line(text: str) -> Entry | None:
    """Return the seal of a line of JSON; None for any other text."""
    try:
        values = json.loads(text)
        found = Entry(**{name: values[name] for name in Entry._fields})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    is_number = type(found.number) is int and found.number > 0
    if not (is_number and all(isinstance(text, str) for text in found[1:])):
        return None
    return found if _HEX.fullmatch(found.digest) else None


_GAP = r"[\s>]+"  # whitespace, and the marks of a quoted letter
_LETTER = re.compile(
    _GAP.join(
        (
            r"\bnumber:",
            r"(\d{1,19})",
            r"digest:",
            r"([0-9a-f]{64})",
            r"root:",
            r"([0-9a-f]{64})",
            r"sealed_at:",
            r"(\S{1,40})",
            r"key:",
            r"([0-9a-f]{16}|-)",
            r"signature:",
            rf"([0-9a-f]{{64}}{_GAP}[0-9a-f]{{64}}|-)",
        )
    )
)


def read(text: str) -> Iterator[Entry]:
    """Yield every seal that a text holds, as lines or letters; pass over everything else."""
    for part in text.splitlines():
        if found := parse_line(part):
            yield found
    for match in _LETTER.finditer(text):
        number, *words = match.groups()
        plain = (
            re.sub(_GAP, "", word).replace("-", "") if i > 2 else word
            for i, word in enumerate(words)
        )
        yield Entry(int(number), *plain)

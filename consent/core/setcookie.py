"""A ``Set-Cookie`` line as browsers read it (RFC 6265bis): whose it is, and whether it deletes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"-?[0-9]+", re.ASCII)


def cookie_name(line: str) -> str:
    """Return the name of the cookie that a line sets; empty where it has none."""
    name, equals, _value = line.partition(";")[0].partition("=")
    return name.strip(" \t") if equals else ""


def is_deletion(line: str, *, now: float) -> bool:
    """Whether a line makes browsers forget its cookie at ``now`` (seconds since the epoch).

    ``Max-Age`` outranks ``Expires``, the last of each counts, and what cannot be read is ignored.
    """
    max_age: int | None = None
    expires: float | None = None
    for name, value in _attributes(line):
        if name == "max-age" and _SECONDS.fullmatch(value):
            max_age = 1 if len(value) > 12 and value[0] != "-" else int(value[:12])
        elif name == "expires":
            found = _timestamp(value)
            expires = expires if found is None else found
    if max_age is not None:
        return max_age <= 0
    return expires is not None and expires <= now


def _attributes(line: str) -> Iterator[tuple[str, str]]:
    for part in line.split(";")[1:]:
        name, _equals, value = part.partition("=")
        yield name.strip(" \t").lower(), value.strip(" \t")


def _timestamp(value: str) -> float | None:
    try:
        found = parsedate_to_datetime(value.strip('"'))
        return found.replace(tzinfo=found.tzinfo or UTC).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None

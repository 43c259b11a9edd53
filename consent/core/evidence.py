"""What evidence is bound by: the canonical bytes of rows, commitments, digests and codes.

A record is committed to under a key of its own, which follows from the site's key and the record's
salt. Who has the record's key can check the commitment; who has neither learns nothing from it; and
without the salt, once it is erased, nobody can. Other rows hold no visitor's data and are hashed as
they are. All of it is SHA-256, and HMAC (RFC 2104) with it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from consent.core.notice import canonical

RECORD_FIELDS = (
    "site",
    "notice",
    "notice_digest",
    "language",
    "presentation",
    "layer",
    "means",
    "by",
    "action",
    "answers",
    "receipt",
    "decided_at",
)
"""What a record's commitment binds: every column but id, salt and the commitment itself."""

SEAL_FIELDS = ("number", "first", "count", "upto", "root", "previous", "sealed_at", "key")
REMOVAL_FIELDS = ("kind", "reason", "removed_by", "removed_at", "count", "digest")

_RECORD, _SEAL, _REMOVAL, _ROWS, _RANGES, _BOUND = (
    f"consent.{name}.v1" for name in ("record", "seal", "removal", "rows", "ranges", "bound")
)


def moment(value: datetime) -> str:
    """Return a moment, which knows its zone, in UTC to the microsecond."""
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{in_utc.isoformat(timespec='microseconds')[:26]}Z"


def framed(*texts: str) -> bytes:
    """Return texts one after another, each with its length, so that no two lists are alike."""
    return "".join([f"{len(text)}:{text}," for text in texts]).encode()


def record_bytes(values: Mapping[str, Any]) -> bytes:
    """Return a record's canonical bytes from its columns by name."""
    return bytes_of(*(values[name] for name in RECORD_FIELDS))


def bytes_of(*columns: Any) -> bytes:
    """Return a record's canonical bytes from its columns in the order of `RECORD_FIELDS`.

    ``answers`` may be a mapping or its JSON in any spelling; ``decided_at`` a moment or its text.
    """
    *texts, answers, receipt, decided = columns
    return framed(
        _RECORD,
        *map(str, texts),
        _respelled(answers) if isinstance(answers, str) else canonical(answers).decode(),
        receipt,
        decided if isinstance(decided, str) else moment(decided),
    )


def record_key(key: bytes, salt: str) -> bytes:
    """Return the key of one record, from the site's key and the record's salt in hexadecimal."""
    return hmac.digest(key, bytes.fromhex(salt), "sha256")


def commitment(own_key: bytes, record: bytes) -> str:
    """Return the commitment to a record's canonical bytes under its own key, in hexadecimal."""
    return hmac.digest(own_key, record, "sha256").hex()


def row_digest(kind: str, values: Mapping[str, Any]) -> str:
    """Return the commitment to a row that holds no visitor's data: a digest of all its columns.

    Moments are written as `moment` does; ``id`` is left out.
    """
    plain = {
        name: moment(value) if isinstance(value, datetime) else value
        for name, value in values.items()
        if name != "id"
    }
    return hashlib.sha256(framed(f"consent.{kind}.v1", canonical(plain).decode())).hexdigest()


def seal_bytes(values: Mapping[str, Any]) -> bytes:
    """Return a seal's canonical bytes."""
    return _fields(_SEAL, SEAL_FIELDS, values)


def seal_digest(values: Mapping[str, Any]) -> str:
    """Return the digest of a seal, which is what its signature signs."""
    return hashlib.sha256(seal_bytes(values)).hexdigest()


def rows_digest(rows: Iterable[tuple[str, int]]) -> str:
    """Return the digest of the rows, ``(kind, id)``, that a removal names."""
    named = (text for kind, row in sorted(rows) for text in (kind, str(row)))
    return hashlib.sha256(framed(_ROWS, *named)).hexdigest()


def ranges_digest(ranges: Iterable[tuple[str, int, int]]) -> str:
    """Return the digest of the ranges, ``(kind, first id, last id)``, that a removal names."""
    named = (text for kind, *ends in sorted(ranges) for text in (kind, *map(str, ends)))
    return hashlib.sha256(framed(_RANGES, *named)).hexdigest()


def bound_digest(rows: Iterable[tuple[int, str]]) -> str:
    """Return the digest of rows, ``(id, commitment)`` in the order of ids, however many."""
    digest = hashlib.sha256(framed(_BOUND))
    for pk, commitment in rows:
        digest.update(framed(str(pk), commitment))
    return digest.hexdigest()


def removal_code(key: bytes, values: Mapping[str, Any]) -> str:
    """Return the authentication code of a removal's entry under the site's key."""
    return hmac.digest(key, _fields(_REMOVAL, REMOVAL_FIELDS, values), "sha256").hex()


def _fields(name: str, fields: Iterable[str], values: Mapping[str, Any]) -> bytes:
    found = (values[field] for field in fields)
    return framed(name, *(moment(v) if isinstance(v, datetime) else str(v) for v in found))


@lru_cache(maxsize=1024)
def _respelled(answers: str) -> str:
    # Visitors answer alike, and databases spell JSON as they like.
    return canonical(json.loads(answers)).decode()

"""Records to export, of texts that nobody would believe, and what they look like outside."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from consent.exports.formats import find_format
from consent.exports.running import Export
from consent.exports.selection import Selection
from consent.models import Record

FORMULA = '=HYPERLINK("https://evil.example/","click")'
AT = datetime(2026, 3, 1, 12, 0, 0, 120_000, tzinfo=UTC)
RECEIPT = "01hv7m3zq8c4x9k2t6w5y0abcd"


def row(**values: Any) -> Record:
    """Write one record as it is given."""
    usual = {
        "site": "clinic",
        "notice": 1,
        "notice_digest": "a" * 64,
        "language": "en",
        "presentation": "",
        "layer": "banner",
        "means": "accept",
        "by": "form",
        "action": "accept",
        "answers": {"statistics": "yes", "media": "no", "media:youtube": "unasked"},
        "receipt": "",
        "decided_at": AT,
    }
    made: Record = Record.objects.create(**{**usual, **values})
    return made


def rows(count: int, **values: Any) -> None:
    """Write many alike, a second after each other."""
    first = row(**values)
    fields = {f.attname: getattr(first, f.attname) for f in Record._meta.local_concrete_fields}
    del fields["id"]
    Record.objects.bulk_create(
        [Record(**{**fields, "decided_at": AT + timedelta(seconds=n)}) for n in range(1, count)],
        batch_size=500,
    )


def exported(name: str = "csv", selection: Selection | None = None) -> bytes:
    """Return a whole file; check the account that was kept of it."""
    export = Export(selection or Selection(), find_format(name), who="Ana", using="default")
    data = b"".join(piece.data for piece in export.pieces())
    assert export.complete
    assert export.size == len(data)
    assert export.digest.hexdigest() == hashlib.sha256(data).hexdigest()
    return data

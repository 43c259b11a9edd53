"""Records of any age, for tests of what becomes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from consent.models import Notice, Presentation, Record
from consent.recording import committed

NOW = datetime(2030, 6, 1, 12, tzinfo=UTC)
RECEIPT = "0" * 25 + "1"
OTHER = "0" * 25 + "2"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def remember(action: str, days: float, receipt: str = "", **fields: Any) -> Record:
    """Write the record of a decision made that many days ago, as if it had been written then."""
    values = {
        "site": "clinic",
        "notice": 1,
        "notice_digest": "d" * 64,
        "language": "en",
        "presentation": "",
        "layer": "banner",
        "means": "accept",
        "by": "form",
        "action": action,
        "answers": {"media": "yes" if action in ("accept", "choose", "once") else "no"},
        "receipt": receipt,
        "decided_at": ago(days),
        **fields,
    }
    row = Record(**values, **committed(values))
    row.save()
    return row


def old_notice(number: int, days: float, **fields: Any) -> Notice:
    """Write a notice that was published that many days ago."""
    document = f'{{"number": {number}}}'
    values = {
        "site": "clinic",
        "number": number,
        "digest": sha256(document.encode()).hexdigest(),
        "document": document,
        "oldest_valid": 1,
        "material": False,
        "published_at": ago(days),
        "published_by": "me",
        **fields,
    }
    row = Notice(**values)
    row.save()
    return row


def old_presentation(notice: int, days: float, digest: str = "") -> Presentation:
    """Write how a notice looked, stored that many days ago."""
    row = Presentation(
        digest=digest or f"{notice:064}",
        site="clinic",
        notice=notice,
        notice_digest=f"{notice:064}",
        language="en",
        html="<p>",
        script="",
        style="",
        created=ago(days),
    )
    row.save()
    return row


def left() -> list[int]:
    """Return the ids of the records that are there, oldest first."""
    return list(Record.objects.order_by("id").values_list("pk", flat=True))

"""The figures of the overview, from tallies and from rows: each says how many seconds it took."""

from __future__ import annotations

import random
from datetime import UTC, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, TextField
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from consent.models import Record
from consent.period import Period
from consent.recording import committed, new_receipt
from consent.reports import Selection, figures
from tests.benchmarks import writing
from tests.benchmarks.exhibits import ORIGINALS, _undisturbed

DAYS = 30
STRETCH = 40
"""Records that are copied at once: of less than a day."""
_BY = ("day", "notice", "language", "layer", "action", "spelled")


def begin() -> None:
    """Write the records that all others are copies of: a month's, as different as visitors are."""
    draw, row, now = random.Random(0), writing.bare_row(), timezone.now()

    def one(moment: float) -> Record:
        action = draw.choice(("accept", "accept", "refuse", "refuse", "choose", "withdraw"))
        granted = {"accept": 1.0, "choose": 0.5}.get(action, 0.0)
        values: dict[str, Any] = {
            **row,
            "action": action,
            "language": draw.choice(("en", "es", "de")),
            "layer": draw.choice(("banner", "banner", "preferences")),
            "answers": {k: "yes" if draw.random() < granted else "no" for k in row["answers"]},
            "receipt": new_receipt(),
            "decided_at": now - timedelta(days=moment),
        }
        return Record(**values, **committed(values))

    moments = sorted((draw.random() * (DAYS - 2) for _ in range(ORIGINALS)), reverse=True)
    Record.objects.bulk_create(map(one, moments), batch_size=50)


def fill(count: int) -> None:
    """Add records, about so many: copies of those, a stretch of time after the other.

    A seal is of a day or two then, as a site's are.
    """
    columns = [f.column for f in Record._meta.local_concrete_fields if not f.primary_key]
    names = [connection.ops.quote_name(column) for column in columns]
    copied = (
        f"INSERT INTO consent_record ({', '.join(names)}) "
        f"SELECT {', '.join(f'a.{name}' for name in names)} "
        "FROM consent_record AS a CROSS JOIN consent_record AS b "
        "WHERE a.id > %s AND a.id <= %s AND b.id <= %s"
    )
    with connection.cursor() as cursor:
        for first in range(0, ORIGINALS, STRETCH):
            cursor.execute(copied, [first, first + STRETCH, count // ORIGINALS])


def analyze() -> None:
    """Count the tables, as a server does by itself before long."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _period() -> Period:
    today = timezone.now().astimezone(UTC).date()
    return Period(today - timedelta(days=DAYS - 1), today)


def by_tallies() -> float:
    """Return how long the figures of the overview take."""
    selection = Selection(period=_period(), site=writing.bare_row()["site"])
    with _undisturbed() as seconds:
        found = figures(selection, using="default")
        taken = seconds()
    assert found.total == Record.objects.count()
    return taken


def by_rows() -> float:
    """Return how long the database takes to group the same records itself."""
    period = _period()
    rows = Record.objects.filter(
        site=writing.bare_row()["site"], decided_at__range=(period.start, period.end)
    )
    grouped = rows.order_by().annotate(
        day=TruncDate("decided_at", tzinfo=UTC), spelled=Cast("answers", TextField())
    )
    with _undisturbed() as seconds:
        found = list(grouped.values_list(*_BY).annotate(count=Count("id")))
        taken = seconds()
    assert sum(group[-1] for group in found) == Record.objects.count()
    return taken

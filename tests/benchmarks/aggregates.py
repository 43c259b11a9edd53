"""The figures of the overview, from tallies and from rows: each says how many seconds it took."""

from __future__ import annotations

import random
from datetime import UTC, timedelta
from typing import Any

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
_BY = ("day", "notice", "language", "layer", "action", "spelled")


def begin() -> None:
    """Write the records that all others are copies of: a month's, as different as visitors are."""
    draw, row, now = random.Random(0), writing.bare_row(), timezone.now()

    def one() -> Record:
        action = draw.choice(("accept", "accept", "refuse", "refuse", "choose", "withdraw"))
        granted = {"accept": 1.0, "choose": 0.5}.get(action, 0.0)
        values: dict[str, Any] = {
            **row,
            "action": action,
            "language": draw.choice(("en", "es", "de")),
            "layer": draw.choice(("banner", "banner", "preferences")),
            "answers": {k: "yes" if draw.random() < granted else "no" for k in row["answers"]},
            "receipt": new_receipt(),
            "decided_at": now - timedelta(days=draw.random() * (DAYS - 2)),
        }
        return Record(**values, **committed(values))

    Record.objects.bulk_create((one() for _ in range(ORIGINALS)), batch_size=50)


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

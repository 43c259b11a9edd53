"""Records that are due, in partitions on PostgreSQL: gone at once, in batches, or deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from consent import guards, partitions
from consent.models import Exhibit, Record
from consent.recording import committed
from consent.retention import purge
from tests.benchmarks import deleting, writing

YEARS = timedelta(days=20 * 365)
"""So much later it is when they are purged."""


def prepare(size: int) -> None:
    """Divide the records by so many ids, and guard them."""
    partitions.divide(using="default", size=size)
    guards.install(connection)


def dropped() -> float:
    """Purge a partition in which all is due; return how many rows a second that were."""
    table, count = _filled(1)
    rate = _purged(count)
    assert table not in _tables()
    return rate


def batched() -> float:
    """Purge the same, but for one row that is not due; return how many rows a second that were."""
    table, count = _filled(0)
    rate = _purged(count)
    assert table in _tables()
    return rate


def deleted() -> float:
    """Delete the same in batches, after the ledger named them; return how many rows a second."""
    _, count = _filled(0)
    last = Record.objects.aggregate(last=Max("id"))["last"]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_removedrow (kind, row, removal) "
            "SELECT %s, id, 1 FROM consent_record WHERE id > %s AND id < %s",
            [Exhibit.RECORD, last - count - 1, last],
        )
    return deleting.deleted(count // deleting.BATCH, guarded=True, after=last - count - 1)


def _purged(count: int) -> float:
    start = perf_counter()
    totals = purge(by="benchmark", now=timezone.now() + YEARS / 2)
    seconds = perf_counter() - start
    assert totals.rows[Exhibit.RECORD] == count
    return count / seconds


def _filled(ends_due: int) -> tuple[str, int]:
    """Fill the next partition with refusals and seal them; return it, and how many are due.

    All but the last are due, and the last as well if ``ends_due`` says so.
    """
    newest = Record.objects.aggregate(newest=Max("id"))["newest"] or 0
    partitions.extend(using="default")
    table, first, last = next(p for p in partitions.partitions("default") if p.first > newest)
    columns = [f.column for f in Record._meta.local_concrete_fields if not f.primary_key]
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('consent_record_id_seq', %s, false)", [first])
        original = _refusal(timezone.now())
        cursor.execute(
            f"INSERT INTO consent_record ({names}) SELECT {names} FROM consent_record, "
            "generate_series(1, %s) WHERE id = %s",
            [last - first - 1, original.pk],
        )
    final = _refusal(timezone.now() if ends_due else timezone.now() + YEARS)
    assert final.pk == last
    purge(by="benchmark")  # nothing is due yet: seals, and has partitions ahead
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return table, last - first + ends_due


def _refusal(decided_at: datetime) -> Record:
    values = {**writing.bare_row(), "action": "refuse", "receipt": "", "decided_at": decided_at}
    record = Record(**values, **committed(values))
    record.save()
    return record


def _tables() -> list[str]:
    return [partition.table for partition in partitions.partitions("default")]

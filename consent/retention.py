"""Forgetting by the clocks, and the one way out for evidence.

A row goes only after an entry of the ledger names it, in the same transaction; its leaf stays.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, IntegrityError, OperationalError, connections, transaction

from consent import due, holds, moments, partitions, removals, requests, sealing
from consent.expired import expired
from consent.models import Exhibit, Removal, Run
from consent.partitions import Partition
from consent.removals import REMOVABLE, Named, Range, Why
from consent.routing import require_one_database

logger = logging.getLogger("consent")

BATCH = 1_000
"""Rows that go in one transaction, about: a receipt's records go together."""
ATTEMPTS = 20
FEW_ATTEMPTS = 3
"""For what can be done another way."""
_T = TypeVar("_T")


def counted(rows: Mapping[str, int]) -> str:
    """Return how many rows of each kind, in words."""
    found = ((kind, rows.get(kind, 0)) for kind in REMOVABLE)
    return ", ".join(f"{count:,} {kind}{'' if count == 1 else 's'}" for kind, count in found)


@dataclass(slots=True)
class Totals:
    """What a purge removed: rows by kind, records by day (UTC), entries of the ledger."""

    rows: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    holds: int = 0

    def __str__(self) -> str:
        return counted(self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        rows = {f"{kind}s": self.rows[kind] for kind in REMOVABLE}
        days = dict(sorted(self.days.items()))
        return {**rows, "days": days, "entries": self.entries, "holds": self.holds}

    def add(self, rows: Collection[due.Due]) -> None:
        """Count rows."""
        self.rows.update(row.kind for row in rows)
        self.days.update(row.day.isoformat() for row in rows if row.kind == Exhibit.RECORD)


Progress = Callable[[Totals], None]


def _silent(_totals: Totals) -> None:
    """Show nothing."""


def purge(
    *,
    by: str = "daily",
    using: str = DEFAULT_DB_ALIAS,
    now: datetime | None = None,
    batch: int = BATCH,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Totals:
    """Seal, then remove what the clocks let go; a dry run counts it and changes nothing.

    It can be stopped at any moment, and run anywhere at the same time: each batch is a
    transaction. Raise `RetentionError` where settings would remove what must stay.
    """
    require_one_database(using)
    at = moments.known(now or moments.now())
    clock = due.clock(at, using=using, limit=batch, sealed=not dry_run)
    totals = Totals(holds=holds.in_force(using).count())
    report = progress or _silent
    if dry_run:
        for _, source in due.SOURCES:
            _walk(clock, source, totals, report, None)
        return totals
    run = Run.objects.using(using).create(task=Run.Task.PURGE)
    try:
        sealing.seal(using=using)
        partitions.extend(using=using)
        why = Why(Removal.Kind.PURGE, "retention is over: a partition of records", by, at)
        _drop_partitions(clock, totals, report, why)
        for what, source in due.SOURCES:
            why = Why(Removal.Kind.PURGE, f"retention is over: {what}", by, at)
            _walk(clock, source, totals, report, why)
        run.is_sound = True
    except BaseException as error:
        run.outcome = {"error": repr(error)[:500]}
        raise
    finally:
        run.ended_at = moments.now()
        run.outcome |= totals.as_json()
        run.save(using=using)
    return totals


def _drop_partitions(clock: due.Clock, totals: Totals, progress: Progress, why: Why) -> None:
    """Drop each partition of which all records are due; batches take those of any other."""
    for partition in partitions.partitions(clock.using):
        try:
            gone = _again(
                clock.using, partial(_drop_partition, clock, partition, why), attempts=FEW_ATTEMPTS
            )
        except OperationalError:
            logger.warning("%s is in use: its records go in batches.", partition.table)
            continue
        if gone:
            totals.rows[Exhibit.RECORD] += gone.total()
            totals.days.update({day.isoformat(): count for day, count in gone.items()})
            totals.entries += 1
            progress(totals)


def _drop_partition(clock: due.Clock, partition: Partition, why: Why) -> Counter[date]:
    """Drop a partition if all of it is due; return how many records of each day there were."""
    _, first, last = partition
    with partitions.taken(clock.using) as is_mine:
        days = expired(clock, first, last) if is_mine else None
        if days is None:
            return Counter()
        if days:
            entry = removals.write_range(
                why, (Exhibit.RECORD, first, last), days.total(), using=clock.using
            )
            holds.forget_range(first, last, using=clock.using)
            requests.forget_range(first, last, entry, using=clock.using)
        partitions.drop(partition, using=clock.using)
        return days


def _walk(
    clock: due.Clock, source: due.Source, totals: Totals, progress: Progress, why: Why | None
) -> None:
    """Take batch after batch; without a reason, only count."""
    position: Any = None
    while True:
        batch = _again(clock.using, partial(_take, clock, source, position, why))
        if batch.rows:
            totals.add(batch.rows)
            totals.entries += why is not None
            progress(totals)
        if (position := batch.position) is None:
            return


def _take(clock: due.Clock, source: due.Source, position: Any, why: Why | None) -> due.Batch:
    batch = source(clock, position)
    if batch.rows and why is not None:
        entry = remove([(row.kind, row.id) for row in batch.rows], why, using=clock.using)
        receipts = {row.receipt for row in batch.rows if row.receipt}
        holds.forget(receipts, using=clock.using)
        requests.forget(receipts, entry, using=clock.using)
    return batch


def _again(using: str, take: Callable[[], _T], *, attempts: int = ATTEMPTS) -> _T:
    for attempt in range(1, attempts + 1):
        try:
            with transaction.atomic(using=using):
                return take()
        except (IntegrityError, OperationalError):
            # Another purge has just taken the same rows, or the database was busy: look again.
            if attempt == attempts:
                raise
            time.sleep(random.uniform(0, 0.1))  # noqa: S311 - only spreads attempts
    raise AssertionError("unreachable")


def remove(rows: Collection[Named], why: Why, *, using: str) -> Removal:
    """Write the entry that names rows of evidence, then delete them."""
    with transaction.atomic(using=using):
        entry = removals.write(why, rows, using=using)
        delete_named(rows, using=using)
    return entry


def remove_range(rows: Range, count: int, why: Why, *, using: str) -> Removal:
    """Write the entry that names a range of records, then delete so many.

    Raise RuntimeError, so that the transaction is undone, where there are more or fewer.
    """
    with transaction.atomic(using=using):
        entry = removals.write_range(why, rows, count, using=using)
        kind, first, last = rows
        # A table of the app's own, and two numbers.
        sql = f"DELETE FROM {REMOVABLE[kind]._meta.db_table} WHERE id BETWEEN %s AND %s"  # noqa: S608
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [first, last])
            removals.check_all(kind, count, cursor.rowcount)
    return entry


def delete_named(rows: Collection[Named], *, using: str) -> None:
    """Delete rows that the ledger names: nothing else in the app deletes evidence.

    The database refuses where the ledger does not name them. Raise RuntimeError, so that the
    transaction is undone, where they are not all there.
    """
    for kind, ids in removals.by_kind(rows):
        table = REMOVABLE[kind]._meta.db_table
        with connections[using].cursor() as cursor:
            # Past the refusal of the model's own queryset, and past nothing else.
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({removals.among(ids)})")  # noqa: S608
            removals.check_all(kind, len(ids), cursor.rowcount)

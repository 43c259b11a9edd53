"""Forgetting again after a restore: what the ledger names and a backup brought back.

An id alone says too little: a database that was set back gives it to somebody else. So a row goes
only where its commitment is the one that was sealed under that id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef

from consent import removals, sealing
from consent.core.evidence import bound_digest
from consent.ledgerfile import Bound, Entry, check_ledger_file, read_ledger
from consent.models import Removal, RemovedRange, RemovedRow
from consent.removals import REMOVABLE, Why
from consent.retention import BATCH, delete_named, remove, remove_range


@dataclass(slots=True)
class Replayed:
    """What was removed again, and what was left because it cannot be believed."""

    rows: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**{f"{kind}s": self.rows[kind] for kind in REMOVABLE}, "faults": self.faults}


def replay(*, using: str = DEFAULT_DB_ALIAS, batch: int = BATCH) -> Replayed:
    """Remove again the rows that the database's own ledger names, without a new entry."""
    sealing.seal(using=using)
    return _Replay(using).run(batch)


def replay_from(path: Path, *, using: str = DEFAULT_DB_ALIAS) -> Replayed:
    """Remove again the rows that an exported ledger names and this database's does not.

    Each gets an entry as the one that was lost. Raise `RetentionError`, with nothing removed,
    unless every line is this site's own.
    """
    check_ledger_file(path)
    sealing.seal(using=using)
    done = Replayed()
    for entry in read_ledger(path):
        with transaction.atomic(using=using):
            _restore(entry, done, using)
    return done


def _restore(entry: Entry, done: Replayed, using: str) -> None:
    for span in entry.ranges:
        _restore_range(entry.why, span, done, using)
    rows = []
    for kind in REMOVABLE:
        wanted = {row: bound for named, row, bound in entry.rows if named == kind}
        there = removals.bound_now(kind, wanted, using=using)
        named = RemovedRow.objects.using(using).filter(kind=kind, row__in=wanted)
        known = set(named.values_list("row", flat=True))
        rows += [
            (kind, row) for row, bound in there.items() if row not in known and bound == wanted[row]
        ]
    if rows:
        remove(rows, entry.why, using=using)
        done.rows.update(kind for kind, _ in rows)


def _restore_range(why: Why, named: Bound, done: Replayed, using: str) -> None:
    rows, bound = named
    kind, first, last = rows
    if RemovedRange.objects.using(using).filter(kind=kind, first=first).exists():
        return
    by_itself = RemovedRow.objects.using(using).filter(kind=kind, row=OuterRef("pk"))
    back = REMOVABLE[kind].objects.using(using).filter(pk__range=(first, last))
    if back.filter(Exists(by_itself)).exists():
        done.faults.append(f"{kind} {first} to {last}: run --replay without a file first")
        return
    there = back.order_by("pk").values_list("pk", "commitment")
    if not there.exists():
        return
    if bound_digest(there.iterator(BATCH)) != bound:
        done.faults.append(f"{kind} {first} to {last}: other rows stand there than were sealed")
        return
    remove_range(rows, count := there.count(), why, using=using)
    done.rows[kind] += count


class _Replay:
    def __init__(self, using: str) -> None:
        self.using = using
        self.done = Replayed()
        self._faults: dict[int, str] = {}

    def run(self, batch: int) -> Replayed:
        for kind, model in REMOVABLE.items():
            rows = model.objects.using(self.using)
            named = RemovedRow.objects.using(self.using).filter(kind=kind, row=OuterRef("pk"))
            self._walk(kind, rows.filter(Exists(named)), batch)
            for found in RemovedRange.objects.using(self.using).filter(kind=kind).order_by("pk"):
                in_range = rows.filter(pk__range=(found.first, found.last))
                self._walk(kind, in_range, batch, removal=found.removal)
        return self.done

    def _walk(self, kind: str, back: Any, batch: int, removal: int | None = None) -> None:
        """Remove rows that are back, which one removal names, or each another, in batches."""
        after = 0
        back = back.order_by("pk").values_list("pk", flat=True)
        while ids := list(back.filter(pk__gt=after)[:batch]):
            after = ids[-1]
            with transaction.atomic(using=self.using):
                self._remove(
                    kind, dict.fromkeys(ids, removal) if removal else self._named(kind, ids)
                )

    def _named(self, kind: str, ids: Collection[int]) -> dict[int, int]:
        rows = RemovedRow.objects.using(self.using).filter(kind=kind, row__in=ids)
        return dict(rows.order_by("row").values_list("row", "removal"))

    def _remove(self, kind: str, named: Mapping[int, int]) -> None:
        """Remove rows, by id and the removal that names them."""
        there = removals.bound_now(kind, named, using=self.using)
        sealed = removals.bound_when_sealed(kind, named, using=self.using)
        gone = []
        for row, removal in named.items():
            why = self._fault(removal)
            if not why and there[row] != sealed.get(row):
                why = "another row stands under that id than the one that was sealed"
            if why:
                self.done.faults.append(f"{kind} {row}, which removal {removal} names: {why}")
            else:
                gone.append(row)
        delete_named([(kind, row) for row in gone], using=self.using)
        self.done.rows[kind] += len(gone)

    def _fault(self, number: int) -> str:
        if number not in self._faults:
            entry = Removal.objects.using(self.using).filter(pk=number).first()
            self._faults[number] = (
                removals.fault_of(entry, using=self.using) if entry else "there is no such removal"
            )
        return self._faults[number]

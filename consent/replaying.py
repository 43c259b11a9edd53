"""Forgetting again after a restore: what the ledger names and a backup brought back.

An id alone says too little: a database that was set back gives it to somebody else. So a row goes
only where its commitment is the one that was sealed under that id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef

from consent import removals, sealing
from consent.ledgerfile import Entry, check_ledger_file, read_ledger
from consent.models import Removal, RemovedRow
from consent.removals import REMOVABLE, fault_in
from consent.retention import BATCH, delete_named, remove


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


class _Replay:
    def __init__(self, using: str) -> None:
        self.using = using
        self.done = Replayed()
        self._faults: dict[int, str] = {}

    def run(self, batch: int) -> Replayed:
        for kind, model in REMOVABLE.items():
            named = RemovedRow.objects.using(self.using).filter(kind=kind, row=OuterRef("pk"))
            back = model.objects.using(self.using).filter(Exists(named)).order_by("pk")
            after = 0
            while ids := list(back.filter(pk__gt=after).values_list("pk", flat=True)[:batch]):
                after = ids[-1]
                with transaction.atomic(using=self.using):
                    self._remove(kind, ids)
        return self.done

    def _remove(self, kind: str, ids: Collection[int]) -> None:
        there = removals.bound_now(kind, ids, using=self.using)
        sealed = removals.bound_when_sealed(kind, ids, using=self.using)
        rows = RemovedRow.objects.using(self.using).filter(kind=kind, row__in=there)
        gone = []
        for row, removal in rows.order_by("row").values_list("row", "removal"):
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
                fault_in(removals.values_of(entry), removals.rows_named(entry, using=self.using))
                if entry
                else "there is no such removal"
            )
        return self._faults[number]

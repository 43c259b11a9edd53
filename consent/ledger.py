"""The ledger of removals, as far as this site's own key wrote it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator

from consent.faults import Report
from consent.models import Removal, RemovedRange, RemovedRow
from consent.removals import fault_of


class Ledger:
    """The removals that can be believed, by id; with the ranges held in memory, as they are few."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.kinds: dict[int, str] = {}
        self.forged: dict[int, str] = {}
        for removal in Removal.objects.using(using).order_by("pk").iterator():
            why = fault_of(removal, using=using)
            if why:
                self.forged[removal.pk] = why
            else:
                self.kinds[removal.pk] = removal.kind
        ranges = RemovedRange.objects.using(using).values_list("kind", "first", "last", "removal")
        self._ranges = sorted(named for named in ranges if named[3] in self.kinds)

    def removed(self, kind: str, rows: Collection[int]) -> dict[int, str]:
        """Return those of some rows that are named, and whether they were purged or erased."""
        if not rows or not self.kinds:
            return {}
        named = RemovedRow.objects.using(self.using).filter(kind=kind, row__in=rows)
        found = named.values_list("row", "removal")
        by_itself = {row: self.kinds[removal] for row, removal in found if removal in self.kinds}
        return {**dict(self._in_ranges(kind, rows)), **by_itself}

    def _in_ranges(self, kind: str, rows: Collection[int]) -> Iterator[tuple[int, str]]:
        for row in rows if self._ranges else ():
            at = bisect_right(self._ranges, (kind, row + 1)) - 1
            if at >= 0 and self._ranges[at][0] == kind and row <= self._ranges[at][2]:
                yield row, self.kinds[self._ranges[at][3]]


def check_ledger(ledger: Ledger, report: Report) -> None:
    """Name every entry that cannot be believed, and every row that no entry names."""
    for pk, why in ledger.forged.items():
        report.find("forged", f"removal {pk}", why)
    entries = Removal.objects.using(ledger.using).values("pk")
    for row in RemovedRow.objects.using(ledger.using).exclude(removal__in=entries).iterator():
        report.find("forged", f"removed row {row.pk}", f"there is no removal {row.removal}")
    for named in RemovedRange.objects.using(ledger.using).exclude(removal__in=entries):
        report.find("forged", f"removed range {named.pk}", f"there is no removal {named.removal}")

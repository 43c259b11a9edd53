"""The ledger of removals, as far as this site's own key wrote it."""

from __future__ import annotations

from collections.abc import Collection

from consent.faults import Report
from consent.models import Removal, RemovedRow
from consent.removals import fault_in, rows_named, values_of


class Ledger:
    """The removals that can be believed, by id; held in memory, as they are few."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.kinds: dict[int, str] = {}
        self.forged: dict[int, str] = {}
        for removal in Removal.objects.using(using).order_by("pk").iterator():
            why = fault_of(removal, using)
            if why:
                self.forged[removal.pk] = why
            else:
                self.kinds[removal.pk] = removal.kind

    def removed(self, kind: str, rows: Collection[int]) -> dict[int, str]:
        """Return those of some rows that are named, and whether they were purged or erased."""
        if not rows or not self.kinds:
            return {}
        named = RemovedRow.objects.using(self.using).filter(kind=kind, row__in=rows)
        found = named.values_list("row", "removal")
        return {row: self.kinds[removal] for row, removal in found if removal in self.kinds}


def fault_of(removal: Removal, using: str) -> str:
    """Return why an entry cannot be believed; nothing where it can."""
    return fault_in(values_of(removal), rows_named(removal, using=using))


def check_ledger(ledger: Ledger, report: Report) -> None:
    """Name every entry that cannot be believed, and every row that no entry names."""
    for pk, why in ledger.forged.items():
        report.find("forged", f"removal {pk}", why)
    entries = Removal.objects.using(ledger.using).values("pk")
    for row in RemovedRow.objects.using(ledger.using).exclude(removal__in=entries).iterator():
        report.find("forged", f"removed row {row.pk}", f"there is no removal {row.removal}")

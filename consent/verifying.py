"""Recompute everything from the rows, and say which are not as they were sealed.

Memory does not grow with the log: leaves and records are read side by side, in order, in parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max

from consent import anchors, signing
from consent.bindings import Bindings, LeafRow, as_bytes
from consent.conf import conf
from consent.core import merkle
from consent.core.evidence import seal_digest
from consent.faults import Report
from consent.ledger import Ledger, check_ledger
from consent.models import Anchor, Exhibit, Leaf, Seal
from consent.recount import Recount

CHUNK = 5_000
Progress = Callable[[int, int], None]
"""Gets how many leaves are done, and of how many."""


def verify(
    report: Report,
    *,
    using: str = DEFAULT_DB_ALIAS,
    first: int = 1,
    last: int | None = None,
    progress: Progress = lambda *_: None,
    unsealed: bool = True,
) -> Report:
    """Verify the seals from number ``first`` to ``last``, and with the newest what is unsealed.

    Where that is all of them, the daily tallies are compared with the records as well. Without
    ``unsealed``, what no seal covers is left out. Everything that is wrong goes into the report,
    which is returned.
    """
    return _Verification(report, using, progress).run(first, last, unsealed=unsealed)


class _Verification:
    def __init__(self, report: Report, using: str, progress: Progress) -> None:
        self.report = report
        self.using = using
        self.progress = progress
        self.ledger = Ledger(using)
        self.recount = Recount(using, report)
        self.bindings = Bindings(using, report, self.ledger)
        self.records = 0
        self.was_signed = False
        self.done = self.total = 0

    def run(self, first: int, last: int | None, *, unsealed: bool) -> Report:
        report, seals = self.report, Seal.objects.using(self.using)
        newest = seals.aggregate(newest=Max("number"))["newest"] or 0
        end = min(newest, last) if last is not None else newest
        report.first, report.last = first, end
        is_whole = first == 1 and end == newest
        if is_whole:
            self.bindings = Bindings(self.using, report, self.ledger, self.recount.add)
        check_ledger(self.ledger, report)
        before = seals.filter(number=first - 1).first()
        if first > 1 and before is None:
            report.find("gap", f"seal {first - 1}", "there is no such seal")
        self.was_signed = bool(before and before.key)
        self.total = sum(seals.filter(number__range=(first, end)).values_list("count", flat=True))
        for number in range(first, end + 1):
            before = self._seal(number, before) or before
        if end == newest and unsealed:
            self._newest(before)
        self._anchors()
        if is_whole:
            self.recount.compare(self.records, end)
        return report

    def _seal(self, number: int, before: Seal | None) -> Seal | None:
        seal: Seal | None = Seal.objects.using(self.using).filter(number=number).first()
        if seal is None:
            self.report.find("gap", f"seal {number}", "there is no such seal")
            return None
        self._head(seal, before)
        self.bindings.begin(before.upto if before else 0)
        root = merkle.root(self._hashes(seal))
        self.bindings.check_up_to(seal.upto)
        if root.hex() != seal.root:
            self.report.find("broken", f"seal {number}", "the leaves give another root")
        return seal

    def _hashes(self, seal: Seal) -> Iterator[bytes]:
        """Yield the hashes of a seal's leaves; compare them with the rows on the way."""
        for leaves in self._leaves(seal):
            self.bindings.check(leaves)
            self.done += len(leaves)
            self.records += sum(leaf[1] == Exhibit.RECORD for leaf in leaves)
            self.progress(self.done, self.total)
            for leaf in leaves:
                yield merkle.leaf_hash(as_bytes(leaf[3]))

    def _head(self, seal: Seal, before: Seal | None) -> None:
        name, find = f"seal {seal.number}", self.report.find
        if seal_digest(vars(seal)) != seal.digest:
            find("changed", name, "its columns give another digest")
        if seal.previous != (before.digest if before else ""):
            find("broken", name, "it does not follow the seal before")
        if seal.first != (before.first + before.count if before else 0):
            find("broken", name, "its leaves do not follow those of the seal before")
        if before and seal.upto < before.upto:
            find("broken", name, "its records do not follow those of the seal before")
        self._signature(seal, name)

    def _signature(self, seal: Seal, name: str) -> None:
        if bool(seal.signature) != bool(seal.key):
            self.report.find("broken", name, "it has a key without a signature, or the reverse")
            return
        if not seal.key:
            self.report.counts["unsigned seals"] += 1
            if self.was_signed:
                self.report.find("broken", name, "it is not signed, though earlier ones are")
            return
        self.was_signed = True
        checked = signing.verify(seal.digest, seal.key, seal.signature)
        self.report.counts["seals with unchecked signature" if checked is None else "seals"] += 1
        if checked is False:
            self.report.find("broken", name, "the signature is not that of its key")

    def _leaves(self, seal: Seal) -> Iterator[list[LeafRow]]:
        """Yield the leaves of a seal, in order and in parts; name those that are not there."""
        leaves = Leaf.objects.using(self.using).order_by("index")
        end, expected = seal.first + seal.count, count(seal.first)
        position = seal.first
        while position < end:
            part = leaves.filter(index__gte=position, index__lt=end)[:CHUNK]
            found = list(part.values_list("index", "kind", "row", "commitment"))
            for leaf in found:
                while (wanted := next(expected)) < leaf[0]:
                    self.report.find("missing", f"leaf {wanted}", f"seal {seal.number} covers it")
            yield found
            if len(found) < CHUNK:
                break
            position = found[-1][0] + 1
        for wanted in expected:
            if wanted >= end:
                break
            self.report.find("missing", f"leaf {wanted}", f"seal {seal.number} covers it")

    def _newest(self, before: Seal | None) -> None:
        """Look at the newest seal once more, and at what comes after it."""
        if before and not before.key and (conf.seal_key or conf.seal_public_keys):
            why = "it is not signed, though the site has a key: seal once more"
            self.report.find("broken", f"seal {before.number}", why)
        end = before.first + before.count if before else 0
        for leaf in Leaf.objects.using(self.using).filter(index__gte=end).iterator():
            self.report.find("inserted", f"leaf {leaf.index}", "no seal covers it")
        self.bindings.check_unsealed(before.upto if before else 0)

    def _anchors(self) -> None:
        """Compare the seals with what stands outside, by the database's account and by its own."""
        seals, find = Seal.objects.using(self.using), self.report.find
        for anchor in Anchor.objects.using(self.using).iterator():
            seal = seals.filter(number=anchor.seal).first()
            if seal is None:
                why = f"seal {anchor.seal} was anchored, and is not there any more"
                find("unanchored", f"anchor {anchor.pk}", why)
            elif anchors.check(anchor, seal) is False:
                why = f"seal {anchor.seal} is another than the one that was anchored"
                find("unanchored", f"anchor {anchor.pk}", why)
        for name, entry in anchors.outside():
            if not seals.filter(number=entry.number, digest=entry.digest).exists():
                why = f"{name} holds one that is not there any more, or is another"
                find("unanchored", f"seal {entry.number}", why)

"""Compare rows of evidence with what binds them: their leaves, and their own commitments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from consent.core.evidence import (
    RECORD_FIELDS,
    bytes_of,
    commitment,
    record_key,
    row_digest,
)
from consent.faults import Report
from consent.keys import evidence_keys
from consent.ledger import Ledger
from consent.models import Exhibit, Leaf, Notice, Presentation, Record
from consent.sealing import ROWS

LeafRow = tuple[int, str, int, str]
"""Index, kind, row and commitment of a leaf."""
_COLUMNS = tuple("spelled" if name == "answers" else name for name in RECORD_FIELDS)
_Row = tuple[Any, ...]
_READ = 2_000


def as_bytes(commitment: str) -> bytes:
    """Return a commitment's bytes; nothing for what is none, which no root then fits."""
    try:
        return bytes.fromhex(commitment)
    except ValueError:
        return b""


def bound_rows(using: str) -> Any:
    """Return a queryset of id, salt, commitment, then `RECORD_FIELDS` as the database has them."""
    rows = Record.objects.using(using).annotate(spelled=Cast("answers", TextField()))
    return rows.order_by("id").values_list("id", "salt", "commitment", *_COLUMNS)


class Bindings:
    """Checks leaves against rows, in the order of the leaves, one part after another."""

    def __init__(
        self,
        using: str,
        report: Report,
        ledger: Ledger,
        on_record: Callable[[_Row], None] = lambda _: None,
    ) -> None:
        self.using = using
        self._on_record = on_record
        self.report = report
        self.ledger = ledger
        self._keys = list(evidence_keys())
        self._last = 0
        notices = Notice.objects.using(using).values_list("site", "number", "digest")
        self._notices = {(site, number): digest for site, number, digest in notices}

    def begin(self, last: int) -> None:
        """Begin a seal: the seals before cover the records up to this id."""
        self._last = last

    def check(self, leaves: Iterable[LeafRow]) -> None:
        """Compare leaves, which follow those of the call before, with their rows."""
        by_kind: dict[str, dict[int, LeafRow]] = {}
        for leaf in leaves:
            by_kind.setdefault(leaf[1], {})[leaf[2]] = leaf
        for kind, wanted in by_kind.items():
            if kind == Exhibit.RECORD:
                self._records(wanted)
            elif kind in ROWS:
                self._others(kind, wanted)
            else:
                for leaf in wanted.values():
                    self.report.find("changed", f"leaf {leaf[0]}", f"there are no {kind!r} rows")

    def check_up_to(self, upto: int) -> None:
        """Name the records of a seal's ids that it does not cover."""
        for row in self._between(self._last, upto):
            self._uncovered(row[0])
        self._last = upto

    def check_unsealed(self, upto: int) -> None:
        """Compare what no seal covers yet with its own commitments."""
        for row in bound_rows(self.using).filter(id__gt=upto).iterator(_READ):
            if self._is_bound(row):
                self.report.counts["unsealed records"] += 1
        for kind, model in ROWS.items():
            leaves = Leaf.objects.using(self.using).filter(kind=kind, row=OuterRef("pk"))
            for values in model._default_manager.using(self.using).filter(~Exists(leaves)).values():
                self._own_digest(kind, values)
                self.report.counts[f"unsealed {kind} rows"] += 1

    def _records(self, wanted: dict[int, LeafRow]) -> None:
        end = max(wanted)
        there = []
        for row in self._between(self._last, end):
            leaf = wanted.pop(row[0], None)
            if leaf is None:
                self._uncovered(row[0])
                continue
            there.append(row[0])
            if self._is_bound(row) and self._compare(f"leaf {leaf[0]}", row[2], leaf):
                self._on_record(row)
        self._back(Exhibit.RECORD, there)
        self._gone(Exhibit.RECORD, wanted)
        self._last = max(self._last, end)

    def _between(self, after: int, upto: int) -> Iterator[_Row]:
        rows: Iterator[_Row] = (
            bound_rows(self.using).filter(id__gt=after, id__lte=upto).iterator(_READ)
        )
        return rows

    def _uncovered(self, pk: int) -> None:
        self.report.find("inserted", f"record {pk}", "it came among sealed ones")

    def _is_bound(self, row: _Row) -> bool:
        """Whether a record is as it was when it was written; name it if not."""
        name = f"record {row[0]}"
        if not self._is_own(row):
            self.report.find("changed", name, "its columns give another commitment")
            return False
        if self._notices.get(row[3:5]) != row[5]:
            self.report.find("missing", name, "the notice that it points to is not there")
            return False
        return True

    def _is_own(self, row: _Row) -> bool:
        try:
            record = bytes_of(*row[3:])
            for key in self._keys:
                if commitment(record_key(key, row[1]), record) == row[2]:
                    if key is not self._keys[0]:  # the next record is likely of the same time
                        self._keys.remove(key)
                        self._keys.insert(0, key)
                    return True
        except (ValueError, TypeError):  # not even the form is right
            pass
        return False

    def _others(self, kind: str, wanted: dict[int, LeafRow]) -> None:
        found: list[LeafRow] = []
        rows = ROWS[kind]._default_manager.using(self.using).filter(pk__in=list(wanted))
        for values in rows.values():
            leaf = wanted.pop(values["id"])
            found.append(leaf)
            self._own_digest(kind, values)
            self._compare(f"{kind} {values['id']}", row_digest(kind, values), leaf)
        self._back(kind, [leaf[2] for leaf in found])
        self._gone(kind, wanted)

    def _own_digest(self, kind: str, values: Mapping[str, Any]) -> None:
        """Check the digest that a notice or a presentation carries of its own text."""
        if kind == Exhibit.NOTICE:
            digest = sha256(values["document"].encode()).hexdigest()
        elif kind == Exhibit.PRESENTATION:
            digest = Presentation(**values).text_digest()
        else:
            return
        if digest != values["digest"]:
            self.report.find("changed", f"{kind} {values['id']}", "its text gives another digest")

    def _compare(self, name: str, found: str, leaf: LeafRow) -> bool:
        if found == leaf[3]:
            self.report.counts[f"{leaf[1]} rows"] += 1
            return True
        why = f"leaf {leaf[0]} does not stand for {leaf[1]} {leaf[2]} as it is"
        self.report.find("changed", name, why)
        return False

    def _back(self, kind: str, there: list[int]) -> None:
        for pk, how in self.ledger.removed(kind, there).items():
            self.report.find("restored", f"{kind} {pk}", f"it was {how}d before")

    def _gone(self, kind: str, left: Mapping[int, LeafRow]) -> None:
        removed = self.ledger.removed(kind, list(left))
        for pk, leaf in left.items():
            if pk in removed:
                self.report.counts[f"{kind} rows {removed[pk]}d"] += 1
            else:
                why = f"leaf {leaf[0]} stands for it, and no removal names it"
                self.report.find("missing", f"{kind} {pk}", why)

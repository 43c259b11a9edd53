"""Entries of the ledger: how one is written, and whether one can be believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Exists, OuterRef

from consent.core.evidence import (
    REMOVAL_FIELDS,
    bound_digest,
    ranges_digest,
    removal_code,
    row_digest,
    rows_digest,
)
from consent.keys import evidence_keys
from consent.models import (
    Exhibit,
    Leaf,
    Notice,
    Presentation,
    Record,
    Removal,
    RemovedRange,
    RemovedRow,
)

REMOVABLE: dict[str, type[Record] | type[Notice] | type[Presentation]] = {
    Exhibit.RECORD: Record,
    Exhibit.PRESENTATION: Presentation,
    Exhibit.NOTICE: Notice,
}
"""What may ever be removed; everything else is kept for good."""
_STATEMENT = 5_000

Named = tuple[str, int]
"""Kind and id of a row that an entry names."""
Range = tuple[str, int, int]
"""Kind, first and last id of the rows that an entry names at once, both included."""


class Why(NamedTuple):
    """What an entry says beside the rows: purged or erased, for what reason, by whom, when."""

    kind: str
    reason: str
    by: str
    at: datetime


def write(why: Why, rows: Collection[Named], *, using: str) -> Removal:
    """Add an entry that names rows, and so lets the database delete them."""
    entry = _write(why, len(rows), rows_digest(rows), using)
    for kind, ids in by_kind(rows):
        _name(kind, ids, entry, using)
    return entry


def write_range(why: Why, named: Range, count: int, *, using: str) -> Removal:
    """Add an entry that names a range with so many rows, and so lets the database delete them."""
    entry = _write(why, count, ranges_digest([named]), using)
    kind, first, last = named
    RemovedRange.objects.using(using).create(kind=kind, first=first, last=last, removal=entry.pk)
    return entry


def _write(why: Why, count: int, digest: str, using: str) -> Removal:
    values: dict[str, Any] = {
        "kind": str(why.kind),
        "reason": why.reason,
        "removed_by": why.by,
        "removed_at": why.at,
        "count": count,
        "digest": digest,
    }
    mac = removal_code(evidence_keys()[0], values)
    entry: Removal = Removal.objects.using(using).create(**values, mac=mac)
    return entry


def by_kind(rows: Iterable[Named]) -> Iterator[tuple[str, list[int]]]:
    """Yield the ids of each kind, in parts that fit into a statement."""
    for kind in REMOVABLE:
        left = [row for named, row in rows if named == kind]
        while left:
            part, left = left[:_STATEMENT], left[_STATEMENT:]
            yield kind, part


def among(ids: Iterable[int]) -> str:
    """Return ids as SQL: written out, because thousands of parameters take longer than the rest."""
    return ", ".join([str(int(pk)) for pk in ids])


def named_in(model: type[Leaf] | type[RemovedRow], ids: Collection[int], *, using: str) -> set[int]:
    """Return those records, of some, for which there is a leaf, or that the ledger names."""
    if not ids:
        return set()
    row, kind = map(connections[using].ops.quote_name, ("row", "kind"))
    sql = (
        f"SELECT {row} FROM {model._meta.db_table} "  # noqa: S608 - constants
        f"WHERE {kind} = %s AND {row} IN ({among(ids)})"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [str(Exhibit.RECORD)])
        return {int(found) for (found,) in cursor.fetchall()}


def _name(kind: str, ids: Collection[int], entry: Removal, using: str) -> None:
    """Name rows, in the database itself: from here on they can be deleted."""
    connection = connections[using]
    columns = ", ".join(map(connection.ops.quote_name, ("kind", "row", "removal")))
    sql = (
        f"INSERT INTO consent_removedrow ({columns}) SELECT %s, id, %s "  # noqa: S608 - constants
        f"FROM {REMOVABLE[kind]._meta.db_table} WHERE id IN ({among(ids)})"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(kind), entry.pk])
        check_all(kind, len(ids), cursor.rowcount)


def check_all(kind: str, wanted: int, found: int) -> None:
    """Raise RuntimeError, so that the transaction is undone, where rows are not all there."""
    if found != wanted:
        raise RuntimeError(f"{wanted} {kind} rows were to go, but {found} were there.")


def rows_named(entry: Removal, *, using: str) -> list[Named]:
    """Return the rows that an entry names, in order."""
    rows = RemovedRow.objects.using(using).filter(removal=entry.pk).order_by("id")
    return list(rows.values_list("kind", "row"))


def ranges_named(entry: Removal, *, using: str) -> list[Range]:
    """Return the ranges that an entry names, in order."""
    ranges = RemovedRange.objects.using(using).filter(removal=entry.pk).order_by("id")
    return list(ranges.values_list("kind", "first", "last"))


def fault_of(entry: Removal, *, using: str) -> str:
    """Return why an entry cannot be believed; nothing where it can."""
    rows, ranges = rows_named(entry, using=using), ranges_named(entry, using=using)
    return fault_in(values_of(entry), rows, ranges)


def fault_in(
    values: Mapping[str, Any], rows: Collection[Named], ranges: Collection[Range] = ()
) -> str:
    """Return why an entry, which names either rows or ranges, cannot be believed; else nothing.

    ``values`` holds `REMOVAL_FIELDS` and the ``mac``.
    """
    said = str(values["mac"]).encode()
    codes = (removal_code(key, values).encode() for key in evidence_keys())
    if not any(compare_digest(code, said) for code in codes):
        return "no key of this site's wrote it"
    found = ranges_digest(ranges) if ranges else rows_digest(rows)
    if len(rows) != (0 if ranges else values["count"]) or found != values["digest"]:
        return "it names other rows than it was written for"
    return ""


def values_of(entry: Removal) -> dict[str, Any]:
    """Return what an entry's code is over, and the code."""
    return {name: getattr(entry, name) for name in (*REMOVAL_FIELDS, "mac")}


def bound_in_range(rows: Range, *, using: str) -> str:
    """Return the digest of what was sealed in a range of records and no entry names by itself."""
    kind, first, last = rows
    leaves = Leaf.objects.using(using).filter(kind=kind, row__range=(first, last))
    by_itself = RemovedRow.objects.using(using).filter(kind=kind, row=OuterRef("row"))
    found = leaves.exclude(Exists(by_itself)).order_by("row").values_list("row", "commitment")
    return bound_digest(found.iterator(_STATEMENT))


def bound_now(kind: str, ids: Collection[int], *, using: str) -> dict[int, str]:
    """Return the commitments that rows carry, or give, as they stand now, by id."""
    rows = REMOVABLE[kind].objects.using(using).filter(pk__in=ids)
    if kind == Exhibit.RECORD:
        return dict(rows.values_list("id", "commitment"))
    return {values["id"]: row_digest(kind, values) for values in rows.values()}


def bound_when_sealed(kind: str, ids: Collection[int], *, using: str) -> dict[int, str]:
    """Return the commitments in the leaves of rows, by id."""
    leaves = Leaf.objects.using(using).filter(kind=kind, row__in=ids)
    return dict(leaves.values_list("row", "commitment"))

"""Records as CSV or JSON text, run of ids by run of ids.

On PostgreSQL its COPY writes them, where the driver is psycopg 3; elsewhere the columns are made
text by the database and joined here. Both write the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from consent.exports import copying, fetching
from consent.exports.columns import COLUMNS
from consent.exports.selection import Selection
from consent.models import Record

SPANS = {"postgresql": 50_000}
SPAN = 5_000
"""Ids in a run: of one statement, which reads that many rows at most."""
FIRST = 1_000
"""Ids in the first run, lest anybody wait for the first row."""


class Piece(NamedTuple):
    """Some bytes of an export, the number of rows in them, and up to which id all are out."""

    data: bytes
    rows: int
    done: int


class Kind(NamedTuple):
    """What is written: CSV neutralised or as it is, or JSON."""

    is_json: bool = False
    is_neutral: bool = True


def heading() -> bytes:
    """Return the first line of CSV."""
    return ",".join(COLUMNS).encode() + b"\n"


def pieces(
    selection: Selection, kind: Kind, *, using: str, after: int, upto: int
) -> Iterator[Piece]:
    """Yield the selected records above the id ``after``, up to ``upto``, in the order of ids.

    The last piece of a run has its last id in ``done``; those before it, that of the run before.
    """
    vendor = connections[using].vendor
    span = SPANS.get(vendor, SPAN)
    copies = copying.can_copy(using)
    read = copying.copied if copies else fetching.fetched
    first, last = selection.bounds(using, upto=upto)
    done, length = max(after, first - 1), FIRST
    # Before any row: whoever goes on from here has the first run still to come.
    yield Piece(b"", 0, done)
    while done < last:
        end = min(done + length, last)
        rows = selection.records(using).filter(id__gt=done, id__lte=end)
        condition = _condition(rows, using)
        if condition:
            for data, count in read(*condition, kind.is_json, kind.is_neutral, using):
                yield Piece(data, count, done)
        yield Piece(b"", 0, end)
        done, length = end, span


def _condition(rows: QuerySet[Record], using: str) -> tuple[str, tuple[Any, ...]] | None:
    """Return what follows WHERE, and its parameters; None where nothing can be found."""
    connection = connections[using]
    compiler = rows.query.get_compiler(using)
    try:
        sql, parameters = rows.query.where.as_sql(compiler, connection)
    except EmptyResultSet:
        return None
    return sql, tuple(parameters)

"""What takes all records out, in a process of their database: each says how many rows a second."""

from __future__ import annotations

import csv
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from django.db import connection

from consent.exports.columns import COLUMNS
from consent.exports.formats import find_format
from consent.exports.running import Export
from consent.exports.selection import Selection
from consent.models import Record
from tests.benchmarks.exhibits import _CLEAR, _memory

SAMPLE = 50_000
"""Rows that django-import-export is given: it holds all of them in memory."""


def ours(name: str) -> float:
    """Export in a format, as the command does: into a file, with digest and account."""
    with _nowhere() as write, _timed() as rate:
        export = Export(Selection(), find_format(name), who="benchmark", using="default")
        for piece in export.pieces():
            write(piece.data)
        return rate(export.rows)


def copied() -> float:
    """Copy the same columns with a bare COPY, read by the same driver."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    sql = f"COPY (SELECT {columns} FROM consent_record ORDER BY id) TO STDOUT (FORMAT csv, HEADER)"
    rows = -1
    with _nowhere() as write, _timed() as rate:
        with connection.cursor() as cursor, cursor.cursor.copy(sql) as copy:
            for row in copy:
                write(row)
                rows += 1
        return rate(rows)


def iterated() -> float:
    """Write the same columns with ``values_list().iterator()`` and ``csv.writer``."""
    rows = 0
    with Path(os.devnull).open("w", encoding="utf-8", newline="") as file, _timed() as rate:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in Record.objects.order_by("id").values_list(*COLUMNS).iterator():
            writer.writerow(row)
            rows += 1
        return rate(rows)


def imported() -> float:
    """Export a part of the records with django-import-export."""
    from import_export.resources import modelresource_factory  # it wants Django ready

    resource = modelresource_factory(Record)(fields=COLUMNS)
    with _timed() as rate:
        found = resource.export(Record.objects.order_by("id")[:SAMPLE])
        assert found.csv
        return rate(len(found))


def growth(name: str) -> float | None:
    """Export in a format; return by how many bytes at most the process grew meanwhile.

    None where the system does not tell.
    """
    if not _CLEAR.exists():
        return None
    warm = Export(Selection(receipt="none"), find_format(name), who="benchmark", using="default")
    assert sum(piece.rows for piece in warm.pieces()) == 0  # all is imported and connected
    gc.collect()
    _CLEAR.write_text("5")  # forgets the peak so far
    before = _memory("VmRSS")
    ours(name)
    return float(_memory("VmHWM") - before)


@contextmanager
def _timed() -> Iterator[Callable[[int], float]]:
    gc.collect()
    start = perf_counter()
    yield lambda rows: rows / (perf_counter() - start)


@contextmanager
def _nowhere() -> Iterator[Callable[[bytes], int]]:
    """Open a file that keeps nothing: a disk would say little about either side."""
    with Path(os.devnull).open("wb") as file:
        yield file.write

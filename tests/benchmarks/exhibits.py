"""What is done with many records in a process of their database: each says how long it took."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from consent.bindings import bound_rows
from consent.core.evidence import bytes_of
from consent.faults import Report
from consent.models import Leaf, Record, Seal
from consent.proofs import _Proof as Proof
from consent.recording import committed, new_receipt
from consent.sealing import seal
from consent.verifying import verify
from tests.benchmarks import writing

ORIGINALS = 2_000
_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def fill(count: int) -> None:
    """Add records: what `record_decision` would write, each of a few thousand again and again."""
    pks = list(islice(cycle(_originals()), count))
    columns = [f.column for f in Record._meta.local_concrete_fields if not f.primary_key]
    names = ", ".join(map(connection.ops.quote_name, columns))
    copy = f"INSERT INTO consent_record ({names}) SELECT {names} FROM consent_record "
    with connection.cursor() as cursor:
        for at in range(0, count, ORIGINALS):
            run = pks[at : at + ORIGINALS]
            cursor.execute(f"{copy} WHERE id >= %s AND id <= %s", [min(run), max(run)])


def _originals() -> list[int]:
    if not Record.objects.exists():
        row = writing.bare_row()
        made = ({**row, "receipt": new_receipt(), "decided_at": timezone.now()} for _ in cycle("a"))
        new = (Record(**values, **committed(values)) for values in made)
        Record.objects.bulk_create(islice(new, ORIGINALS), batch_size=50)
    return list(Record.objects.order_by("id").values_list("id", flat=True)[:ORIGINALS])


def sealed() -> float:
    """Seal what is unsealed; return how many records a second that were."""
    before = _leaves()
    with _undisturbed() as seconds:
        seal()
        taken = seconds()
    return (_leaves() - before) / taken


def verified(first: int = 1) -> float:
    """Verify the seals from a number on; return how many records a second that were."""
    report = Report()
    with _undisturbed() as seconds:
        verify(report, first=first)
        taken = seconds()
    assert report.is_sound, report.example
    return report.counts["record rows"] / taken


def read(first: int = 1) -> float:
    """Read the same records and hash each once; return how many a second that were."""
    before = Seal.objects.filter(number=first - 1).first()
    rows, count = bound_rows("default").filter(id__gt=before.upto if before else 0), 0
    with _undisturbed() as seconds:
        for row in rows.iterator(2_000):
            sha256(bytes_of(*row[3:])).digest()
            count += 1
        taken = seconds()
    return count / taken


def next_seal() -> int:
    """Return the number of the seal that comes next."""
    newest: int | None = Seal.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def proved(count: int) -> list[float]:
    """Return how many milliseconds each of so many proofs took, of records of the fullest seal."""
    fullest = Seal.objects.order_by("-count", "number").first()
    assert fullest is not None
    places = [
        random.randrange(fullest.first + 5, fullest.first + fullest.count) for _ in range(count)
    ]
    rows = [Leaf.objects.get(index=place).row for place in places]
    return [_proof_of(row) * 1000 for row in rows]


def _proof_of(row: int) -> float:
    record = Record.objects.get(pk=row)
    with _undisturbed() as seconds:
        entry = Proof("default")._entry("record", record)
        taken = seconds()
    assert entry["leaf"]["path"]
    return taken


def growth() -> float | None:
    """Verify everything; return by how many bytes at most the process grew beyond what it held.

    None where the system does not tell.
    """
    if not _CLEAR.exists():
        return None
    Record.objects.first()  # connected, as it was before
    gc.collect()
    _CLEAR.write_text("5")  # forgets the peak so far
    before = _memory("VmRSS")
    verified()
    return float(_memory("VmHWM") - before)


def _memory(name: str) -> int:
    lines = _STATUS.read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _leaves() -> int:
    return int(Leaf.objects.aggregate(last=Max("index"))["last"] or 0)


@contextmanager
def _undisturbed() -> Iterator[Callable[[], float]]:
    gc.collect()
    gc.disable()
    start = perf_counter()
    yield lambda: perf_counter() - start
    gc.enable()

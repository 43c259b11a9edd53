"""Writers and sealers that are killed at any moment: ``python -m tests.fire ROUNDS``.

The database is that of the settings, migrated and empty. Every round forks twenty writers and two
sealers, kills them all at random moments, and goes on; half way the records are divided where the
database is PostgreSQL; at the end everything is sealed and verified. What a writer was told to be
committed, it has written to a pipe first thing.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable

import django
from django.db import connection, transaction

WRITERS, SEALERS = 20, 2
ROUND_SECONDS = 0.12


def main(rounds: int) -> int:
    """Fight, then say what is wrong; return the exit code."""
    django.setup()
    from consent import partitions

    notice = _asked()
    acknowledged: list[int] = []
    for number in range(rounds):
        if number == rounds // 2 and connection.vendor == "postgresql":
            partitions.divide(using="default", size=500)
        partitions.extend(using="default")
        acknowledged += _round(notice)
    return _judge(acknowledged)


def _asked() -> object:
    from consent.core.notice import canonical, renumbered
    from consent.models import Notice
    from tests.visiting import worded

    notice = renumbered(worded(), number=1, oldest_valid=1)
    Notice.objects.create(
        site=notice.site,
        number=1,
        digest=notice.digest,
        document=canonical(notice.document()).decode(),
        oldest_valid=1,
        material=True,
        published_by="test",
    )
    return notice


def _round(notice: object) -> list[int]:
    connection.close()
    reading, writing = os.pipe()
    fighters = [_forked(lambda: _write(notice, writing)) for _ in range(WRITERS)]
    random.shuffle(fighters)
    for _ in range(SEALERS):  # among the last, or they would hardly ever come to seal
        fighters.insert(random.randint(WRITERS // 2, WRITERS), _forked(_seal))
    os.close(writing)
    for pid in fighters:
        time.sleep(random.uniform(0, 2 * ROUND_SECONDS / len(fighters)))
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    for pid in fighters:
        os.waitpid(pid, 0)
    return [int(line) for line in told.split(b"\n")[:-1]]


def _forked(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    random.seed()
    try:
        while True:
            work()
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
    finally:
        os._exit(1)


def _write(notice: object, pipe: int) -> None:
    """Record a decision: at once, late, or not at all."""
    from tests.evidence import recorded

    with transaction.atomic():
        row = recorded(notice, random.choice(("accept", "refuse")))
        if random.random() < 0.3:
            time.sleep(random.uniform(0, 0.03))
        if random.random() < 0.1:
            transaction.set_rollback(True)
            return
    os.write(pipe, b"%d\n" % row.pk)


def _seal() -> None:
    from consent import sealing

    sealing.seal(limit=50)


def _judge(acknowledged: list[int]) -> int:
    from consent import sealing
    from consent.models import Leaf, Record, Seal
    from tests.evidence import verified

    sealing.seal()
    leaves = Counter(Leaf.objects.filter(kind="record").values_list("row", flat=True))
    rows = set(Record.objects.values_list("pk", flat=True))
    report, faults = verified()
    wrong = {
        "acknowledged and in no seal": set(acknowledged) - leaves.keys(),
        "in two seals": {row for row, times in leaves.items() if times > 1},
        "sealed and not there": leaves.keys() - rows,
        "there and not sealed": rows - leaves.keys(),
        "faults": set(map(str, faults)),
    }
    seals = Seal.objects.count()
    sys.stdout.write(f"{len(acknowledged)} acknowledged, {len(rows)} rows, {seals} seals\n")
    for what, which in wrong.items():
        if which:
            sys.stdout.write(f"{what}: {sorted(which, key=str)[:10]}\n")
    return 1 if any(wrong.values()) or not report.is_sound or not acknowledged else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))

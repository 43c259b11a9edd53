"""What runs every day, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from consent import anchors, moments, retention, sealing, verifying
from consent import verify as offline
from consent.faults import Report
from consent.models import Anchor, Run, Seal
from consent.routing import require_one_database

LEAVES = 100_000
"""Leaves that are verified while somebody waits; the daily job has all the time it needs."""


class FailedError(Exception):
    """A task found a fault or could not be done; says which."""


@contextmanager
def running(task: str, *, using: str) -> Iterator[Run]:
    """Keep how a task goes, also where it raises: for the overview."""
    require_one_database(using)
    run = Run.objects.using(using).create(task=task)
    try:
        yield run
        run.is_sound = run.outcome.get("sound", True)
    except BaseException as error:
        run.outcome = {**run.outcome, "error": repr(error)[:500]}
        raise
    finally:
        run.ended_at = moments.now()
        run.save(using=using)


def seal(*, using: str = DEFAULT_DB_ALIAS) -> list[Seal]:
    """Seal everything that is committed."""
    with running("seal", using=using) as run:
        sealed = sealing.seal(using=using)
        run.outcome = {"seals": [row.number for row in sealed], "leaves": _leaves(sealed)}
    return sealed


def anchor_newest(*, using: str = DEFAULT_DB_ALIAS) -> list[Anchor]:
    """Write the newest seal to everything outside that does not hold it yet."""
    newest = Seal.objects.using(using).order_by("-number").first()
    return anchors.anchor(newest, using=using) if newest else []


def last_verified(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """Return the number of the last seal up to which all were found sound; 0 before the first."""
    runs = Run.objects.using(using).filter(task="verify", is_sound=True).order_by("-started_at")
    latest = runs.exclude(ended_at=None).first()
    return int(latest.outcome.get("verified", 0)) if latest else 0


def note_verified(run: Run, report: Report) -> None:
    """Keep what a verification found, and up to which seal all are known to be sound."""
    known = last_verified(using=run._state.db or DEFAULT_DB_ALIAS)
    reached = report.last if report.first <= known + 1 else known
    run.outcome = {**report.as_json(), "verified": max(known, reached)}


def verify_next(*, using: str = DEFAULT_DB_ALIAS, leaves: int = LEAVES) -> Report:
    """Verify the seals after the last sound one, as many as have so many leaves, one at least.

    What is unsealed is looked at with the newest seal, where it is no more. Keeps a run.
    """
    first = last_verified(using=using) + 1
    seals = Seal.objects.using(using).filter(number__gte=first).order_by("number")
    total, last = 0, first - 1
    for number, count in seals.values_list("number", "count").iterator(100):
        total += count
        if number > first and total > leaves:
            break
        last = number
    is_small = sealing.unsealed(using)[: leaves + 1].count() <= leaves
    report = Report()
    with running("verify", using=using) as run:
        verifying.verify(report, using=using, first=first, last=last, unsealed=is_small)
        note_verified(run, report)
    return report


def compare_with_anchor(report: Report, text: str, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Compare the seals with those of an anchor's file."""
    seals = Seal.objects.using(using).order_by("number").values("number", "digest")
    for fault in offline.anchor_faults(seals.iterator(), text):
        report.find("unanchored", "anchor", fault)


def daily(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[tuple[str, str | FailedError]]:
    """Seal, anchor, verify what is new, purge; yield what each says. A failure stops no other."""
    tasks: dict[str, Callable[[str], str]] = {
        "seal": _seal,
        "anchor": _anchor,
        "verify": _verify_new,
        "purge": _purge,
    }
    for name, task in tasks.items():
        try:
            yield name, task(using)
        except Exception as error:
            yield name, FailedError(str(error) or repr(error))


def _seal(using: str) -> str:
    sealed = seal(using=using)
    return f"{len(sealed)} seals over {_leaves(sealed)} leaves"


def _anchor(using: str) -> str:
    return f"{len(anchor_newest(using=using))} written"


def _verify_new(using: str) -> str:
    report = Report()
    with running("verify", using=using) as run:
        verifying.verify(report, using=using, first=last_verified(using=using) + 1)
        note_verified(run, report)
    if not report.is_sound:
        raise FailedError(f"{sum(report.faults.values())} faults, first: {report.example}")
    return f"sound up to seal {report.last}"


def _purge(using: str) -> str:
    removed: Any = retention.purge(using=using)
    return str(removed)


def _leaves(sealed: list[Seal]) -> int:
    return sum(row.count for row in sealed)

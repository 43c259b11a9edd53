"""How the log and the notice stand: what was done last, what is behind, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from consent import holds, moments
from consent.conf import conf
from consent.histories import read_notice
from consent.judged import is_settled
from consent.models import Anchor, Notice, Record, Run, Seal, Sighting
from consent.preview import preview

PATIENCE = timedelta(hours=48)
"""How long the daily job may not have run before the overview warns."""
DAILY = timedelta(days=1)


class Task(NamedTuple):
    """One part of the daily job: how it went last, and whether it is late."""

    task: Run.Task
    run: Run | None
    is_late: bool

    @property
    def has_failed(self) -> bool:
        """Whether the last run found a fault or did not come to its end."""
        return self.run is not None and not self.run.is_sound


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """The log: its newest seal and anchor, the daily job's tasks, the holds in force."""

    seal: Seal | None
    anchor: Anchor | None
    tasks: tuple[Task, ...]
    holds: int

    @property
    def behind(self) -> int:
        """How many seals came after the newest that stands outside."""
        return self.seal.number - self.anchor.seal if self.seal and self.anchor else 0

    @property
    def verified(self) -> Run | None:
        """The last verification."""
        return next(task.run for task in self.tasks if task.task == Run.Task.VERIFY)

    @property
    def warnings(self) -> list[Task]:
        """What is late, or went wrong."""
        return [task for task in self.tasks if task.is_late or task.has_failed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What the clocks let go next, by dates alone: nothing is counted.

    ``refusals`` and ``grants`` are when the oldest record of each may go; None where there is none.
    """

    due_at: datetime | None
    refusals: datetime | None
    grants: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeState:
    """The notice in force, and what differs from it.

    ``changes`` is how many changes wait in the registry; None where they could not be compared.
    ``asks`` says whether the notice in force asks visitors about anything; ``idle`` names the
    optional categories of the registry that hold nothing.
    ``sightings`` is how much was met that the notice does not declare, ``newest`` the last of it.
    """

    notice: Notice | None
    asks: bool
    changes: int | None
    idle: tuple[str, ...]
    sightings: int
    newest: Sighting | None


def log_state(*, using: str) -> LogState:
    """Return the state of the log, from a few rows that an index finds."""
    return LogState(
        seal=Seal.objects.using(using).order_by("-number").first(),
        anchor=Anchor.objects.using(using).order_by("-id").first(),
        tasks=tuple(_tasks(using)),
        holds=holds.in_force(using).count(),
    )


def _tasks(using: str) -> Iterator[Task]:
    for task in Run.Task:
        runs = Run.objects.using(using).filter(task=task).exclude(ended_at=None)
        run = runs.order_by("-started_at").first()
        late = run is None or run.ended_at is None or run.ended_at < moments.now() - PATIENCE
        yield Task(task, run, late)


def forgetting(state: LogState, *, using: str) -> Forgetting:
    """Return what the clocks let go next."""
    purge = next(task.run for task in state.tasks if task.task == Run.Task.PURGE)
    records: Any = Record.objects.using(using)
    # The first by the index of receipts has none; the first by that of times is what is oldest.
    refusal = records.filter(receipt="").order_by("id").values_list("decided_at", flat=True).first()
    oldest = records.order_by("decided_at", "id").values_list("decided_at", flat=True).first()
    return Forgetting(
        due_at=purge.started_at + DAILY if purge else None,
        refusals=_after(refusal, conf.refusal_retention_days),
        grants=_after(oldest, conf.grant_days + conf.grant_retention_days),
    )


def _after(moment: datetime | None, days: int) -> datetime | None:
    return moment + timedelta(days=days) if moment else None


def notice_state(site: str, *, using: str) -> NoticeState:
    """Return the notice in force on a site, whether the registry differs, and what was met."""
    met = Sighting.objects.using(using).filter(site=site).order_by("-last_seen")
    notice = Notice.objects.using(using).filter(site=site).order_by("-number").first()
    said = read_notice(notice) if notice else None
    left = [row for row in met if not is_settled(row.kind, row.name, said)]
    changes, idle = _draft(site)
    return NoticeState(
        notice=notice,
        asks=said is None or bool(said.optional),
        changes=changes,
        idle=idle,
        sightings=len(left),
        newest=left[0] if left else None,
    )


def _draft(site: str) -> tuple[int | None, tuple[str, ...]]:
    """Return how many changes wait, and what holds nothing; a draft may be fit for no notice."""
    if site != conf.site:
        return 0, ()  # the registry is that of this process's site
    try:
        draft = preview(site=site)
    except Exception:  # whatever the draft holds, the overview must be shown
        return None, ()
    return max(1, len(draft.changes)) if draft.is_new else 0, draft.idle

"""What the clocks let go: batches of rows that are due, in an order that can be walked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from consent import holds, moments
from consent.conf import FIVE_YEARS, conf
from consent.core.forgetting import REMEMBERED, Step, chain_end
from consent.holds import RetentionError
from consent.models import (
    Exhibit,
    Leaf,
    Notice,
    Presentation,
    Record,
    RemovedRow,
)
from consent.removals import named_in


class Due(NamedTuple):
    """One row that may go: what it is, the day (UTC) it is of, and its receipt."""

    kind: str
    id: int
    day: date
    receipt: str = ""


class _Row(NamedTuple):
    receipt: str
    id: int
    action: str
    decided_at: datetime


class Batch(NamedTuple):
    """Rows that may go, and from where the next batch follows; None at the end."""

    rows: list[Due]
    position: Any


class Clock(NamedTuple):
    """Until when rows must date from to be due, for one run over one database.

    ``sealed`` asks for rows with a leaf only: what has none would vanish without a trace.
    """

    using: str
    limit: int
    refusals: datetime
    grants: datetime
    memory: timedelta
    documents: datetime
    sealed: bool


Source = Callable[[Clock, Any], Batch]


def clock(now: datetime, *, using: str, limit: int, sealed: bool) -> Clock:
    """Return what is due at a moment by the settings; raise `RetentionError` for unusable ones."""
    days = (conf.refusal_retention_days, conf.grant_retention_days, conf.grant_days)
    if min(days) <= 0 or conf.notice_retention_days < FIVE_YEARS or limit <= 0:
        raise RetentionError(
            "Nothing is removed: retention is a number of days above zero, "
            f"CONSENT_NOTICE_RETENTION_DAYS {FIVE_YEARS} at least, and a batch one row at least."
        )
    ago = [now - timedelta(days=n) for n in (*days[:2], conf.notice_retention_days)]
    return Clock(using, limit, ago[0], ago[1], timedelta(days=conf.grant_days), ago[2], sealed)


def refusals(clock: Clock, after: Any) -> Batch:
    """Return the next records without a receipt that are due, in the order of their ids."""
    rows: QuerySet[Any] = Record.objects.using(clock.using).filter(receipt="", id__gt=after or 0)
    rows = rows.filter(decided_at__lte=clock.refusals).exclude(holds.held(clock.using))
    # Leaves are looked up afterwards: a database that joins them may sort all that is due first.
    batch = list(rows.order_by("id").values_list("id", "decided_at")[: clock.limit])
    removable = _removable_among([pk for pk, _ in batch], clock)
    found = [Due(Exhibit.RECORD, pk, moments.day_in_utc(at)) for pk, at in batch if pk in removable]
    return Batch(found, batch[-1][0] if len(batch) == clock.limit else None)


def chains(clock: Clock, after: Any) -> Batch:
    """Return all records of the next receipts whose chains are due.

    Each due chain has a record that is old enough by itself (`_may_close`), so that only those are
    walked, by date, and not every chain there is.
    """
    old: QuerySet[Any] = Record.objects.using(clock.using).filter(decided_at__lte=clock.grants)
    old = old.exclude(receipt="").filter(
        ~Q(action__in=REMEMBERED) | Q(decided_at__lte=clock.grants - clock.memory)
    )
    if after:
        moment, pk = after
        old = old.filter(decided_at__gte=moment).exclude(decided_at=moment, id__lte=pk)
    old = old.order_by("decided_at", "id").values_list("decided_at", "id", "receipt")
    found = list(old[: clock.limit])
    position = found[-1][:2] if len(found) == clock.limit else None
    receipts = {receipt for _, _, receipt in found}
    return Batch(_due_chains(clock, receipts, after), position)


def _removable_among(ids: Collection[int], clock: Clock) -> set[int]:
    """Return those records, of some, that have a leaf where they need one and are not named yet."""
    sealed = named_in(Leaf, ids, using=clock.using) if clock.sealed else set(ids)
    return sealed - named_in(RemovedRow, ids, using=clock.using)


def _due_chains(clock: Clock, receipts: set[str], after: Any) -> list[Due]:
    records = Record.objects.using(clock.using).filter(receipt__in=receipts)
    held = set()
    if holds.in_force(clock.using).exists():
        held = set(records.filter(holds.held(clock.using)).values_list("receipt", flat=True))
    found = records.order_by("receipt", "id").values_list("receipt", "id", "action", "decided_at")
    rows = [_Row(*values) for values in found]
    ids = {row.id for row in rows}
    removed = named_in(RemovedRow, ids, using=clock.using)
    sealed = named_in(Leaf, ids, using=clock.using) if clock.sealed else ids
    due: list[Due] = []
    for receipt, group in groupby(rows, key=attrgetter("receipt")):
        chain = list(group)
        is_whole = sealed.issuperset(row.id for row in chain)
        if is_whole and receipt not in held and _is_due(clock, chain, after):
            left = (row for row in chain if row.id not in removed)
            due += (
                Due(Exhibit.RECORD, row.id, moments.day_in_utc(row.decided_at), receipt)
                for row in left
            )
    return due


def _is_due(clock: Clock, chain: list[_Row], after: Any) -> bool:
    closing = [(row.decided_at, row.id) for row in chain if _may_close(clock, row)]
    if not closing or (after and min(closing) <= after):
        return False  # an earlier batch had it
    steps = (Step(row.action, row.decided_at) for row in chain)
    return chain_end(steps, memory=clock.memory) <= clock.grants


def _may_close(clock: Clock, row: _Row) -> bool:
    memory = clock.memory if row.action in REMEMBERED else timedelta()
    return bool(row.decided_at <= clock.grants - memory)


def presentations(clock: Clock, after: Any) -> Batch:
    """Return the next presentations that are due."""
    rows = _replaced(Exhibit.PRESENTATION, Presentation, clock, "notice")
    rows = rows.filter(created__lte=clock.documents, id__gt=after or 0).order_by("id")
    records = Record.objects.using(clock.using)
    batch = list(rows.values_list("id", "created", "digest")[: clock.limit])
    found = [
        Due(Exhibit.PRESENTATION, pk, moments.day_in_utc(at))
        for pk, at, digest in batch
        if not records.filter(presentation=digest).exists()
    ]
    return Batch(found, batch[-1][0] if len(batch) == clock.limit else None)


def notices(clock: Clock, after: Any) -> Batch:
    """Return the next notices that are due."""
    rows = _replaced(Exhibit.NOTICE, Notice, clock, "number")
    rows = rows.filter(id__gt=after or 0).order_by("id")
    records = Record.objects.using(clock.using)
    batch = list(rows.values_list("id", "published_at", "site", "number")[: clock.limit])
    found = [
        Due(Exhibit.NOTICE, pk, moments.day_in_utc(at))
        for pk, at, site, number in batch
        if not records.filter(site=site, notice=number).exists()
    ]
    return Batch(found, batch[-1][0] if len(batch) == clock.limit else None)


SOURCES: tuple[tuple[str, Source], ...] = (
    ("records of refusals", refusals),
    ("records of grants that have ended", chains),
    ("presentations that no record points to", presentations),
    ("notices that no record points to", notices),
)
"""Everything that purging looks at, in order: records first, then what they pointed to."""


def _replaced(kind: str, model: Any, clock: Clock, number: str) -> QuerySet[Any]:
    """Return documents whose notice was replaced by its successor long enough ago."""
    later = Notice.objects.using(clock.using).filter(site=OuterRef("site"))
    later = later.filter(number__gt=OuterRef(number)).order_by("number")
    successor = Subquery(later.values("published_at")[:1])
    rows = _removable(kind, model, clock).annotate(replaced_at=successor)
    replaced: QuerySet[Any] = rows.filter(replaced_at__lte=clock.documents)
    return replaced


def _removable(kind: str, model: Any, clock: Clock) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.using(clock.using)
    rows = rows.filter(~Exists(_removal_of(kind, clock)))
    if clock.sealed:
        rows = rows.filter(Exists(_leaf_of(kind, clock)))
    return rows


def _leaf_of(kind: str, clock: Clock) -> QuerySet[Any]:
    leaves: QuerySet[Any] = Leaf.objects.using(clock.using)
    return leaves.filter(kind=kind, row=OuterRef("pk"))


def _removal_of(kind: str, clock: Clock) -> QuerySet[Any]:
    named: QuerySet[Any] = RemovedRow.objects.using(clock.using)
    return named.filter(kind=kind, row=OuterRef("pk"))

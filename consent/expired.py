"""Whether everything between two ids is over, so that it can go at once: for a partition."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from consent import holds
from consent.due import Clock
from consent.models import Exhibit, Leaf, Record, RemovedRange, RemovedRow, Seal
from consent.models.moments import DayInUtc


def expired(clock: Clock, first: int, last: int) -> Counter[date] | None:
    """Return how many records of each day (UTC) there are from one id to another, all of them due.

    None where a single one is not due, is held, or came to be since it was sealed, and where one
    is missing without a removal. A receipt counts as due here only when its newest record is as
    old as the chain's longest memory, which asks for less than each chain's own end does.
    """
    records: QuerySet[Any] = Record.objects.using(clock.using).filter(id__range=(first, last))
    refused, others = records.filter(receipt=""), records.exclude(receipt="")
    ended = Q(decided_at__lte=clock.grants - clock.memory)
    if refused.filter(decided_at__gt=clock.refusals).exists() or others.exclude(ended).exists():
        return None
    chained = Record.objects.using(clock.using).filter(receipt__in=others.values("receipt"))
    if chained.exclude(ended).exists():
        return None
    if holds.in_force(clock.using).exists():
        held = holds.held(clock.using)
        if records.filter(held).exists() or chained.filter(held).exists():
            return None
    days = records.order_by().annotate(day=DayInUtc("decided_at")).values_list("day")
    found = Counter(dict(days.annotate(count=Count("id"))))
    return found if _is_as_sealed(clock, first, last, there=found.total()) else None


def _is_as_sealed(clock: Clock, first: int, last: int, *, there: int) -> bool:
    """Whether a run of ids is settled, and each leaf there has its row or is named by itself."""
    using, kind, run = clock.using, Exhibit.RECORD, (first, last)
    if not Seal.objects.using(using).filter(upto__gte=last).exists():
        return False
    ranges = RemovedRange.objects.using(using).filter(kind=kind)
    if ranges.filter(first__lte=first, last__gte=last).exists():
        return there == 0
    leaves = Leaf.objects.using(using).filter(kind=kind, row__range=run)
    its_leaf = leaves.filter(row=OuterRef("pk"), commitment=OuterRef("commitment"))
    records: QuerySet[Any] = Record.objects.using(using).filter(id__range=run)
    bound = records.filter(Exists(its_leaf)).count()
    named = RemovedRow.objects.using(using).filter(kind=kind, row__range=run)
    return there == bound == leaves.count() - named.count()

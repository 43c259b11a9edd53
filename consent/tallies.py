"""Daily counts that hold no visitor's data."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import IntegrityError, router, transaction
from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.utils import timezone

from consent.models import Record, Tally

_BY = ("site", "notice", "language", "layer", "action")


def count_decision(*, site: str, notice: int, action: str) -> None:
    """Add one to today's count of a decision that is not recorded by itself."""
    day = timezone.now().astimezone(UTC).date()
    _add(
        router.db_for_write(Tally),
        {"site": site, "day": day, "notice": notice, "action": action},
        1,
    )


def fold(using: str, *, after: int, upto: int) -> None:
    """Add the records of a run of ids, which is sealed in the same transaction, to their days."""
    records = Record.objects.using(using).filter(id__gt=after, id__lte=upto)
    days = records.annotate(day=TruncDate("decided_at", tzinfo=UTC)).order_by()
    for found in days.values("day", *_BY).annotate(count=Count("id")):
        count = found.pop("count")
        _add(using, found, count)


def _add(using: str, key: dict[str, Any], count: int) -> None:
    key = {"language": "", "layer": "", **key}
    if _add_to(using, key, count):
        return
    try:
        with transaction.atomic(using=using):
            Tally.objects.using(using).create(**key, count=count)
    except IntegrityError:
        _add_to(using, key, count)


def _add_to(using: str, key: dict[str, Any], count: int) -> int:
    return Tally.objects.using(using).filter(**key).update(count=F("count") + count)

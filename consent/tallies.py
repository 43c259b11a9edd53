"""Daily counts that hold no visitor's data."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from consent.models import Tally


def count_decision(*, site: str, notice: int, action: str) -> None:
    """Add one to today's count of a decision that is not recorded by itself."""
    key = {"site": site, "day": timezone.now().date(), "notice": notice, "action": action}
    if _add_one(key):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(**key, count=1)
    except IntegrityError:
        _add_one(key)


def _add_one(key: dict[str, object]) -> int:
    return Tally.objects.filter(**key).update(count=F("count") + 1)

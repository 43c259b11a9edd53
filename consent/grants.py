"""How many grants hold, estimated from the daily tallies."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum

from consent import moments
from consent.conf import conf
from consent.models import Action, Tally


def estimate_grants(site: str, *, first: int, last: int) -> int:
    """Return about how many grants of the notices ``first`` to ``last`` hold now.

    Those given within the memory of a grant, without those withdrawn. Whoever changes a choice
    counts again, whoever deletes cookies is not missed, and what is not sealed yet is not counted.
    """
    since = moments.today_in_utc() - timedelta(days=conf.grant_days)
    days = Tally.objects.filter(site=site, day__gte=since, notice__range=(first, last))
    counts = dict(days.order_by().values_list("action").annotate(Sum("count")))
    given = counts.get(Action.ACCEPT, 0) + counts.get(Action.CHOOSE, 0)
    return max(0, int(given - counts.get(Action.WITHDRAW, 0)))

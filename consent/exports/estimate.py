"""About how many records a selection has, without reading them."""

from __future__ import annotations

from django.db.models import Sum

from consent.exports.selection import Selection
from consent.models import Seal, Tally

_TAIL = 10_000
_TALLIED = ("site", "notice", "language", "layer", "action")


def estimated(selection: Selection, using: str) -> int | None:
    """Return about how many there are: from daily tallies and what is not sealed yet.

    Of one receipt it is how many there are; where answers are asked for, nobody knows: None.
    """
    if selection.receipt:
        return selection.records(using).count()
    if selection.answer:
        return None
    asked = {name: getattr(selection, name) for name in _TALLIED if getattr(selection, name)}
    tallies = Tally.objects.using(using).filter(**asked).exclude(layer="")
    if selection.since:
        tallies = tallies.filter(day__gte=selection.since.date())
    if selection.until:
        tallies = tallies.filter(day__lte=selection.until.date())
    sealed: int = tallies.aggregate(sum=Sum("count"))["sum"] or 0
    upto = Seal.objects.using(using).order_by("-number").values_list("upto", flat=True).first()
    tail = selection.records(using).filter(id__gt=upto or 0).order_by()[:_TAIL]
    return sealed + tail.count()

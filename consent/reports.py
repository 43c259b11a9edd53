"""The figures of the overview: from daily tallies, and from what no seal covers yet.

No query grows with the log: tallies are as many as there are days, and of what is unsealed the
newest `TAIL` records are counted at most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast

from consent import sealing
from consent.counting import at_one_moment
from consent.models import AnswerTally, Tally
from consent.models.moments import DayInUtc
from consent.period import Period
from consent.tallies import Answers, summed

TAIL = 100_000
"""Unsealed records that are counted at most; a site that seals daily has fewer."""
_BREAKDOWN = ("language", "layer", "notice")
_DAYS = ("day", "action")
_Found = Iterable[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whose decisions are counted: of one site in a period; of any others where these are empty."""

    period: Period
    site: str
    language: str = ""
    layer: str = ""
    notice: int | None = None

    def narrowed(self) -> dict[str, Any]:
        """Return the columns that are asked for, by name."""
        asked = {"language": self.language, "layer": self.layer, "notice": self.notice}
        return {"site": self.site, **{name: value for name, value in asked.items() if value}}


class Rate(NamedTuple):
    """How many granted, and how many were asked."""

    granted: int
    asked: int

    @property
    def share(self) -> float:
        """The part that granted, from 0 to 1."""
        return self.granted / self.asked if self.asked else 0.0


@dataclass(slots=True)
class Figures:
    """What was decided: every decision is once in ``days`` and once in each part of ``by``.

    ``answers`` counts by key; ``unsealed`` is how many no seal covers, of everything; ``is_cut``
    says that there are more, and only the newest count.
    """

    days: Counter[tuple[date, str]] = field(default_factory=Counter)
    by: dict[str, Counter[tuple[Any, str]]] = field(
        default_factory=lambda: {name: Counter() for name in _BREAKDOWN}
    )
    answers: Answers = field(default_factory=Answers)
    unsealed: int = 0
    is_cut: bool = False

    @property
    def actions(self) -> Counter[str]:
        """How often each was decided."""
        counts: Counter[str] = Counter()
        for (_day, action), count in self.days.items():
            counts[action] += count
        return counts

    @property
    def total(self) -> int:
        """All decisions."""
        return self.days.total()

    def rates(self) -> dict[str, Rate]:
        """Return the grant rate of each category and each service, in the order of their keys."""
        sums = sorted(self.answers.sums().items())
        return {
            key: Rate(granted, granted + refused)
            for (key,), (granted, refused) in sums
            if granted or refused
        }


class _Tail(NamedTuple):
    """What no seal covers, grouped."""

    found: list[tuple[Any, ...]]
    size: int
    is_cut: bool


def figures(selection: Selection, *, using: str) -> Figures:
    """Return the figures of a selection, as they are at one moment.

    Raise `consent.counting.UnsettledError` where seals are being made all the time.
    """
    days, parts, answers, tail = at_one_moment(
        lambda: (*_sealed(selection, using), _unsealed(selection, using)), using=using
    )
    counted = Figures(unsealed=tail.size, is_cut=tail.is_cut)
    for day, action, count in days:
        counted.days[day, action] += count
    for *values, action, count in parts:
        _add_parts(counted, values, action, count)
    for key, granted, refused in answers:
        counted.answers.granted[key,] += granted
        counted.answers.refused[key,] += refused
    _add_tail(counted, tail.found)
    return counted


def _add_parts(counted: Figures, values: Iterable[Any], action: str, count: int) -> None:
    for name, value in zip(_BREAKDOWN, values, strict=True):
        counted.by[name][value, action] += count


def _add_tail(counted: Figures, found: _Found) -> None:
    for day, *values, action, spelled, count in found:
        counted.days[day, action] += count
        _add_parts(counted, values, action, count)
        counted.answers.add((action,), spelled, count)


def _sealed(selection: Selection, using: str) -> tuple[_Found, _Found, _Found]:
    period = selection.period
    narrowed = {**selection.narrowed(), "day__range": (period.since, period.until)}
    tallies: QuerySet[Any] = Tally.objects.using(using).filter(**narrowed)
    answers: QuerySet[Any] = AnswerTally.objects.using(using).filter(**narrowed)
    return (
        list(summed(tallies, _DAYS, "count")),
        list(summed(tallies, (*_BREAKDOWN, "action"), "count")),
        list(summed(answers, ("key",), "granted", "refused")),
    )


def _unsealed(selection: Selection, using: str) -> _Tail:
    """Group what no seal covers; days are compared here, lest an index by day is walked for it."""
    unsealed: QuerySet[Any] = sealing.unsealed(using).order_by()
    ids = unsealed.order_by("-id").values_list("id", flat=True)
    count = ids[: TAIL + 1].count()
    if is_cut := count > TAIL:
        unsealed = unsealed.filter(id__gt=ids[TAIL : TAIL + 1].get())
    narrowed = unsealed.filter(**selection.narrowed()).annotate(
        day=DayInUtc("decided_at"), spelled=Cast("answers", TextField())
    )
    by = ("day", *_BREAKDOWN, "action", "spelled")
    found = narrowed.values_list(*by).annotate(count=Count("id"))
    since, until = selection.period.since, selection.period.until
    return _Tail([row for row in found if since <= row[0] <= until], min(count, TAIL), is_cut)

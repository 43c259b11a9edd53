"""Count sealed records anew, and compare with the daily tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db.models import Sum

from consent.counting import UnsettledError, at_one_moment
from consent.faults import Report
from consent.models import AnswerTally, Exhibit, Leaf, Seal, Tally
from consent.tallies import BY, BY_ANSWER, answers_in

Group = tuple[Any, ...]
_READ = 2_000
_PATTERNS = 1_000


class Recount:
    """What a verification of the whole log finds of each group, and what the tallies say.

    Memory is that of the groups, however many records they hold. Records that were removed are
    known by their number alone: a tally may be so much higher, all of them together, and no more.
    """

    def __init__(self, using: str, report: Report) -> None:
        self.using = using
        self.report = report
        self._decisions: Counter[Group] = Counter()
        self._answers: Counter[Group] = Counter()
        self._patterns: Counter[Group] = Counter()

    def add(self, row: tuple[Any, ...]) -> None:
        """Count a record that is as it was sealed: a row of `consent.bindings.bound_rows`."""
        decided = row[14]
        day = (decided if decided.tzinfo is UTC else decided.astimezone(UTC)).date()
        self._patterns[row[3], day, row[4], row[6], row[8], row[11], row[12]] += 1
        if len(self._patterns) > _PATTERNS:
            self._spread()

    def _spread(self) -> None:
        for (*by, spelled), count in self._patterns.items():
            self._decisions[tuple(by)] += count
            for key, answer in answers_in(spelled):
                self._answers[*by, key, answer] += count
        self._patterns.clear()

    def compare(self, leaves: int, last: int) -> None:
        """Name every tally that does not fit the records, of which the log has so many leaves.

        ``last`` is the seal up to which they were counted: what is sealed meanwhile is counted by
        its leaves. That all tallies together are right can be told only of a log that is whole.
        """
        self._spread()
        self._missing(Tally, self._decisions, BY, "")
        self._missing(AnswerTally, self._answers, BY_ANSWER, " of answers")
        self._exceeding()
        if not self.report.is_sound:
            return
        try:
            found, since = at_one_moment(lambda: self._totals(last), using=self.using)
        except UnsettledError:
            self.report.counts["tallies not summed"] += 1
            return
        if found != leaves + since:
            why = f"together they count {found:,} decisions, and {leaves + since:,} were sealed"
            self.report.find("miscounted", "tallies", why)

    def _missing(self, model: Any, present: Counter[Group], by: Group, what: str) -> None:
        """Name the groups of which there are more records than the tally says."""
        left = +present
        for *group, count in _rows(model, self.using, by):
            self.report.counts[f"tallies{what}"] += 1
            if left.pop(tuple(group), 0) > count:
                there = present[tuple(group)]
                self._find(group, f"it says {count:,}, and there are {there:,}", what)
        for unsaid, there in left.items():
            self._find(unsaid, f"there is none, and there are {there:,}", what)

    def _exceeding(self) -> None:
        """Name the groups that are said to have answered more often than decided."""
        decided = {tuple(group): count for *group, count in _rows(Tally, self.using, BY)}
        by = BY_ANSWER[:-1]
        for *asked, count in _rows(AnswerTally, self.using, by):
            most = decided.get(tuple(asked[:-1]), 0)
            if count > most:
                why = f"it says {count:,} answers, and {most:,} decided"
                self._find(asked, why, " of answers")

    def _totals(self, last: int) -> tuple[int, int]:
        recorded = Tally.objects.using(self.using).exclude(layer="", language="")
        found = recorded.aggregate(sum=Sum("count"))["sum"] or 0
        seals = Seal.objects.using(self.using).filter(number__lte=last)
        newest = seals.order_by("-number").values_list("first", "count").first()
        end = sum(newest) if newest else 0
        leaves = Leaf.objects.using(self.using).filter(index__gte=end, kind=Exhibit.RECORD)
        return int(found), leaves.count()

    def _find(self, group: Any, why: str, what: str) -> None:
        self.report.find("miscounted", f"tally{what} {' '.join(map(str, group))}", why)


def _rows(model: Any, using: str, by: Group) -> Iterator[tuple[Any, ...]]:
    rows = model.objects.using(using).exclude(layer="", language="").order_by()
    sums = rows.values(*by).annotate(sum=Sum("count")).values_list(*by, "sum")
    yield from sums.iterator(_READ)

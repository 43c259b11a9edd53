"""Count sealed records anew, and compare with the daily tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db.models import Sum

from consent.counting import UnsettledError, at_one_moment
from consent.faults import Report
from consent.models import AnswerTally, Exhibit, Leaf, Seal, Tally
from consent.tallies import BY, BY_ANSWER, RATED, Answers, Group, summed

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
        self._answers = Answers()
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
            self._answers.add(tuple(by), spelled, count)
        self._patterns.clear()

    def compare(self, leaves: int, last: int) -> None:
        """Name every tally that does not fit the records, of which the log has so many leaves.

        ``last`` is the seal up to which they were counted: what is sealed meanwhile is counted by
        its leaves. That all tallies together are right can be told only of a log that is whole.
        """
        self._spread()
        self._missing(Tally, BY, {"count": self._decisions}, "")
        sides = {"granted": self._answers.granted, "refused": self._answers.refused}
        self._missing(AnswerTally, BY_ANSWER, sides, " of answers")
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

    def _missing(
        self, model: Any, by: Group, present: Mapping[str, Counter[Group]], what: str
    ) -> None:
        """Name the groups of which there are more records than a column of the tally says."""
        left = {name: +counter for name, counter in present.items()}
        for group, counts in _rows(_recorded(model, self.using), by, *present):
            self.report.counts[f"tallies{what}"] += 1
            for (name, counter), count in zip(present.items(), counts, strict=True):
                if left[name].pop(group, 0) > count:
                    why = f"{name} is {count:,}, and there are {counter[group]:,}"
                    self._find(group, why, what)
        for name, unsaid in left.items():
            for group, there in unsaid.items():
                self._find(group, f"there is no {name}, and there are {there:,}", what)

    def _exceeding(self) -> None:
        """Name the groups that are said to have answered more often than decided."""
        tallies = _recorded(Tally, self.using).filter(action__in=RATED)
        decided = {group: count for group, (count,) in _rows(tallies, BY[:-1], "count")}
        answers = _rows(_recorded(AnswerTally, self.using), BY_ANSWER, "granted", "refused")
        for asked, counts in answers:
            most = decided.get(asked[:-1], 0)
            if sum(counts) > most:
                why = f"it says {sum(counts):,} answers, and {most:,} decided"
                self._find(asked, why, " of answers")

    def _totals(self, last: int) -> tuple[int, int]:
        found = _recorded(Tally, self.using).aggregate(sum=Sum("count"))["sum"] or 0
        seals = Seal.objects.using(self.using).filter(number__lte=last)
        newest = seals.order_by("-number").values_list("first", "count").first()
        end = sum(newest) if newest else 0
        leaves = Leaf.objects.using(self.using).filter(index__gte=end, kind=Exhibit.RECORD)
        return int(found), leaves.count()

    def _find(self, group: Any, why: str, what: str) -> None:
        self.report.find("miscounted", f"tally{what} {' '.join(map(str, group))}", why)


def _recorded(model: Any, using: str) -> Any:
    """Return the tallies of what was recorded, without those of what was counted only."""
    return model.objects.using(using).exclude(layer="", language="")


def _rows(tallies: Any, by: Group, *of: str) -> Iterator[tuple[Group, Group]]:
    """Yield the groups, and the sums of some columns for each."""
    for row in summed(tallies, by, *of).iterator(_READ):
        yield row[: len(by)], row[len(by) :]

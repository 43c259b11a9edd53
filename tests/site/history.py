"""Two months of decisions, sealed every night and verified every week, for auditors to look at.

Everybody in it is invented, and the same at every run. Decisions take the way of visitors' own, the
nights that of the daily job; only the clock is another.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction

from consent import moments, notices, tasks
from consent.conf import conf
from consent.core.decision import Choice, Decision, decide
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState
from consent.dialog import render_dialog
from consent.models import Record
from consent.recording import Shown, new_receipt, record_decision
from tests.site.clock import at

DAYS = 61
NIGHT = time(3, 17, tzinfo=UTC)
WEEKDAY, WEEKEND = (14, 24), (6, 12)
"""How many visitors decide in a day."""
_LANGUAGES = {"es": 3, "en": 2}
_FIRST = {"refuse": 42, "close": 6, "accept": 30, "save": 14, "placeholder": 5, "once": 3}
"""What visitors do first, of a hundred."""
_LATER = {"withdraw": 3, "save": 1}
_RETURNING = 0.15
"""Of those who allowed something, how many change their mind within the weeks that follow."""


def beginning() -> datetime:
    """Return the moment from which the demonstration has a history."""
    return datetime.combine(moments.now().date() - timedelta(days=DAYS), NIGHT)


def live() -> int:
    """Write the history where there are no records yet; return how many decisions it has."""
    notice = notices.in_force(conf.site)
    if notice is None or Record.objects.exists():
        return 0
    return _History(notice, beginning(), moments.now()).write()


@dataclass(slots=True)
class _Visitor:
    """Somebody who decided, and may come back."""

    language: str
    receipt: str = ""
    state: ConsentState = UNDECIDED


@dataclass(slots=True)
class _History:
    notice: Notice
    begins: datetime
    ends: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(2027))
    returning: list[tuple[datetime, _Visitor]] = field(default_factory=list)

    def write(self) -> int:
        count = 0
        for night in self._nights():
            until = min(night + timedelta(days=1), self.ends)
            with at(night):
                self._job(is_whole=until == self.ends or night.weekday() == 6)
            with transaction.atomic():
                for moment, visitor in self._day(night, until):
                    count += self._decide(visitor, moment)
        return count

    def _job(self, *, is_whole: bool) -> None:
        """Seal as every night; do all of the daily job on Sundays, which saves half of the time."""
        if not is_whole:
            tasks.seal()
            return
        for _task, said in tasks.daily():
            if isinstance(said, tasks.FailedError):
                raise said

    def _nights(self) -> Iterator[datetime]:
        night = self.begins
        while night < self.ends:
            yield night
            night += timedelta(days=1)

    def _day(self, night: datetime, until: datetime) -> list[tuple[datetime, _Visitor]]:
        low, high = WEEKEND if night.weekday() > 4 else WEEKDAY
        moments = (
            night + timedelta(hours=4, seconds=self.chance.uniform(0, 16 * 3600))
            for _ in range(self.chance.randint(low, high))
        )
        fresh = [(moment, _Visitor(self._one_of(_LANGUAGES))) for moment in moments]
        back = [each for each in self.returning if each[0] < until]
        self.returning = [each for each in self.returning if each[0] >= until]
        coming = sorted((*fresh, *back), key=lambda each: each[0])
        return [each for each in coming if each[0] < until]

    def _decide(self, visitor: _Visitor, moment: datetime) -> int:
        means = self._one_of(_LATER if visitor.state.is_grant else _FIRST)
        decision = decide(self._choice(means), self.notice, visitor.state)
        if decision.grants and not visitor.receipt:
            visitor.receipt = new_receipt()
        receipt = visitor.receipt if decision.grants or decision.action == "withdraw" else ""
        with at(moment):
            record_decision(
                decision, notice=self.notice, shown=self._shown(visitor, means), receipt=receipt
            )
        self._remember(visitor, decision, moment)
        return 1

    def _remember(self, visitor: _Visitor, decision: Decision, moment: datetime) -> None:
        if decision.action == "once":
            return
        visitor.state = decision.state(
            self.notice, now=int(moment.timestamp()), receipt=visitor.receipt
        )
        if visitor.state.is_grant and self.chance.random() < _RETURNING:
            later = moment + timedelta(days=self.chance.uniform(0.01, 20))
            self.returning.append((later, visitor))

    def _choice(self, means: str) -> Choice:
        keys = [category.key for category in self.notice.optional]
        if means == "once":
            return Choice("once", "placeholder", frozenset({self._service()}))
        if means == "placeholder":
            return Choice("choose", "placeholder", frozenset({self._service()}))
        if means == "save":
            some = self.chance.sample(keys, self.chance.randint(1, max(1, len(keys) - 1)))
            whole = {key for key in self.notice.optional_keys if key.partition(":")[0] in some}
            return Choice("choose", "save", frozenset(whole))
        action: Any = {"close": "refuse"}.get(means, means)
        known: Any = means
        return Choice(action, known)

    def _service(self) -> str:
        of_media = [key for key in self.notice.optional_keys if key.startswith("media:")]
        return self.chance.choice(of_media)

    def _shown(self, visitor: _Visitor, means: str) -> Shown:
        layer = {"save": "preferences", "placeholder": "placeholder", "once": "placeholder"}
        return Shown(
            language=visitor.language,
            presentation=render_dialog(self.notice, visitor.language).digest,
            layer="link" if means == "withdraw" else layer.get(means, "banner"),
            by="script" if self.chance.random() < 0.96 else "form",
        )

    def _one_of(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]

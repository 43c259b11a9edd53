"""A run of whole days, which begin and end in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils import dateformat, translation

from consent import moments


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``since`` to ``until``, both of which are in it."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.since, time.min, UTC)

    @property
    def end(self) -> datetime:
        """Its last moment."""
        return datetime.combine(self.until, time.max, UTC)

    @property
    def words(self) -> str:
        """Its days in English words."""
        first, last = day_words(self.since), day_words(self.until)
        return first if first == last else f"{first} to {last}"

    @property
    def is_over(self) -> bool:
        """Whether nothing can be added to it any more."""
        return self.end < moments.now()


def day_words(day: date) -> str:
    """Return a day in English words."""
    with translation.override("en"):
        return dateformat.format(day, "j F Y")


def moment_words(moment: datetime) -> str:
    """Return a moment in English words, in UTC."""
    with translation.override("en"):
        return dateformat.format(moment.astimezone(UTC), r"j F Y, H:i \U\T\C")

"""How many chose what in a period: from the daily tallies, and from what is not sealed yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, Sum

from consent import sealing
from consent.models import Seal, Tally
from consent.models.record import Action, Layer
from consent.period import Period

ATTEMPTS = 20
_BY = ("notice", "action", "layer", "language")
_Found = tuple[int, str, str, str, int]
_T = TypeVar("_T")


class UnsettledError(Exception):
    """Seals were made all the while, so that nothing could be counted between two of them."""


@dataclass(slots=True)
class Counts:
    """The decisions about one notice; each is in every counter once.

    The empty layer and the empty language are of what was counted only, without a record.
    """

    actions: Counter[str] = field(default_factory=Counter)
    layers: Counter[tuple[str, str]] = field(default_factory=Counter)
    languages: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsealed: int = 0

    @property
    def total(self) -> int:
        """All decisions."""
        return self.actions.total()

    def add(self, found: _Found) -> None:
        """Add what was found for one action, layer and language."""
        _, action, layer, language, count = found
        self.actions[action] += count
        self.layers[action, layer] += count
        self.languages[action, language] += count

    def used_actions(self) -> list[str]:
        """Return the actions that were counted, in the usual order."""
        return _ordered(self.actions, Action.values)

    def used_layers(self) -> list[str]:
        """Return the layers that were counted, in the usual order, the empty one last."""
        return _ordered({layer for _, layer in self.layers}, Layer.values)

    def used_languages(self) -> list[str]:
        """Return the languages that were counted, the empty one last."""
        used = {language for _, language in self.languages}
        return _ordered(used, sorted(filter(None, used)))


def counted(period: Period, *, site: str, using: str) -> dict[int, Counts]:
    """Return the decisions of a site in a period, by the notice's number.

    Nothing is read but tallies and what no seal covers, however long the log is. Both are of one
    moment: where a seal is made in between, they are read again. Raise `UnsettledError` where one
    is made every time.
    """
    sealed, tail = at_one_moment(
        lambda: (_sealed(period, site, using), _unsealed(period, site, using)), using=using
    )
    return _summed(sealed, tail)


def at_one_moment(read: Callable[[], _T], *, using: str) -> _T:
    """Return what is read while no seal is made: tallies and unsealed records of one moment.

    Raise `UnsettledError` where a seal is made every time.
    """
    for _ in range(ATTEMPTS):
        newest = _newest(using)
        found = read()
        if newest == _newest(using):
            return found
    raise UnsettledError("Seals are being made all the time; try again.")


def _newest(using: str) -> int | None:
    newest = Seal.objects.using(using).order_by("-number")
    return newest.values_list("number", flat=True).first()


def _sealed(period: Period, site: str, using: str) -> list[_Found]:
    days = (period.since, period.until)
    tallies = Tally.objects.using(using).filter(site=site, day__range=days).order_by()
    return list(tallies.values(*_BY).annotate(sum=Sum("count")).values_list(*_BY, "sum"))


def _unsealed(period: Period, site: str, using: str) -> list[_Found]:
    moments = (period.start, period.end)
    records = sealing.unsealed(using).filter(site=site, decided_at__range=moments).order_by()
    return list(records.values(*_BY).annotate(count=Count("id")).values_list(*_BY, "count"))


def _summed(sealed: Iterable[_Found], unsealed: Iterable[_Found]) -> dict[int, Counts]:
    counts: dict[int, Counts] = {}
    for found in sealed:
        counts.setdefault(found[0], Counts()).add(found)
    for found in unsealed:
        of = counts.setdefault(found[0], Counts())
        of.add(found)
        of.unsealed += found[-1]
    return counts


def _ordered(used: Iterable[str], order: Iterable[str]) -> list[str]:
    """Return what is used in an order; what the order does not know comes after it."""
    left = dict.fromkeys(used)
    known = [name for name in order if name in left]
    return [*known, *(name for name in left if name not in known)]

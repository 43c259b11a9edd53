"""A list that pages by key: it counts nothing, and a page looks at so many rows at most."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

EXAMINED = 20_000
"""Rows that a page with filters looks at before it offers to search further."""
AFTER, BEFORE = "after", "before"
"""Parameters that name a place: show what is older than it, or newer."""
OLDEST = "oldest"
"""The place before all rows."""
_TIME = "decided_at"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,18})", re.ASCII)


class Place(NamedTuple):
    """Where a row stands in the list: by its time, and by its id among those of the same time."""

    time: datetime
    pk: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the place of a row."""
        return cls(getattr(row, _TIME), row.pk)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the place that a text names; raise `IncorrectLookupParameters` for none."""
        try:
            micros, pk = _PLACE.fullmatch(text).groups()  # type: ignore[union-attr]  # caught
            return cls(_EPOCH + timedelta(microseconds=int(micros)), int(pk))
        except (AttributeError, OverflowError):
            raise IncorrectLookupParameters(f"{text!r} names no place in the list") from None

    def __str__(self) -> str:
        return f"{(self.time - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"

    @property
    def older(self) -> Q:
        """The condition on rows that are older. An index finds the first half of it."""
        return Q(decided_at__lte=self.time) & (Q(decided_at__lt=self.time) | Q(pk__lt=self.pk))

    @property
    def newer(self) -> Q:
        """The condition on rows that are newer."""
        return Q(decided_at__gte=self.time) & (Q(decided_at__gt=self.time) | Q(pk__gt=self.pk))


class KeysetChangeList(ChangeList):
    """Rows by time and id, newest first, in pages that are found by where they begin.

    ``older`` and ``newer`` are the addresses of the neighbours, empty at the ends; ``examined`` is
    how many rows were looked at where the page ends for that alone.
    """

    older = newer = ""
    examined = 0
    # What Django's own templates ask of pages that are numbered.
    can_show_all = multi_page = show_all = False

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return what the filters let through, without the place of the page."""
        after, before = (request.GET.get(name) for name in (AFTER, BEFORE))
        self.is_upward = before is not None
        text = before if before is not None else after
        self.place = None if text in (None, OLDEST) else Place.parse(str(text))
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        queryset: QuerySet[Any] = super().get_queryset(request, *args, **kwargs)
        return queryset

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page, and where its neighbours begin."""
        self.paginator = self.model_admin.get_paginator(request, self.queryset.none(), 1)
        self.show_all = False
        found, end = self._found()
        is_more = len(found) > self.list_per_page
        found = found[: self.list_per_page]
        onward = Place.of(found[-1]) if is_more else end
        self.examined = 0 if is_more or end is None else EXAMINED
        back = Place.of(found[0]) if found and self.place else self.place
        if self.is_upward:
            found.reverse()
            onward, back = back, onward
        self.older, self.newer = self._address(AFTER, onward), self._address(BEFORE, back)
        self.result_list = found
        self.result_count = self.full_result_count = len(found)

    def _found(self) -> tuple[list[Any], Place | None]:
        """Return the rows of the page and one more, and the last that was looked at, if any."""
        sign, beyond = ("", "newer") if self.is_upward else ("-", "older")
        order = (f"{sign}{_TIME}", f"{sign}pk")
        side = getattr(self.place, beyond) if self.place else Q()
        rows = self.queryset.order_by(*order).filter(side)
        end = None
        if self.queryset.query.where and not self.query:
            # A search names one receipt, which has an index of its own.
            places = self.within().order_by(*order).filter(side).values_list(_TIME, "pk")
            end = next((Place(*values) for values in places[EXAMINED - 1 : EXAMINED]), None)
        if end is not None:
            # An index finds the first half, which lets through those of the same time.
            bound = f"{_TIME}__lte" if self.is_upward else f"{_TIME}__gte"
            rows = rows.filter(**{bound: end.time}).exclude(getattr(end, beyond))
        return list(rows[: self.list_per_page + 1]), end

    def within(self) -> QuerySet[Any]:
        """Return all rows of the time that is asked for, of which pages look at so many at most."""
        times = {name: value for name, value in self.times.items() if value is not None}
        return self.root_queryset.filter(**times)

    def _address(self, name: str, place: Place | None) -> str:
        return "" if place is None else str(self.get_query_string({name: str(place)}))

    @property
    def times(self) -> dict[str, datetime | None]:
        """The bounds of the time that is asked for, as lookups."""
        found: dict[str, datetime | None] = {}
        for spec in self.filter_specs:
            found |= getattr(spec, "times", {})
        return found

    @property
    def newest(self) -> str:
        """The address of the first page."""
        return str(self.get_query_string())

    @property
    def oldest(self) -> str:
        """The address of the last page."""
        return str(self.get_query_string({BEFORE: OLDEST}))

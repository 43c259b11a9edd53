"""A list that pages by key: it counts nothing, and a page looks at so many rows at most.

A filter that has an index in the order of the list says so by ``equals``, its condition as lookups.
One of them alone is such a page's own index. Where more is asked for, the walk follows the one that
gets furthest within `EXAMINED` entries, and everything else is looked up in the rows it meets.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import NullIf
from django.db.models.lookups import Exact
from django.http import HttpRequest

EXAMINED = 5_000
"""Rows that a page with filters looks at before it offers to search further: 5 ms of PostgreSQL,
where all of them lie apart in ten million."""
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
        self.request = request
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

    def get_filters(self, request: HttpRequest) -> Any:
        """Find the filters; keep what else the address asks for."""
        found = super().get_filters(request)
        self.others: dict[str, Any] = found[2]
        return found

    def _found(self) -> tuple[list[Any], Place | None]:
        """Return the rows of the page and one more, and the last that was looked at, if any."""
        sign, beyond = ("", "newer") if self.is_upward else ("-", "older")
        order = (f"{sign}{_TIME}", f"{sign}pk")
        side = getattr(self.place, beyond) if self.place else Q()
        rows, end = self.queryset, None
        if self._is_looked_through():
            driver, end = self._furthest(order, side)
            rows = self._driven_by(driver)
            if end is not None:
                # From where the walk begins, too: the planner has to see how little that is.
                begin = self._places(getattr(driver, "equals", {}), order, side)[0]
                times = sorted((Place(*begin).time, end.time))
                rows = rows.filter(**{f"{_TIME}__range": times}).exclude(getattr(end, beyond))
        rows = rows.order_by(*order).filter(side)
        return list(rows[: self.list_per_page + 1]), end

    def _places(self, equals: dict[str, Any], order: tuple[str, ...], side: Q) -> QuerySet[Any]:
        """Return the places beyond the page's that one index has."""
        rows = self.within().filter(side, **equals).order_by(*order)
        return rows.values_list(_TIME, "pk")

    def _is_looked_through(self) -> bool:
        """Whether no index has exactly the rows that are asked for.

        A search names one receipt, which has an index of its own; so have the days and one filter.
        """
        asked = [spec for spec in self.filter_specs if spec.used_parameters]
        indexed = [spec for spec in asked if getattr(spec, "equals", {})]
        timed = [spec for spec in asked if getattr(spec, "times", {})]
        is_more = len(asked) > len(indexed) + len(timed) or bool(self.others)
        return not self.query and (is_more or len(indexed) > 1)

    def _furthest(self, order: tuple[str, ...], side: Q) -> tuple[Any, Place | None]:
        """Return the filter whose index gets furthest, and how far: None is through all of it."""
        conditions = [(spec, getattr(spec, "equals", {})) for spec in self.filter_specs]
        indexed: list[tuple[Any, dict[str, Any]]] = [each for each in conditions if each[1]]
        ends = []
        for spec, equals in indexed or [(None, {})]:
            last = self._places(equals, order, side)[EXAMINED - 1 : EXAMINED]
            end = next((Place(*values) for values in last), None)
            if end is None:
                return spec, None
            ends.append((end, spec))
        furthest = (max if self.is_upward else min)(ends, key=lambda found: found[0])
        return furthest[1], furthest[0]

    def _driven_by(self, driver: Any) -> QuerySet[Any]:
        """Return what is asked for so that no index fits but that of one filter, or of the time."""
        rows: QuerySet[Any] = self.root_queryset
        for spec in self.filter_specs:
            equals = getattr(spec, "equals", {}) if spec is not driver else {}
            for column, value in equals.items():
                nothing = Value(-1 if isinstance(value, int) else "")
                rows = rows.filter(Exact(NullIf(F(column), nothing), Value(value)))
            if not equals:
                narrowed = spec.queryset(self.request, rows)
                rows = rows if narrowed is None else narrowed
        return rows.filter(build_q_object_from_lookup_parameters(self.others))

    def within(self) -> QuerySet[Any]:
        """Return all rows of the time that is asked for, of which pages look at so many at most."""
        return self.root_queryset.filter(**self.times)

    def _address(self, name: str, place: Place | None) -> str:
        return "" if place is None else str(self.get_query_string({name: str(place)}))

    @property
    def times(self) -> dict[str, datetime]:
        """The bounds of the time that is asked for, as lookups."""
        found: dict[str, datetime] = {}
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

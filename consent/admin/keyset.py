"""A list that pages by key: it counts nothing, and a page looks at so many rows at most."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

EXAMINED = 20_000
"""Rows that a page with filters looks at before it offers to search further."""
AFTER, BEFORE = "after", "before"
"""Parameters that name a key: show what is older than it, or newer."""
_LONGEST = 18


class KeysetChangeList(ChangeList):
    """Rows by their key, newest first, in pages that are found by where they begin.

    ``older`` and ``newer`` are the addresses of the neighbours, empty at the ends; ``examined`` is
    how many rows were looked at where the page ends for that alone.
    """

    older = newer = ""
    examined = 0
    # What Django's own templates ask of pages that are numbered.
    can_show_all = multi_page = show_all = False

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return what the filters let through, without the place of the page."""
        self.after, self.before = (self._key(request, name) for name in (AFTER, BEFORE))
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        queryset: QuerySet[Any] = super().get_queryset(request, *args, **kwargs)
        return queryset

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page, and where its neighbours begin."""
        self.paginator = self.model_admin.get_paginator(request, self.queryset.none(), 1)
        self.show_all = False
        is_upward = self.before is not None
        found, end = self._found(is_upward=is_upward)
        is_more = len(found) > self.list_per_page
        found = found[: self.list_per_page]
        onward = found[-1].pk if is_more else end
        self.examined = 0 if is_more or end is None else EXAMINED
        back = self._back(found, is_upward=is_upward)
        if is_upward:
            found.reverse()
            onward, back = back, onward
        self.older, self.newer = self._address(AFTER, onward), self._address(BEFORE, back)
        self.result_list = found
        self.result_count = self.full_result_count = len(found)

    def _found(self, *, is_upward: bool) -> tuple[list[Model], int | None]:
        """Return the rows of the page and one more, and the last key that was looked at, if any."""
        order, side = "-pk", Q()
        if is_upward:
            order, side = "pk", Q(pk__gt=self.before)
        elif self.after is not None:
            side = Q(pk__lt=self.after)
        rows = self.queryset.order_by(order).filter(side)
        end = None
        if self.queryset.query.where and not self.query:
            # A search names one receipt, which has an index of its own.
            keys = self.root_queryset.order_by(order).filter(side).values_list("pk", flat=True)
            end = next(iter(keys[EXAMINED - 1 : EXAMINED]), None)
        if end is not None:
            rows = rows.filter(Q(pk__lte=end) if is_upward else Q(pk__gte=end))
        return list(rows[: self.list_per_page + 1]), end

    def _back(self, found: list[Model], *, is_upward: bool) -> int | None:
        """Return the key beyond which the page before this one lies; None at either end."""
        if self.before == 0:
            return None
        if is_upward:
            return int(found[0].pk) if found else int(self.before or 0) + 1
        if self.after is None:
            return None
        return int(found[0].pk) if found else int(self.after) - 1

    def _address(self, name: str, key: int | None) -> str:
        return "" if key is None else str(self.get_query_string({name: key}))

    @property
    def newest(self) -> str:
        """The address of the first page."""
        return str(self.get_query_string())

    @property
    def oldest(self) -> str:
        """The address of the last page."""
        return self._address(BEFORE, 0)

    def _key(self, request: HttpRequest, name: str) -> int | None:
        text = request.GET.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
            raise IncorrectLookupParameters(f"{name} is not a key")
        return int(text)

"""The access log, to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent import moments
from consent.admin.base import EMPTY, ReadOnlyAdmin
from consent.models import Access

EXAMINED = 20_000
"""Lines that a page with filters looks at before it offers to search further."""
AFTER, BEFORE = "after", "before"


class AccessChangeList(ChangeList):
    """Lines by number, newest first, in pages that are found by where they begin.

    Numbers have hardly a gap, so that a range of them bounds what a page looks at. Attributes are
    those of the list of records, for the same template.
    """

    older = newer = ""
    examined = 0
    # What Django's own templates ask of pages that are numbered.
    can_show_all = multi_page = show_all = False

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        """Return what the filters let through, without the place of the page."""
        self.after, self.before = (_number(request.GET.get(name)) for name in (AFTER, BEFORE))
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        queryset: QuerySet[Any] = super().get_queryset(request, *args, **kwargs)
        return queryset

    def get_results(self, request: HttpRequest) -> None:
        """Find the lines of the page, and where its neighbours begin."""
        self.paginator = self.model_admin.get_paginator(request, self.queryset.none(), 1)
        ends = self.root_queryset.aggregate(first=Min("id"), last=Max("id"))
        first, last = ends["first"] or 0, ends["last"] or 0
        is_upward, is_bounded = self.before is not None, bool(self.queryset.query.where)
        low, high = self._range(first, last, EXAMINED if is_bounded else last + 1)
        rows = self.queryset.filter(id__range=(low, high)).order_by("id" if is_upward else "-id")
        found = list(rows[: self.list_per_page + 1])
        is_more = len(found) > self.list_per_page
        found = found[: self.list_per_page]
        if is_upward:
            found.reverse()
        if is_more:
            low, high = (low, found[0].pk) if is_upward else (found[-1].pk, high)
        self.older = self.get_query_string({AFTER: str(low)}) if low > first else ""
        self.newer = self.get_query_string({BEFORE: str(high)}) if high < last else ""
        onward = self.newer if is_upward else self.older
        self.examined = EXAMINED if is_bounded and onward and not is_more else 0
        self.result_list = found
        self.result_count = self.full_result_count = len(found)

    def _range(self, first: int, last: int, most: int) -> tuple[int, int]:
        """Return the first and the last number to look at, ``most`` of them at most."""
        if self.before is not None:
            low = max(first, self.before + 1)
            return low, min(last, low + most - 1)
        high = last if self.after is None else min(last, self.after - 1)
        return max(first, high - most + 1), high

    @property
    def newest(self) -> str:
        """The address of the first page."""
        return str(self.get_query_string())

    @property
    def oldest(self) -> str:
        """The address of the last page."""
        return str(self.get_query_string({BEFORE: "0"}))


class DayFilter(admin.ListFilter):
    """By day, of the site's time zone."""

    title = _("day")
    template = "admin/consent/access/day.html"
    _names = ("when", "day")
    _ages = {"today": (0, _("Today")), "7": (6, _("Past 7 days")), "30": (29, _("Past 30 days"))}  # noqa: RUF012 - a constant

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        asked = {name: params.pop(name, [""])[-1] for name in self._names}
        self.used_parameters = {name: value for name, value in asked.items() if value}
        self.age, self.day = asked.values()
        self.kept: list[tuple[str, str]] = []
        try:
            self.span = self._span()
        except (KeyError, ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(str(error)) from None

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the parameters."""
        return [*self._names]

    def has_output(self) -> bool:
        """Always."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Yield the runs of days that end today."""
        kept = changelist.filter_params.items()
        self.kept = [(name, v) for name, values in kept if name not in self._names for v in values]
        yield {
            "selected": not self.used_parameters,
            "query_string": changelist.get_query_string(remove=[*self._names]),
            "display": gettext("All"),
        }
        for value, (_ago, words) in self._ages.items():
            yield {
                "selected": value == self.age,
                "query_string": changelist.get_query_string({"when": value}, ["day"]),
                "display": words,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the lines of those days."""
        return queryset.filter(at__gte=self.span[0], at__lt=self.span[1]) if self.span else queryset

    def _span(self) -> tuple[datetime, datetime] | None:
        if self.age:
            today = moments.today()
            first, last = today - timedelta(days=self._ages[self.age][0]), today
        elif self.day:
            first = last = date.fromisoformat(self.day)
        else:
            return None
        return moments.midnight(first), moments.midnight(last + timedelta(days=1))


@admin.register(Access)
class AccessAdmin(ReadOnlyAdmin):
    """Who saw, took out or decided what, and when."""

    list_display = ("at", "who", "what", "subject", "count", "said")
    list_display_links = ("at",)
    list_filter = (DayFilter, "what")
    fields = ("at", "who", "what", "subject", "count", "said")
    readonly_fields = fields
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("who",)
    search_help_text = _("A whole user name, or what it was about, such as “record 12”.")

    class Media:
        css = {"all": ("consent/admin/requests.css",)}  # noqa: RUF012 - as Django has it

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AccessChangeList]:  # noqa: ARG002 - Django's signature
        """Page by number, and count nothing."""
        return AccessChangeList

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """Find whose lines they are, or what they are about, exactly."""
        term = search_term.strip().replace("\x00", "")
        return queryset.filter(Q(who=term) | Q(subject=term)) if term else queryset, False

    @admin.display(description=_("detail"))
    def said(self, row: Access) -> str:
        """Say what else there is."""
        return ", ".join(f"{name}: {value}" for name, value in row.detail.items()) or EMPTY


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise IncorrectLookupParameters(f"{text!r} names no place in the list")
    return int(text)

"""What the lists of evidence can be narrowed to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from consent.admin.base import ModelAdmin
from consent.core.notice import Notice as Published
from consent.models import Notice, Presentation

_NOTICES = 20
"""Notices whose questions can be asked for, the newest first."""


class ShownFilter(admin.SimpleListFilter):
    """A filter whose choices come from what was published: records are too many to ask."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """Return the values that visitors were shown."""
        field = str(self.parameter_name)
        shown = Presentation.objects.order_by(field).values_list(field, flat=True).distinct()
        return [(str(value), str(value)) for value in shown]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the rows of that value; none for a value that nobody was shown."""
        value = self.value()
        if value is None:
            return queryset
        known = value in {str(choice) for choice, _label in self.lookup_choices}
        return queryset.filter(**{str(self.parameter_name): value}) if known else queryset.none()


class SiteFilter(ShownFilter):
    """By site."""

    title = _("site")
    parameter_name = "site"


class NoticeFilter(ShownFilter):
    """By the notice's number."""

    title = _("notice")
    parameter_name = "notice"


class LanguageFilter(ShownFilter):
    """By the dialog's language."""

    title = _("language")
    parameter_name = "language"


class AnswerFilter(admin.SimpleListFilter):
    """By what was answered about one category or service of the newest notices."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """Return each key with yes and with no."""
        documents = Notice.objects.order_by("-id").values_list("document", flat=True)[:_NOTICES]
        notices = (Published.from_document(json.loads(document)) for document in documents)
        keys = sorted({key for notice in notices for key in notice.optional_keys})
        words = {"yes": _("granted"), "no": _("refused")}
        return [(f"{key}={a}", f"{key}: {word}") for key in keys for a, word in words.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the rows with that answer; none for what no notice asked."""
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(choice) for choice, _label in self.lookup_choices}:
            return queryset.none()
        key, _equals, answer = value.partition("=")
        return queryset.filter(**{f"answers__{key}": answer})


_DAYS = ["when", "since", "until"]
_AGES: dict[str, tuple[int, int, str | Promise]] = {
    "today": (0, 1, _("Today")),
    "yesterday": (1, 0, _("Yesterday")),
    "7": (6, 1, _("Past 7 days")),
    "30": (29, 1, _("Past 30 days")),
    "365": (364, 1, _("Past 365 days")),
}
"""By value: how many days ago it begins, and in how many days it ends."""


class DecidedFilter(admin.ListFilter):
    """By when it was decided: a run of days of the site's time zone, from today or as written."""

    title = _("day")
    template = "admin/consent/record/days.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: ModelAdmin
    ) -> None:
        super().__init__(request, params, model, model_admin)
        asked = {name: params.pop(name, [""])[-1] for name in _DAYS}
        self.used_parameters = {name: value for name, value in asked.items() if value}
        self.age, self.since, self.until = asked.values()
        if self.age and self.age not in _AGES:
            raise IncorrectLookupParameters(f"{self.age!r} is no run of days")
        self.times = self._times()
        self.kept: list[tuple[str, str]] = []

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the parameters: from today, or the first and the last day."""
        return [*_DAYS]

    def has_output(self) -> bool:
        """Always."""
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Yield the runs of days that begin or end today."""
        # A form that asks for days keeps everything else that is asked for.
        kept = changelist.filter_params.items()
        self.kept = [(name, v) for name, values in kept if name not in _DAYS for v in values]
        yield {
            "selected": not self.used_parameters,
            "query_string": changelist.get_query_string(remove=_DAYS),
            "display": _now("All"),
        }
        for value, (_ago, _ahead, words) in _AGES.items():
            yield {
                "selected": value == self.age,
                "query_string": changelist.get_query_string({"when": value}, _DAYS[1:]),
                "display": words,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the rows of those days."""
        return queryset.filter(**self.times)

    def _times(self) -> dict[str, datetime]:
        if self.age:
            ago, ahead, _words = _AGES[self.age]
            today = timezone.localdate()
            first, end = today - timedelta(days=ago), today + timedelta(days=ahead)
            return {"decided_at__gte": _midnight(first), "decided_at__lt": _midnight(end)}
        times = {}
        try:
            if self.since:
                times["decided_at__gte"] = _midnight(date.fromisoformat(self.since))
            if self.until:
                end = date.fromisoformat(self.until) + timedelta(days=1)
                times["decided_at__lt"] = _midnight(end)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(str(error)) from None
        return times


def _midnight(day: date) -> datetime:
    """Return when a day begins in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))

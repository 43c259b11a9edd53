"""What the lists of evidence can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from consent import moments
from consent.admin.base import ModelAdmin
from consent.admin.spans import SPANS, span
from consent.histories import names_in, read_notice
from consent.models import Action, Layer, Notice, Presentation

_NOTICES = 20
"""Notices whose questions can be asked for, the newest first."""


class ColumnFilter(admin.SimpleListFilter):
    """A filter by the value of a column that has an index in the order of the list."""

    column = ""

    @property
    def equals(self) -> dict[str, Any]:
        """The condition as lookups; empty where nothing is asked for, or what is no choice."""
        value = self.value()
        known = value is not None and value in {str(choice) for choice, _ in self.lookup_choices}
        return {self.column: self.stored(str(value))} if known else {}

    def stored(self, value: str) -> Any:
        """Return a choice as the column holds it."""
        return value

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the rows of that value; none for a value that is no choice."""
        if self.value() is None:
            return queryset
        return queryset.filter(**self.equals) if self.equals else queryset.none()


class ActionFilter(ColumnFilter):
    """By what was decided."""

    title = _("decision")
    column = "action"
    parameter_name = "action__exact"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return all decisions."""
        return [*Action.choices]


class LayerFilter(ColumnFilter):
    """By where the control stood."""

    title = _("layer")
    column = "layer"
    parameter_name = "layer__exact"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return all layers."""
        return [*Layer.choices]


class ShownFilter(ColumnFilter):
    """A filter whose choices come from what was published: records are too many to ask."""

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """Return the values that visitors were shown."""
        stored = Presentation.objects.order_by(self.column)
        shown = stored.values_list(self.column, flat=True).distinct()
        return [(str(value), str(value)) for value in shown]


class SiteFilter(ShownFilter):
    """By site."""

    title = _("site")
    column = parameter_name = "site"


class NoticeFilter(ShownFilter):
    """By the notice's number."""

    title = _("notice")
    column = parameter_name = "notice"

    def stored(self, value: str) -> int:
        """Return the number."""
        return int(value)


class LanguageFilter(ShownFilter):
    """By the dialog's language."""

    title = _("language")
    column = parameter_name = "language"


class AnswerFilter(admin.SimpleListFilter):
    """By what was answered about one category or service of the newest notices."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """Return each key with yes and with no, by the names that visitors read."""
        names: dict[str, str] = {}
        for row in Notice.objects.order_by("-id")[:_NOTICES]:
            names = {**_spoken(row), **names}  # the newest name is the one that is known
        words = {"yes": _("granted"), "no": _("refused")}
        keys = sorted(names)
        return [(f"{k}={a}", f"{names[k]}: {word}") for k in keys for a, word in words.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the rows with that answer; none for what no notice asked."""
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(choice) for choice, _label in self.lookup_choices}:
            return queryset.none()
        key, _equals, answer = value.partition("=")
        return queryset.filter(**{f"answers__{key}": answer})


def _spoken(row: Notice) -> dict[str, str]:
    """Return the name of all that a notice asks about, in the reader's language or its first."""
    notice = read_notice(row)
    if notice is None:
        return {}
    language = notice.language_for(get_language() or "") or notice.languages[0]
    names = names_in(notice, language)
    categories = {key: names[key.partition(":")[0]] for key in names}
    return {k: f"{categories[k]}, {name}" if ":" in k else name for k, name in names.items()}


_DAYS = ["when", "since", "until"]


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
        if self.age and self.age not in SPANS:
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
            "display": gettext("All"),
        }
        for value, words in SPANS.items():
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
            first, end = span(self.age, moments.today())
            return {
                "decided_at__gte": moments.midnight(first),
                "decided_at__lt": moments.midnight(end),
            }
        times = {}
        try:
            if self.since:
                times["decided_at__gte"] = moments.midnight(date.fromisoformat(self.since))
            if self.until:
                end = date.fromisoformat(self.until) + timedelta(days=1)
                times["decided_at__lt"] = moments.midnight(end)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(str(error)) from None
        return times

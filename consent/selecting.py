"""What the overview is asked for: a form whose every answer gives a selection."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from consent import moments
from consent.conf import conf
from consent.models import Layer, Notice, Presentation
from consent.period import Period
from consent.reports import Selection

NOTICES = 50
"""Notices that can be chosen, the newest first."""
QUARTER = "quarter"
USUAL = "30"
_EARLIEST = date(2000, 1, 1)
PERIODS = (
    ("7", _("Past 7 days")),
    (USUAL, _("Past 30 days")),
    ("90", _("Past 90 days")),
    ("365", _("Past 365 days")),
    (QUARTER, _("Last quarter")),
)


class SelectionForm(forms.Form):
    """Period, site, language, layer and notice; nothing asked for is the past thirty days."""

    days = forms.ChoiceField(label=_("Period"), choices=PERIODS, required=False)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("To"), required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    layer = forms.ChoiceField(label=_("Layer"), required=False)
    notice = forms.TypedChoiceField(label=_("Notice"), required=False, coerce=int, empty_value=None)
    required_css_class = "required"

    def __init__(self, *args: Any, using: str, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        notices = Notice.objects.using(using).order_by()
        sites = {conf.site, *notices.values_list("site", flat=True).distinct()}
        shown = Presentation.objects.using(using).order_by()
        languages = {*conf.languages, *shown.values_list("language", flat=True).distinct()}
        numbers = notices.order_by("-number").values_list("number", flat=True).distinct()
        self._choose("site", [conf.site, *sorted(sites - {conf.site})])
        self._choose("language", sorted(languages), of=_("All"))
        self._choose("notice", numbers[:NOTICES], of=_("All"))
        self._field("layer").choices = [("", _("All")), *Layer.choices]
        if len(sites) == 1:
            self._field("site").widget = forms.HiddenInput()

    def _choose(self, name: str, values: Iterable[object], of: object = None) -> None:
        choices = [(str(value), str(value)) for value in values]
        self._field(name).choices = [("", of), *choices] if of else choices

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and those that no record can be of."""
        given: dict[str, Any] = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            raise forms.ValidationError(_("The period ends before it begins."))
        if any(day and not _EARLIEST <= day <= _today() for day in (since, until)):
            raise forms.ValidationError(_("Choose days from the year 2000 to today."))
        return given

    @cached_property
    def selection(self) -> Selection:
        """What is asked for; what is no valid answer is not."""
        given = self.cleaned_data if self.is_valid() else {}
        return Selection(
            period=self._period(given),
            site=given.get("site") or conf.site,
            language=given.get("language") or "",
            layer=given.get("layer") or "",
            notice=given.get("notice"),
        )

    @staticmethod
    def _period(given: dict[str, Any]) -> Period:
        today = _today()
        since, until = given.get("since"), given.get("until")
        if since or until:
            until = until or today
            return Period(since or max(_EARLIEST, until - timedelta(days=int(USUAL) - 1)), until)
        asked = given.get("days") or USUAL
        if asked == QUARTER:
            return last_quarter(today)
        return Period(today - timedelta(days=int(asked) - 1), today)


def last_quarter(today: date) -> Period:
    """Return the quarter before the one that a day is in."""
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = first - timedelta(days=1)
    begins = last.replace(month=last.month - 2, day=1)
    return Period(begins, last.replace(day=monthrange(last.year, last.month)[1]))


def _today() -> date:
    return moments.today_in_utc()

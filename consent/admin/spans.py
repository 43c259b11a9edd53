"""Runs of days that are named from today: the past so many, and months and quarters."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SPANS: dict[str, str | Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7": _("Past 7 days"),
    "30": _("Past 30 days"),
    "90": _("Past 90 days"),
    "365": _("Past 365 days"),
    "this-month": _("This month"),
    "last-month": _("Last month"),
    "this-quarter": _("This quarter"),
    "last-quarter": _("Last quarter"),
}
"""What each is called. The past so many days end with today; months and quarters are whole."""

_DAY = timedelta(days=1)


def span(name: str, today: date) -> tuple[date, date]:
    """Return the first day of one of `SPANS`, and the day after its last."""
    if name in ("today", "yesterday"):
        first = today - (name == "yesterday") * _DAY
        return first, first + _DAY
    if name.isdecimal():
        return today - (int(name) - 1) * _DAY, today + _DAY
    which, _dash, unit = name.partition("-")
    months = 3 if unit == "quarter" else 1
    begun = today.year * 12 + (today.month - 1) // months * months
    first_month = begun - months * (which == "last")
    return _first_of(first_month), _first_of(first_month + months)


def _first_of(month: int) -> date:
    """Return the first day of a month, by how many months there were before it."""
    return date(month // 12, month % 12 + 1, 1)

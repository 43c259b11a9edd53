"""A lifetime as people say it, a number and a unit; it is stored in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consent.core.localized import LIFETIME_UNITS, in_units

LONGEST = 2**63 - 1
"""Seconds that the database takes."""
UNLIMITED, SESSION = "", "session"
CHOICES: tuple[tuple[str, Any], ...] = (
    (UNLIMITED, _("until it is deleted")),
    (SESSION, _("until the browser is closed")),
    ("years", _("years")),
    ("months", _("months of 30 days")),
    ("days", _("days")),
    ("hours", _("hours")),
    ("minutes", _("minutes")),
    ("seconds", _("seconds")),
)


class LifetimeWidget(forms.MultiWidget):
    """Two controls side by side: how many, and of what."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        count = AdminIntegerFieldWidget({"min": 1, "aria-label": _("How many")})
        unit = forms.Select({"aria-label": _("Unit")}, choices=CHOICES)
        super().__init__((count, unit), attrs)

    def decompress(self, value: int | None) -> list[Any]:
        """Return number and unit of seconds: 0 until the browser is closed, None until deleted."""
        if not value:
            return [None, UNLIMITED if value is None else SESSION]
        return list(in_units(value))


class LifetimeField(forms.MultiValueField):
    """A lifetime in seconds, 0 until the browser is closed, None until it is deleted.

    The last two take no number, and all others do.
    """

    widget = LifetimeWidget

    def __init__(self, **kwargs: Any) -> None:
        count = forms.IntegerField(min_value=1, required=False)
        unit = forms.ChoiceField(choices=CHOICES, required=False)
        super().__init__((count, unit), require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: Sequence[Any]) -> int | None:
        """Return the seconds of a number and a unit."""
        count, unit = data_list or (None, UNLIMITED)
        size = LIFETIME_UNITS.get(unit)
        if size is None:
            if count is not None:
                raise ValidationError(_("Choose the unit of this number, or leave it out."))
            return 0 if unit == SESSION else None
        if count is None:
            raise ValidationError(_("Say how many."))
        if count * size > LONGEST:
            raise ValidationError(_("Nothing lasts that long."))
        return int(count * size)

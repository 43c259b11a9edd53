"""What has to be typed about requests and holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from consent import moments
from consent.core.crockford import parse_receipt
from consent.models import SubjectRequest

_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
_IN_FULL = {"autocomplete": "off", "spellcheck": "false", "class": "vTextField consent-receipt"}


class ReceiptField(forms.CharField):
    """A receipt's id however it was written down; cleaned to its one spelling."""

    default_error_messages = {  # noqa: RUF012 - as Django's own fields have it
        "invalid": _("That is not a receipt's id: it has 26 digits and letters."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs=_IN_FULL)
        options.setdefault("label", _("Receipt"))
        super().__init__(max_length=200, widget=widget, **options)

    def clean(self, value: Any) -> str:
        """Return the id; raise ValidationError for what is none."""
        typed = super().clean(value)
        receipt = parse_receipt(typed)
        if typed and not receipt:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return receipt


class DayField(forms.DateField):
    """A day of this age."""

    def __init__(self, **options: Any) -> None:
        limits = [MinValueValidator(_FIRST), MaxValueValidator(_LAST)]
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "vDateField"})
        super().__init__(widget=widget, validators=limits, **options)


def reason_field(help_text: Any, **options: Any) -> forms.CharField:
    """Return the field for a reason."""
    widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 4})
    options.setdefault("label", _("Reason"))
    return forms.CharField(widget=widget, max_length=2000, help_text=help_text, **options)


class LookupForm(forms.Form):
    """Which receipt to look up."""

    receipt = ReceiptField(
        help_text=_("As the visitor has it; capitals, spaces and dashes do not matter.")
    )


class EntryForm(forms.Form):
    """A request, as it came in."""

    kind = forms.ChoiceField(label=_("Asks for"), choices=SubjectRequest.Kind.choices)
    receipt = ReceiptField()
    received = DayField(
        label=_("Received on"),
        initial=moments.today,
        help_text=_("The day it reached you: it is due one month later."),
    )

    @property
    def received_at(self) -> datetime:
        """The moment to keep: now for today, else the beginning of the day."""
        day = self.cleaned_data["received"]
        return moments.now() if day == moments.today() else moments.midnight(day)


class AnswerForm(forms.Form):
    """How a request was answered."""

    reason = reason_field(
        _("For your own file, such as “by e-mail, 3 March”. Leave the receipt out of it."),
        label=_("Note"),
        required=False,
    )


class EraseForm(forms.Form):
    """Why records are erased."""

    reason = reason_field(
        _("It stays in the ledger for good: name nobody in it, and leave the receipt out.")
    )


class RefuseAccessForm(forms.Form):
    """Why a request for access is refused."""

    reason = reason_field(
        _("Only a manifestly unfounded or excessive request may be refused (Art. 12(5)).")
    )


class RefuseErasureForm(forms.Form):
    """Why, and on what ground, a request for erasure is refused."""

    ground = forms.ChoiceField(
        label=_("Ground in Art. 17(3)"), choices=[("", "---------"), *SubjectRequest.Ground.choices]
    )
    reason = reason_field(_("Why that ground applies here: the visitor has to be told."))


class HoldForm(forms.Form):
    """What to hold, and why."""

    receipt = ReceiptField(
        required=False, help_text=_("To hold the records of one receipt; else name a period.")
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(
        label=_("To"), required=False, help_text=_("The last day, which is in the period.")
    )
    reason = reason_field(_("Such as the complaint that is pending."))

    @property
    def period(self) -> tuple[datetime | None, datetime | None]:
        """The moment from which on, and the one before which."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        end = moments.midnight(last + timedelta(days=1)) if last else None
        return (moments.midnight(first) if first else None), end


class LiftForm(forms.Form):
    """Nothing: lifting only wants to be meant."""

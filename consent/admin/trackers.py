"""A tracker in one form: DCC's cookie and our details of it, saved together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, fields_for_model, model_to_dict
from django.utils.translation import gettext_lazy as _

from consent.admin.lifetimes import LifetimeField
from consent.models import Kind, Service, TrackerDetails

if TYPE_CHECKING:
    TrackerModelForm = forms.ModelForm[Any]
    TrackerBaseFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    TrackerModelForm = forms.ModelForm
    TrackerBaseFormSet = BaseInlineFormSet

DETAILS = ("kind", "lifetime", "service", "provider", "third_party", "criterion", "reason")


class TrackerForm(TrackerModelForm):
    """What DCC asks of a cookie, and what it does not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.details = getattr(kwargs.get("instance"), "consent_details", None) or TrackerDetails()
        stored = model_to_dict(self.details, fields=DETAILS)
        super().__init__(
            *args, **{**kwargs, "initial": {**stored, **(kwargs.get("initial") or {})}}
        )
        if "description" in self.fields:
            ask_purpose(self.fields["description"])

    def offer_services(self, category: Any) -> None:
        """Offer the services of one category."""
        if "service" in self.fields:
            services = Service.objects.filter(category=category.pk or 0)
            self.fields["service"].queryset = services  # type: ignore[attr-defined]  # a choice of rows

    def _post_clean(self) -> None:
        """Hold the details to their rules, in the category as the same request leaves it."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook, unknown to its stubs
        for name in DETAILS:
            if name in self.cleaned_data:
                setattr(self.details, name, self.cleaned_data[name])
        self.details.tracker = self.instance
        wrong = {"id", "tracker", *(name for name in DETAILS if name in self.errors)}
        try:
            self.details.full_clean(exclude=wrong, validate_unique=False)
        except ValidationError as invalid:
            for name, messages in invalid.message_dict.items():
                for message in messages:
                    self.add_error(name if name in self.fields else None, message)

    def save(self, commit: bool = True) -> Any:
        """Save both; without ``commit``, the details with `save_m2m`."""
        tracker = super().save(commit)
        if commit:
            self._save_details()
        else:
            self.save_m2m = self._save_details  # type: ignore[method-assign]  # as Django does
        return tracker

    def _save_details(self) -> None:
        self.details.tracker = self.instance
        self.details.save()


class TrackerFormSet(TrackerBaseFormSet):
    """The trackers of one category: they belong to its services."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the category's own services."""
        super().add_fields(form, index)
        form.offer_services(self.instance)


def ask_purpose(field: forms.Field) -> None:
    """Make DCC's description what it is here: a purpose, and mandatory (G3)."""
    field.required = True
    field.label = _("Purpose")
    field.help_text = _("What it is for, concretely, in a sentence.")


def _declare() -> None:
    """Give the form the fields of the details, as their table has them."""
    widgets: dict[str, Any] = {"reason": AdminTextareaWidget(attrs={"rows": 2})}
    found = fields_for_model(TrackerDetails, fields=DETAILS, widgets=widgets)
    found["kind"].initial = Kind.COOKIE
    found["lifetime"] = LifetimeField(label=found["lifetime"].label)
    TrackerForm.base_fields.update(found)
    TrackerForm.declared_fields.update(found)


_declare()

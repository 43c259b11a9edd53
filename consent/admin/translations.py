"""The registry's texts in other languages, edited beside the text they translate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet

from consent.conf import conf
from consent.models import TRANSLATABLE, TrackerDetails, Translation
from consent.models.validators import validate_policy_url

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
    TranslationModelForm = forms.ModelForm[Translation]
    TranslationFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    TabularInline = admin.TabularInline
    TranslationModelForm = forms.ModelForm
    TranslationFormSet = BaseInlineFormSet

Choices = list[tuple[str, str]]


class TranslationForm(TranslationModelForm):
    """One text in one language."""

    def clean(self) -> dict[str, Any]:
        """Hold a translated address to the rule for addresses."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("field") == "policy_url" and cleaned.get("text"):
            try:
                validate_policy_url(cleaned["text"])
            except ValidationError as error:
                self.add_error("text", error)
        return cleaned


class NamedFormSet(TranslationFormSet):
    """Rows of a table whose inputs say what they are: Django gives them no label of their own."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name each input after its field."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = str(field.label or "").capitalize()


class TranslationInline(TabularInline):
    """The translations of one row; ``fk_name`` says of what."""

    model = Translation
    form = TranslationForm
    formset = NamedFormSet
    fields = ("language", "field", "text")
    extra = 0
    formfield_overrides = {  # noqa: RUF012 - Django's own attribute, read only
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}
    }

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any
    ) -> forms.Field | None:
        """Offer the texts that this row has, and the site's languages."""
        offered = {"field": self._texts, "language": _languages}.get(db_field.name)
        if offered is None:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        choices = [("", "---------"), *offered()]
        return forms.ChoiceField(choices=choices, label=str(db_field.verbose_name).capitalize())

    def _texts(self) -> Choices:
        return [(name, self._label(name)) for name in TRANSLATABLE[str(self.fk_name)]]

    def _label(self, name: str) -> str:
        """Return a text's name as its own form has it; a tracker's stand in two tables."""
        for model in (self.parent_model, TrackerDetails):
            try:
                return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # texts are columns
            except FieldDoesNotExist:
                continue
        return name


class CategoryTranslations(TranslationInline):
    """A category's texts."""

    fk_name = "category"


class ServiceTranslations(TranslationInline):
    """A service's texts."""

    fk_name = "service"


class TrackerTranslations(TranslationInline):
    """A tracker's texts."""

    fk_name = "tracker"


class ControllerTranslations(TranslationInline):
    """The controller's texts."""

    fk_name = "controller"


def _languages() -> Choices:
    """Return the site's other languages, and those in which something is written already."""
    stored = Translation.objects.order_by("language").values_list("language", flat=True).distinct()
    others = dict.fromkeys((*conf.languages[1:], *stored))
    return [(language, language) for language in others]

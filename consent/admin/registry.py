"""The registry, to edit: controller and services, and DCC's categories and trackers dressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cookie_consent.admin import CookieAdmin, CookieGroupAdmin
from cookie_consent.models import Cookie, CookieGroup
from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consent.admin.base import EMPTY, ModelAdmin, links
from consent.admin.translations import (
    CategoryTranslations,
    ControllerTranslations,
    ServiceTranslations,
    TrackerTranslations,
)
from consent.models import Controller, Service, TrackerDetails
from consent.models.validators import validate_key
from consent.texts import lifetime_text

if TYPE_CHECKING:
    StackedInline = admin.StackedInline[Any, Any]
    DetailsModelForm = forms.ModelForm[TrackerDetails]
else:
    StackedInline = admin.StackedInline
    DetailsModelForm = forms.ModelForm


class DraftAdmin(ModelAdmin):
    """A part of the registry: says that visitors see it once it is published."""

    change_list_template = "admin/consent/registry_list.html"
    change_form_template = "admin/consent/registry_form.html"


@admin.register(Controller)
class ControllerAdmin(DraftAdmin):
    """Who asks: one row."""

    list_display = ("name", "contact", "jurisdiction")
    inlines = (ControllerTranslations,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow one controller: a second would be ignored."""
        return super().has_add_permission(request) and not Controller.objects.exists()


@admin.register(Service)
class ServiceAdmin(DraftAdmin):
    """Third parties and tools."""

    list_display = ("name", "key", "category", "provider", "role", "country")
    list_filter = ("category", "role")
    list_select_related = ("category",)
    search_fields = ("key", "name", "provider", "hosts")
    readonly_fields = ("trackers_list",)
    inlines = (ServiceTranslations,)

    @admin.display(description=_("trackers"))
    def trackers_list(self, service: Service | None) -> SafeString | str:
        """Link to the service's trackers, where they are edited."""
        if service is None or service.pk is None:
            return EMPTY
        return links(details.tracker for details in service.trackers.select_related("tracker"))


class TrackerDetailsForm(DetailsModelForm):
    """What DCC's form does not ask."""

    def clean(self) -> dict[str, Any]:
        """Wait with the details while the tracker itself lacks its category."""
        cleaned = super().clean() or self.cleaned_data
        tracker = cleaned.get("tracker")
        if tracker is not None and tracker.cookiegroup_id is None:
            del cleaned["tracker"]
        return cleaned


class TrackerDetailsInline(StackedInline):
    """The rest of a tracker's declaration: always there (X1)."""

    model = TrackerDetails
    form = TrackerDetailsForm
    min_num = max_num = 1
    can_delete = False
    verbose_name_plural = _("details")

    def get_formset(
        self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any
    ) -> Any:
        """Ask for the details even where a request leaves them out."""
        return super().get_formset(request, obj, **{**kwargs, "validate_min": True})


class TrackerAdmin(CookieAdmin, DraftAdmin):
    """Cookies, storage keys and pixels."""

    list_display = ("name", "domain", "cookiegroup", "kind", "service", "lifetime")
    list_filter = ("cookiegroup", "consent_details__kind")  # type: ignore[assignment]  # DCC's is inferred at its own length
    list_select_related = ("cookiegroup", "consent_details__service")
    readonly_fields = ()  # type: ignore[assignment]  # DCC's is inferred at its own length
    inlines = (TrackerDetailsInline, TrackerTranslations)

    @admin.display(description=_("kind"))
    def kind(self, tracker: Cookie) -> str:
        """Say where it lives."""
        details = _details(tracker)
        return str(details.get_kind_display()) if details else EMPTY

    @admin.display(description=_("service"))
    def service(self, tracker: Cookie) -> str:
        """Name its service."""
        details = _details(tracker)
        return str(details.service) if details and details.service else EMPTY

    @admin.display(description=_("lifetime"))
    def lifetime(self, tracker: Cookie) -> str:
        """Say how long it lasts, in words."""
        details = _details(tracker)
        return lifetime_text(details.lifetime, get_language() or "en") if details else EMPTY


class CategoryAdmin(CookieGroupAdmin, DraftAdmin):
    """Categories, with the services that stand in them."""

    list_display = ("name", "varname", "is_required", "num_cookies", "ordering")  # type: ignore[assignment]  # DCC's is inferred at its own length
    readonly_fields = ("services_list",)
    inlines = (CategoryTranslations,)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any
    ) -> forms.Field | None:
        """Refuse a key of hyphens alone, which DCC takes and a choice cannot name."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "varname" and field is not None:
            field.validators.append(validate_key)
        return field

    @admin.display(description=_("services"))
    def services_list(self, category: CookieGroup | None) -> SafeString | str:
        """Link to the category's services, and to the form for another."""
        if category is None or category.pk is None:
            return EMPTY
        add = reverse("admin:consent_service_add", query={"category": category.pk})
        services = Service.objects.filter(category=category.pk)
        return format_html('{} (<a href="{}">{}</a>)', links(services), add, _("add a service"))


def _details(tracker: Cookie) -> TrackerDetails | None:
    details: TrackerDetails | None = getattr(tracker, "consent_details", None)
    return details


def _dress(model: type[models.Model], dcc: type[Any], ours: type[Any]) -> None:
    """Put our admin in the place of DCC's; a project that has put its own there keeps it."""
    if admin.site.is_registered(model) and type(admin.site.get_model_admin(model)) is dcc:
        admin.site.unregister(model)
        admin.site.register(model, ours)


_dress(CookieGroup, CookieGroupAdmin, CategoryAdmin)
_dress(Cookie, CookieAdmin, TrackerAdmin)

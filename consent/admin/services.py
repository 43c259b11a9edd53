"""Controller and services, to edit."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consent.admin.base import EMPTY, ModelAdmin, links
from consent.admin.translations import ControllerTranslations, ServiceTranslations
from consent.countries import country_name
from consent.models import Controller, Service
from consent.preview import preview


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

    list_display = ("name", "key", "category", "provider", "role", "named")
    list_filter = ("category", "role")
    list_select_related = ("category",)
    search_fields = ("key", "name", "provider", "hosts")
    readonly_fields = ("trackers_list",)
    inlines = (ServiceTranslations,)

    @admin.display(description=_("country"), ordering="country")
    def named(self, service: Service) -> str:
        """Say which country its code stands for."""
        return country_name(service.country, get_language() or "")

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: bool) -> None:
        """Say where another service declares the same, and nothing tells the two apart (G1)."""
        super().save_model(request, obj, form, change)
        for host, keys in preview().shared.items():
            if f"{obj.category.varname}:{obj.key}" in keys:
                said = _(
                    "%(services)s declare %(host)s alike: what loads from there needs the grant "
                    "of all. Declare the path beside the host, such as www.example.com/maps."
                )
                messages.warning(request, said % {"services": ", ".join(keys), "host": host})

    @admin.display(description=_("trackers"))
    def trackers_list(self, service: Service | None) -> SafeString | str:
        """Link to the service's trackers, where they are edited."""
        if service is None or service.pk is None:
            return EMPTY
        return links(details.tracker for details in service.trackers.select_related("tracker"))

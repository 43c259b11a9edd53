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

from consent.admin.base import EMPTY, links
from consent.admin.categories import HELP, LABELS, CategoryForm
from consent.admin.lifetimes import LifetimeField
from consent.admin.services import DraftAdmin
from consent.admin.trackers import TrackerForm, TrackerFormSet, ask_purpose
from consent.admin.translations import CategoryTranslations, TrackerTranslations
from consent.models import Service, TrackerDetails
from consent.models.validators import validate_key
from consent.texts import lifetime_text

if TYPE_CHECKING:
    StackedInline = admin.StackedInline[Any, Any]
    DetailsModelForm = forms.ModelForm[TrackerDetails]
else:
    StackedInline = admin.StackedInline
    DetailsModelForm = forms.ModelForm


MAX_INLINE = 50
"""Services and trackers on one screen: Django reads 1,000 fields of a form at most."""


class TrackerDetailsForm(DetailsModelForm):
    """What DCC's form does not ask."""

    lifetime = LifetimeField(label=_("Lifetime"))

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

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any
    ) -> forms.Field | None:
        """Ask what it is for, which DCC lets one leave out (G3)."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "description" and field is not None:
            ask_purpose(field)
        return field

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


class ServiceInline(StackedInline):
    """A category's services, each with a page of its own for its translations."""

    model = Service
    extra = 0
    show_change_link = True
    verbose_name_plural = _("services")
    fieldsets = (
        (None, {"fields": ("name", "key", "provider", "role", "purpose")}),
        (
            _("Where the data goes"),
            {
                "fields": (
                    "recipients",
                    "country",
                    "transfer",
                    "data_types",
                    "retention",
                    "page_addresses",
                    "policy_url",
                )
            },
        ),
        (
            _("How it is recognised"),
            {"fields": ("hosts", "patterns", "ordering"), "classes": ("collapse",)},
        ),
    )


class TrackerInline(StackedInline):
    """A category's cookies and other storage, with all that is declared of them."""

    model = Cookie
    form = TrackerForm
    formset = TrackerFormSet
    extra = 0
    show_change_link = True
    verbose_name = _("tracker")
    verbose_name_plural = _("cookies and other storage")
    fieldsets = (
        (None, {"fields": ("name", "kind", "description", "lifetime", "service")}),
        (_("Why it needs no permission"), {"fields": ("criterion", "reason")}),
        (
            _("Who can read it"),
            {"fields": ("provider", "third_party", "domain", "path"), "classes": ("collapse",)},
        ),
    )


class CategoryAdmin(CookieGroupAdmin, DraftAdmin):
    """One screen for a category: its texts, its services, its trackers, its translations."""

    form = CategoryForm
    list_display = ("name", "varname", "is_required", "num_cookies", "ordering")  # type: ignore[assignment]  # DCC's is inferred at its own length
    fields = ("name", "varname", "description", "is_required", "is_deletable", "ordering")
    inlines = (ServiceInline, TrackerInline, CategoryTranslations)

    def get_inlines(self, request: HttpRequest, obj: CookieGroup | None) -> Any:
        """Leave out what is too much for one form; lists lead to it instead."""
        large = obj is not None and obj.pk is not None and self._is_large(obj)
        return (CategoryTranslations,) if large else super().get_inlines(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Link to the trackers' list where the screen has no room for them."""
        large = obj is not None and obj.pk is not None and self._is_large(obj)
        return ("services_list", "trackers_list") if large else ("services_list",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put those links last."""
        links = () if obj is None else self.get_readonly_fields(request, obj)
        return (*self.fields, *links)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Have the form check stored trackers that stand on no form of this screen."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        may_edit = request.user.has_perms(["cookie_consent.change_cookie"])
        form.checks_stored = obj is not None and (self._is_large(obj) or not may_edit)
        return form

    def _is_large(self, category: CookieGroup) -> bool:
        services = Service.objects.filter(category=category.pk).count()
        return services + int(category.cookie_set.count()) > MAX_INLINE

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any
    ) -> forms.Field | None:
        """Ask for name and purpose, and refuse a key of hyphens alone; DCC takes both."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if db_field.name == "varname":
            field.validators.append(validate_key)
        if db_field.name in ("name", "description"):
            field.required = True
        field.label = LABELS.get(db_field.name, field.label)
        field.help_text = HELP.get(db_field.name, field.help_text)
        return field

    @admin.display(description=_("services"))
    def services_list(self, category: CookieGroup | None) -> SafeString | str:
        """Link to the category's services, and to the form for another."""
        if category is None or category.pk is None:
            return EMPTY
        add = reverse("admin:consent_service_add", query={"category": category.pk})
        services = Service.objects.filter(category=category.pk)
        return format_html('{} (<a href="{}">{}</a>)', links(services), add, _("add a service"))

    @admin.display(description=_("trackers"))
    def trackers_list(self, category: CookieGroup) -> SafeString:
        """Link to the list of the category's trackers."""
        query = {"cookiegroup__id__exact": category.pk}
        address = reverse("admin:cookie_consent_cookie_changelist", query=query)
        return format_html('<a href="{}">{}</a>', address, _("all of them, in a list"))


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

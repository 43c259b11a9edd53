"""Holds: set, read, lifted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from consent import holds
from consent.admin.base import EMPTY, ReadOnlyAdmin
from consent.admin.requestforms import HoldForm, LiftForm
from consent.admin.steps import form_of, opened, page, require, take, who
from consent.admin.wording import held_words
from consent.models import Hold

LIST = "admin:consent_hold_changelist"


class StateFilter(admin.SimpleListFilter):
    """In force, or lifted."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return both states."""
        return [("force", _("in force")), ("lifted", _("lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        """Return the holds in that state."""
        if self.value() not in ("force", "lifted"):
            return queryset
        return queryset.filter(lifted_at__isnull=self.value() == "force")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """What stays for now, and why; written through `consent.holds` alone."""

    list_display = ("number", "what", "reason", "set_at", "set_by", "state")
    list_display_links = ("number", "what")
    list_filter = (StateFilter,)
    ordering = ("-id",)
    sortable_by = ()
    change_list_template = "admin/consent/hold/list.html"

    class Media:
        css = {"all": ("consent/admin/requests.css",)}  # noqa: RUF012 - as Django has it

    def get_urls(self) -> list[URLPattern]:
        """Add the page that lifts one."""
        lift = self.admin_site.admin_view(self.lift)
        return [path("<int:number>/lift/", lift, name="consent_hold_lift"), *super().get_urls()]

    @admin.display(description=_("number"))
    def number(self, row: Hold) -> int:
        """Show its number, by which commands name it."""
        return int(row.pk)

    @admin.display(description=_("what"))
    def what(self, row: Hold) -> str:
        """Say what is held."""
        return held_words(row)

    @admin.display(description=_("state"))
    def state(self, row: Hold) -> str:
        """Say whether it is in force."""
        if row.lifted_at is None:
            return gettext("in force")
        return gettext("lifted by %(who)s") % {"who": row.lifted_by or EMPTY}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to set one to whoever may."""
        may_set = request.user.has_perm("consent.add_hold")
        context = {"may_set": may_set, **(extra_context or {})}
        return super().changelist_view(request, context)

    @method_decorator(sensitive_post_parameters("receipt"))
    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Set a hold."""
        require(request, "add_hold")
        form = form_of(HoldForm, request)

        def act(typed: Mapping[str, Any]) -> tuple[str, str]:
            since, until = form.period
            row = holds.hold(
                reason=typed["reason"],
                by=who(request),
                receipt=typed["receipt"],
                since=since,
                until=until,
            )
            return gettext("Hold %(number)s is set.") % {"number": row.pk}, reverse(LIST)

        title, submit = _("Set a hold"), _("Set the hold")
        return take(self, request, form, act=act, title=title, submit=submit, back=reverse(LIST))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show one."""
        row = opened(self, request, object_id)
        may_lift = row.lifted_at is None and request.user.has_perm("consent.change_hold")
        title = gettext("Hold %(number)s") % {"number": row.pk}
        return page(
            self,
            request,
            "admin/consent/hold/hold.html",
            title=title,
            hold=row,
            what=held_words(row),
            may_lift=may_lift,
        )

    def lift(self, request: HttpRequest, number: int) -> HttpResponse:
        """Lift a hold."""
        require(request, "view_hold", "change_hold")
        row = self.get_object(request, str(number))
        if row is None:
            raise Http404

        def act(_typed: Mapping[str, Any]) -> tuple[str, str]:
            holds.lift(row.pk, by=who(request))
            return gettext("Hold %(number)s is lifted.") % {"number": row.pk}, reverse(LIST)

        says = [
            gettext("It holds: %(what)s.") % {"what": held_words(row)},
            gettext("Its reason: %(reason)s") % {"reason": row.reason},
            gettext("What it kept goes when its time comes, or when its erasure is asked for."),
        ]
        title = gettext("Lift hold %(number)s") % {"number": row.pk}
        back = reverse("admin:consent_hold_change", args=(row.pk,))
        form = form_of(LiftForm, request)
        return take(
            self,
            request,
            form,
            act=act,
            title=title,
            submit=_("Lift the hold"),
            says=says,
            back=back,
        )

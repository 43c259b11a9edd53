"""Records and tallies, to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from consent.accesses import note_access
from consent.admin.base import EMPTY, ReadOnlyAdmin
from consent.admin.exporting import ExportMixin
from consent.admin.filters import (
    ActionFilter,
    AnswerFilter,
    DecidedFilter,
    LanguageFilter,
    LayerFilter,
    NoticeFilter,
    SiteFilter,
)
from consent.admin.keyset import KeysetChangeList
from consent.admin.recordpages import RecordPages
from consent.core.crockford import parse_receipt
from consent.models import Action, Record, Tally


@admin.register(Record)
class RecordAdmin(ExportMixin, RecordPages, ReadOnlyAdmin):
    """Decisions: found by receipt, newest first."""

    list_display = (
        "decided_at",
        "decision",
        "granted",
        "site",
        "notice",
        "language",
        "control",
        "receipt",
    )
    list_display_links = ("decided_at",)
    list_filter = (
        DecidedFilter,
        ActionFilter,
        AnswerFilter,
        LanguageFilter,
        LayerFilter,
        SiteFilter,
        NoticeFilter,
    )
    ordering = ("-decided_at", "-id")
    sortable_by = ()
    search_fields = ("receipt",)
    search_help_text = _("Enter a whole receipt id.")

    class Media:
        css = {"all": ("consent/admin/records.css",)}  # noqa: RUF012 - as Django has it

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:  # noqa: ARG002 - Django's signature
        """Page by key: there may be millions."""
        return KeysetChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List records; who looks a receipt up is logged, without the receipt."""
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        if (found := shown.get("cl")) is not None and found.query.strip():
            who, count = request.user.get_username(), found.result_count
            note_access("lookup", who=who, subject="records", count=count)
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a receipt exactly, however it was written down."""
        if not search_term.strip():
            return queryset, False
        if receipt := parse_receipt(search_term):
            return queryset.filter(receipt=receipt), False
        words = _("That is no receipt id. One has 26 letters and digits; spaces do not matter.")
        self.message_user(request, words, messages.WARNING)
        return queryset.none(), False

    @admin.display(description=_("decision"))
    def decision(self, record: Record) -> str:
        """Say what was decided."""
        return str(record.get_action_display())

    @admin.display(description=_("control"))
    def control(self, record: Record) -> str:
        """Say where it was decided, and by which control."""
        layer, means = str(record.get_layer_display()), str(record.get_means_display())
        return layer if layer == means else f"{layer}: {means}"

    @admin.display(description=_("granted"))
    def granted(self, record: Record) -> str:
        """Name what was granted: whole categories, and services granted alone."""
        if record.action == Action.ACCEPT:
            return str(_("everything"))
        yes = [key for key, answer in record.answers.items() if answer == "yes"]
        whole = (key for key in yes if key.partition(":")[0] not in yes or ":" not in key)
        return ", ".join(whole) or EMPTY


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """Daily counts."""

    list_display = ("day", "action", "count", "site", "notice")
    list_filter = ("action", SiteFilter, NoticeFilter)
    sortable_by = ()

"""Records and tallies, to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from consent.admin.base import EMPTY, ReadOnlyAdmin, link, table
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
from consent.core.crockford import respelled
from consent.core.notice import Notice as Published
from consent.models import Action, Notice, Presentation, Record, Tally

ANSWERS = {"yes": _("yes"), "no": _("no"), "unasked": _("not asked")}


@admin.register(Record)
class RecordAdmin(ReadOnlyAdmin):
    """Decisions: found by receipt, newest first."""

    list_display = (
        "decided_at",
        "decision",
        "granted",
        "site",
        "notice",
        "language",
        "layer",
        "means",
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
    fieldsets = (
        (_("What was chosen"), {"fields": ("decision", "answers_table", "found_by", "decided_at")}),
        (
            _("What was shown"),
            {
                "fields": (
                    "site",
                    "notice_link",
                    "notice_digest",
                    "language",
                    "presentation_link",
                    "layer",
                    "means",
                    "by",
                )
            },
        ),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:  # noqa: ARG002 - Django's signature
        """Page by key: there may be millions."""
        return KeysetChangeList

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """Find a receipt exactly, however it was written down."""
        receipt = respelled(search_term)
        return (queryset.filter(receipt=receipt) if receipt else queryset), False

    @admin.display(description=_("decision"))
    def decision(self, record: Record) -> str:
        """Say what was decided."""
        return str(record.get_action_display())

    @admin.display(description=_("granted"))
    def granted(self, record: Record) -> str:
        """Name what was granted: whole categories, and services granted alone."""
        if record.action == Action.ACCEPT:
            return str(_("everything"))
        yes = [key for key, answer in record.answers.items() if answer == "yes"]
        whole = (key for key in yes if key.partition(":")[0] not in yes or ":" not in key)
        return ", ".join(whole) or EMPTY

    @admin.display(description=_("answers"))
    def answers_table(self, record: Record) -> SafeString:
        """Show every answer, with the names that the visitor read."""
        return table((_("Asked about"), _("Key"), _("Answer")), _answers(record))

    @admin.display(description=_("receipt"))
    def found_by(self, record: Record) -> SafeString | str:
        """Link to every record of the same receipt."""
        if not record.receipt:
            return str(_("none: a refusal carries no id"))
        address = reverse("admin:consent_record_changelist", query={"q": record.receipt})
        return format_html('<a href="{}">{}</a>', address, record.receipt)

    @admin.display(description=_("notice"))
    def notice_link(self, record: Record) -> SafeString | str:
        """Link to the notice."""
        return link(record.notice, to=_notice(record))

    @admin.display(description=_("presentation"))
    def presentation_link(self, record: Record) -> SafeString | str:
        """Link to what the visitor saw."""
        shown = Presentation.objects.filter(digest=record.presentation).first()
        return link(record.presentation or EMPTY, to=shown)


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """Daily counts."""

    list_display = ("day", "action", "count", "site", "notice")
    list_filter = ("action", SiteFilter, NoticeFilter)
    sortable_by = ()


def _notice(record: Record) -> Notice | None:
    return Notice.objects.filter(site=record.site, number=record.notice).first()


def _answers(record: Record) -> Iterator[tuple[object, ...]]:
    row = _notice(record)
    notice = Published.from_document(json.loads(row.document)) if row else None
    for key, answer in record.answers.items():
        yield _name(notice, key, record.language), key, ANSWERS.get(answer, answer)


def _name(notice: Published | None, key: str, language: str) -> str:
    category_key, _colon, service_key = key.partition(":")
    asked = notice.category(category_key) if notice else None
    named = asked.service(service_key) if asked and service_key else asked
    return named.name.get(language, key) if named else key

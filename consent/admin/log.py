"""The log, to read: seals, the daily job's runs, anchors and removals; and to verify."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from consent import tasks
from consent.accesses import note_access
from consent.admin.base import ReadOnlyAdmin
from consent.faults import Report
from consent.figures import amount
from consent.models import Anchor, Removal, Run, Seal

LISTED = 10_000
"""Rows that a list counts and pages through at most, the newest first."""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # it takes none when it runs
    """Pages through the newest rows, and counts no further than `LISTED`."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, up to so many."""
        rows: Any = self.object_list
        return int(rows[:LISTED].count())


class LogAdmin(ReadOnlyAdmin):
    """Part of the log: newest first, and never counted whole."""

    paginator = BoundedPaginator
    sortable_by = ()
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(LogAdmin):
    """Seals, and the button that verifies those that are new."""

    list_display = ("number", "sealed_at", "count", "upto", "is_signed")
    fields = (
        "number",
        "sealed_at",
        "first",
        "count",
        "upto",
        "root",
        "previous",
        "digest",
        "key",
        "signature",
    )

    @admin.display(description=gettext_lazy("signed"), boolean=True)
    def is_signed(self, seal: Seal) -> bool:
        """Say whether a key of the site's signed it."""
        return bool(seal.signature)

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the button."""
        view = self.admin_site.admin_view(require_POST(self.verify_new))
        urls: list[URLPattern] = super().get_urls()
        return [path("verify-new/", view, name="consent_seal_verify_new"), *urls]

    def verify_new(self, request: HttpRequest) -> HttpResponse:
        """Verify what is new, and say how it went on the overview."""
        user: Any = request.user
        if not user.has_perm("consent.verify_seal"):
            raise PermissionDenied
        try:
            report = tasks.verify_next()
            _note(report, user.get_username())
        except DatabaseError:
            self.message_user(request, _("The log could not be read; try again."), messages.ERROR)
        else:
            level = messages.SUCCESS if report.is_sound else messages.ERROR
            self.message_user(request, _outcome(report), level)
        return redirect("admin:app_list", app_label="consent")


def _note(report: Report, who: str) -> None:
    rows = sum(count for name, count in report.counts.items() if name.endswith(" rows"))
    subject = f"seals {report.first} to {report.last}"
    note_access("verify", who=who, subject=subject, count=rows, sound=report.is_sound)


def _outcome(report: Report) -> str:
    if not report.is_sound:
        return _("%(count)s faults found. The first: %(fault)s") % {
            "count": amount(report.faults.total()),
            "fault": report.example,
        }
    if report.last < report.first:
        return _("No seal is new. What is not sealed yet is as it was written.")
    return _("Sound: seals %(first)s to %(last)s are as they were sealed.") % {
        "first": report.first,
        "last": report.last,
    }


@admin.register(Run)
class RunAdmin(LogAdmin):
    """How the daily job went."""

    list_display = ("started_at", "task", "is_sound", "ended_at")
    list_filter = ("task", "is_sound")
    fields = ("task", "started_at", "ended_at", "is_sound", "outcome")


@admin.register(Anchor)
class AnchorAdmin(LogAdmin):
    """Where seals stand outside of the database."""

    list_display = ("anchored_at", "seal", "kind", "place")
    list_filter = ("kind",)
    fields = ("anchored_at", "seal", "kind", "place", "digest", "token")
    ordering = ("-id",)


@admin.register(Removal)
class RemovalAdmin(LogAdmin):
    """What was purged and erased: how many rows and why, never which."""

    list_display = ("removed_at", "kind", "count", "reason", "removed_by")
    list_filter = ("kind",)
    fields = ("removed_at", "kind", "count", "reason", "removed_by", "digest")
    ordering = ("-id",)

"""Notices and presentations, to read."""

from __future__ import annotations

import json

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from consent.admin.base import EMPTY, ReadOnlyAdmin, link, listing
from consent.admin.comparing import ComparingScreen
from consent.admin.differences import difference
from consent.admin.previewing import PreviewScreen
from consent.admin.processing import ProcessingMixin
from consent.admin.publishing import PublishingScreen
from consent.admin.summary import summary_of
from consent.core.changes import compare
from consent.histories import read_notice
from consent.models import Notice, Presentation

UNREADABLE = _("Its document cannot be read any more: somebody wrote into it.")


@admin.register(Notice)
class NoticeAdmin(ProcessingMixin, PublishingScreen, PreviewScreen, ComparingScreen, ReadOnlyAdmin):
    """Published notices: what they say, who published them, when and why."""

    change_list_template = "admin/consent/notice_list.html"
    change_form_template = "admin/consent/notice_form.html"

    list_display = ("__str__", "published_at", "published_by", "reason", "material", "in_force")
    list_filter = ("site", "material")
    ordering = ("site", "-number")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "site",
                    "number",
                    "in_force",
                    "published_at",
                    "published_by",
                    "reason",
                )
            },
        ),
        (
            _("Since the notice before"),
            {
                "fields": (
                    "material",
                    "correction",
                    "oldest_valid",
                    "changes_list",
                    "overrides_list",
                )
            },
        ),
        (_("What visitors are asked about"), {"fields": ("summary",)}),
        (_("Proof"), {"fields": ("digest", "digest_matches", "raw_document")}),
    )

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, notice: Notice) -> bool:
        """Say whether it is the site's newest."""
        return not Notice.objects.filter(site=notice.site, number__gt=notice.number).exists()

    @admin.display(description=_("changes"))
    def changes_list(self, notice: Notice) -> SafeString | str:
        """Show what changed word by word; as it was stored where one of both cannot be read."""
        before = Notice.objects.filter(site=notice.site, number__lt=notice.number)
        previous = before.order_by("-number").first()
        if not isinstance(previous, Notice):
            return listing(notice.changes)
        old, new = read_notice(previous), read_notice(notice)
        if old is None or new is None:
            return listing(notice.changes)
        groups = difference(compare(old, new), old, new)
        if not groups:
            return EMPTY
        return render_to_string("admin/consent/difference.html", {"groups": groups})

    @admin.display(description=_("overridden findings"))
    def overrides_list(self, notice: Notice) -> SafeString | str:
        """List the findings that were overridden, with the reason."""
        return listing(
            f"{one.get('code')} {one.get('where')}: {one.get('reason')}" for one in notice.overrides
        )

    @admin.display(description=_("summary"))
    def summary(self, notice: Notice) -> str:
        """Show the notice in the reader's language, or its first."""
        said = read_notice(notice)
        return summary_of(said) if said else str(UNREADABLE)

    @admin.display(description=_("document matches its digest"), boolean=True)
    def digest_matches(self, notice: Notice) -> bool:
        """Hash the document again (P2)."""
        said = read_notice(notice)
        return said is not None and said.digest == notice.digest

    @admin.display(description=_("document"))
    def raw_document(self, notice: Notice) -> SafeString:
        """Show the document itself, in every language."""
        text = notice.document
        if read_notice(notice):
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return _folded(text, _("All languages, as JSON"))


@admin.register(Presentation)
class PresentationAdmin(ReadOnlyAdmin):
    """Banner and preferences as they were rendered."""

    list_display = ("__str__", "digest", "created")
    list_filter = ("site", "language")
    search_fields = ("digest__exact",)
    search_help_text = _("Enter a whole digest.")
    fieldsets = (
        (None, {"fields": ("site", "notice_link", "language", "digest", "created")}),
        (_("What was shown"), {"fields": ("html_text", "script_text", "style_text")}),
    )

    @admin.display(description=_("notice"))
    def notice_link(self, shown: Presentation) -> SafeString | str:
        """Link to the notice."""
        notice = Notice.objects.filter(site=shown.site, number=shown.notice).first()
        return link(shown.notice, to=notice)

    @admin.display(description=_("HTML"))
    def html_text(self, shown: Presentation) -> SafeString:
        """Show the markup as text."""
        return _folded(shown.html, _("HTML"))

    @admin.display(description=_("script"))
    def script_text(self, shown: Presentation) -> SafeString:
        """Show the script as text."""
        return _folded(shown.script, _("script"))

    @admin.display(description=_("style"))
    def style_text(self, shown: Presentation) -> SafeString:
        """Show the style as text."""
        return _folded(shown.style, _("style"))


def _folded(text: str, label: object) -> SafeString:
    return format_html("<details><summary>{}</summary><pre>{}</pre></details>", label, text)

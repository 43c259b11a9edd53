"""Compare two published notices, word by word."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from consent.admin.base import ModelAdmin
from consent.admin.differences import difference
from consent.core.changes import compare
from consent.histories import read_notice
from consent.models import Notice

_LISTED = 500
"""Notices offered to compare with: the newest."""


class ComparingScreen(ModelAdmin):
    """Adds the comparison to the notices."""

    def get_urls(self) -> list[URLPattern]:
        """Mount it."""
        view = self.admin_site.admin_view(self.compare_view)
        mounted = path("<int:pk>/compare/", view, name="consent_notice_compare")
        return [mounted, *super().get_urls()]

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what changed between a notice and another of its site: the one before, at first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        one = _stored(pk)
        others = Notice.objects.filter(site=one.site).exclude(pk=one.pk).order_by("-number")
        chosen = request.GET.get("with", "")
        if chosen:
            other = _stored(chosen, site=one.site)
        else:
            other = others.filter(number__lt=one.number).first() or others.last() or one
        old, new = sorted((one, other), key=lambda notice: notice.number)
        before, after = read_notice(old), read_notice(new)
        changes = compare(before, after) if before and after else []
        unreadable = {row.number for row, said in ((old, before), (new, after)) if not said}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Compare notices %(old)s and %(new)s")
            % {"old": old.number, "new": new.number},
            "original": one,
            "old": old,
            "new": new,
            "chosen": other.pk,
            "others": others.only("pk", "number", "published_at")[:_LISTED],
            "groups": difference(changes, before, after) if before and after else [],
            "unreadable": sorted(unreadable),
            "material": any(change.material for change in changes),
        }
        return TemplateResponse(request, "admin/consent/compare.html", context)


def _stored(pk: int | str, **also: str) -> Notice:
    """Return a notice by what somebody wrote as its key."""
    digits = str(pk)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise Http404
    row = Notice.objects.filter(pk=int(digits), **also).first()
    if not isinstance(row, Notice):
        raise Http404
    return row

"""What the site uses without having declared it, to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from consent import notices
from consent.admin.base import ReadOnlyAdmin
from consent.core.enforcement import verdict_on
from consent.core.notice import Notice
from consent.core.state import UNDECIDED
from consent.models import Seen, Sighting


@admin.register(Sighting)
class SightingAdmin(ReadOnlyAdmin):
    """Cookies and hosts that no notice declared when they were met."""

    list_display = ("name", "kind", "declared", "count", "first_seen", "last_seen", "site")
    list_filter = ("kind", "site")
    search_fields = ("name",)
    fields = ("name", "kind", "declared", "count", "first_seen", "last_seen", "site")

    @admin.display(description=_("declared now"), boolean=True)
    def declared(self, sighting: Sighting) -> bool:
        """Say whether the notice in force has declared it since."""
        notice = notices.in_force(sighting.site)
        if notice is None:
            return False
        if sighting.kind == Seen.COOKIE:
            return verdict_on(sighting.name, UNDECIDED, notice) != "undeclared"
        return sighting.name in _hosts(notice)


def _hosts(notice: Notice) -> set[str]:
    services = (service for category in notice.categories for service in category.services)
    return {host for service in services for host in service.hosts}

"""What the site uses without having declared it, to read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from consent import notices
from consent.admin.base import ReadOnlyAdmin
from consent.judged import is_settled
from consent.models import Sighting


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
        return is_settled(sighting.kind, sighting.name, notices.in_force(sighting.site))

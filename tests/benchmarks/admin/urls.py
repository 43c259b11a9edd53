"""The admin with this app's pages, and one with Django's own for the same table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import include, path

from consent.models import Record

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class StockAdmin(ModelAdmin):
    """What `startapp` and five lines give: the same columns, filters and search, the defaults."""

    list_display = (
        "decided_at",
        "action",
        "answers",
        "site",
        "notice",
        "language",
        "layer",
        "means",
        "receipt",
    )
    list_filter = ("decided_at", "action", "language", "layer", "site", "notice")
    search_fields = ("receipt",)


stock = admin.AdminSite("stock")
stock.register(Record, StockAdmin)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("stock/", stock.urls),
    path("privacy/", include("consent.urls")),
]

"""The clinic's addresses, Wagtail's editors, and Wagtail's own pages for the rest."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from tests.site.urls import urlpatterns as clinic

urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    *clinic,
    path("pages/", include(wagtail_urls)),
]

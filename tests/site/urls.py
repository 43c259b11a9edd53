"""The clinic's addresses. The old page's (`/before/`) are answered by `tests.site.before`."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from tests.site import views

urlpatterns = [
    path("", views.home, name="start"),
    path("privacy/", include("consent.urls")),
    path("", include("consent.well_known")),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("policy/", views.policy, name="policy"),
        path("contact/", views.contact, name="contact"),
    ),
]

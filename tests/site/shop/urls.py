"""The shop's addresses."""

from __future__ import annotations

from django.urls import include, path

from tests.site.shop import views

urlpatterns = [
    path("", views.page, {"name": "start"}, name="start"),
    path("oak-stool/", views.page, {"name": "product"}, name="product"),
    path("contact/", views.contact, name="contact"),
    path("imprint/", views.page, {"name": "imprint"}, name="imprint"),
    path("privacy/", include("consent.urls")),
]

"""django-cookie-consent's names and pages, for templates and bookmarks that still have them.

Mount it where ``cookie_consent.urls`` was; every page leads on to the preferences.
"""

from __future__ import annotations

from django.urls import path

from consent.views.moved import moved

urlpatterns = [
    path("accept/", moved, name="cookie_consent_accept"),
    path("decline/", moved, name="cookie_consent_decline"),
    path("status/", moved, name="cookie_consent_status"),
    path("", moved, name="cookie_consent_cookie_group_list"),
]

"""``/.well-known/gpc.json``: include it at the root of a site that wants to say what it follows."""

from __future__ import annotations

from django.urls import path

from consent.views.gpc import gpc

urlpatterns = [path(".well-known/gpc.json", gpc, name="consent-gpc")]

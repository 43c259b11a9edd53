"""The app's addresses; mount them at a neutral path such as ``privacy/``."""

from __future__ import annotations

from django.urls import path

from consent.views.decisions import decision
from consent.views.fragment import fragment
from consent.views.preferences import preferences
from consent.views.receipts import receipt
from consent.views.undeclared import undeclared

app_name = "consent"

urlpatterns = [
    path("", preferences, name="preferences"),
    path("decision/", decision, name="decision"),
    path("dialog/", fragment, name="dialog"),
    path("receipt/", receipt, name="receipt"),
    path("undeclared/", undeclared, name="undeclared"),
]

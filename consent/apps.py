"""The app's configuration."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Register the app with Django."""

    name = "consent"
    label = "consent"
    verbose_name = _("Privacy choices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the system checks, which register themselves."""
        if find_spec("consent.checks"):
            import_module("consent.checks")

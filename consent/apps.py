"""The app's configuration."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConsentConfig(AppConfig):
    """Register the app with Django."""

    name = "consent"
    label = "consent"
    verbose_name = _("Privacy choices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself: checks and listeners; guard evidence after migrating."""
        if find_spec("consent.checks"):
            import_module("consent.checks")
        import_module("consent.fixtures")  # listens to loaddata
        post_migrate.connect(_guard, sender=self, dispatch_uid="consent.guards")


def _guard(using: str, **_signal: Any) -> None:
    """Install the triggers that SQLite drops where a migration makes a table anew."""
    guards = import_module("consent.guards")
    if guards.is_due(connections[using]):
        guards.install(connections[using])

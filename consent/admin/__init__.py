"""The app in Django's admin: the registry to edit, the evidence to read."""

from django.apps import apps

from consent.admin import accesses, holds, log, records, requests, sightings

__all__ = ["accesses", "holds", "log", "records", "requests", "sightings"]

if apps.is_installed("cookie_consent"):
    # Without it a system check says what is missing, which an import error would hide.
    from consent.admin import languages, notices, registry

    __all__ += ["languages", "notices", "registry"]

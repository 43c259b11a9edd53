"""The app in Django's admin: the registry to edit, the evidence to read."""

from django.apps import apps

from consent.admin import accesses, holds, notices, records, requests, sightings

__all__ = ["accesses", "holds", "notices", "records", "requests", "sightings"]
from consent.admin import log, notices, records, sightings

__all__ = ["log", "notices", "records", "sightings"]
from consent.admin import records, sightings

__all__ = ["records", "sightings"]

if apps.is_installed("cookie_consent"):
    # Without it a system check says what is missing, which an import error would hide.
    from consent.admin import languages, notices, registry

    __all__ += ["languages", "notices", "registry"]

"""Settings of the demonstration site whose admin is django-unfold's."""

from __future__ import annotations

from tests.site import settings
from tests.site.settings import *  # noqa: F403 - all of them

INSTALLED_APPS = ["unfold", *settings.INSTALLED_APPS]

"""The demonstration site's settings, with the times of a clock on the wall."""

from __future__ import annotations

from tests.site.settings import *  # noqa: F403 - all of them

USE_TZ = False

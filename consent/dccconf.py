"""django-cookie-consent's settings, which a project has already.

Its defaults are repeated here, because they exist only once its conf module has been imported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def written(name: str, default: Any) -> Any:
    """Return a setting as the project wrote it."""
    return getattr(settings, name, default)


class DccSettings:
    """Every setting of DCC's that means something to this app."""

    @cached_property
    def dcc_cookie_name(self) -> str:
        """DCC's ``COOKIE_CONSENT_NAME``."""
        return str(written("COOKIE_CONSENT_NAME", "cookie_consent"))

    @cached_property
    def dcc_cookie_domain(self) -> str | None:
        """DCC's ``COOKIE_CONSENT_DOMAIN``."""
        return written("COOKIE_CONSENT_DOMAIN", None) or None

    @cached_property
    def dcc_decline(self) -> str:
        """DCC's ``COOKIE_CONSENT_DECLINE``."""
        return str(written("COOKIE_CONSENT_DECLINE", "-1"))

    @cached_property
    def dcc_opt_out(self) -> bool:
        """DCC's ``COOKIE_CONSENT_OPT_OUT``."""
        return bool(written("COOKIE_CONSENT_OPT_OUT", False))

    @cached_property
    def dcc_log_enabled(self) -> bool:
        """DCC's ``COOKIE_CONSENT_LOG_ENABLED``."""
        return bool(written("COOKIE_CONSENT_LOG_ENABLED", True))

    @cached_property
    def dcc_enabled(self) -> bool | Callable[[HttpRequest], bool]:
        """DCC's ``COOKIE_CONSENT_ENABLED``: a bool, or a callable of the request."""
        enabled: bool | Callable[[HttpRequest], bool] = written("COOKIE_CONSENT_ENABLED", True)
        return enabled

    def is_enabled(self, request: HttpRequest) -> bool:
        """Whether DCC's switch is on for this request; off grants nothing."""
        enabled = self.dcc_enabled
        return bool(enabled(request)) if callable(enabled) else bool(enabled)

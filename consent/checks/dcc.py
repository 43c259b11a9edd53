"""What django-cookie-consent must not do beside this app."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, register

from consent.checks.errors import E005, E010
from consent.checks.stack import places
from consent.checks.warnings import W010, W011, W012
from consent.conf import conf


@register("consent")
def check_dcc_installed(**_: Any) -> list[CheckMessage]:
    """Report that the registry's tables are missing."""
    return [] if apps.is_installed("cookie_consent") else [E005]


@register("consent")
def check_dcc_opt_out_off(**_: Any) -> list[CheckMessage]:
    """Report DCC's opt-out mode (B12)."""
    return [E010] if conf.dcc_opt_out else []


@register("consent")
def check_dcc_enabled(**_: Any) -> list[CheckMessage]:
    """Report DCC's switch being off; a callable is asked with each request."""
    return [] if conf.dcc_enabled else [W010]


@register("consent")
def check_dcc_log_off(**_: Any) -> list[CheckMessage]:
    """Report DCC's own log being on."""
    return [W011] if conf.dcc_log_enabled else []


@register("consent")
def check_dcc_middleware_not_installed(**_: Any) -> list[CheckMessage]:
    """Report DCC's own cleaning."""
    return [W012] if places("cookie_consent.middleware.CleanCookiesMiddleware") else []

"""The settings of what is done to untagged markup."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, register

from consent.checks.errors import E080, E081, E082
from consent.checks.values import written
from consent.core.hosts import is_host


def _texts(name: str) -> list[str] | None:
    value = written(name, ())
    if not isinstance(value, (list, tuple, set, frozenset)):
        return None
    return list(value) if all(isinstance(each, str) for each in value) else None


@register("consent")
def check_undeclared_hosts(**_: Any) -> list[CheckMessage]:
    """Report a word that means nothing: markup would pass that the site meant to hold back."""
    known = written("CONSENT_UNDECLARED_HOSTS", "report") in ("report", "allow", "block")
    return [] if known else [E080]


@register("consent")
def check_own_hosts(**_: Any) -> list[CheckMessage]:
    """Report what is no list of hosts."""
    hosts = _texts("CONSENT_OWN_HOSTS")
    return [] if hosts is not None and all(map(is_host, hosts)) else [E081]


@register("consent")
def check_unscanned_paths(**_: Any) -> list[CheckMessage]:
    """Report what would exempt no path, or every one."""
    paths = _texts("CONSENT_UNSCANNED_PATHS")
    return [] if paths is not None and all(path.startswith("/") for path in paths) else [E082]

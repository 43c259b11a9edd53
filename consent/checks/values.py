"""The app's own settings: values that would be misread, or that break a promise."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register

from consent.checks.errors import (
    E020,
    E021,
    E024,
    E025,
    E026,
    E027,
    E028,
    E029,
    E030,
    E031,
    E032,
    E033,
    E040,
    E047,
    E060,
)
from consent.checks.messages import about
from consent.checks.warnings import W020, W021, W022, W023
from consent.conf import FIVE_YEARS, conf
from consent.core.state import KEY_RE
from consent.limits import were_clients_shared

LONGEST_DAYS = 730
SHORTEST_REFUSAL_DAYS = 183
LONGEST_REFRESH_SECONDS = 300

_SITE = re.compile(r"[A-Za-z0-9][-._A-Za-z0-9]{0,63}")
_COOKIE_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_DOMAIN = re.compile(r"\.?[A-Za-z0-9_]([-A-Za-z0-9_.]*[A-Za-z0-9_])?")

Days = dict[str, Callable[[], int]]
_MEMORY: Days = {
    "CONSENT_GRANT_DAYS": lambda: conf.grant_days,
    "CONSENT_REFUSAL_DAYS": lambda: conf.refusal_days,
}
_RETENTION: Days = {
    "CONSENT_GRANT_RETENTION_DAYS": lambda: conf.grant_retention_days,
    "CONSENT_REFUSAL_RETENTION_DAYS": lambda: conf.refusal_retention_days,
    "CONSENT_NOTICE_RETENTION_DAYS": lambda: conf.notice_retention_days,
}


def written(name: str, default: object) -> Any:
    """Return a setting as it is written: a check looks at that, not at what it comes to mean."""
    return getattr(settings, name, default)


def _number(read: Callable[[], Any]) -> Any:
    """Return what a setting comes to, or None where it cannot be read as a number."""
    try:
        return read()
    except (TypeError, ValueError, OverflowError):
        return None


@register("consent")
def check_days_are_numbers(**_: Any) -> list[CheckMessage]:
    """Report lifetimes and retention times that are no positive number of days."""
    days = {name: _number(read) for name, read in (_MEMORY | _RETENTION).items()}
    return [about(E020, setting=name) for name, n in days.items() if n is None or n <= 0]


@register("consent")
def check_notices_kept_long_enough(**_: Any) -> list[CheckMessage]:
    """Report notices that would go before what they were asked can be looked up (D6)."""
    days = _number(_RETENTION["CONSENT_NOTICE_RETENTION_DAYS"]) or 0
    return [about(E047, days=days)] if 0 < days < FIVE_YEARS else []


@register("consent")
def check_memory_not_too_long(**_: Any) -> list[CheckMessage]:
    """Report a choice remembered longer than 24 months (W6)."""
    days = {name: _number(read) or 0 for name, read in _MEMORY.items()}
    return [about(E021, setting=name, days=n) for name, n in days.items() if n > LONGEST_DAYS]


@register("consent")
def check_refusals_remembered_as_long_as_grants(**_: Any) -> list[CheckMessage]:
    """Report refusals that are forgotten sooner than grants (W5)."""
    grant, refusal = (_number(read) for read in _MEMORY.values())
    return [W020] if grant and refusal and 0 < refusal < grant else []


@register("consent")
def check_refusals_remembered_long_enough(**_: Any) -> list[CheckMessage]:
    """Report refusals that are forgotten within six months (W5)."""
    refusal = _number(_MEMORY["CONSENT_REFUSAL_DAYS"])
    return [W021] if refusal and 0 < refusal < SHORTEST_REFUSAL_DAYS else []


@register("consent")
def check_cookie_name_legal(**_: Any) -> list[CheckMessage]:
    """Report a cookie name that browsers refuse."""
    name = conf.cookie_name
    return [] if _COOKIE_NAME.fullmatch(name) else [about(E024, name=name)]


@register("consent")
def check_cookie_name_free(**_: Any) -> list[CheckMessage]:
    """Report a cookie name that DCC or Django uses."""
    name = conf.cookie_name
    taken = conf.framework_cookies | {conf.dcc_cookie_name}
    return [about(E025, name=name)] if name in taken else []


@register("consent")
def check_site_key(**_: Any) -> list[CheckMessage]:
    """Report a site key that is empty, too long or not plain."""
    return [] if _SITE.fullmatch(conf.site) else [about(E026, site=conf.site)]


@register("consent")
def check_cookie_domain(**_: Any) -> list[CheckMessage]:
    """Report a cookie domain with a scheme, port or path."""
    domain = conf.cookie_domain
    legal = domain is None or _DOMAIN.fullmatch(str(domain))
    return [] if legal else [about(E027, domain=domain)]


@register("consent")
def check_client_address(**_: Any) -> list[CheckMessage]:
    """Report a resolver of addresses that cannot be imported or called."""
    try:
        found = callable(conf.client_address)
    except Exception:
        # Whatever that module raises, it is not there to be called.
        found = False
    return [] if found else [E028]


@register("consent", Tags.security, deploy=True)
def check_clients_told_apart(**_: Any) -> list[CheckMessage]:
    """Report a proxy, which the settings name or requests have shown, without a resolver."""
    named = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "USE_X_FORWARDED_PORT")
    limits = (_number(lambda: conf.grants_per_minute), _number(lambda: conf.lookups_per_minute))
    if conf.tells_clients_apart or not any(limits):
        return []
    is_behind = any(written(name, None) for name in named) or were_clients_shared()
    return [W023] if is_behind else []


@register("consent")
def check_legacy_cookies_listed(**_: Any) -> list[CheckMessage]:
    """Report a bare string, which would be read as a list of letters, and illegal names."""
    return [] if _legacy_cookies() is not None else [E029]


@register("consent")
def check_legacy_cookies_unused(**_: Any) -> list[CheckMessage]:
    """Report legacy cookies that this site still needs."""
    needed = conf.framework_cookies | {conf.cookie_name}
    names = sorted(needed.intersection(_legacy_cookies() or ()))
    return [about(E030, names=", ".join(names))] if names else []


def _legacy_cookies() -> tuple[str, ...] | None:
    value = written("CONSENT_LEGACY_COOKIES", ())
    if not isinstance(value, (list, tuple, set, frozenset)):
        return None
    legal = all(isinstance(name, str) and _COOKIE_NAME.fullmatch(name) for name in value)
    return tuple(value) if legal else None


@register("consent", Tags.caches)
def check_cacheable_pages(**_: Any) -> list[CheckMessage]:
    """Report a switch that is neither on nor off."""
    return [] if isinstance(written("CONSENT_CACHEABLE_PAGES", False), bool) else [E031]


@register("consent", Tags.caches)
def check_notice_refresh(**_: Any) -> list[CheckMessage]:
    """Report a refresh that cannot be read, or that serves an old notice too long."""
    seconds = _number(lambda: conf.notice_refresh)
    if seconds is None or not isfinite(seconds):
        return [E032]
    sensible = 0 <= seconds <= LONGEST_REFRESH_SECONDS
    return [] if sensible else [about(W022, seconds=seconds)]


@register("consent", Tags.caches)
def check_limits(**_: Any) -> list[CheckMessage]:
    """Report limits that cannot be read."""
    limits = {
        "CONSENT_GRANTS_PER_MINUTE": _number(lambda: conf.grants_per_minute),
        "CONSENT_LOOKUPS_PER_MINUTE": _number(lambda: conf.lookups_per_minute),
    }
    wrong = [name for name, limit in limits.items() if limit is None or limit < 0]
    return [about(E033, names=", ".join(wrong))] if wrong else []


@register("consent")
def check_undeclared_cookies(**_: Any) -> list[CheckMessage]:
    """Report a word that means nothing: cookies would pass that the site meant to hold back."""
    known = written("CONSENT_UNDECLARED_COOKIES", "report") in ("report", "block")
    return [] if known else [E040]


@register("consent")
def check_gpc_categories_listed(**_: Any) -> list[CheckMessage]:
    """Report what is no list of category keys (S4)."""
    return [E060] if gpc_categories_written() is None else []


def gpc_categories_written() -> tuple[str, ...] | None:
    """Return the keys that the site wrote itself; None where they are no list of keys."""
    value = written("CONSENT_GPC_CATEGORIES", ())
    if not isinstance(value, (list, tuple, set, frozenset)):
        return None
    legal = all(isinstance(key, str) and KEY_RE.fullmatch(key) for key in value)
    return tuple(value) if legal else None

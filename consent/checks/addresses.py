"""The addresses: ours mounted where nothing blocks them, DCC's not mounted at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from consent.checks.errors import E006, E011
from consent.checks.messages import about
from consent.checks.warnings import W001, W061

BLOCKED_WORDS = (
    "cookie_consent",
    "cookie-consent",
    "cookieconsent",
    "cookie_banner",
    "cookie-banner",
    "cookiebanner",
    "cookie-law",
    "cookie-notice",
    "cookie-policy",
    "consent-banner",
    "consent-manager",
    "consentmanager",
    "gdpr-consent",
    "gdpr-cookie",
)
"""Parts of addresses that filter lists block."""

GPC_ADDRESS = "/.well-known/gpc.json"
DCC_VIEWS = "cookie_consent.views"
MOVED = "consent.views.moved"
"""Where `consent.dcc_urls` leads: DCC's names, and nothing of what they did."""
DCC_NAMES = frozenset({"cookie_consent_accept", "cookie_consent_decline", "cookie_consent_status"})


@register("consent", Tags.urls)
def check_urls_mounted(**_: Any) -> list[CheckMessage]:
    """Report that no choice can be sent."""
    return [E006] if decision_address() == "" else []


@register("consent", Tags.urls)
def check_address_neutral(**_: Any) -> list[CheckMessage]:
    """Report a mount point that content blockers know."""
    address = decision_address() or ""
    word = next((word for word in BLOCKED_WORDS if word in address.lower()), None)
    return [about(W001, address=address, word=word)] if word else []


@register("consent", Tags.urls)
def check_dcc_urls_not_mounted(**_: Any) -> list[CheckMessage]:
    """Report addresses of DCC, under whatever name, namespace or subclass."""
    try:
        routes = [route for route, entry in _entries(get_resolver()) if _is_dcc(entry)]
    except Exception:
        # A URLconf that cannot be read is reported by Django.
        return []
    return [about(E011, routes=", ".join(routes))] if routes else []


@register("consent", Tags.urls)
def check_well_known_at_the_root(**_: Any) -> list[CheckMessage]:
    """Report the site's word on Global Privacy Control where nothing looks for it (S3)."""
    address = _address("consent-gpc")
    at_root = not address or address == GPC_ADDRESS
    return [] if at_root else [about(W061, address=address)]


def decision_address() -> str | None:
    """Return the decision URL; "" where it is not mounted, None where no URLconf can be read."""
    return _address("consent:decision")


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
    except Exception:
        # A URLconf that cannot be read is reported by Django.
        return None


def _entries(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _entries(entry, route)
        else:
            yield route, entry


def _is_dcc(entry: URLPattern) -> bool:
    view = getattr(entry.callback, "view_class", entry.callback)
    if getattr(view, "__module__", "") == MOVED:
        return False
    bases = getattr(view, "__mro__", (view,))
    return entry.name in DCC_NAMES or any(base.__module__ == DCC_VIEWS for base in bases)

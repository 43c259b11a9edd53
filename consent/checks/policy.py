"""The page's policy: the middleware that extends it, and what it is told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register

from consent.checks.errors import E070, E071, E072, E073, E076
from consent.checks.messages import about
from consent.checks.stack import CONTENT, kinds, places
from consent.checks.values import written
from consent.checks.warnings import W070
from consent.conf import POLICY_DIRECTIVES
from consent.core.policy import FALLBACKS

POLICY = "consent.policy.PolicyMiddleware"
SENDERS = frozenset(
    {
        "django.middleware.csp.ContentSecurityPolicyMiddleware",
        "csp.middleware.CSPMiddleware",
    }
)


@register("consent", Tags.security)
def check_policy_middleware_inside(**_: Any) -> list[CheckMessage]:
    """Report middlewares that send the policy before ours has seen the response."""
    ours = places(POLICY)
    after = settings.MIDDLEWARE[min(ours) :] if ours else []
    inside = [path for path in after if SENDERS & kinds(path)]
    return [about(E070, others=", ".join(inside))] if inside else []


@register("consent", Tags.security)
def check_policy_middleware_last(**_: Any) -> list[CheckMessage]:
    """Report that the middleware that keeps pages private comes too early."""
    ours, content = places(POLICY), places(CONTENT)
    return [E073] if ours and content and min(ours) < max(content) else []


@register("consent", Tags.security)
def check_policy_sent(**_: Any) -> list[CheckMessage]:
    """Report that there is no policy to extend."""
    if not places(POLICY):
        return []
    return [] if any(SENDERS & kinds(path) for path in settings.MIDDLEWARE) else [W070]


@register("consent", Tags.security)
def check_policy_directives(**_: Any) -> list[CheckMessage]:
    """Report a bare string, which would be read as a list of letters, and what takes no hosts."""
    value = written("CONSENT_POLICY_DIRECTIVES", POLICY_DIRECTIVES)
    is_list = isinstance(value, (list, tuple, set, frozenset))
    return [] if is_list and set(map(str, value)) <= FALLBACKS.keys() else [E071]


@register("consent")
def check_sensitive(**_: Any) -> list[CheckMessage]:
    """Report a switch that is neither on nor off."""
    return [] if isinstance(written("CONSENT_SENSITIVE", False), bool) else [E072]


@register("consent")
def check_framed(**_: Any) -> list[CheckMessage]:
    """Report a switch that is neither on nor off."""
    return [] if isinstance(written("CONSENT_FRAMED", False), bool) else [E076]

"""The policies under which the site is shown, and what sends them."""

from __future__ import annotations

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.conf import settings

MIDDLEWARE = [
    *settings.MIDDLEWARE[:2],
    "csp.middleware.CSPMiddleware",
    *settings.MIDDLEWARE[2:],
    "consent.policy.PolicyMiddleware",
]
STRICT = {
    "default-src": [SELF],
    "script-src": [NONCE, STRICT_DYNAMIC],
    "style-src": [SELF, NONCE],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "require-trusted-types-for": ["'script'"],
}
HOSTS = {"default-src": [SELF], "form-action": [SELF]}
WATCH = """addEventListener("securitypolicyviolation", (event) =>
    noteViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`))"""
"""Tells the test what a policy has stopped."""

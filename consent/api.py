"""The public Python facade: what a site's own code may rely on."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from consent.core.notice import Notice
from consent.publishing import PublishingError, publish
from consent.signals import decision_recorded
from consent.visitor import Consent

__all__ = [
    "Consent",
    "Notice",
    "PublishingError",
    "decision_recorded",
    "get_consent",
    "granted",
    "publish",
]


def get_consent(request: HttpRequest) -> Consent:
    """Return ``request.consent``; raise `ImproperlyConfigured` where the middleware is missing."""
    consent = getattr(request, "consent", None)
    if not isinstance(consent, Consent):
        raise ImproperlyConfigured(
            "The request has no consent: put 'consent.middleware.ConsentMiddleware' first in "
            "MIDDLEWARE."
        )
    return consent


def granted(request: HttpRequest, category: str, service: str = "") -> bool:
    """Whether a category, or one of its services, may load for this visitor now."""
    return get_consent(request).granted(category, service)

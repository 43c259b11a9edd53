"""How much one client may write and look up: a keyed hash of its address, in the cache alone."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from consent.conf import conf

logger = logging.getLogger("consent")

WINDOW = 60
"""Seconds that a count is kept."""


def is_beyond_limit(request: HttpRequest) -> bool:
    """Count one write of this client; tell whether it passes ``CONSENT_GRANTS_PER_MINUTE``."""
    return _passes(request, "limit", conf.grants_per_minute)


def is_beyond_lookups(request: HttpRequest) -> bool:
    """Count one look-up of this client; tell whether it passes ``CONSENT_LOOKUPS_PER_MINUTE``."""
    return _passes(request, "lookup", conf.lookups_per_minute)


def _passes(request: HttpRequest, what: str, limit: int) -> bool:
    """Count one of what this client does.

    The address itself is stored nowhere; a cache that fails never stands in a choice's way.
    """
    if limit <= 0:
        return False
    address = conf.client_address(request)
    key = f"consent.{what}." + salted_hmac("consent.limits", address).hexdigest()
    try:
        cache.add(key, 0, WINDOW)
        return cache.incr(key) > limit
    except ValueError:  # a cache that keeps nothing
        return False
    except Exception:
        # Whatever the site's backend raises: not counting is better than losing a refusal.
        logger.exception("The cache could not count what a client does.")
        return False

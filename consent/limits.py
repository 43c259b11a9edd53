"""How much one client may write and look up: a keyed hash of its address, in the cache alone."""

from __future__ import annotations

import hmac
import logging
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from consent.conf import conf
from consent.memory import Memory

logger = logging.getLogger("consent")

WINDOW = 60
"""Seconds that a count is kept."""
_KEYS: Memory[bytes] = Memory()


def is_beyond_limit(request: HttpRequest) -> bool:
    """Count one write of this client; tell whether it passes ``CONSENT_GRANTS_PER_MINUTE``."""
    return _passes(request, "limit", conf.grants_per_minute)


def is_beyond_lookups(request: HttpRequest) -> bool:
    """Count one look-up of this client; tell whether it passes ``CONSENT_LOOKUPS_PER_MINUTE``."""
    return _passes(request, "lookup", conf.lookups_per_minute)


def _key() -> bytes:
    return sha256(b"consent.limits" + force_bytes(settings.SECRET_KEY)).digest()


def _passes(request: HttpRequest, what: str, limit: int) -> bool:
    """Count one of what this client does.

    The address itself is stored nowhere; a cache that fails never stands in a choice's way.
    """
    if limit <= 0:
        return False
    client = hmac.digest(_KEYS.get("", _key), force_bytes(conf.client_address(request)), "sha256")
    key = f"consent.{what}.{client.hex()[:32]}"
    try:
        # Most clients do it once a minute, which takes one question to the cache.
        return not cache.add(key, 1, WINDOW) and cache.incr(key) > limit
    except ValueError:  # what was there a moment ago is not there any more
        return False
    except Exception:
        # Whatever the site's backend raises: not counting is better than losing a refusal.
        logger.exception("The cache could not count what a client does.")
        return False

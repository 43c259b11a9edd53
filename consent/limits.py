"""How much one client may write and look up: a keyed hash of its address, in the cache alone.

Where a proxy stands in front and the site does not say how to tell visitors apart, one address
stands for many: then it may do as much as many, because no visitor pays for another's choices.
"""

from __future__ import annotations

import hmac
import logging
import time
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from consent.clients import is_forwarded
from consent.conf import conf
from consent.memory import Memory

logger = logging.getLogger("consent")

WINDOW = 60
"""Seconds that a count is kept."""
SHARED_BY = 100
"""How many visitors an address may stand for where nothing tells them apart."""
_SHARED, _REMEMBERED = "consent.shared", 7 * 24 * 3600
_KEYS: Memory[bytes] = Memory()
_SAID: Memory[bool] = Memory()


def is_beyond_limit(request: HttpRequest) -> bool:
    """Count one write of this client; tell whether it passes ``CONSENT_GRANTS_PER_MINUTE``."""
    return _passes(request, "limit", conf.grants_per_minute)


def is_beyond_lookups(request: HttpRequest) -> bool:
    """Count one look-up of this client; tell whether it passes ``CONSENT_LOOKUPS_PER_MINUTE``."""
    return _passes(request, "lookup", conf.lookups_per_minute)


def were_clients_shared() -> bool:
    """Whether requests of several visitors seemed to come from one address, of late."""
    try:
        return bool(cache.get(_SHARED))
    except Exception:
        # Whatever the site's backend raises: nothing is known.
        return False


def _key() -> bytes:
    return sha256(b"consent.limits" + force_bytes(settings.SECRET_KEY)).digest()


def _passes(request: HttpRequest, what: str, limit: int) -> bool:
    """Count one of what this client does.

    The address itself is stored nowhere; a cache that fails never stands in a choice's way.
    """
    if limit <= 0:
        return False
    address = _address(request)
    if not address or (not conf.tells_clients_apart and is_forwarded(request)):
        limit *= SHARED_BY
        _note_shared()
    client = hmac.digest(_KEYS.get("", _key), force_bytes(address), "sha256")
    key = f"consent.{what}.{client.hex()[:32]}"
    try:
        # Most clients do it once a minute, which takes one question to the cache.
        passes = not cache.add(key, 1, WINDOW) and cache.incr(key) > limit
    except ValueError:  # what was there a moment ago is not there any more
        return False
    except Exception:
        # Whatever the site's backend raises: not counting is better than losing a refusal.
        logger.exception("The cache could not count what a client does.")
        return False
    if passes:
        _SAID.get((what, int(time.monotonic()) // WINDOW), lambda: _say_passed(what, limit))
    return passes


def _address(request: HttpRequest) -> str:
    """Return the client's address; nothing where the site's own function knows none."""
    try:
        return str(conf.client_address(request) or "")
    except Exception:
        # It is the site's, and none of its faults may cost a choice.
        logger.exception("CONSENT_CLIENT_ADDRESS could not tell a client's address.")
        return ""


def _note_shared() -> None:
    """Say once in a process, and to the check before deployment, that clients look alike."""
    _SAID.get(_SHARED, _say_shared)
    try:
        cache.add(_SHARED, 1, _REMEMBERED)
    except Exception:
        # Whatever the site's backend raises: it is noted the next time.
        logger.exception("The cache could not note that clients share an address.")


def _say_shared() -> bool:
    logger.warning(
        "Visitors seem to share an address, as behind a proxy. Limits count %d times as much for "
        "one address until CONSENT_CLIENT_ADDRESS tells visitors apart.",
        SHARED_BY,
    )
    return True


def _say_passed(what: str, limit: int) -> bool:
    logger.warning(
        "One address passed its limit (%s: %d a minute) and is turned away for a minute. If many "
        "visitors share it, set CONSENT_CLIENT_ADDRESS, or raise the limit.",
        what,
        limit,
    )
    return True

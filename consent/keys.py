"""The site's keys that bind evidence; none of them is in the database."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_bytes

from consent.conf import conf
from consent.memory import Memory

_KEYS: Memory[tuple[bytes, ...]] = Memory()


def evidence_keys() -> tuple[bytes, ...]:
    """Return the keys that bind records and removals: the first is used, all are accepted.

    Without ``CONSENT_EVIDENCE_KEY`` one follows from ``SECRET_KEY``; those stay accepted, so that
    a key can be set later.
    """
    return _KEYS.get("", _evidence_keys)


def _evidence_keys() -> tuple[bytes, ...]:
    own = [key for key in (conf.evidence_key, *conf.evidence_key_fallbacks) if key]
    secret = [key for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if key]
    return (
        *(sha256(b"consent.evidence" + force_bytes(key)).digest() for key in own),
        *(sha256(b"consent.evidence.secret" + force_bytes(key)).digest() for key in secret),
    )

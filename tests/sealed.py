"""Seals for tests of what signs and anchors them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from consent.core.evidence import seal_digest
from consent.models import Seal
from consent.signing import current_key_id, sign


def sealed(number: int = 1, **columns: Any) -> Seal:
    """Return a seal as it would be stored, signed if the settings have a key."""
    values = {
        "number": number,
        "first": 0,
        "count": 3,
        "upto": 3,
        "root": "ab" * 32,
        "previous": "",
        "sealed_at": datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC),
        "key": current_key_id(),
        **columns,
    }
    digest = seal_digest(values)
    return Seal(**values, digest=digest, signature=sign(digest)[1])

"""Two equal grants under way at once are one: the second waits for the first, and answers alike.

They are told by the number of the press that script drew, and by the grant that they change, for
some seconds and in the cache alone. Without either nothing says that two posts come from one
visitor, and both are recorded.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.encoding import force_bytes

from consent.core.decision import Decision
from consent.core.notice import Notice
from consent.core.state import ConsentState
from consent.memory import Memory
from consent.models import Record

logger = logging.getLogger("consent")

WINDOW = 10
"""Seconds in which an equal grant is the same one."""
PATIENCE = 2.0
"""Seconds that the second waits for the record of the first; then it is recorded itself."""
_KEYS: Memory[bytes] = Memory()


def earlier_receipt(
    decision: Decision, notice: Notice, *, attempt: str, previous: ConsentState, receipt: str
) -> str:
    """Return the receipt of the grant that this one repeats, or nothing where it comes first.

    ``previous`` is the state in force, ``receipt`` the id that this grant would have. A cache that
    fails never stands in a grant's way.
    """
    changed = previous.payload() if previous.is_grant and decision.action != "once" else ""
    if not attempt and not changed:
        return ""
    answers = json.dumps(dict(decision.answers), sort_keys=True)
    parts = (notice.site, str(notice.number), decision.action, answers, attempt, changed)
    name = hmac.digest(_KEYS.get("", _key), force_bytes("\n".join(parts)), "sha256").hex()
    key = f"consent.repeat.{name[:32]}"
    try:
        # Most come first, which takes one question.
        return "" if cache.add(key, receipt, WINDOW) else str(cache.get(key) or "")
    except Exception:
        # Whatever the site's backend raises: two records are better than none.
        logger.exception("The cache could not tell whether a grant is repeated.")
        return ""


def is_recorded(decision: Decision, notice: Notice, receipt: str) -> bool:
    """Whether the log has an equal grant of the last seconds; wait for it a moment.

    Raise `django.db.Error` where the log cannot be read.
    """
    since = timezone.now() - timedelta(seconds=2 * WINDOW)
    equal = Record.objects.filter(
        site=notice.site,
        receipt=receipt,
        notice=notice.number,
        action=decision.action,
        decided_at__gte=since,
    )
    end = time.monotonic() + PATIENCE
    while dict(decision.answers) not in equal.values_list("answers", flat=True):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _key() -> bytes:
    return sha256(b"consent.repeats" + force_bytes(settings.SECRET_KEY)).digest()

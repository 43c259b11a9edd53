"""How a notice looked, kept once for each digest, so that a record points to what was shown.

The look depends on templates, script, style and settings too, which change without a publication.
So it is stored at publication and, where a process does not know it to be, with the first page that
shows it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import Error as DatabaseError

from consent import models
from consent.dialog import Dialog, assets

logger = logging.getLogger("consent")

RETRY_SECONDS = 60.0
"""How long a process waits after the database refused, before it tries again."""


@dataclass(slots=True)
class _Held:
    """What this process knows to be stored, and when it may try again after a failure."""

    digests: set[str] = field(default_factory=set)
    again: float = float("-inf")
    failing: bool = False


_HELD = _Held()


def presentation_of(shown: Dialog) -> models.Presentation:
    """Return the row that keeps how a dialog looks, unsaved."""
    shipped = assets()
    return models.Presentation(
        digest=shown.digest,
        site=shown.notice.site,
        notice=shown.notice.number,
        notice_digest=shown.notice.digest,
        language=shown.language,
        html=shown.html,
        script=shipped.script,
        style=shipped.style,
    )


def store_presentation(presentation: models.Presentation) -> models.Presentation:
    """Store a presentation unless its digest is stored already; return the stored one."""
    values = {field.name: getattr(presentation, field.name) for field in presentation._meta.fields}
    digest, _ = values.pop("digest"), values.pop("id")
    stored: models.Presentation
    stored, _ = models.Presentation.objects.get_or_create(digest=digest, defaults=values)
    return stored


def is_due(shown: Sequence[Dialog]) -> bool:
    """Whether `keep` would ask the database now; without a query."""
    return bool(_unknown(shown)) and time.monotonic() >= _HELD.again


def keep(shown: Sequence[Dialog]) -> None:
    """Store what a page shows, unless this process knows that it is stored.

    A database that refuses never stands in the page's way: it is logged once, and tried again after
    `RETRY_SECONDS`.
    """
    if not is_due(shown):
        return
    try:
        for each in _unknown(shown):
            store_presentation(presentation_of(each))
            _HELD.digests.add(each.digest)
    except DatabaseError:
        _fail("What a page shows could not be stored; records may point to what is not there.")
    else:
        _HELD.failing = False


def _unknown(shown: Sequence[Dialog]) -> list[Dialog]:
    return [each for each in shown if each.digest not in _HELD.digests]


def is_stored(digest: str) -> bool:
    """Whether a presentation is known to be stored; an unreachable database knows nothing."""
    if digest in _HELD.digests:
        return True
    if time.monotonic() < _HELD.again:
        return False
    try:
        found = models.Presentation.objects.filter(digest=digest).exists()
    except DatabaseError:
        _fail("Whether a presentation is stored could not be read.")
        return False
    if found:
        _HELD.digests.add(digest)
    return found


def forget() -> None:
    """Let go of everything that is known."""
    _HELD.digests.clear()
    _HELD.again, _HELD.failing = float("-inf"), False


def _fail(message: str) -> None:
    if not _HELD.failing:
        logger.exception(message)
    _HELD.failing, _HELD.again = True, time.monotonic() + RETRY_SECONDS

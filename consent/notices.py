"""The notice in force: held by the process, its number re-read every few seconds."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import lru_cache

from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError

from consent import models
from consent.conf import conf
from consent.core.notice import MalformedNoticeError, Notice

logger = logging.getLogger("consent")

HURRY_SECONDS = 1.0
"""How soon a cookie that names a newer notice may make a process look again."""
_MAX_NUMBER = 2**31 - 1


@dataclass(slots=True)
class _Held:
    notice: Notice | None = None
    digest: str = ""
    checked: float = float("-inf")
    hurried: float = float("-inf")
    warned: bool = False


_HELD: dict[str, _Held] = {}


def in_force(site: str, *, at_least: int = 0) -> Notice | None:
    """Return the newest notice of a site, or None while nothing is published.

    ``at_least`` is a number that a signed cookie names: where it is newer than the notice held,
    the database is asked at once. An unreachable database leaves the notice held in force.
    """
    held = _HELD.get(site) or _HELD.setdefault(site, _Held())
    if not _is_due(held, at_least):
        return held.notice
    return _refresh(site, held)


async def ain_force(site: str, *, at_least: int = 0) -> Notice | None:
    """Return the newest notice of a site as `in_force` does; no thread unless one is due."""
    held = _HELD.setdefault(site, _Held())
    if not _is_due(held, at_least):
        return held.notice
    return await sync_to_async(_refresh)(site, held)


def load(site: str, number: int) -> Notice | None:
    """Return any published notice of a site, or None where there is none that can be read.

    Raise `django.db.Error` without database.
    """
    held = _HELD.get(site)
    if held and held.notice and held.notice.number == number:
        return held.notice
    try:
        return _load(site, number) if 0 < number <= _MAX_NUMBER else None
    except (models.Notice.DoesNotExist, MalformedNoticeError):
        return None


def forget() -> None:
    """Let go of every notice held, so that the next call reads the database."""
    _HELD.clear()
    _load.cache_clear()


@lru_cache(maxsize=64)
def _load(site: str, number: int) -> Notice:
    # Raises where there is none, because only what exists may be remembered for good.
    rows = models.Notice.objects.values_list("document", flat=True)
    return Notice.parse(rows.get(site=site, number=number))


def _is_due(held: _Held, at_least: int) -> bool:
    now = time.monotonic()
    newest = held.notice.number if held.notice else 0
    hurry = at_least > newest and now - held.hurried >= HURRY_SECONDS
    if not hurry and now - held.checked < conf.notice_refresh:
        return False
    if hurry:
        held.hurried = now
    if held.notice:
        held.checked = now  # at once, so that other threads go on with what is held
    return True


def _refresh(site: str, held: _Held) -> Notice | None:
    rows = models.Notice.objects.filter(site=site).order_by("-number")
    try:
        pk, digest = rows.values_list("pk", "digest").first() or (None, "")
        if digest != held.digest:
            held.notice = _parsed(pk) if pk else None
            held.digest = digest
        held.warned = False
    except (DatabaseError, MalformedNoticeError):
        if not held.warned:
            logger.warning("The notice in force could not be read; the one held goes on.")
        held.warned = True
    held.checked = time.monotonic()
    return held.notice


def _parsed(pk: int) -> Notice:
    document = models.Notice.objects.values_list("document", flat=True).get(pk=pk)
    return Notice.parse(document)

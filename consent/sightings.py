"""What the site uses without having declared it: logged once, counted, kept for the admin.

`note` only counts in memory. What it counted is written after a response has been sent, in the
thread that closes it, and at most once a minute in a process: no visitor waits for it.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Literal

from django.core.signals import request_finished
from django.db import connections, router, transaction
from django.db.models import F
from django.dispatch import receiver

from consent import moments
from consent.conf import conf
from consent.models import Sighting

logger = logging.getLogger("consent")

What = Literal["cookie", "host"]
_Key = tuple[str, str, str]
"""Site, kind and name."""

NAMES_HELD = 300
LONGEST_NAME = 200
WRITE_SECONDS = 60.0

_SETTLED_BY = {
    "cookie": "The cookie %s is not declared in the notice in force. Declare it among the "
    "registry's cookies and publish; CONSENT_UNDECLARED_COOKIES says whether such cookies "
    "pass (%s now).",
    "host": "The host %s is not declared in the notice in force. Name it among the hosts of a "
    "service and publish.",
}


@dataclass(slots=True)
class _Held:
    known: set[_Key] = field(default_factory=set)
    counts: Counter[_Key] = field(default_factory=Counter)
    written: float = float("-inf")
    is_full: bool = False
    has_failed: bool = False


_held = _Held()
_lock = Lock()


def note(kind: What, name: str) -> None:
    """Count an undeclared cookie or host; neither query nor raise.

    The first time in a process it is logged, with what would settle it. Names come from outside:
    they are shortened and their control characters replaced, and beyond some hundreds of them new
    ones are no longer told apart.
    """
    key = (conf.site, kind, _plain(name))
    with _lock:
        is_new = key not in _held.known
        if is_new and len(_held.known) >= NAMES_HELD:
            _warn_full()
            return
        _held.known.add(key)
        _held.counts[key] += 1
    if is_new:
        values = (conf.undeclared_cookies,) if kind == "cookie" else ()
        logger.warning(_SETTLED_BY[kind], repr(key[2]), *values)


def forget() -> None:
    """Let go of everything counted and not yet written, as a new process would."""
    with _lock:
        _held.known.clear()
        _held.counts.clear()
        _held.written = float("-inf")
        _held.is_full = _held.has_failed = False


@receiver(request_finished, dispatch_uid="consent.sightings")
def write_if_due(**_signal: object) -> None:
    """Write what was counted, at once for the first and then once a minute; never raise."""
    if not _held.counts:
        return
    with _lock:
        if time.monotonic() - _held.written < WRITE_SECONDS:
            return
        _held.written = time.monotonic()
        counts, _held.counts = _held.counts, Counter()
    try:
        _write(counts, moments.now())
        _held.has_failed = False
    except Exception:
        # The response is out. Whatever went wrong, the count stays for the next minute.
        with _lock:
            _held.counts.update(counts)
        if not _held.has_failed:
            logger.warning("Undeclared cookies and hosts could not be written.", exc_info=True)
        _held.has_failed = True


def _write(counts: Counter[_Key], now: datetime) -> None:
    alike = defaultdict(list)
    for (site, kind, name), count in counts.items():
        alike[site, kind, count].append(name)
    rows = [
        Sighting(site=site, kind=kind, name=name, first_seen=now, last_seen=now)
        for site, kind, name in counts
    ]
    alias = router.db_for_write(Sighting)
    with transaction.atomic(using=alias):
        Sighting.objects.using(alias).bulk_create(rows, ignore_conflicts=True)
        for (site, kind, count), names in alike.items():
            seen = Sighting.objects.using(alias).filter(site=site, kind=kind, name__in=names)
            seen.update(count=F("count") + count, last_seen=now)
    # Django has closed the request's connections already; a test's own transaction goes on.
    if not connections[alias].in_atomic_block:
        connections[alias].close_if_unusable_or_obsolete()


def _plain(name: str) -> str:
    if name.isprintable() and len(name) <= LONGEST_NAME:
        return name
    return "".join(c if c.isprintable() else "\ufffd" for c in name[:LONGEST_NAME])


def _warn_full() -> None:
    if not _held.is_full:
        logger.warning("Over %d undeclared cookies and hosts: the rest go unnoted.", NAMES_HELD)
    _held.is_full = True

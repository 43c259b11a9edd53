"""When what a receipt's records grant is over: the moment from which their retention counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

REMEMBERED = ("accept", "choose")
"""The decisions that a browser remembers; loading once is over as soon as it is done."""


class Step(NamedTuple):
    """One decision in the chain that a receipt holds together."""

    action: str
    decided_at: datetime


def chain_end(steps: Iterable[Step], *, memory: timedelta) -> datetime:
    """Return when a receipt's chain ended, or will end, given all its steps, at least one.

    That is the withdrawal, unless something was granted again after it; else the expiry of the
    newest grant, ``memory`` after it was made; and never before the newest step.
    """
    steps = list(steps)
    last = max(step.decided_at for step in steps)
    granted = max((s.decided_at for s in steps if s.action in REMEMBERED), default=None)
    withdrawn = max((s.decided_at for s in steps if s.action == "withdraw"), default=None)
    if granted is None or (withdrawn is not None and withdrawn >= granted):
        return last
    return max(last, granted + memory)

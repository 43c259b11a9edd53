"""The one write path: a decision becomes a record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from consent.core.decision import Decision
from consent.core.notice import Notice
from consent.models import Record
from consent.signals import decision_recorded

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Shown:
    """How the visitor was asked: language, presentation's digest, layer, and form or script."""

    language: str
    presentation: str
    layer: str
    by: str


def record_decision(
    decision: Decision, *, notice: Notice, shown: Shown, receipt: str = ""
) -> Record:
    """Insert the record of a decision, with the server's time, in one statement.

    ``receipt`` is empty for refusals. Raise `django.db.Error` if the database refuses; nothing
    that the decision grants may load then. The row is committed at once unless the caller
    opened a transaction.
    """
    record = Record.objects.create(
        site=notice.site,
        notice=notice.number,
        notice_digest=notice.digest,
        language=shown.language,
        presentation=shown.presentation,
        layer=shown.layer,
        means=decision.means,
        by=shown.by,
        action=decision.action,
        answers=dict(decision.answers),
        receipt=receipt,
    )
    decision_recorded.send_robust(sender=Record, record=record)
    return record


def is_withdrawn(site: str, receipt: str) -> bool:
    """Whether the log knows the withdrawal of a receipt; raise `django.db.Error` without it."""
    return Record.objects.filter(site=site, receipt=receipt, action="withdraw").exists()


def new_receipt() -> str:
    """Return a random receipt id: 128 bits in lower-case Crockford base 32, 26 characters."""
    number = secrets.randbits(128)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

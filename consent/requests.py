"""What visitors ask for by right: entered, and then answered or refused; each step is logged.

Erasure is `consent.erasing`'s: it closes the request in one transaction with the removal.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext as _

from consent import moments
from consent.accesses import note_access
from consent.core.crockford import is_named_in, parse_receipt
from consent.core.deadlines import month_after
from consent.holds import RetentionError
from consent.models import Record, Removal, SubjectRequest
from consent.routing import require_one_database

_OPEN = SubjectRequest.Outcome.OPEN
_BIGGEST = 2**63 - 1

URGENCY: tuple[OrderBy, ...] = (
    Case(When(outcome=_OPEN, then=Value(0)), default=Value(1)).asc(),
    Case(When(outcome=_OPEN, then="received_at")).asc(),
    F("closed_at").desc(),
    F("id").desc(),
)
"""The open ones first, and of these the one that is due first."""


class RequestError(RetentionError):
    """A request cannot be entered or closed as asked; the text says why, nothing has changed."""


def enter(
    kind: str,
    receipt: str,
    *,
    by: str,
    received_at: datetime | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> SubjectRequest:
    """Enter a request about a receipt, of which there need be no record; return it.

    Raise `RequestError` for what is no receipt's id, and for a request from the future.
    """
    require_one_database(using)
    at = moments.known(received_at or moments.now())
    named = parse_receipt(receipt)
    if not named:
        raise RequestError(_("That is not a receipt's id: it has 26 digits and letters."))
    if not by.strip():
        raise RequestError(_("Say who enters it."))
    if at > moments.now():
        raise RequestError(_("A request cannot be received in the future."))
    row = SubjectRequest(
        kind=SubjectRequest.Kind(kind).value, receipt=named, received_at=at, entered_by=by.strip()
    )
    with transaction.atomic(using=using):
        row.save(using=using)
        note_access("request", who=by, subject=f"request {row.pk}", using=using, kind=row.kind)
    return row


def answer(
    number: int, *, by: str, reason: str = "", using: str = DEFAULT_DB_ALIAS
) -> SubjectRequest:
    """Close a request as answered; of erasure, only where nothing is held. Return it.

    Raise `RequestError` where it cannot be closed so.
    """
    row = open_request(number, using=using)
    if row.kind == SubjectRequest.Kind.ERASURE and records_of(row, using=using).exists():
        raise RequestError(_("There are records: erase them, or refuse with the ground."))
    return _close(row, "answer", SubjectRequest.Outcome.ANSWERED, by, reason, using=using)


def refuse(
    number: int, *, by: str, reason: str, ground: str = "", using: str = DEFAULT_DB_ALIAS
) -> SubjectRequest:
    """Close a request as refused: of erasure, on a ground of Art. 17(3); return it.

    Access is refused without a ground: what Art. 12(5) wants is the reason. Raise `RequestError`
    without a reason, and for a ground that is wanted and missing, or the other way around.
    """
    row = open_request(number, using=using)
    if not reason.strip():
        raise RequestError(_("Say why: the visitor has to be told the reason."))
    is_erasure = row.kind == SubjectRequest.Kind.ERASURE
    if is_erasure and ground not in SubjectRequest.Ground.values:
        raise RequestError(_("Name the ground: Art. 17(3) lists all there are."))
    if ground and not is_erasure:
        raise RequestError(_("The grounds of Art. 17(3) are for refusing erasure."))
    outcome = SubjectRequest.Outcome.REFUSED
    return _close(row, "refuse", outcome, by, reason, ground=ground, using=using)


def open_request(number: int, *, using: str, kind: str = "") -> SubjectRequest:
    """Return an open request, of a kind if one is named; raise `RequestError` for any other."""
    rows = SubjectRequest.objects.using(using).filter(outcome=_OPEN)
    rows = rows.filter(kind=kind) if kind else rows
    row = rows.filter(pk=number).first() if 0 < number <= _BIGGEST else None
    if row is None:
        raise RequestError(_("It is not open any more: somebody has closed it."))
    return row


def records_of(row: SubjectRequest, *, using: str) -> QuerySet[Record]:
    """Return the records that a request is about, as a queryset."""
    records: QuerySet[Record] = Record.objects.using(using)
    return records.filter(receipt=row.receipt) if row.receipt else records.none()


def due_on(row: SubjectRequest) -> date:
    """Return the last day on which a request can be answered in time (Art. 12(3))."""
    return month_after(timezone.localdate(row.received_at))


def is_overdue(row: SubjectRequest) -> bool:
    """Return whether a request is open although its last day is over."""
    return row.outcome == _OPEN and moments.today() > due_on(row)


def close_erased(receipt: str, entry: Removal, *, using: str) -> None:
    """Close what asked for an erasure, and let no request name the receipt any more.

    Only for the transaction that removes the records.
    """
    rows = SubjectRequest.objects.using(using).filter(receipt=receipt)
    rows.filter(kind=SubjectRequest.Kind.ERASURE, outcome=_OPEN).update(
        outcome=SubjectRequest.Outcome.ERASED,
        reason=entry.reason,
        closed_by=entry.removed_by,
        closed_at=entry.removed_at,
    )
    forget([receipt], entry, using=using)


def forget(receipts: Collection[str], entry: Removal, *, using: str) -> None:
    """Empty the receipt of requests whose records go: they would still name them."""
    rows = SubjectRequest.objects.using(using).filter(receipt__in=receipts)
    rows.update(receipt="", removal=entry.pk)


def forget_range(first: int, last: int, entry: Removal, *, using: str) -> None:
    """Do the same for the receipts of the records from one id to another."""
    gone = Record.objects.using(using).filter(id__range=(first, last), receipt=OuterRef("receipt"))
    rows = SubjectRequest.objects.using(using).exclude(receipt="").filter(Exists(gone))
    rows.update(receipt="", removal=entry.pk)


def _close(
    row: SubjectRequest,
    step: str,
    outcome: str,
    by: str,
    reason: str,
    *,
    using: str,
    **columns: Any,
) -> SubjectRequest:
    if not by.strip():
        raise RequestError(_("Say who closes it."))
    if is_named_in(row.receipt, f"{reason} {by}"):
        raise RequestError(_("The reason outlasts an erasure: leave the receipt out of it."))
    columns |= {"outcome": outcome, "reason": reason.strip(), "closed_by": by.strip()}
    still_open = SubjectRequest.objects.using(using).filter(pk=row.pk, outcome=_OPEN)
    with transaction.atomic(using=using):
        if not still_open.update(closed_at=moments.now(), **columns):
            raise RequestError(_("It is not open any more: somebody has closed it."))
        note_access(step, who=by, subject=f"request {row.pk}", using=using)
    return SubjectRequest.objects.using(using).get(pk=row.pk)

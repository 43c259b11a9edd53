"""Holds: records that must stay for now, whatever the clocks and whoever asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from consent import moments
from consent.accesses import note_access
from consent.core.crockford import parse_receipt
from consent.models import Hold, Record
from consent.routing import require_one_database


class RetentionError(Exception):
    """Evidence cannot be removed or held as asked; the text says why, and nothing has changed."""


def receipt_named(text: str) -> str:
    """Return a receipt's id in its one spelling; raise `RetentionError` for what is none."""
    receipt = parse_receipt(text)
    if not receipt:
        why = _("%(text)s is not a receipt's id: 26 digits and letters.")
        raise RetentionError(why % {"text": repr(text)})
    return receipt


def hold(
    *,
    reason: str,
    by: str,
    receipt: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Hold:
    """Hold the records of one receipt, or those decided from ``since`` on and before ``until``.

    Either end of a period may be open. The access log says who. Raise `RetentionError` for a hold
    of nothing.
    """
    require_one_database(using)
    since, until = (moment and moments.known(moment) for moment in (since, until))
    row = Hold(since=since, until=until, reason=reason.strip(), set_by=by.strip())
    row.receipt = receipt_named(receipt) if receipt else ""
    try:
        row.full_clean()
    except ValidationError as error:
        raise RetentionError(" ".join(error.messages)) from None
    if since and until and since >= until:
        raise RetentionError(_("The period ends before it begins."))
    if receipt and not Record.objects.using(using).filter(receipt=row.receipt).exists():
        raise RetentionError(_("No record carries this receipt."))
    with transaction.atomic(using=using):
        row.save(using=using)
        note_access("hold", who=by, subject=f"hold {row.pk}", using=using)
    return row


def lift(number: int, *, by: str, using: str = DEFAULT_DB_ALIAS) -> Hold:
    """Lift a hold; raise `RetentionError` where there is none in force under that number."""
    rows = in_force(using).filter(pk=number)
    if not by.strip():
        raise RetentionError(_("Say who lifts it."))
    with transaction.atomic(using=using):
        if not rows.update(lifted_at=moments.now(), lifted_by=by.strip()):
            raise RetentionError(
                _("No hold in force has the number %(number)s.") % {"number": number}
            )
        note_access("lift", who=by, subject=f"hold {number}", using=using)
    return Hold.objects.using(using).get(pk=number)


def in_force(using: str) -> QuerySet[Hold]:
    """Return the holds that are not lifted, as a queryset."""
    return Hold.objects.using(using).filter(lifted_at=None)


def held(using: str) -> Q:
    """Return the condition on records that the holds in force set; none fulfils it without one."""
    condition = Q(pk__in=())
    for row in in_force(using):
        condition |= _of(row)
    return condition


def holding(receipt: str, *, using: str) -> Hold | None:
    """Return a hold in force on any record of a receipt, if there is one."""
    records = Record.objects.using(using).filter(receipt=receipt)
    for row in in_force(using):
        if row.receipt == receipt or records.filter(_of(row)).exists():
            return row
    return None


def _of(row: Hold) -> Q:
    if row.receipt:
        return Q(receipt=row.receipt)
    after = Q(decided_at__gte=row.since) if row.since else Q()
    before = Q(decided_at__lt=row.until) if row.until else Q()
    return after & before


def forget(receipts: Collection[str], *, using: str) -> None:
    """Delete the lifted holds of receipts whose records go: they would still name them."""
    _lifted(using).filter(receipt__in=receipts).delete()


def forget_range(first: int, last: int, *, using: str) -> None:
    """Delete the lifted holds of receipts with a record from one id to another; these go."""
    records = Record.objects.using(using).filter(
        id__range=(first, last), receipt=OuterRef("receipt")
    )
    _lifted(using).filter(Exists(records)).delete()


def _lifted(using: str) -> QuerySet[Hold]:
    return Hold.objects.using(using).filter(lifted_at__isnull=False).exclude(receipt="")

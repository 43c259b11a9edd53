"""Forgetting on request: one visitor's records go, and their leaves stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from consent import holds, models, moments, requests, sealing
from consent.accesses import note_access
from consent.conf import conf
from consent.core.crockford import is_named_in
from consent.core.decision import Decision
from consent.core.forgetting import Step, chain_end
from consent.core.notice import Notice
from consent.histories import read_notice
from consent.holds import RetentionError, receipt_named
from consent.models import Exhibit, Leaf, Record, Removal, RemovedRow, SubjectRequest
from consent.recording import Shown, record_decision
from consent.removals import Why
from consent.retention import ATTEMPTS, remove
from consent.routing import require_one_database


def erase(
    receipt: str,
    *,
    reason: str,
    by: str,
    using: str = DEFAULT_DB_ALIAS,
    now: datetime | None = None,
) -> Removal:
    """Remove all records of a receipt with their salts, whatever their age; return the entry.

    A running grant is withdrawn first. In one transaction with the removal, open requests for this
    erasure are closed, no request names the receipt any more, and the access log says who.

    Raise `RetentionError` for what is no receipt's id, for an unknown one, without a reason, and
    while a hold is in force. Not for use in a transaction.
    """
    require_one_database(using)
    receipt, at = receipt_named(receipt), moments.known(now or moments.now())
    why = _why(reason, by, at, receipt)
    records = Record.objects.using(using).filter(receipt=receipt).order_by("id")
    _check_free(receipt, records, using)
    _withdraw(records, using=using, now=at)
    for _attempt in range(ATTEMPTS):
        sealing.seal(using=using)
        if entry := _remove(receipt, records, why, using):
            return entry
    raise RetentionError(
        _("New records of this receipt keep coming. Nothing is erased: try again.")
    )


def erase_as_asked(number: int, *, reason: str, by: str, using: str = DEFAULT_DB_ALIAS) -> Removal:
    """Erase what a request for erasure asks for, as `erase` does; return the entry.

    Raise `RetentionError` as it does, and where no open request for erasure has the number.
    """
    asked = requests.open_request(number, kind=SubjectRequest.Kind.ERASURE, using=using)
    return erase(asked.receipt, reason=reason, by=by, using=using)


def _why(reason: str, by: str, at: datetime, receipt: str) -> Why:
    reason, by = reason.strip(), by.strip()
    if not reason or not by:
        raise RetentionError(_("Say why, and who erases: the ledger keeps both."))
    if is_named_in(receipt, f"{reason} {by}"):
        raise RetentionError(
            _("The ledger keeps the reason for good: leave the receipt out of it.")
        )
    return Why(Removal.Kind.ERASE, reason, by, at)


def _check_free(receipt: str, records: QuerySet[Record], using: str) -> None:
    if held := holds.holding(receipt, using=using):
        why = _("Hold %(number)s keeps these records: %(reason)s")
        raise RetentionError(why % {"number": held.pk, "reason": held.reason})
    if not records.exists():
        raise RetentionError(_("No record carries this receipt."))
    named = RemovedRow.objects.using(using).filter(kind=Exhibit.RECORD, row=OuterRef("pk"))
    if records.filter(Exists(named)).exists():
        raise RetentionError(
            _(
                "These records were removed before and have come back with a backup: run "
                "consent_purge --replay."
            )
        )


def _withdraw(records: QuerySet[Record], *, using: str, now: datetime) -> None:
    """Record the withdrawal of a running grant: whoever listens for decisions learns of it."""
    steps = [Step(*values) for values in records.values_list("action", "decided_at")]
    if chain_end(steps, memory=timedelta(days=conf.grant_days)) <= now:
        return
    newest = records.order_by("-id")[0]
    if (notice := _notice(newest, using)) is None:
        return  # what verification reports must not stand in the visitor's way
    decision = Decision("withdraw", "withdraw", dict.fromkeys(notice.optional_keys, "no"))
    shown = Shown(newest.language, newest.presentation, newest.layer, newest.by)
    record_decision(decision, notice=notice, shown=shown, receipt=newest.receipt, using=using)


def _notice(record: Record, using: str) -> Notice | None:
    rows = models.Notice.objects.using(using).filter(site=record.site, number=record.notice)
    row = rows.first()
    return read_notice(row) if row else None


def _remove(receipt: str, records: QuerySet[Record], why: Why, using: str) -> Removal | None:
    """Remove what is sealed; return None where a record came in after the seal."""
    with transaction.atomic(using=using):
        _check_free(receipt, records, using)
        leaf = Leaf.objects.using(using).filter(kind=Exhibit.RECORD, row=OuterRef("pk"))
        rows = list(records.annotate(sealed=Exists(leaf)).values_list("pk", "sealed"))
        if not all(sealed for _, sealed in rows):
            return None
        entry = remove([(Exhibit.RECORD, pk) for pk, _ in rows], why, using=using)
        holds.forget([receipt], using=using)
        requests.close_erased(receipt, entry, using=using)
        note_access(
            "erase", who=why.by, subject=f"removal {entry.pk}", count=entry.count, using=using
        )
        return entry

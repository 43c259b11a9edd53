"""From a valid form to a recorded decision and the state it puts in force."""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.http import HttpRequest

from consent import notices, presentations
from consent.api import Consent, get_consent
from consent.conf import conf
from consent.cookies import read_state
from consent.core.decision import (
    Choice,
    Decision,
    UnknownGrantError,
    decide,
    refused_by_signal,
)
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState, refusal
from consent.core.submission import Submission
from consent.dialog import render_dialog
from consent.limits import is_beyond_limit
from consent.recording import Shown, is_withdrawn, new_receipt, record_decision
from consent.repeats import earlier_receipt, is_recorded
from consent.tallies import count_decision
from consent.views.origin import is_framed

logger = logging.getLogger("consent")


class RefusedError(Exception):
    """The choice is not taken: an HTTP status and the key of the sentence that says why."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


class Taken(NamedTuple):
    """A choice that was taken.

    ``state`` is in force from now on, and ``changed`` says whether the cookie must be set;
    ``withdrawn`` holds the keys that were granted before and are not any more.
    """

    action: str
    state: ConsentState
    changed: bool
    recorded: bool
    receipt: str = ""
    withdrawn: frozenset[str] = frozenset()


def take(request: HttpRequest, sent: Submission) -> Taken:
    """Take what a form submits; raise `RefusedError` if it cannot be taken.

    A grant is taken only once it is recorded; a refusal never needs the database.
    """
    consent = get_consent(request)
    choice: Choice = sent.choice
    now = int(time.time())
    try:
        notice = _notice_shown(consent, sent.notice)
    except DatabaseError:
        return _unrecorded_refusal(sent, consent.site, now)
    if notice is None or sent.language not in notice.languages:
        raise RefusedError(400, "error_input")
    kept = _kept_grant(sent, consent.site)
    previous = kept if kept.is_grant else consent.held
    try:
        decision = decide(choice, notice, previous, refused=_refused(consent, notice, sent))
    except UnknownGrantError:
        raise RefusedError(400, "error_input") from None
    if decision.grants:
        _check_place(request, sent)
        _check_grant(request, notice)
    if not kept.is_grant and _is_in_force(decision, notice, consent.held):
        return Taken(decision.action, consent.held, False, True, consent.held.receipt)
    receipt = _receipt(decision, previous)
    if earlier := _repeated(decision, notice, previous, sent, receipt):
        receipt, recorded = earlier, True
    else:
        recorded = _record(request, decision, notice, sent, receipt)
    if decision.action == "once":
        return Taken("once", consent.held, False, recorded, receipt)
    if kept.is_grant and consent.held.is_grant and consent.held.receipt != kept.receipt:
        return Taken(decision.action, consent.held, False, recorded)
    state = decision.state(notice, now=now, receipt=receipt)
    withdrawn = frozenset[str]()
    if previous.is_grant:
        withdrawn = previous.granted_keys(notice) - state.granted_keys(notice)
    return Taken(decision.action, state, True, recorded, state.receipt, withdrawn)


def _notice_shown(consent: Consent, number: int) -> Notice | None:
    if consent.notice is None or number > consent.notice.number:
        # Another process may have shown it already.
        consent.notice = notices.in_force(consent.site, at_least=number)
    return notices.load(consent.site, number)


def _refused(consent: Consent, notice: Notice, sent: Submission) -> tuple[str, ...]:
    """Return what the browser's signal refuses and the dialog did not name in words."""
    if sent.signal or not consent.signal:
        return ()
    return refused_by_signal(notice, conf.gpc_categories)


def _unrecorded_refusal(sent: Submission, site: str, now: int) -> Taken:
    """Let a refusal hold although its notice cannot be read; anything else is unavailable."""
    choice, number = sent.choice, sent.notice
    logger.exception("The notice %d could not be read.", number)
    refused = choice.action in ("refuse", "withdraw")
    refused |= choice.means == "save" and not choice.grants
    if not refused or _kept_grant(sent, site).is_grant:
        raise RefusedError(503, "error_unavailable")
    return Taken("refuse", refusal(number, now), True, recorded=False)


def _kept_grant(sent: Submission, site: str) -> ConsentState:
    """Return the grant whose withdrawal script kept while it could not be delivered."""
    if sent.choice.grants or sent.choice.action == "accept":
        return UNDECIDED
    return read_state(sent.state, site=site)


def _check_place(request: HttpRequest, sent: Submission) -> None:
    """Refuse a grant that another site may have tricked out of a visitor, or that cannot last."""
    if not conf.framed and (sent.obstacle == "framed" or is_framed(request)):
        raise RefusedError(403, "error_framed")
    if sent.obstacle == "cookies" and sent.choice.action != "once":
        raise RefusedError(403, "error_cookies")


def _check_grant(request: HttpRequest, notice: Notice) -> None:
    current = get_consent(request).notice
    if current is None or not conf.is_enabled(request):
        raise RefusedError(503, "error_unavailable")
    if not current.oldest_valid <= notice.number <= current.number:
        raise RefusedError(409, "error_stale")


def _is_in_force(decision: Decision, notice: Notice, held: ConsentState) -> bool:
    return (
        decision.action != "once"
        and held.signed
        and held.notice == notice.number
        and held.answers(notice) == decision.answers
    )


def _receipt(decision: Decision, previous: ConsentState) -> str:
    if decision.grants:
        return previous.receipt or new_receipt()
    return previous.receipt


def _repeated(
    decision: Decision, notice: Notice, previous: ConsentState, sent: Submission, receipt: str
) -> str:
    """Return the receipt of an equal grant that was recorded a moment ago, or nothing."""
    if not decision.grants:
        return ""
    earlier = earlier_receipt(
        decision, notice, attempt=sent.attempt, previous=previous, receipt=receipt
    )
    try:
        return earlier if earlier and is_recorded(decision, notice, earlier) else ""
    except DatabaseError:
        return ""  # recording it says what is the matter


def _record(
    request: HttpRequest,
    decision: Decision,
    notice: Notice,
    sent: Submission,
    receipt: str,
) -> bool:
    """Record the decision; tell whether it is in the log by itself."""
    shown = Shown(sent.language, sent.presentation, sent.layer, sent.by or "form")
    limited = is_beyond_limit(request)
    if limited and decision.grants:
        raise RefusedError(429, "error_limit")
    try:
        if receipt and not decision.grants and is_withdrawn(notice.site, receipt):
            return True  # script delivered it before and did not live to hear so
        if limited:
            count_decision(site=notice.site, notice=notice.number, action=decision.action)
        else:
            _keep_shown(get_consent(request), notice, shown)
            record_decision(decision, notice=notice, shown=shown, receipt=receipt)
    except DatabaseError:
        logger.exception("A decision (%s) could not be recorded.", decision.action)
        # Script makes a withdrawal hold by itself, keeps it, and delivers it once more.
        scripted = decision.action == "withdraw" and sent.by == "script"
        if decision.grants or scripted:
            raise RefusedError(503, "error_unavailable") from None
        return False
    return not limited


def _keep_shown(consent: Consent, notice: Notice, shown: Shown) -> None:
    """See that the presentation which the page names is stored, where it is the present one.

    Any other digest is recorded as it was sent, because that is what the page said.
    """
    if not shown.presentation or presentations.is_stored(shown.presentation):
        return
    if consent.notice is not None and consent.notice.digest == notice.digest:
        current = render_dialog(notice, shown.language)
        if current.digest == shown.presentation:
            presentations.keep([current])
            return
    logger.warning("A record names a presentation that is not stored: %s.", shown.presentation)

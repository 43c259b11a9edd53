"""For the tests of sites that use the app: clients that have already chosen."""

from __future__ import annotations

import time

from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from consent import notices
from consent.conf import conf
from consent.cookies import signed_value
from consent.core.decision import Choice, Decision, UnknownGrantError, decide
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, refusal
from consent.recording import Shown, new_receipt, record_decision

__all__ = ["forget", "grant", "refuse"]


def grant(client: Client, *keys: str) -> str:
    """Let a test client have granted ``category`` or ``category:service`` keys; return the receipt.

    The grant is recorded like a visitor's. Raise `ImproperlyConfigured` if no notice is published,
    `consent.core.decision.UnknownGrantError` for a key that the notice does not ask about, and
    `ValueError` without any key.
    """
    if not keys:
        raise ValueError("Name what is granted, such as grant(client, 'media').")
    notice = _notice()
    chosen = [key for key in notice.optional_keys if key.partition(":")[0] in keys]
    try:
        decision = decide(Choice("choose", "save", frozenset((*keys, *chosen))), notice, UNDECIDED)
    except UnknownGrantError as error:
        asked = ", ".join(notice.optional_keys) or "nothing"
        raise UnknownGrantError(
            f"{error}: notice {notice.number} asks about {asked}. Declare the rest in a fixture "
            "and publish it (docs/tagging.md)."
        ) from None
    receipt = new_receipt()
    _record(decision, notice, receipt)
    state = decision.state(notice, now=int(time.time()), receipt=receipt)
    client.cookies[conf.cookie_name] = ""
    value = signed_value(state, site=notice.site)
    client.cookies[conf.cookie_name].set(conf.cookie_name, value, value)
    return receipt


def refuse(client: Client) -> None:
    """Let a test client have refused everything optional."""
    notice = _notice()
    _record(decide(Choice("refuse", "refuse"), notice, UNDECIDED), notice, "")
    value = signed_value(refusal(notice.number, int(time.time())), site=notice.site)
    client.cookies[conf.cookie_name] = value


def forget(client: Client) -> None:
    """Let a test client be undecided again."""
    client.cookies.pop(conf.cookie_name, None)


def _notice() -> Notice:
    notice = notices.in_force(conf.site)
    if notice is None:
        raise ImproperlyConfigured(
            f"No notice is published for the site {conf.site!r}. Call the command consent_setup "
            "(or load your registry and call consent.publishing.publish) in a fixture first."
        )
    return notice


def _record(decision: Decision, notice: Notice, receipt: str) -> None:
    shown = Shown(language=notice.languages[0], presentation="", layer="preferences", by="form")
    record_decision(decision, notice=notice, shown=shown, receipt=receipt)

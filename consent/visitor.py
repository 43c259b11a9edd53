"""From a request to the visitor's state: what ``request.consent`` answers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from consent import dialog, notices
from consent.conf import conf
from consent.cookies import read_state
from consent.core import legacy
from consent.core.enforcement import CookiePlace, cookies_to_delete
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState, Validity, refusal
from consent.once import PARAMETER, is_valid_once


class Consent:
    """The visitor's state for one request, as templates and views see it.

    Whatever asks it makes the response depend on the visitor: it is then kept private.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._sent = dict(request.COOKIES)
        self.site = conf.site
        self.depends = False
        self.kept_private = False
        self.once = False
        self._gates = 0

    @cached_property
    def notice(self) -> Notice | None:
        """The notice in force, or None while nothing is published."""
        return notices.in_force(self.site, at_least=self.claimed_number)

    @cached_property
    def _claimed(self) -> ConsentState:
        return read_state(self._sent.get(conf.cookie_name, ""), site=self.site)

    @cached_property
    def claimed_number(self) -> int:
        """The number of the notice that a signed cookie names, else 0."""
        return self._claimed.notice if self._claimed.signed else 0

    @cached_property
    def held(self) -> ConsentState:
        """The state in force, read without making the response depend on it."""
        notice = self.notice
        if notice is None or not conf.is_enabled(self._request):
            return UNDECIDED
        validity = Validity(notice.number, notice.oldest_valid, conf.grant_days, conf.refusal_days)
        now = int(time.time())
        state = validity.in_force(self._claimed, now)
        if not state.is_decided and self._has_legacy_refusal(notice):
            return refusal(notice.number, now)
        return state

    def _has_legacy_refusal(self, notice: Notice) -> bool:
        sent = self._sent.get(conf.dcc_cookie_name, "")
        return bool(sent) and legacy.is_refusal(sent, notice, conf.dcc_decline)

    @property
    def state(self) -> ConsentState:
        """The state in force."""
        self.depend()
        return self.held

    @property
    def decided(self) -> bool:
        """Whether a decision is in force."""
        return self.state.is_decided

    @property
    def key(self) -> str:
        """A short text that differs where the state does; for ``{% cache %}`` fragments."""
        state = self.state
        key = ".".join(state.payload().split(".")[1:4:2]) if state.is_decided else "undecided"
        once = self._request.GET.get(PARAMETER)
        return f"{key}.{once}" if once else key

    def granted(self, category: str, service: str = "") -> bool:
        """Whether a category, or one of its services, may load for this visitor now.

        Unknown keys, unpublished services and pages in a language without texts are not granted.
        """
        self.depend()
        return self.allows(category, service)

    def allows(self, category: str, service: str = "") -> bool:
        """Answer as `granted`, without making the response depend on the state."""
        if self.language is None or self.notice is None:
            return False
        found = self.notice.category(category)
        if found is None or (service and found.service(service) is None):
            return False
        return found.required or self.held.answer(category, service) == "yes"

    @property
    def language(self) -> str | None:
        """The notice's language for this page, or None where it has no text."""
        return self.notice.language_for(get_language() or "") if self.notice else None

    def hold(self, state: ConsentState) -> None:
        """Put a state in force for the rest of the request: a decision was just taken."""
        self.held = state

    def depend(self) -> None:
        """Note that the response depends on the visitor, and keep it out of Django's cache."""
        self.depends = True
        self._request._cache_update_cache = False  # type: ignore[attr-defined]  # Django's own mark

    def allows_once(self, key: str, *, gate: str) -> bool:
        """Whether the request carries a valid one-minute link for this gate."""
        token = self._request.GET.get(PARAMETER, "")
        if not token or self.notice is None or not conf.is_enabled(self._request):
            return False
        self.depend()
        allowed = is_valid_once(token, path=self._request.path, key=key, gate=gate)
        self.once |= allowed
        return allowed

    def next_gate(self) -> str:
        """Return the id of the page's next gate."""
        self._gates += 1
        return f"consent-gate-{self._gates}"

    def dcc_notation(self) -> str | None:
        """Return the state in DCC's notation, or None where it must read undecided."""
        if conf.cacheable_pages or self.notice is None:
            return None
        self.depend()
        if not self.held.is_decided or self.language is None:
            return None
        return legacy.to_notation(self.notice, self.held.answers(self.notice), conf.dcc_decline)

    def stale_cookies(self) -> Iterable[CookiePlace]:
        """Return the places of cookies that the browser sends and that are not granted."""
        if not self._sent or self.notice is None:
            return ()
        return cookies_to_delete(self._sent, self.held, self.notice)

    def replacement(self) -> ConsentState | None:
        """Return the state that the server should write anew: an unsigned or legacy refusal."""
        return self.held if self.held.is_refusal and not self.held.signed else None

    def sent(self, name: str) -> bool:
        """Whether the browser sent a cookie of that name."""
        return name in self._sent


class VisitorCookies(dict[str, str]):
    """``request.COOKIES`` in which DCC's cookie tells the state in force.

    The notation is made when it is asked for, because asking makes the response private.
    """

    def __init__(self, cookies: dict[str, str], consent: Consent) -> None:
        super().__init__(cookies)
        self._consent = consent
        self._name = conf.dcc_cookie_name
        super().pop(self._name, None)

    def __getitem__(self, name: str) -> str:
        value: str | None = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """Return a cookie's value; DCC's is told from the state in force."""
        if name == self._name:
            notation = self._consent.dcc_notation()
            return default if notation is None else notation
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        if name == self._name:
            return self._consent.dcc_notation() is not None
        return super().__contains__(name)


def attach(request: HttpRequest) -> Consent:
    """Put ``request.consent`` and the truthful cookies in place; return the former."""
    consent = Consent(request)
    request.consent = consent  # type: ignore[attr-defined]  # ours
    request.COOKIES = VisitorCookies(request.COOKIES, consent)
    return consent


def status_of(notice: Notice, language: str, state: ConsentState) -> dict[str, str]:
    """Return what a state puts in force, in the words of a notice: message, since and receipt."""
    decided = datetime.fromtimestamp(state.decided, UTC) if state.is_decided else None
    return dialog.status_text(
        notice,
        language,
        granted=state.granted_keys(notice),
        decided_at=decided,
        receipt=state.receipt,
    )


def keep_private(response: HttpResponseBase, *, store: bool = True) -> None:
    """Keep a response that depends on the visitor from everybody else, and from a later visit."""
    store = store and "no-store" not in response.get("Cache-Control", "")
    for header in ("ETag", "Last-Modified", "Expires"):
        if response.has_header(header):
            del response[header]
    response["Cache-Control"] = "private, no-cache" if store else "private, no-store"
    patch_vary_headers(response, ("Cookie", "Sec-GPC"))

"""From a request to the visitor's state: what ``request.consent`` answers."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import lru_cache

from django.http import HttpRequest
from django.utils.functional import cached_property

from consent import notices
from consent.active import ActiveLanguage
from consent.conf import conf
from consent.cookies import read_state, sent_values
from consent.core import legacy, policy
from consent.core.decision import refused_by_signal
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState, Validity, newest, refusal
from consent.dialog import Dialog, dialog_in, render_dialog
from consent.jar import VisitorCookies
from consent.once import PARAMETER, is_valid_once, names_once, page_address
from consent.pieces import Piece
from consent.rendering import Filled, is_mounted

_validity = lru_cache(maxsize=64)(Validity)


class Consent:
    """The visitor's state for one request, as templates and views see it.

    Whatever asks it makes the response depend on the visitor: it is then kept private.
    """

    depends = kept_private = decides = False
    may_be_stored = True  # by the visitor's own browser
    has_form = False
    """Whether the page holds the banner, and with it the form of the placeholders' buttons."""
    once_gate, _gates = "", 0

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._sent = request.COOKIES
        self.site = conf.site
        self.is_cacheable = conf.cacheable_pages
        self._active = ActiveLanguage()
        self._languages: dict[str, str | None] = {}
        self._dialogs: dict[str, Dialog | None] = {}
        self._nearest: dict[str, Dialog] = {}
        self.presented: list[Dialog] = []
        self.pieces: list[Piece] = []

    @cached_property
    def notice(self) -> Notice | None:
        """The notice in force, or None while nothing is published."""
        return notices.in_force(self.site, at_least=self.claimed_number)

    async def aload(self) -> None:
        """Have the notice in force at hand, so that nothing later queries in the event loop."""
        if "notice" not in vars(self):
            self.notice = await notices.ain_force(self.site, at_least=self.claimed_number)

    @cached_property
    def _values(self) -> tuple[str, ...]:
        return sent_values(self._request)

    @cached_property
    def _claimed(self) -> list[ConsentState]:
        return [read_state(value, site=self.site) for value in self._values]

    @cached_property
    def claimed_number(self) -> int:
        """The highest number of a notice that a signed cookie names, else 0."""
        return max([state.notice for state in self._claimed if state.signed], default=0)

    @cached_property
    def held(self) -> ConsentState:
        """The state in force, read without making the response depend on it."""
        notice = self.notice
        if notice is None or not self.enabled:
            return UNDECIDED
        validity = _validity(notice.number, notice.oldest_valid, conf.grant_days, conf.refusal_days)
        now = int(time.time())
        state = newest([validity.in_force(state, now) for state in self._claimed])
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
    def signal(self) -> bool:
        """Whether the browser sends Global Privacy Control: ``Sec-GPC``, exactly ``1``."""
        self.depend()
        return bool(self._request.META.get("HTTP_SEC_GPC") == "1")

    @property
    def refused_by_signal(self) -> tuple[str, ...]:
        """The optional categories of the notice in force that the browser's signal refuses.

        A grant in force outlasts it: ask `granted` for what may load.
        """
        if not self.signal or self.notice is None:
            return ()
        return refused_by_signal(self.notice, conf.gpc_categories)

    @property
    def key(self) -> str:
        """A short text that differs where gates do; for ``{% cache %}`` fragments."""
        state = self.state
        key = ".".join(state.payload().split(".")[1:4:2]) if state.is_decided else "undecided"
        signal = "signal" if self.refused_by_signal else ""
        form = "form" if self.has_form else ""
        return ".".join(filter(None, (key, signal, form, self._request.GET.get(PARAMETER))))

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

    def csp(self, directive: str) -> tuple[str, ...]:
        """Return the hosts that a directive of the page's policy may list for this visitor now.

        Frames get every declared host, and so does everything on cacheable pages; anything else
        the hosts of what is granted or exempt. Raise ValueError for an unknown directive.
        """
        policy.check_directive(directive)
        is_same_for_all = self.is_cacheable or directive in policy.FRAMES
        if not is_same_for_all:
            self.depend()
        if self.notice is None:
            return ()
        held = self.held if self.language else UNDECIDED
        return policy.sources(self.notice, None if is_same_for_all else held, directive)

    @property
    def language(self) -> str | None:
        """The notice's language for this page; None where it has no text, or no choice is taken."""
        if self.notice is None:
            return None
        tag = self._active.tag()
        if tag not in self._languages:
            self._languages[tag] = self.notice.language_for(tag) if is_mounted() else None
        return self._languages[tag]

    @property
    def dialog(self) -> Dialog | None:
        """What this page shows; None where the notice has no text in its language."""
        tag = self._active.tag()
        if tag not in self._dialogs:
            notice = self.notice if is_mounted() else None
            shown = self._dialogs[tag] = dialog_in(notice, tag) if notice else None
            if shown:
                self.presented.append(shown)
        return self._dialogs[tag]

    @property
    def nearest(self) -> Dialog | None:
        """What this page shows or, in a language without texts, what it leads to; None unpublished.

        Nobody is asked there, but whoever allowed something elsewhere must find the way back.
        """
        if (shown := self.dialog) is not None or self.notice is None or not is_mounted():
            return shown
        tag = self._active.tag()
        if tag not in self._nearest:
            language = self.notice.nearest_language(tag)
            self._nearest[tag] = render_dialog(self.notice, language)
            self.presented.append(self._nearest[tag])
        return self._nearest[tag]

    @property
    def shown(self) -> Dialog | None:
        """What the page's tags showed; after none, or several languages, the active one's."""
        return next(iter(self._dialogs.values())) if len(self._dialogs) == 1 else self.dialog

    @property
    def has_text(self) -> bool:
        """Whether anything is `shown`; a page without tags renders nothing for the answer."""
        return (self.shown if self._dialogs else self.language) is not None

    @cached_property
    def enabled(self) -> bool:
        """Whether DCC's switch is on for this request; off grants nothing and asks nobody."""
        return conf.is_enabled(self._request)

    @cached_property
    def address(self) -> str:
        """The page's own address, without a one-minute link."""
        return page_address(self._request)

    def hold(self, state: ConsentState) -> None:
        """Put a state in force for the rest of the request: a decision was just taken."""
        self.held = state
        self.decides = True

    def depend(self) -> None:
        """Note that the response depends on the visitor, and keep it out of Django's cache."""
        self.depends = True
        self._request._cache_update_cache = False  # type: ignore[attr-defined]  # Django's own mark

    @cached_property
    def _once(self) -> str:
        return self._request.GET.get(PARAMETER, "") if names_once(self._request) else ""

    def allows_once(self, key: str, *, gate: str) -> bool:
        """Whether the request carries a valid one-minute link for this gate."""
        if not self._once or self.notice is None or not self.enabled:
            return False
        self.depend()
        allowed = is_valid_once(self._once, path=self._request.path, key=key, gate=gate)
        self.once_gate = gate if allowed else self.once_gate
        return allowed

    def vouch(self, filled: Filled) -> str:
        """Note what a tag puts into the page, to be known there; return its markup."""
        self.pieces.append(filled.piece)
        return filled.html

    def next_gate(self) -> str:
        """Return the id of the page's next gate."""
        self._gates += 1
        return f"consent-gate-{self._gates}"

    def dcc_notation(self) -> str | None:
        """Return the state in DCC's notation, or None where it must read undecided."""
        if self.is_cacheable or self.notice is None:
            return None
        self.depend()
        if not self.held.is_decided or self.language is None:
            return None
        return legacy.to_notation(self.notice, self.held.answers(self.notice), conf.dcc_decline)

    def replacement(self) -> ConsentState | None:
        """Return the state that the server should write anew: an unsigned or legacy refusal.

        So is what holds where several cookies came under its name.
        """
        if self.held.is_refusal and not self.held.signed:
            return refusal(self.held.notice, min(self.held.decided, int(time.time())))
        return self.held if self.held.is_decided and self.has_twins else None

    @property
    def has_twins(self) -> bool:
        """Whether the cookie came from several places, as after a change of its domain."""
        return len(self._values) > 1 and self.notice is not None and self.enabled

    @property
    def sent(self) -> Collection[str]:
        """The names of the cookies that the browser sent."""
        return self._sent.keys()


def attach(request: HttpRequest) -> Consent:
    """Put ``request.consent`` and the truthful cookies in place; return the former."""
    consent = Consent(request)
    request.consent = consent  # type: ignore[attr-defined]  # ours
    request.COOKIES = VisitorCookies(request.COOKIES, conf.dcc_cookie_name, consent.dcc_notation)
    return consent

"""Two middlewares, because one cannot stand both outside and inside the caches.

`ConsentMiddleware` comes first of all; `ContentMiddleware` inside cache, GZip and ConditionalGet.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase

from consent import presentations
from consent.bases import GetResponse, Middleware
from consent.caching import is_private, keep_private
from consent.conf import conf
from consent.content import clean
from consent.cookiegate import has_stale_cookies, hold_back, stale_cookies
from consent.cookies import delete_in_turn, delete_state_cookies, room_left, set_state_cookie
from consent.core.places import CookiePlace
from consent.visitor import Consent, attach


class ConsentMiddleware(Middleware):
    """Put the visitor's state into ``request.consent``; keep cookies to it on the way out."""

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        if not self.is_async:  # else Django would run it in a thread, for every request
            self.process_view = _prepare

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        consent = attach(request)
        response = cast(HttpResponseBase, self.get_response(request))
        presentations.keep(consent.presented)
        return _carry(consent, request, response)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        consent = attach(request)
        await consent.aload()
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        if presentations.is_due(consent.presented):
            await sync_to_async(presentations.keep)(consent.presented)
        return _carry(consent, request, response)


class ContentMiddleware(Middleware):
    """Make inert what is not granted, and keep pages that depend on the visitor to the visitor.

    Cookies that are not granted go here already, so that no cache keeps them for somebody else.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        return _contain(request, cast(HttpResponseBase, self.get_response(request)))

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        if (consent := _attached(request)) is not None:
            # The first middleware runs in a thread where another between the two knows no async.
            await consent.aload()
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        return _contain(request, response)


def _prepare(request: HttpRequest, view: Callable[..., object], *_called: object) -> None:
    """Have the notice at hand where a synchronous server runs an asynchronous view.

    Such a view has an event loop of its own, in which nothing may query.
    """
    if iscoroutinefunction(view) and (consent := _attached(request)) is not None:
        _ = consent.notice


def _attached(request: HttpRequest) -> Consent | None:
    consent: Consent | None = getattr(request, "consent", None)
    return consent


def _contain(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if (consent := _attached(request)) is not None:
        clean(consent, request, response)
        hold_back(consent, response, undeclared=False)
        _protect(consent, response)
    return response


def _protect(consent: Consent, response: HttpResponseBase) -> None:
    if consent.depends and not consent.kept_private:
        keep_private(response, store=consent.may_be_stored and not consent.once_gate)
        consent.kept_private = True


def _carry(consent: Consent, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    hold_back(consent, response, undeclared=True)
    _protect(consent, response)
    private = is_private(response)
    if private:
        _renew(consent, request, response)
    if leaving := [*_leaving(consent, request, response, private=private)]:
        delete_in_turn(response, leaving, room=room_left(response))
    return response


def _leaving(
    consent: Consent, request: HttpRequest, response: HttpResponseBase, *, private: bool
) -> Iterator[CookiePlace]:
    """Yield the cookies that must go: an older banner's, DCC's, and those not granted."""
    if conf.legacy_cookies and _is_page(response) and (private or not consent.is_cacheable):
        for name in conf.legacy_cookies:
            if name in consent.sent:
                yield CookiePlace(name, "/", "")
    if private:
        if conf.dcc_cookie_name in consent.sent:
            yield CookiePlace(conf.dcc_cookie_name, "/", conf.dcc_cookie_domain or "")
        if has_stale_cookies(consent):
            yield from stale_cookies(consent, request)


def _is_page(response: HttpResponseBase) -> bool:
    return response.get("Content-Type", "").startswith("text/html")


def _renew(consent: Consent, request: HttpRequest, response: HttpResponseBase) -> None:
    """Sign a refusal that script wrote, unless a choice was just made.

    Of several cookies under our name the one that holds stays.
    """
    if conf.cookie_name not in response.cookies:
        if state := consent.replacement():
            set_state_cookie(response, state, request=request)
        elif consent.has_twins:
            delete_state_cookies(response, request=request)

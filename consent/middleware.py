"""Two middlewares, because one cannot stand both outside and inside the caches.

`ConsentMiddleware` comes first of all; `ContentMiddleware` inside cache, GZip and ConditionalGet.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from consent import notices
from consent.conf import conf
from consent.cookies import delete_cookies, set_state_cookie
from consent.core.enforcement import CookiePlace
from consent.visitor import Consent, attach, keep_private

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class _Middleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(cast(Callable[..., object], self))


class ConsentMiddleware(_Middleware):
    """Put the visitor's state into ``request.consent``; keep cookies to it on the way out."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        consent = attach(request)
        return _carry(consent, request, cast(HttpResponseBase, self.get_response(request)))

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        consent = attach(request)
        consent.notice = await notices.ain_force(consent.site, at_least=consent.claimed_number)
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        return _carry(consent, request, response)


class ContentMiddleware(_Middleware):
    """Keep a page that depends on the visitor's state out of every cache but the visitor's."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.is_async:
            return self._acall(request)
        return _protect(request, cast(HttpResponseBase, self.get_response(request)))

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        response = await cast(Awaitable[HttpResponseBase], self.get_response(request))
        return _protect(request, response)


def _protect(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    consent: Consent | None = getattr(request, "consent", None)
    if consent is not None and consent.depends and not consent.kept_private:
        keep_private(response, store=not consent.once)
        consent.kept_private = True
    return response


def _carry(consent: Consent, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    _protect(request, response)
    if response.get("Content-Type", "").startswith("text/html"):
        legacy = [name for name in conf.legacy_cookies if consent.sent(name)]
        delete_cookies(response, (CookiePlace(name, "/", "") for name in legacy))
    if consent.depends:
        _renew(consent, request, response)
        delete_cookies(response, consent.stale_cookies())
    return response


def _renew(consent: Consent, request: HttpRequest, response: HttpResponseBase) -> None:
    """Sign a refusal that script wrote, and clear DCC's cookie, unless a choice was just made."""
    if (refusal := consent.replacement()) and conf.cookie_name not in response.cookies:
        set_state_cookie(response, refusal, request=request)
    if consent.sent(conf.dcc_cookie_name):
        place = CookiePlace(conf.dcc_cookie_name, "/", conf.dcc_cookie_domain or "")
        delete_cookies(response, [place])

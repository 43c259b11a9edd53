"""The clinic's page as it was: cookies, video, analytics and pixel at once, and a banner after.

It is answered outside the app's middlewares, because it shows the site before it had them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import sync_and_async_middleware

OLD_PAGE = re.compile(r"^/(?:(?P<language>en|es)/)?before/$")
YEAR = 365 * 24 * 60 * 60

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def old_site_middleware(get_response: GetResponse) -> GetResponse:
    """Answer the old page's addresses; pass everything else on."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            return old_page(request) or await cast(
                Awaitable[HttpResponseBase], get_response(request)
            )

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return old_page(request) or get_response(request)

    return answer


def old_page(request: HttpRequest) -> HttpResponse | None:
    """Return the old page in the address's language, else in the browser's, or None elsewhere."""
    old = OLD_PAGE.match(request.path)
    if old is None:
        return None
    language = old["language"] or translation.get_language_from_request(request)
    with translation.override(language):
        response = render(request, "site/before.html")
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Cookie"
    _set_cookies(request, response)
    return response


def _set_cookies(request: HttpRequest, response: HttpResponse) -> None:
    """Set what nobody has been asked about."""
    if "aviso_visto" not in request.COOKIES:
        response.set_cookie("aviso_visto", "1", max_age=YEAR)
    if "_visits" not in request.COOKIES:
        response.set_cookie("_visits", secrets.token_hex(8), max_age=YEAR)

"""Cookies on their way out, and those that must go: only what is exempt or granted stays.

A cookie goes out as an entry of ``response.cookies`` or as a header written by hand; both are
judged here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase

from consent import sightings
from consent.conf import conf
from consent.core.enforcement import (
    any_declined,
    cookies_out_of_sight,
    cookies_to_delete,
    is_exempt,
    verdict_on,
)
from consent.core.places import CookiePlace, path_in_address
from consent.core.setcookie import cookie_name, is_deletion
from consent.visitor import Consent

HEADER = "Set-Cookie"


def hold_back(consent: Consent, response: HttpResponseBase, *, undeclared: bool) -> None:
    """Take out of a response what the visitor has not granted.

    A granted cookie makes the response depend on the visitor. ``undeclared`` says whether cookies
    that no notice declares are judged here too: the outermost middleware alone does.
    """
    if response.cookies:
        for key, morsel in list(response.cookies.items()):
            if not _may_go(consent, morsel.key, morsel.OutputString, undeclared=undeclared):
                del response.cookies[key]
    line = response.headers.get(HEADER)
    if line and not _may_go(consent, cookie_name(line), lambda: line, undeclared=undeclared):
        del response.headers[HEADER]


def _may_go(consent: Consent, name: str, line: Callable[[], str], *, undeclared: bool) -> bool:
    if name == conf.cookie_name or is_exempt(name, consent.notice):
        return True
    if is_deletion(line(), now=time.time()):
        return True
    verdict = verdict_on(name, consent.held, consent.notice)
    if verdict == "undeclared":
        return not undeclared or _pass_undeclared(consent, name)
    if verdict == "granted":
        consent.depend()
    return verdict == "granted"


def _pass_undeclared(consent: Consent, name: str) -> bool:
    if consent.notice is None and name in conf.framework_cookies:
        return True  # else nobody could sign in to publish the first notice
    sightings.note("cookie", name)
    return conf.undeclared_cookies != "block"


def has_stale_cookies(consent: Consent) -> bool:
    """Whether there may be cookies that must go."""
    if consent.notice is None:
        return False
    return consent.decides or any_declined(consent.sent, consent.held, consent.notice)


def stale_cookies(consent: Consent, request: HttpRequest) -> Iterator[CookiePlace]:
    """Yield the places of cookies that are not granted and must go, the surest first.

    They are those that the browser sends, and where a decision was just taken also those that it
    sends to other paths only: on cacheable pages no other response can delete these.
    """
    if consent.notice is None:
        return
    path = path_in_address(request.path)
    if consent.decides:
        yield from cookies_out_of_sight(consent.held, consent.notice, path)
        path = "/"  # no page's script runs at the decision's address
    if not any_declined(consent.sent, consent.held, consent.notice):
        return
    secure = request.is_secure()
    for place in cookies_to_delete(
        consent.sent, consent.held, consent.notice, host=_host(request), path=path
    ):
        if secure or not place.partitioned:
            yield place


def _host(request: HttpRequest) -> str:
    """Return the host as the browser has it; nothing that it could not have asked for."""
    try:
        return request.get_host()
    except DisallowedHost:
        return ""

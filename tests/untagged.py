"""Pages whose markup nobody tagged, as editors paste it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import include, path
from django.utils.translation import override
from django.views.decorators.cache import cache_page

from tests.pages import rendered

FRAME = '<iframe src="https://player.example/film"></iframe>'
SCRIPT = '<script src="https://cdn.stats.example/s.js"></script>'
IMAGE = '<img src="https://player.example/still.png" alt="Still">'
PATTERN = "<script>window._stats = []; _stats.push('visit')</script>"
UNKNOWN = '<img src="https://unheard.example/1.gif">'
PLAIN = '<p>Plain</p><a href="https://player.example/">A link loads nothing</a><img src="/a.png">'
BODY: dict[str, Any] = {"html": FRAME}
"""What the pages hold; a test puts its own markup here."""


def page(request: HttpRequest) -> HttpResponse:
    """Show the dialog and what the test put there."""
    html = rendered(request, "{% consent_head %}{% consent_banner %}") + BODY["html"]
    return HttpResponse(html, **BODY.get("response", {}))


def tagged(request: HttpRequest) -> HttpResponse:
    """Show what the test put there as a template, between the dialog and its link."""
    source = "{% consent_head %}{% consent_banner %}" + BODY["html"] + "{% consent_link %}"
    return HttpResponse(rendered(request, source), **BODY.get("response", {}))


def foreign(request: HttpRequest) -> HttpResponse:
    """Show the same in Catalan, whatever language is active before and after."""
    with override("ca"):
        return page(request)


def bare(request: HttpRequest) -> HttpResponse:
    """Show what the test put there alone, with validators that know no visitor."""
    response = HttpResponse(BODY["html"], **BODY.get("response", {}))
    response["ETag"] = '"bare"'
    for name, value in BODY.get("headers", {}).items():
        response[name] = value
    return response


def stream(request: HttpRequest) -> HttpResponseBase:
    """Send the same a few bytes at a time."""
    html = BODY["html"].encode()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(html), 7):
            yield html[start : start + 7]

    return StreamingHttpResponse(pieces())


async def astream(request: HttpRequest) -> HttpResponseBase:
    """Send the same from an asynchronous view."""
    html = BODY["html"].encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(html), 7):
            yield html[start : start + 7]

    return StreamingHttpResponse(pieces())


urlpatterns = [
    path("page/", page),
    path("tagged/", tagged),
    path("foreign/", foreign),
    path("bare/", bare),
    path("cached/", cache_page(60)(bare)),
    path("exempt/bare/", bare),
    path("stream/", stream),
    path("astream/", astream),
    path("privacy/", include("consent.urls")),
]

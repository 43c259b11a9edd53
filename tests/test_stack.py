"""A site with the usual middlewares behaves as before, except for what is refused.

The same requests are served with and without ours, by WSGI and by ASGI, as bytes leave Django.
"""

from __future__ import annotations

import gc
import gzip
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.contrib import messages
from django.core.cache import cache
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.urls import include, path
from django.utils.translation import get_language
from django.views.decorators.cache import cache_page, never_cache

from tests.conftest import Publish
from tests.core.notices import category, tracker
from tests.visiting import awaited, worded

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]

USUAL = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
]
OURS = [
    "consent.middleware.ConsentMiddleware",
    *USUAL,
    "consent.middleware.ContentMiddleware",
]
EXEMPT = ("sessionid", "csrftoken", "messages", "django_language")


class Answer(NamedTuple):
    """A response as a server sends it, its cookies apart."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


def page(request: HttpRequest) -> HttpResponse:
    """Say which language it is, at some length."""
    return HttpResponse(f"<p>{get_language()}</p>" + "<p>long</p>" * 100)


async def apage(request: HttpRequest) -> HttpResponse:
    """Say the same, asynchronously."""
    return page(request)


def form(request: HttpRequest) -> HttpResponse:
    """Show a form that only this visitor may send."""
    return HttpResponse(f"<form>{len(get_token(request))}</form>")


@never_cache
def visit(request: HttpRequest) -> HttpResponse:
    """Count the visits of a session, and leave a message."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    shown = [str(message) for message in messages.get_messages(request)]
    messages.info(request, f"seen {request.session['visits']}")
    return HttpResponse(f"{request.session['visits']} {shown}")


def counting(request: HttpRequest) -> HttpResponse:
    """Set a cookie that counts visits, and one that the session needs."""
    request.session["counted"] = True
    response = page(request)
    response.set_cookie("_visits", "1", max_age=3600)
    return response


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Stream."""
    return StreamingHttpResponse(["<p>a</p>"] * 300)


def failing(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError


urlpatterns = [
    path("page/", page),
    path("apage/", apage),
    path("form/", form),
    path("visit/", visit),
    path("counting/", counting),
    path("cached/", cache_page(60)(page)),
    path("stream/", stream),
    path("fail/", failing),
    path("i18n/", include("django.conf.urls.i18n")),
]


@pytest.fixture(autouse=True)
def site(settings: Any, publish: Publish, tmp_path: Path) -> None:
    """Serve a site that has declared what it uses, with a static file."""
    (tmp_path / "robots.txt").write_text("User-agent: *\n", "utf-8")
    settings.WHITENOISE_ROOT = tmp_path
    settings.STATIC_ROOT = None
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
    exempt = [tracker(name, criterion="B") for name in EXEMPT]
    publish(
        worded(
            category("necessary", required=True, trackers=exempt),
            category("statistics", trackers=[tracker("_visits")]),
        )
    )


class Browser:
    """Sends requests to a whole project, by one kind of server, and keeps the cookies."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}

    def ask(self, address: str, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to one request."""
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers = {**headers, "cookie": "; ".join(pairs)}
        serve = _by_wsgi if self.server == "wsgi" else _by_asgi
        status, lines, body = serve(address, method, headers)
        return self._answer(status, lines, body)

    def _answer(self, status: int, lines: list[tuple[str, str]], body: bytes) -> Answer:
        cookies: dict[str, str] = {}
        for name, value in lines:
            if name.lower() == "set-cookie":
                (morsel,) = SimpleCookie(value).values()
                self.cookies[morsel.key] = morsel.coded_value
                # Values are random, and so is the moment; the rest must be as it was.
                shown = re.sub(r"^[^;]*|(?<=expires=)[^;]*", "", value.strip())
                cookies[morsel.key] = f"{bool(morsel.value)}{shown}"
        headers = {n.lower(): v for n, v in lines if n.lower() != "set-cookie"}
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
            headers.pop("content-length", None)  # gzip pads by chance
        return Answer(status, headers, cookies, body)


def _by_wsgi(
    address: str, method: str, headers: dict[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    started: list[Any] = []
    environ = RequestFactory().generic(method, address, headers=headers).environ
    response = WSGIHandler()(environ, lambda status, lines: started.extend((status, lines)))
    body = b"".join(response)
    response.close()
    return int(started[0].split()[0]), started[1], body


def _by_asgi(
    address: str, method: str, headers: dict[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    sent: list[Any] = []
    location, _mark, query = address.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": location,
        "query_string": query.encode(),
        "headers": [
            (b"host", b"testserver"),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
    }

    async def send(message: Any) -> None:
        sent.append(message)

    async def serve() -> None:
        handler = ASGIHandler()
        request = ASGIRequest(scope, BytesIO())
        response: HttpResponseBase = await handler.get_response_async(request)
        await handler.send_response(response, send)

    awaited(serve())
    lines = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"]
    ]
    return sent[0]["status"], lines, b"".join(message.get("body", b"") for message in sent[1:])


def visited(server: str) -> Iterator[tuple[str, Answer]]:
    """Yield what a visitor gets on the way through the site, twice everything that is cached."""
    browser = Browser(server)
    for _ in range(2):
        yield "page", browser.ask("/page/", **{"accept-encoding": "gzip"})
        yield "spanish", browser.ask("/page/", **{"accept-language": "es"})
        yield "asynchronous", browser.ask("/apage/", **{"accept-encoding": "gzip"})
        yield "cached", browser.ask("/cached/")
        yield "form", browser.ask("/form/")
        yield "forged form", browser.ask("/form/", "POST")
        yield "session and messages", browser.ask("/visit/")
        yield "stream", browser.ask("/stream/", **{"accept-encoding": "gzip"})
        yield "static file", browser.ask("/robots.txt")
        yield "head", browser.ask("/page/", "HEAD")
        yield "slash", browser.ask("/page")
        yield "not found", browser.ask("/nowhere/")
        yield "failure", browser.ask("/fail/")
    etag = Browser(server).ask("/apage/").headers["etag"]
    yield "not modified", Browser(server).ask("/apage/", **{"if-none-match": etag})


def served(server: str, middleware: list[str], settings: Any) -> list[tuple[str, Answer]]:
    settings.MIDDLEWARE = middleware
    cache.clear()
    return list(visited(server))


# Under ASGI, with and without ours: a stream is not asynchronous, WhiteNoise's file stays open.
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO")
@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_a_site_behaves_as_before(
    server: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 4.10: status, headers, cookies and body, whatever the middlewares do."""
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    before = served(server, USUAL, settings)
    after = served(server, OURS, settings)
    for (name, answered), (_same, answers) in zip(before, after, strict=True):
        if name == "stream":  # what is still to come may depend on the visitor
            assert answers.headers.pop("cache-control") == "private, no-cache"
            answers.headers["vary"] = answers.headers["vary"].removeprefix("Cookie, Sec-GPC, ")
        assert answers == answered, name
    kinds = dict(after)
    assert {name: answer.status for name, answer in kinds.items() if answer.status != 200} == {
        "forged form": 403, "slash": 301, "not found": 404, "failure": 500, "not modified": 304,
    }  # fmt: skip
    assert b"<p>es</p>" in kinds["spanish"].body
    assert b"User-agent" in kinds["static file"].body
    assert kinds["session and messages"].body == b"2 ['seen 1']"
    assert set(kinds["session and messages"].cookies) == {"sessionid", "messages"}
    assert kinds["page"].headers["content-encoding"] == "gzip"
    gc.collect()  # that a file stays open is said here, and not in whichever test comes next


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_only_what_is_refused_is_missing(server: str, settings: Any) -> None:
    """B1, DESIGN 4.10: the rest of such a response is as it was."""
    answers = []
    for middleware in (USUAL, OURS):
        settings.MIDDLEWARE = middleware
        cache.clear()
        answers.append(Browser(server).ask("/counting/"))
    before, after = answers
    assert set(before.cookies) == {"sessionid", "_visits"}
    assert after.cookies == {"sessionid": before.cookies["sessionid"]}
    drop = ("expires", "last-modified", "date")
    assert {n: v for n, v in after.headers.items() if n not in drop} == {
        n: v for n, v in before.headers.items() if n not in drop
    }
    assert after.body == before.body

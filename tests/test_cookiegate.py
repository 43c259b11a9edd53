"""No cookie goes out that is neither exempt nor granted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.test import RequestFactory, override_settings
from django.urls import path
from pytest_django import DjangoAssertNumQueries

import consent
from consent import notices
from consent.core.notice import Notice
from consent.middleware import ConsentMiddleware, ContentMiddleware
from consent.testing import grant, refuse
from tests import pages
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.visiting import NAME, Visitor, awaited, set_cookies, worded

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

ENTRY = "entry"
HEADER = "header"
STACK = [
    "consent.middleware.ConsentMiddleware",
    "tests.test_cookiegate.inner",
    "consent.middleware.ContentMiddleware",
]
SITE_CACHE = [
    "consent.middleware.ConsentMiddleware",
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
    "consent.middleware.ContentMiddleware",
]


def put(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set the cookies that the query names, as entries or as a header."""
    for name in request.GET.getlist(ENTRY):
        response.set_cookie(name, "1")
    if header := request.GET.get(HEADER):
        response["Set-Cookie"] = header
    return response


def setting(request: HttpRequest) -> HttpResponseBase:
    """Set cookies on a page that asks nothing."""
    response = HttpResponse("<p>set</p>")
    response["Cache-Control"] = "public, max-age=600"
    response["ETag"] = '"set"'
    return put(request, response)


async def asetting(request: HttpRequest) -> HttpResponseBase:
    """Set cookies, asynchronously."""
    return setting(request)


def streaming(request: HttpRequest) -> HttpResponseBase:
    """Set cookies on a stream."""
    return put(request, StreamingHttpResponse(["a", "b"]))


def redirecting(request: HttpRequest) -> HttpResponseBase:
    """Set cookies on the way elsewhere."""
    return put(request, HttpResponseRedirect("/elsewhere/"))


def failing(request: HttpRequest) -> HttpResponseBase:
    """Fail."""
    raise RuntimeError


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Set cookies on the page for what is not there."""
    return put(request, HttpResponse(status=404))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Set cookies on the page for what went wrong."""
    return put(request, HttpResponse(status=500))


def deleting(request: HttpRequest) -> HttpResponseBase:
    """Delete cookies, and set one again under the other's eyes."""
    response = HttpResponse()
    for name in ("player", "unknown", "cookie_consent"):
        response.delete_cookie(name)
    response["Set-Cookie"] = "_ga_1=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    return response


handler404, handler500 = not_found, server_error
urlpatterns = [
    path("set/", setting),
    path("async/", asetting),
    path("stream/", streaming),
    path("redirect/", redirecting),
    path("fail/", failing),
    path("delete/", deleting),
    *pages.urlpatterns,
]


def inner(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """Set the cookies that the query asks a middleware for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name in request.GET.getlist("middleware"):
            response.set_cookie(name, "1")
        return response

    return middleware


@pytest.fixture(autouse=True)
def stack(settings: Any) -> None:
    """Serve under ours and one that sets cookies between them."""
    settings.MIDDLEWARE = STACK


@pytest.fixture(autouse=True)
def declared(publish: Publish) -> Notice:
    """Put a notice into force with one exempt cookie, a pattern, and two services."""
    return publish(
        worded(
            category("necessary", required=True, trackers=[tracker("sessionid", criterion="B")]),
            category("statistics", trackers=[tracker("_ga_*")]),
            category(
                "media",
                service("video", trackers=[tracker("player")]),
                service("maps", trackers=[tracker("map_id")]),
            ),
        )
    )


def out(visitor: Visitor, address: str, **query: Any) -> set[str]:
    """Return the names that a response sets, as entries or as a header."""
    response = visitor.get(address, query)
    header = response.headers.get("Set-Cookie", "").partition("=")[0]
    return set_cookies(response) | ({header} if header else set())


EVERYWHERE = ["/set/", "/async/", "/stream/", "/redirect/", "/fail/", "/nowhere/"]


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("how", [ENTRY, HEADER, "middleware"])
def test_declined_cookie_is_stripped(address: str, how: str) -> None:
    """B1: wherever it is set, for the undecided and for those who refuse or grant another."""
    refusing, other = Visitor(), Visitor()
    refuse(refusing)
    grant(other, "statistics", "media:maps")
    for visitor in (Visitor(), refusing, other):
        visitor.raise_request_exception = False
        value = "player=1; Path=/" if how == HEADER else ["sessionid", "player"]
        kept = set() if how == HEADER else {"sessionid"}
        assert out(visitor, address, **{how: value}) == kept


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("how", [ENTRY, HEADER, "middleware"])
def test_granted_cookie_goes_out(address: str, how: str) -> None:
    """W2."""
    visitor = Visitor(raise_request_exception=False)
    grant(visitor, "media:video", "statistics")
    for name in ("player", "_ga_AB1"):
        value = f"{name}=1; Path=/" if how == HEADER else [name]
        assert out(visitor, address, **{how: value}) == {name}
    assert out(visitor, address, entry=["map_id"]) == set()


@override_settings(COOKIE_CONSENT_ENABLED=False)
def test_nothing_optional_goes_out_while_asking_is_switched_off() -> None:
    """B7."""
    visitor = Visitor()
    grant(visitor, "media")
    assert out(visitor, "/set/", entry=["player", "sessionid"]) == {"sessionid"}


def test_a_forged_choice_lets_nothing_out(visitor: Visitor) -> None:
    """B7."""
    visitor.carry("v1.1.t00000.media.00000000000000000000000000." + "a" * 43)
    assert out(visitor, "/set/", entry=["player"]) == set()


def test_the_cookie_of_the_choice_itself_goes_out(visitor: Visitor) -> None:
    """P8: although this notice does not declare it."""
    assert NAME in set_cookies(visitor.choose("refuse"))


@override_settings(CONSENT_UNDECLARED_COOKIES="block")
def test_deletions_go_out_whoevers_they_are(visitor: Visitor) -> None:
    """W3."""
    response = visitor.get("/delete/")
    assert set_cookies(response) == {"player", "unknown", "cookie_consent"}
    assert response["Set-Cookie"].startswith("_ga_1=")


# Caches


def test_a_page_with_a_granted_cookie_is_its_visitors_alone(visitor: Visitor) -> None:
    """B8: no shared cache may hand it on."""
    grant(visitor, "media")
    for how in (ENTRY, HEADER, "middleware"):
        response = visitor.get("/set/", {how: "player=1" if how == HEADER else "player"})
        assert response["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Sec-GPC"} <= {part.strip() for part in response["Vary"].split(",")}
        assert "ETag" not in response


@pytest.mark.parametrize("name", ["player", "sessionid", "unknown"])
def test_a_page_whose_cookie_was_dropped_or_needs_no_consent_is_as_public_as_before(
    visitor: Visitor, name: str
) -> None:
    """DESIGN 4.10."""
    response = visitor.get("/set/", {ENTRY: name})
    assert response["Cache-Control"] == "public, max-age=600"
    assert "Vary" not in response
    assert response["ETag"] == '"set"'


@override_settings(MIDDLEWARE=SITE_CACHE)
def test_no_cache_hands_one_visitors_cookie_to_another() -> None:
    """B8: neither a granted one nor one that was held back."""
    granting, second = Visitor(), Visitor()
    grant(granting, "media")
    grant(second, "media")
    query = f"/set/?{ENTRY}=player"
    assert set_cookies(granting.get(query)) == {"player"}
    assert set_cookies(Visitor().get(query)) == set()
    response = second.get(query)
    assert set_cookies(response) == set(), "the undecided visitor's page, from the cache"
    assert response["Cache-Control"] == "public, max-age=600"


# What nobody declared


@pytest.mark.parametrize("how", [ENTRY, HEADER, "middleware"])
@pytest.mark.parametrize("setting", ["report", "block"])
def test_undeclared_cookie_passes_or_is_blocked_as_the_site_says(
    how: str, setting: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """B4: either way it is reported, once."""
    settings.CONSENT_UNDECLARED_COOKIES = setting
    granting = Visitor()
    grant(granting, "media", "statistics")
    value = "unknown=1; Path=/" if how == HEADER else ["unknown"]
    for visitor in (granting, Visitor()):
        assert out(visitor, "/set/", **{how: value}) == (
            {"unknown"} if setting == "report" else set()
        )
    (message,) = [r.getMessage() for r in caplog.records if r.name == "consent"]
    assert "'unknown'" in message
    assert "CONSENT_UNDECLARED_COOKIES" in message


@pytest.mark.parametrize("header", ["unknown", "=player", "; player=1", "pla yer=1"])
@override_settings(CONSENT_UNDECLARED_COOKIES="block")
def test_a_header_without_a_clean_name_is_undeclared(header: str) -> None:
    """B7."""
    assert "Set-Cookie" not in Visitor().get("/set/", {HEADER: header})
    with override_settings(CONSENT_UNDECLARED_COOKIES="report"):
        assert "Set-Cookie" in Visitor().get("/set/", {HEADER: header})


@pytest.mark.parametrize(("setting", "kept"), [("report", {"player"}), ("block", set())])
def test_without_a_notice_nothing_is_declared(
    setting: str, kept: set[str], settings: Any, rf: RequestFactory
) -> None:
    """B4: and whoever signs in to publish the first one can."""
    settings.CONSENT_UNDECLARED_COOKIES = setting
    settings.CONSENT_SITE = "unpublished"
    notices.forget()
    names = {"sessionid", "csrftoken", "messages", "django_language"}
    assert out(Visitor(), "/set/", entry=[*names, "player"]) == names | kept


# What it costs, and where it runs


def test_a_page_without_cookies_asks_for_no_notice(rf: RequestFactory) -> None:
    """DESIGN 4.11."""
    notices.forget()
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    for middleware in (ConsentMiddleware(view), ContentMiddleware(view)):
        middleware(rf.get("/"))
    assert not notices._HELD
    assert not {"notice", "held"} & set(vars(seen[0].consent))  # type: ignore[attr-defined]  # ours


def test_an_exempt_cookie_needs_no_look_at_the_choice(rf: RequestFactory) -> None:
    """DESIGN 4.11."""
    request = rf.get("/", headers={"cookie": f"{NAME}=v1.1.x"})

    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie("sessionid", "1")
        return response

    ConsentMiddleware(view)(request)
    assert "held" not in vars(request.consent)  # type: ignore[attr-defined]  # ours


def test_judging_cookies_runs_no_query_once_warm(
    visitor: Visitor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """DESIGN 4.11."""
    query = {ENTRY: ["sessionid", "player", "unknown"]}
    visitor.get("/set/", query)
    with django_assert_num_queries(0):
        visitor.get("/set/", query)


@pytest.mark.django_db(transaction=True)
def test_a_wsgi_server_sends_no_declined_cookie() -> None:
    """B1: as bytes leave Django."""
    address = "entry=sessionid&entry=player&header=player%3D1"
    environ = RequestFactory().get(f"/set/?{address}").environ
    sent: list[tuple[str, str]] = []

    def start(status: str, headers: Iterable[tuple[str, str]]) -> None:
        sent.extend(headers)

    WSGIHandler()(environ, start).close()
    cookies = [value for name, value in sent if name.lower() == "set-cookie"]
    assert [value.partition("=")[0].strip() for value in cookies] == ["sessionid"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/set/", "/async/"])
def test_an_asgi_server_sends_no_declined_cookie(address: str) -> None:
    """B1: as bytes leave Django."""
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"entry=sessionid&entry=player&header=player%3D1",
        "headers": [(b"host", b"testserver")],
    }

    async def send(message: Any) -> None:
        sent.append(message)

    async def serve() -> None:
        handler = ASGIHandler()
        request = ASGIRequest(scope, None)
        await handler.send_response(await handler.get_response_async(request), send)

    awaited(serve())
    cookies = [value for name, value in sent[0]["headers"] if name == b"Set-Cookie"]
    assert [value.partition(b"=")[0].strip() for value in cookies] == [b"sessionid"]


# The one cookie of this app


def test_no_other_cookie_and_no_header_carries_the_choice(visitor: Visitor) -> None:
    """X4, D7: on the site's pages and on this app's own."""
    receipt = grant(visitor, "media")
    everything = {ENTRY: ["sessionid", "player", "unknown"]}
    for address in ("/set/", "/page/", "/gate/", "/plain/", "/account/", "/dcc/", "/privacy/"):
        response = visitor.get(address, everything)
        told = [*map(str, response.items()), *(m.OutputString() for m in response.cookies.values())]
        for secret in (receipt, visitor.value):
            assert not any(secret in line for line in told)


def test_pages_depend_on_what_was_granted_and_on_nothing_else_in_the_choice() -> None:
    """X4: two visitors of one grant get one page, but for the receipt that it shows them."""
    pages_seen = set()
    for visitor in (Visitor(), Visitor()):
        receipt = grant(visitor, "media")
        pages_seen.add(visitor.get("/page/").content.decode().replace(receipt, "receipt"))
    assert len(pages_seen) == 1


def test_the_choice_is_read_from_a_request_in_one_place_only() -> None:
    """X4."""
    room = Path(consent.__file__).parent
    reading = re.compile(r"\b(COOKIES|_sent)\b\W+(get\W+)?conf\.cookie_name")
    found = {p.name for p in room.rglob("*.py") if reading.search(p.read_text("utf-8"))}
    assert found == {"cookies.py"}

"""The two middlewares: what they leave alone, what they keep private, what they delete."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory, override_settings
from pytest_django import DjangoAssertNumQueries

from consent.core.notice import Notice
from consent.core.state import refusal
from consent.middleware import ConsentMiddleware, ContentMiddleware
from consent.testing import grant
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.visiting import NAME, Visitor, deleted, set_cookies, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

PRIVATE = "private, no-cache"


def vary(response: HttpResponseBase) -> set[str]:
    return {name.strip() for name in response.get("Vary", "").split(",") if name.strip()}


def depending(request: HttpRequest) -> HttpResponse:
    """Depend on the visitor."""
    request.consent.depend()  # type: ignore[attr-defined]  # ours
    return HttpResponse()


@pytest.fixture
def trackers(publish: Publish) -> Notice:
    """Put a notice into force whose cookies live in several places."""
    return publish(
        worded(
            category("necessary", required=True, trackers=[tracker("basket", criterion="B")]),
            category(
                "statistics", trackers=[tracker("_ga_*", domain=".clinic.example", path="/app")]
            ),
            category(
                "media",
                service("video", trackers=[tracker("player")]),
                service("maps", trackers=[tracker("map_id")]),
            ),
        )
    )


@pytest.mark.parametrize("decided", [True, False])
@pytest.mark.usefixtures("asked")
def test_a_page_that_does_not_ask_is_untouched(
    visitor: Visitor,
    settings: Any,
    decided: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """DESIGN 4.10 and 4.11: header for header, and without a query once the notice is held."""
    Visitor().get("/plain/")
    if decided:
        grant(visitor, "media")
    visitor.carry("1", "player")
    visitor.carry("media=-1", "cookie_consent")
    with django_assert_num_queries(0):
        with_us = visitor.get("/plain/")
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("consent.")]
    without_us = visitor.get("/plain/")
    assert dict(with_us.items()) == dict(without_us.items())
    assert with_us["ETag"] == '"plain"'
    assert with_us["Cache-Control"] == "public, max-age=600"
    assert with_us.content == without_us.content
    assert set_cookies(with_us) == set()


@pytest.mark.usefixtures("asked")
def test_a_page_that_asks_is_its_visitors_alone(visitor: Visitor) -> None:
    """B8."""
    response = visitor.get("/asking/")
    assert response["Cache-Control"] == PRIVATE
    assert vary(response) >= {"Cookie", "Sec-GPC", "Accept-Language"}
    for header in ("Last-Modified", "Expires"):
        assert header not in response
    assert response.get("ETag") != '"plain"'


@override_settings(
    MIDDLEWARE=["consent.middleware.ConsentMiddleware", "consent.middleware.ContentMiddleware"]
)
@pytest.mark.usefixtures("asked")
def test_without_conditional_get_no_validator_is_left(visitor: Visitor) -> None:
    """B8."""
    assert "ETag" not in visitor.get("/asking/")
    assert "ETag" in visitor.get("/plain/")


@override_settings(MIDDLEWARE=["consent.middleware.ConsentMiddleware"])
@pytest.mark.usefixtures("asked")
def test_the_first_middleware_alone_keeps_pages_private_too(visitor: Visitor) -> None:
    """B8: what asks outside the second one."""
    response = visitor.get("/asking/")
    assert response["Cache-Control"] == PRIVATE
    assert "ETag" not in response


@pytest.mark.usefixtures("asked")
def test_the_second_middleware_alone_breaks_nothing(rf: RequestFactory) -> None:
    response = ContentMiddleware(lambda _: HttpResponse("x"))(rf.get("/"))
    assert isinstance(response, HttpResponse)
    assert "Cache-Control" not in response


@pytest.mark.usefixtures("asked")
def test_a_streamed_page_is_kept_private(visitor: Visitor) -> None:
    """B8."""
    response = visitor.get("/streamed/")
    assert response["Cache-Control"] == PRIVATE
    assert b"".join(response.streaming_content) == b"False"  # type: ignore[attr-defined]  # streams


@pytest.mark.usefixtures("asked")
def test_what_a_view_forbids_to_store_stays_forbidden(rf: RequestFactory) -> None:
    """B8."""

    def view(request: HttpRequest) -> HttpResponse:
        request.consent.granted("media")  # type: ignore[attr-defined]  # ours
        return HttpResponse(headers={"Cache-Control": "max-age=9, no-store"})

    response = ConsentMiddleware(ContentMiddleware(view))(rf.get("/"))
    assert isinstance(response, HttpResponse)
    assert response["Cache-Control"] == "private, no-store"


@override_settings(CONSENT_CACHEABLE_PAGES=True)
@pytest.mark.usefixtures("asked")
def test_a_cacheable_page_does_not_depend_on_the_visitor(visitor: Visitor) -> None:
    """DESIGN 4.10."""
    grant(visitor, "media")
    response = visitor.get("/page/")
    assert "Cache-Control" not in response
    assert not vary(response) & {"Cookie", "Sec-GPC"}


@pytest.mark.parametrize("decided", [True, False])
@pytest.mark.usefixtures("asked")
def test_a_page_view_runs_no_query_once_warm(
    visitor: Visitor, decided: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """DESIGN 4.11: undecided, refused or granted."""
    other = Visitor()
    other.choose("refuse")
    if decided:
        visitor.choose("accept")
    visitor.get("/page/")
    with django_assert_num_queries(0):
        assert visitor.get("/page/").status_code == 200
        other.get("/page/")
        visitor.get("/privacy/")


# Cookies that must go


@override_settings(CONSENT_LEGACY_COOKIES=["aviso_visto", "old"])
@pytest.mark.usefixtures("asked")
def test_an_older_banners_cookies_are_deleted_and_never_read(visitor: Visitor) -> None:
    """B3: what it claimed was no consent."""
    visitor.cookies["aviso_visto"] = "1"
    response = visitor.get("/page/")
    assert deleted(response) == {("aviso_visto", "/", "")}
    assert "data-consent-granted" not in response.content.decode()
    assert deleted(visitor.get("/plain/")) == {("aviso_visto", "/", "")}


@override_settings(CONSENT_LEGACY_COOKIES=["aviso_visto"])
@pytest.mark.usefixtures("asked")
def test_an_older_banners_cookies_are_deleted_from_pages_only(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("{}", content_type="application/json")

    request = rf.get("/", headers={"cookie": "aviso_visto=1"})
    response = ConsentMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    assert set_cookies(response) == set()


@pytest.mark.usefixtures("trackers")
def test_cookies_of_what_is_not_granted_go_from_every_place_at_once(visitor: Visitor) -> None:
    """W3: in one response, several places of one name."""
    for name in ("_ga_AB1", "player", "map_id", "basket", "unknown"):
        visitor.cookies[name] = "1"
    page = ("/", "/gate/", "/gate")
    assert deleted(visitor.get("/gate/")) == {
        *(("_ga_AB1", p, d) for p in ("/app", *page) for d in ("", ".clinic.example")),
        *((name, path, "") for name in ("player", "map_id") for path in page),
    }


@pytest.mark.usefixtures("trackers")
def test_cookies_of_what_is_granted_stay_and_go_with_the_withdrawal(visitor: Visitor) -> None:
    """W3: by the response to the withdrawal itself."""
    visitor.cookies["player"] = "1"
    visitor.cookies["map_id"] = "1"
    response = visitor.choose("save", grant=["media:video"])
    assert deleted(response) == {("map_id", "/", "")}
    assert ("player", "/", "") not in deleted(visitor.get("/gate/"))
    response = visitor.choose("withdraw")
    assert deleted(response) >= {("player", "/", ""), ("map_id", "/", "")}
    assert NAME in response.cookies


@pytest.mark.usefixtures("trackers")
def test_cookies_go_from_the_domains_above_the_host_too(rf: RequestFactory, settings: Any) -> None:
    """W3: and a host that is none of the site's adds nothing."""
    settings.ALLOWED_HOSTS = ["www.clinic.example"]
    domains = {}
    for host in ("www.clinic.example:8000", "forged.example"):
        request = rf.get("/", headers={"cookie": "player=1", "host": host})
        response = ConsentMiddleware(depending)(request)
        assert isinstance(response, HttpResponse)
        domains[host] = {domain for _name, _path, domain in deleted(response)}
    assert domains == {
        "www.clinic.example:8000": {"", "www.clinic.example", "clinic.example"},
        "forged.example": {""},
    }


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.usefixtures("trackers")
def test_cookies_go_from_the_partitioned_jar_where_there_can_be_one(
    visitor: Visitor, secure: bool
) -> None:
    """W3: browsers have it on https only."""
    visitor.cookies["player"] = "1"
    lines = [m.OutputString() for m in visitor.get("/gate/", secure=secure).cookies.values()]
    assert any("Partitioned" in line for line in lines) == secure


@pytest.mark.usefixtures("trackers")
def test_a_long_or_odd_path_is_named_as_browsers_have_it(rf: RequestFactory) -> None:
    """W3: or not at all, which means the page's directory, or left out where it has no room."""
    paths = {}
    directory = "/" + "x" * 500
    for path in (f"{directory}/1", "/" + "y" * 2000, "/a;b\r\n/ñ=1"):
        request = rf.get("/", headers={"cookie": "player=1"})
        request.path = path
        response = ConsentMiddleware(depending)(request)
        assert isinstance(response, HttpResponse)
        paths[path[:2]] = {path for _name, path, _domain in deleted(response)}
    assert paths == {
        "/x": {"/", f"{directory}/1", ""},
        "/y": {"/"},
        "/a": {"/", "/a%3Bb%0D%0A/%C3%B1=1", "/a%3Bb%0D%0A"},
    }


def test_the_decision_reaches_cookies_of_other_paths(publish: Publish, visitor: Visitor) -> None:
    """W3: no browser sends them to the decision's address."""
    publish(worded(category("media", trackers=[tracker("deep", path="/app")])))
    deep = {("deep", "/app", ""), ("deep", "/", "")}
    assert deleted(visitor.choose("accept")) == set()
    assert deleted(visitor.choose("withdraw")) == deep
    refusing = Visitor()
    assert deleted(refusing.choose("refuse")) == deep
    other = Visitor()
    other.carry(refusing.value)
    assert deleted(other.get("/page/")) == set(), "a page deletes what it is sent"


@override_settings(CONSENT_CACHEABLE_PAGES=True, CONSENT_LEGACY_COOKIES=["aviso_visto"])
@pytest.mark.usefixtures("trackers")
def test_a_page_for_everybody_deletes_nothing(visitor: Visitor) -> None:
    """DESIGN 4.10: a cookie would keep it out of caches; the decision and private pages delete."""
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    for name in ("player", "aviso_visto", "cookie_consent"):
        visitor.cookies[name] = "1"
    response = visitor.get("/page/")
    assert set_cookies(response) == set()
    assert "Cache-Control" not in response
    everything = {"player", "aviso_visto", "cookie_consent", NAME}
    assert set_cookies(visitor.get("/account/")) == everything
    assert "player" in set_cookies(visitor.choose("refuse"))


@pytest.mark.usefixtures("asked")
def test_a_refusal_that_script_wrote_is_signed_on_sight(visitor: Visitor) -> None:
    """W5: browsers forget what script writes early. And it is not prolonged each time."""
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    first = visitor.get("/page/")
    assert set_cookies(first) == {NAME}
    assert not visitor.value.endswith(".")
    assert set_cookies(visitor.get("/page/")) == set()


@pytest.mark.usefixtures("asked")
def test_our_own_cookie_is_never_set_before_a_choice(visitor: Visitor) -> None:
    """B1."""
    for path in ("/page/", "/gate/", "/privacy/", "/privacy/receipt/", "/dcc/", "/ca/", "/none/"):
        assert set_cookies(visitor.get(path)) == set()


@pytest.mark.usefixtures("asked")
def test_garbage_is_neither_replaced_nor_believed(visitor: Visitor) -> None:
    """B7."""
    visitor.carry("garbage")
    response = visitor.get("/page/")
    assert set_cookies(response) == set()
    assert "data-consent-granted" not in response.content.decode()

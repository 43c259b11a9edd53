"""A page view costs nothing: no query, no further request, nothing that shifts or flashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.core.signals import request_started
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

import consent
from consent.testing import grant
from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor
from tests.site.setup import set_up
from tests.visiting import ORIGIN

STATIC = Path(consent.__file__).parent / "static" / "consent"
CHOICES = ["", "refuse", "accept"]
PATHS = ["/en/", "/es/", "/en/policy/"]
SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    const add = (list) => { for (const entry of list.getEntries()) sum += entry.value; };
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(sum), 500);
})"""
FIRST_PAINT = """
    addEventListener("DOMContentLoaded", () => {
        const banner = document.querySelector("[data-consent-dialog=banner]");
        window.atParse = banner && getComputedStyle(banner).display;
    });
    new MutationObserver((changes, observer) => {
        if (!document.body) return;
        window.atBody = document.documentElement.dataset.consentState;
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
    window.painted = [];
    const look = () => {
        const banner = document.querySelector("[data-consent-dialog=banner]");
        window.painted.push(Boolean(banner?.checkVisibility()));
        if (window.painted.length < 60) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


def size(*names: str) -> int:
    """Return the bytes of shipped files, each compressed by itself as servers do."""
    return sum(len(brotli.compress((STATIC / name).read_bytes(), quality=11)) for name in names)


def test_script_and_style_stay_small() -> None:
    """DESIGN 4.11."""
    assert size("dialog.js", "dialog.css") <= 5_000
    assert (STATIC / "state.js").stat().st_size <= 500


# Queries


@pytest.fixture
def client_who(client: Client, db: None) -> Callable[[str], Client]:
    """Return a browser without script whose visitor chose as named."""
    set_up("http://localhost:1")

    def chosen(means: str) -> Client:
        if means == "accept":
            grant(client, "statistics", "marketing", "media")
        elif means:
            fields = {"notice": 1, "language": "en", "presentation": "5" * 64, "layer": "banner"}
            client.post("/privacy/decision/", {**fields, "means": means}, headers=ORIGIN)
        return client

    return chosen


@pytest.mark.parametrize("path", [*PATHS, "/privacy/", "/en/contact/"])
@pytest.mark.parametrize("means", CHOICES)
def test_a_page_view_runs_no_query_once_warm(
    client_who: Callable[[str], Client],
    page_mode: bool,
    means: str,
    path: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """DESIGN 4.11: undecided, refused or granted."""
    client = client_who(means)
    assert client.get(path).status_code == 200
    cache.clear()
    with django_assert_num_queries(0):
        for _ in range(3):
            assert client.get(path).status_code == 200


# Requests


def is_static(url: str) -> bool:
    return "/static/" in url


@pytest.mark.parametrize("means", CHOICES)
def test_a_page_view_makes_no_request_of_its_own(enter: Enter, page_mode: bool, means: str) -> None:
    """DESIGN 4.11, B2: the document and cacheable files, whatever was chosen."""
    visitor = enter().open()
    if means:
        visitor.choose(means)
        visitor.page.wait_for_timeout(300)
    for path in ("/en/", "/en/", "/es/"):
        visitor.requests.clear()
        visitor.open(path).page.wait_for_timeout(500)
        own = [url for url in visitor.requests if url.startswith(visitor.base)]
        assert [url for url in own if not is_static(url)] == [visitor.base + path]
        ours = {url.rpartition("/")[2] for url in own if "/static/consent/" in url}
        decided = {"enforce.js"} if means else set()
        decided |= {"held.js"} if means == "accept" and page_mode else set()  # gates open here
        early = {"state.js"} if page_mode else set()
        assert ours == {"dialog.js", "dialog.css"} | early | decided
        if means != "accept":
            assert visitor.foreign == []


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let static files be kept as in production; note every path that the server is asked for."""
    paths: list[str] = []
    serve = StaticFilesHandler.serve

    def lasting(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = serve(handler, request)
        response["Cache-Control"] = "public, max-age=3600"
        return response

    def note(sender: object, environ: dict[str, Any], **_: object) -> None:
        paths.append(environ["PATH_INFO"])

    monkeypatch.setattr(StaticFilesHandler, "serve", lasting)
    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


@pytest.mark.parametrize("means", CHOICES)
def test_the_second_page_asks_the_server_for_the_document_alone(
    enter: Enter, arrived: list[str], page_mode: bool, means: str
) -> None:
    """DESIGN 4.11: all else is in the browser's cache."""
    visitor = enter().open()
    if means:
        visitor.choose(means)
    visitor.page.wait_for_timeout(500)
    assert "/static/consent/dialog.js" in arrived
    arrived.clear()
    visitor.open("/es/").page.wait_for_timeout(300)
    assert arrived == ["/es/"]


# What is seen


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("means", CHOICES)
def test_nothing_shifts(enter: Enter, page_mode: bool, means: str, width: int) -> None:
    """DESIGN 4.11: undecided and decided."""
    visitor = enter(viewport={"width": width, "height": 800})
    visitor.open()
    if means:
        visitor.choose(means)
        visitor.page.wait_for_timeout(200)
    for path in PATHS:
        visitor.open(path)
        assert visitor.page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("means", ["refuse", "accept"])
def test_the_banner_of_a_decided_visitor_is_never_painted(
    enter: Enter, page_mode: bool, means: str
) -> None:
    """DESIGN 4.11: on cacheable pages the state is known before the body is."""
    visitor = enter().open()
    visitor.choose(means)
    visitor.context.add_init_script(FIRST_PAINT)
    for path in PATHS:
        visitor.open(path).page.wait_for_function("window.painted.length >= 20")
        assert not any(visitor.page.evaluate("window.painted"))
        assert visitor.page.evaluate("window.atParse") == "none"
        if page_mode:
            assert visitor.page.evaluate("window.atBody") == "decided"


def test_the_banner_of_an_undecided_visitor_is_there_from_the_start(
    enter: Enter, page_mode: bool
) -> None:
    """DESIGN 4.11: so the measurement above can fail."""
    visitor = enter()
    visitor.context.add_init_script(FIRST_PAINT)
    visitor.open().page.wait_for_function("window.painted.length >= 20")
    assert visitor.page.evaluate("window.painted.at(-1)") is True
    assert visitor.page.evaluate("window.atParse") != "none"
    if page_mode:
        assert visitor.page.evaluate("window.atBody") == "undecided"


def position(visitor: Visitor) -> str:
    return str(visitor.banner.evaluate("banner => getComputedStyle(banner).position"))


def test_without_script_the_banner_of_cacheable_pages_stands_in_the_flow(
    enter: Enter, clinic: LiveServer, settings: Any
) -> None:
    """B10, DESIGN 4.10: it cannot be told from here that somebody has chosen."""
    settings.CONSENT_CACHEABLE_PAGES = True
    visitor = enter(java_script_enabled=False).open()
    assert position(visitor) == "static"
    visitor.choose("refuse")
    visitor.open()
    assert position(visitor) == "static"
    assert visitor.banner.locator("a[href^='/privacy/']").first.is_visible()
    assert visitor.page.locator("iframe").count() == 0

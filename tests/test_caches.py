"""Pages stay cacheable, and caches never leak (B8)."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest
from cookie_consent.models import CookieGroup
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from consent.core.state import refusal
from tests import pages
from tests.visiting import Visitor

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

GRANTED = b"data-consent-granted"
SITE_CACHE = [
    "consent.middleware.ConsentMiddleware",
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
    "consent.middleware.ContentMiddleware",
]
FEW = ["/cached/", "/cached-page/", "/fragment/", "/conditional/"]
EVERY_STACK = [
    *((None, path) for path in FEW),
    *((SITE_CACHE, path) for path in ("/gate/", "/page/", *FEW)),
]


@pytest.fixture(autouse=True)
def stack(request: pytest.FixtureRequest, settings: Any, asked: Any) -> None:
    """Serve under the middlewares that the test names, else under the site's own."""
    callspec = getattr(request.node, "callspec", None)
    if callspec and (middleware := callspec.params.get("middleware")):
        settings.MIDDLEWARE = middleware


def granting() -> Visitor:
    visitor = Visitor()
    visitor.choose("accept")
    return visitor


def shows(visitor: Visitor, path: str, **headers: str) -> bool:
    """Whether the visitor gets the frame."""
    response = visitor.get(path, headers=headers)
    assert response.status_code == 200
    return GRANTED in response.content


@pytest.mark.parametrize(("middleware", "path"), EVERY_STACK)
def test_a_granted_page_is_nobody_elses(middleware: Any, path: str) -> None:
    """B8."""
    assert shows(granting(), path)
    refusing = Visitor()
    refusing.choose("refuse")
    for other in (Visitor(), refusing):
        assert not shows(other, path)
        assert not shows(other, path)


@pytest.mark.parametrize(("middleware", "path"), EVERY_STACK)
def test_an_undecided_page_is_not_a_granting_visitors(middleware: Any, path: str) -> None:
    """B8, W2."""
    assert not shows(Visitor(), path)
    assert shows(granting(), path)


@pytest.mark.parametrize(("middleware", "path"), EVERY_STACK)
def test_a_granted_page_does_not_come_back_after_withdrawal(middleware: Any, path: str) -> None:
    """B8, W3: neither from the site's cache nor by a 304."""
    visitor = granting()
    before = visitor.get(path)
    assert GRANTED in before.content
    visitor.choose("withdraw")
    validators = {"if-modified-since": "Wed, 01 Jan 2200 00:00:00 GMT"}
    if "ETag" in before:
        validators["if-none-match"] = before["ETag"]
    assert not shows(visitor, path)
    if path != "/conditional/":  # a validator of the view's own: its promise, see below
        assert not shows(visitor, path, **validators)


@pytest.mark.parametrize("middleware", [None, SITE_CACHE])
def test_a_views_own_validators_never_reach_a_browser(middleware: Any) -> None:
    """B8: so that no browser can ask by them whether the page is still good."""
    response = granting().get("/conditional/")
    assert response.get("ETag") != '"same"'
    assert "Last-Modified" not in response


@pytest.mark.parametrize("middleware", [SITE_CACHE])
def test_a_compressed_granted_page_is_nobody_elses(middleware: Any) -> None:
    """B8."""
    accept = {"accept-encoding": "gzip"}
    first = granting().get("/page/", headers=accept)
    assert GRANTED in gzip.decompress(first.content)
    other = Visitor().get("/page/", headers=accept)
    assert GRANTED not in gzip.decompress(other.content)


@pytest.mark.parametrize("middleware", [None, SITE_CACHE])
def test_dccs_filters_are_kept_apart_too(middleware: Any) -> None:
    """B8."""
    CookieGroup.objects.create(varname="media", name="Media")
    assert granting().get("/cached-dcc/").content == b"True False True"
    assert Visitor().get("/cached-dcc/").content == b"False False False"


@pytest.mark.parametrize("path", ["/fragment/", "/cached/", "/cached-page/"])
def test_what_was_loaded_once_is_not_kept(path: str) -> None:
    """B8, V2: neither as a page nor as a fragment."""
    visitor = Visitor()
    response = visitor.choose(
        action="once", grant=["media:video"], layer="placeholder", next=f"{path}#consent-gate-1"
    )
    once = visitor.get(response["Location"])
    assert GRANTED in once.content
    assert once["Cache-Control"] == "private, no-store"
    assert not shows(visitor, path)
    assert not shows(Visitor(), path)


@pytest.mark.parametrize("middleware", [None, SITE_CACHE])
def test_a_page_that_does_not_ask_is_cached_as_ever(
    middleware: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 4.10."""
    rendered = count_renderings(monkeypatch)
    with override_settings(CONSENT_CACHEABLE_PAGES=True):
        bodies = {Visitor().get("/cached/").content for _ in range(3)}
    assert (len(bodies), len(rendered)) == (1, 1)


def count_renderings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    rendered: list[str] = []
    render = pages.rendered

    def counted(request: HttpRequest, source: str, **context: Any) -> str:
        rendered.append(request.path)
        return render(request, source, **context)

    monkeypatch.setattr(pages, "rendered", counted)
    return rendered


@pytest.mark.parametrize("middleware", [None, SITE_CACHE])
@pytest.mark.parametrize("path", ["/page/", "/cached-page/", "/cached/", "/gate/"])
def test_cacheable_pages_are_the_same_to_the_byte_for_every_visitor(
    middleware: Any, path: str
) -> None:
    """B8, DESIGN 4.10."""
    refusing, unsigned, forged = Visitor(), Visitor(), Visitor()
    refusing.choose("refuse")
    unsigned.carry(f"{refusal(1, int(time.time())).payload()}.")
    forged.carry("media=zzz", "cookie_consent")
    with override_settings(CONSENT_CACHEABLE_PAGES=True):
        seen: set[bytes] = set()
        for visitor in (granting(), Visitor(), refusing, unsigned, forged):
            response = visitor.get(path)
            cache.clear()
            seen.add(response.content)
            assert "private" not in response.get("Cache-Control", "")
    (only,) = seen
    assert GRANTED not in only


def test_a_middleware_that_asks_early_does_not_let_the_page_be_cached(settings: Any) -> None:
    """B8: cache_page sets its mark anew after that."""
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "consent.middleware.ContentMiddleware",
        "tests.test_caches.early",
    ]
    assert shows(granting(), "/cached/")
    assert not shows(Visitor(), "/cached/")


def early(get_response: Any) -> Any:
    """Ask the state before the view's own cache is asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.consent.granted("media")  # type: ignore[attr-defined]  # ours
        return get_response(request)

    return middleware

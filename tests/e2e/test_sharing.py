"""A granted page is never anybody else's, nor its visitor's after withdrawal: through any cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings as site_settings
from playwright.sync_api import Browser, Playwright
from pytest_django.live_server_helper import LiveServer

from tests.e2e import pages
from tests.e2e.chromium import ARGUMENTS, find_chromium
from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.proxy import Proxy
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.pages")

Serve = Callable[..., Any]

OWN = site_settings.MIDDLEWARE
BEFORE = ["tests.site.before.old_site_middleware", "consent.middleware.ConsentMiddleware"]
SITE_CACHE = [
    *BEFORE,
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    *[name for name in OWN if name not in BEFORE and not name.startswith("consent.")],
    "django.middleware.cache.FetchFromCacheMiddleware",
    "consent.middleware.ContentMiddleware",
]
CACHES = {
    "cache_page": (OWN, False, "/cached-home/"),
    "site cache": (SITE_CACHE, False, "/en/"),
    "conditional get": (OWN, False, "/en/"),
    "view's own validator": (OWN, False, "/conditional/"),
    "proxy": (OWN, True, "/en/"),
    "proxy and cache_page": (OWN, True, "/cached-home/"),
    "proxy and site cache": (SITE_CACHE, True, "/en/"),
}


class Place:
    """Where visitors find the site, and a page of it that shows the video where granted."""

    def __init__(self, enter: Enter, base: str, path: str, proxy: Proxy | None) -> None:
        self.enter = enter
        self.base = base
        self.path = path
        self.proxy = proxy

    def visitor(self, means: str = "", **options: Any) -> Visitor:
        """Let somebody enter and choose."""
        visitor = self.enter(**options)
        visitor.base = self.base
        if means:
            visitor.open("/en/").choose(means)
            visitor.page.wait_for_timeout(200)
        return visitor


@pytest.fixture
def serve(clinic: LiveServer, settings: Any) -> Iterator[Serve]:
    """Serve the clinic under other middlewares, and from behind the proxy."""
    with ExitStack() as stack:

        def start(middleware: list[str], behind_proxy: bool) -> tuple[str, Proxy | None]:
            settings.MIDDLEWARE = middleware
            server = LiveServer("127.0.0.1", start=False)
            # Threads that outlive their server must not share the test's own connection.
            server.thread.connections_override = {}
            server.start()
            stack.callback(server.stop)
            if not behind_proxy:
                return server.url, None
            proxy = stack.enter_context(Proxy(server.url))
            return proxy.url, proxy

        pages.RENDERED.clear()
        yield start


@pytest.fixture
def places(serve: Serve, enter: Enter) -> Callable[[str], Place]:
    # The browsers leave before the servers stop: `enter` comes after `serve`.
    def place(name: str) -> Place:
        middleware, behind_proxy, path = CACHES[name]
        base, proxy = serve(middleware, behind_proxy)
        return Place(enter, base, path, proxy)

    return place


def shows(visitor: Visitor, path: str) -> bool:
    """Whether the visitor gets the video's frame."""
    response = visitor.page.goto(visitor.base + path, wait_until="load")
    assert response is not None
    assert response.ok
    visitor.page.wait_for_timeout(100)
    return visitor.page.locator("iframe[src*=results]").count() == 1


def count_requests(visitor: Visitor, third_party: ThirdParty, path: str) -> int:
    """Return how often third parties are asked for something when the visitor opens a page."""
    third_party.clear()
    assert not shows(visitor, path)
    return len(third_party.log)


@pytest.mark.parametrize("cache", CACHES)
def test_a_granted_page_is_nobody_elses(
    places: Callable[[str], Place], third_party: ThirdParty, cache: str
) -> None:
    """B8: whoever comes first; and nobody who grants gets the page of somebody undecided."""
    place = places(cache)
    early = place.visitor()
    assert not shows(early, place.path)
    granting = place.visitor("accept")
    assert shows(granting, place.path)
    assert shows(granting, place.path)
    for other in (early, place.visitor(), place.visitor("refuse")):
        for _ in range(2):
            assert count_requests(other, third_party, place.path) == 0
        other.page.reload(wait_until="load")
        assert other.page.locator("iframe").count() == 0
    assert len(third_party.log) == 0
    assert shows(granting, place.path)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("cache", CACHES)
def test_a_granted_page_does_not_come_back_after_withdrawal(
    places: Callable[[str], Place], third_party: ThirdParty, cache: str, script: bool
) -> None:
    """B8, W3: neither by a 304, nor from any cache, nor from the browser's own."""
    place = places(cache)
    visitor = place.visitor("accept", java_script_enabled=script)
    assert shows(visitor, place.path)
    assert shows(visitor, place.path)
    visitor.open("/en/policy/")
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_load_state("load")
    visitor.page.wait_for_timeout(300)
    assert visitor.answers == "-"
    third_party.clear()
    for _ in range(2):
        assert count_requests(visitor, third_party, place.path) == 0
    visitor.page.reload(wait_until="load")
    assert visitor.page.locator("iframe").count() == 0
    assert third_party.log == []


# The measurement can fail


def test_the_proxy_keeps_what_it_may(places: Callable[[str], Place]) -> None:
    """B8: else the tests above would prove nothing."""
    place = places("proxy")
    for _ in range(3):
        place.visitor().open("/public/")
    assert pages.RENDERED == ["public"]
    assert place.proxy is not None
    assert place.proxy.hits.count("/public/") == 2


@pytest.mark.parametrize("cache", ["proxy", "cache_page", "site cache"])
def test_without_the_protection_the_page_would_leak(
    places: Callable[[str], Place],
    third_party: ThirdParty,
    cache: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B8: else the tests above would prove nothing."""
    monkeypatch.setattr("consent.middleware.keep_private", lambda *_, **__: None)
    monkeypatch.setattr("consent.middleware.clean", lambda *_: None)
    monkeypatch.setattr(
        "consent.visitor.Consent.depend", lambda consent: setattr(consent, "depends", True)
    )
    place = places(cache)
    granting = place.visitor("accept", locale="es-ES")
    path = "/es/" if place.path == "/en/" else place.path  # the Spanish page is not cached yet
    assert shows(granting, path)
    assert shows(place.visitor(locale="es-ES"), path)


# Cacheable pages


@pytest.mark.parametrize("path", ["/en/", "/es/policy/", "/cached-home/"])
def test_a_cacheable_page_is_the_same_for_every_visitor(
    places: Callable[[str], Place], settings: Any, third_party: ThirdParty, path: str
) -> None:
    """B8: to the byte, so a shared cache may keep it, and does; the browser decides."""
    settings.CONSENT_CACHEABLE_PAGES = True
    place = places("proxy")
    bodies = set()
    visitors = [place.visitor(), place.visitor("accept"), place.visitor("refuse")]
    for visitor in visitors:
        response = visitor.page.goto(place.base + path, wait_until="load")
        assert response is not None
        bodies.add(response.body())
        assert "private" not in response.headers.get("cache-control", "")
        assert "cookie" not in response.headers.get("vary", "").lower()
        assert "set-cookie" not in response.headers
    assert len(bodies) == 1
    assert place.proxy is not None
    assert place.proxy.hits.count(path) >= 2
    if "policy" not in path:
        undecided, granting, refusing = visitors
        frames = granting.page.locator("iframe[src*=results]")
        assert eventually(lambda: frames.count() == 1, granting.page.wait_for_timeout)
        assert undecided.page.locator("iframe").count() == 0
        assert refusing.page.locator("iframe").count() == 0


def test_a_cacheable_page_follows_a_withdrawal(
    places: Callable[[str], Place], settings: Any, third_party: ThirdParty
) -> None:
    """B8, W3: although the proxy serves the very same page."""
    settings.CONSENT_CACHEABLE_PAGES = True
    place = places("proxy")
    visitor = place.visitor("accept")
    assert eventually(lambda: shows(visitor, "/en/"), visitor.page.wait_for_timeout)
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_timeout(500)
    visitor.page.wait_for_load_state("load")
    assert count_requests(visitor, third_party, "/en/") == 0


# The back button


@pytest.fixture(params=[False, True], ids=["from the cache", "from the bfcache"])
def backing(request: pytest.FixtureRequest, playwright: Playwright, browser: Browser) -> Any:
    """Enter with a browser that keeps pages alive when they are left, or one that does not."""
    if not request.param:
        yield browser
        return
    launched = playwright.chromium.launch(
        executable_path=find_chromium(),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield launched
    launched.close()


@pytest.fixture
def back(clinic: LiveServer, backing: Browser) -> Iterator[Enter]:
    contexts = []

    def new(**options: Any) -> Visitor:
        context = backing.new_context(locale="en-GB", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor.enter(context, clinic.url)

    yield new
    for context in contexts:
        context.close()


def go_back(visitor: Visitor) -> None:
    visitor.page.go_back(wait_until="commit")
    visitor.page.wait_for_timeout(700)


def leave_granted_page(visitor: Visitor) -> None:
    """Grant, look at the granted page as the server renders it, and go on to another."""
    visitor.open("/en/").choose("accept")
    visitor.page.wait_for_timeout(300)
    visitor.open("/es/").open("/en/")
    assert visitor.page.locator("iframe").count() == 2
    visitor.page.locator('.foot a[href="/en/policy/"]').click()
    visitor.page.wait_for_url("**/en/policy/")


@pytest.mark.parametrize(
    ("cacheable", "script"),
    # On cacheable pages nothing gated loads without script.
    [(False, True), (True, True), (False, False)],
    ids=["per-visitor-script", "cacheable-script", "per-visitor-no script"],
)
def test_going_back_does_not_bring_a_granted_page_back(
    back: Enter, settings: Any, third_party: ThirdParty, cacheable: bool, script: bool
) -> None:
    """B8, W3."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    visitor = back(java_script_enabled=script)
    leave_granted_page(visitor)
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_timeout(500)
    visitor.page.wait_for_load_state("load")
    assert visitor.answers == "-"
    third_party.clear()
    for _ in range(3):
        go_back(visitor)
        if visitor.page.url.startswith(f"{visitor.base}/en/policy/"):
            continue
        assert visitor.page.locator("iframe").count() == 0
        assert visitor.page.locator("[data-consent-action=withdraw]:visible").count() == 0
    assert third_party.log == []


def test_going_back_after_a_withdrawal_offline_asks_nobody(
    back: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """B8, P8: the server never heard of it, the browser's own cache may not tell otherwise."""
    visitor = back()
    leave_granted_page(visitor)
    visitor.context.route("**/privacy/decision/", lambda route: route.abort())
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_timeout(300)
    assert visitor.answers == "-"
    third_party.clear()
    go_back(visitor)
    assert "/en/" in visitor.page.url
    assert visitor.page.locator("iframe").count() == 0
    assert third_party.log == []


def test_the_bfcache_is_really_there(playwright: Playwright, clinic: LiveServer) -> None:
    """B8: else going back to a page that is still alive would not be tested."""
    launched = playwright.chromium.launch(
        executable_path=find_chromium(),
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = launched.new_page()
    page.goto(clinic.url + "/public/")
    page.evaluate("addEventListener('pageshow', event => window.persisted = event.persisted)")
    page.goto(clinic.url + "/gates/many/")
    page.go_back(wait_until="commit")
    page.wait_for_timeout(300)
    persisted = page.evaluate("window.persisted")
    launched.close()
    assert persisted is True

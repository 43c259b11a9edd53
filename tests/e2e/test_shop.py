"""Silence on a site where nothing is tagged, in both engines and both page modes.

The shop embeds ten vendors as vendors document it; only its base template knows the app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from pytest_django.live_server_helper import LiveServer

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.engines import Chromium, Engine
from tests.e2e.firefox import Firefox
from tests.e2e.visitor import CHOICE
from tests.site.shop.settings import BEFORE, SHOP
from tests.site.shop.setup import set_up
from tests.site.shop.vendors import Vendors

Come = Callable[..., Engine]

PAGES = ("/privacy/", "/imprint/", "/oak-stool/", "/", "/contact/")
LONG = ("/", "/contact/")
"""Those that have something below the fold, which may wait for a visitor to come near."""

BRIEF = 0.1
"""Seconds on a page that is left again; the control shows that they are enough to see all."""

ARRIVING = 1.0
"""Seconds on a page whose gates the browser opens: their files come one after another."""

ASKED: dict[str, set[str]] = {
    "statistics:analytics": {
        "www.googletagmanager/gtag/js",
        "www.google-analytics/g/collect",
    },
    "statistics:heatmap": {
        "static.hotjar/c/hotjar-3400561.js",
        "script.hotjar/modules.4f1c.js",
        "in.hotjar/api/v2/sites/3400561/recordings/content",
        "ws.hotjar/api/v2/client/ws",
    },
    "marketing:tags": {
        "www.googletagmanager/gtm.js",
        "www.googletagmanager/a",
    },
    "marketing:pixel": {
        "connect.facebook/en_US/fbevents.js",
        "connect.facebook/signals/config/1200340056",
        "www.facebook/tr/",
    },
    "marketing:ads": {
        "pagead2.googlesyndication/pagead/js/adsbygoogle.js",
        "googleads.g.doubleclick/pagead/ads",
    },
    "preferences:chat": {
        "embed.tawk/5f3e2a1c/default",
        "va.tawk/v1/session/start",
        "embed.tawk/_s/v4/app/window.html",
    },
    "preferences:captcha": {
        "www.google/recaptcha/api.js",
        "www.gstatic/recaptcha/releases/h7/recaptcha__en.js",
        "www.google/recaptcha/api2/anchor",
    },
    "media:fonts": {
        "fonts.googleapis/css2",
        "fonts.gstatic/s/bench/v4/bench.woff2",
    },
    "media:video": {
        "www.youtube/embed/st00lM4k1ng",
        "i.ytimg/vi/st00lM4k1ng/hqdefault.jpg",
        "www.youtube/youtubei/v1/log_event",
    },
    "media:maps": {
        "www.google/maps/embed",
        "www.google/maps/vt/pb=1",
    },
}
"""All that each vendor is asked for where it works, from its first file to its last hit."""

EVERYTHING = set().union(*ASKED.values())
WITHOUT_SCRIPT = {
    "www.googletagmanager/ns.html",
    "www.facebook/tr",
    *ASKED["media:fonts"],
    "www.youtube/embed/st00lM4k1ng",
    "i.ytimg/vi/st00lM4k1ng/hqdefault.jpg",
    *ASKED["media:maps"],
}
"""What the same pages ask for where no script runs."""

COOKIES = {
    "_ga",
    "_ga_SHOP1",
    "_gcl_au",
    "_fbp",
    "_hjSessionUser_3400561",
    "_hjSession_3400561",
    "twk_idm_key",
    "TawkConnectionTime",
    "__gads",
}
"""What the vendors' scripts set on the shop's own host."""

STORED = {"_hjActiveViewportIds", "hjViewportId", "twk_5f3e2a1c", "_grecaptcha"}

WAYS = {
    "script": {},
    "no script": {"java_script": False},
    "signal": {"signal": True},
}
way = pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)


@pytest.fixture(scope="module")
def third_parties() -> Iterator[Vendors]:
    with Vendors() as server:
        yield server


@pytest.fixture
def clinic(live_server: LiveServer, settings: Any, third_party: Vendors) -> LiveServer:
    """The shop, where other tests have the clinic: declared and published."""
    change(settings, SHOP, third_party)
    set_up(third_party.port)
    return live_server


@pytest.fixture
def before(clinic: LiveServer, settings: Any, third_party: Vendors) -> Iterator[str]:
    """The shop as it was before it had the app."""
    change(settings, BEFORE, third_party)
    server = LiveServer("127.0.0.1", start=False)
    server.thread.connections_override = {}
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def own(clinic: LiveServer) -> Iterator[list[str]]:
    """What the shop itself is asked for, but files."""
    paths: list[str] = []

    def note(environ: dict[str, Any], **_: Any) -> None:
        if not environ["PATH_INFO"].startswith("/static/"):
            paths.append(environ["PATH_INFO"])

    request_started.connect(note)
    yield paths
    request_started.disconnect(note)


def change(settings: Any, wanted: dict[str, Any], vendors: Vendors) -> None:
    for name, value in {**wanted, "SHOP_VENDORS_PORT": vendors.port}.items():
        setattr(settings, name, value)


@pytest.fixture(params=["chromium", "firefox"])
def come(
    request: pytest.FixtureRequest,
    clinic: LiveServer,
    enter: Enter,
    firefox: Callable[..., Firefox],
) -> Come:
    """Come with a clean profile: ``come(java_script=False, signal=True)``."""

    def in_chromium(base: str, *, java_script: bool = True, signal: bool = False) -> Engine:
        headers = {"Sec-GPC": "1"} if signal else {}
        visitor = enter(java_script_enabled=java_script, extra_http_headers=headers)
        visitor.base = base
        return Chromium(visitor)

    def arrive(base: str = clinic.url, **options: bool) -> Engine:
        return (
            firefox(base, **options) if request.param == "firefox" else in_chromium(base, **options)
        )

    return arrive


def look(browser: Engine, pages: tuple[str, ...] = LONG, *, seconds: float = BRIEF) -> Engine:
    """Come by each page, and scroll where there is more."""
    for path in pages:
        browser.open(path, seconds=seconds)
        if path in LONG:
            browser.scroll(seconds=seconds)
    return browser


def walk(browser: Engine, pages: tuple[str, ...] = PAGES) -> None:
    """Do all that is not a choice: load the last page again, go back, and wait on both."""
    look(browser, pages).reload().back()


def expect(browser: Engine, vendors: Vendors, addresses: set[str]) -> None:
    """Wait until all of that is asked for; and nothing else may be."""
    browser.until(lambda: vendors.asked() >= addresses)
    browser.rest()
    assert vendors.asked() == addresses


def kept(browser: Engine) -> set[str]:
    """Return the names of cookies, and of what else is stored."""
    stored = browser.storage()
    return {*browser.cookies(), *stored.get("local", {}), *stored.get("session", {})}


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_the_shop_without_the_app_asks_every_vendor(
    come: Come, before: str, third_party: Vendors, java_script: bool
) -> None:
    """B1, B2, B3: the measurement can fail, for each vendor, on the same walk."""
    browser = come(before, java_script=java_script)
    walk(browser, PAGES[1:])
    expect(browser, third_party, EVERYTHING if java_script else WITHOUT_SCRIPT)
    if java_script:
        assert kept(browser) >= COOKIES | STORED


@way
def test_no_vendor_is_asked_before_a_choice(
    come: Come,
    third_party: Vendors,
    records: Callable[[], list[Record]],
    own: list[str],
    page_mode: bool,
    options: dict[str, bool],
) -> None:
    """B1, B2, B3, B11: whichever page a visitor comes by, reloads or goes back to."""
    browser = come(**options)
    walk(browser)
    assert third_party.log == []
    assert browser.cookies() == {}
    if options.get("java_script", True):
        assert browser.storage() == {}
    assert records() == []
    assert set(own) <= {*PAGES, "/favicon.ico"}, "A held address is asked of the shop itself."


@pytest.mark.parametrize("java_script", [True, False], ids=["script", "no script"])
def test_no_vendor_is_asked_after_a_refusal(
    come: Come, third_party: Vendors, page_mode: bool, java_script: bool
) -> None:
    """B13: and the one cookie is all that is kept."""
    browser = (
        come(java_script=java_script)
        .open("/contact/", seconds=BRIEF)
        .choose("refuse", seconds=BRIEF)
    )
    browser.until(browser.cookies)
    look(browser).rest()
    assert third_party.log == []
    assert browser.cookies().keys() == {CHOICE}
    if java_script:
        assert browser.storage() == {}


def test_every_vendor_works_once_granted_and_is_gone_once_withdrawn(
    come: Come, third_party: Vendors, page_mode: bool
) -> None:
    """W3, W4, B2, B13: what the vendors' scripts kept here goes with them."""
    browser = come().open("/contact/", seconds=BRIEF).choose("accept", seconds=BRIEF)
    browser.until(browser.cookies)
    look(browser, seconds=ARRIVING)
    expect(browser, third_party, EVERYTHING)
    assert kept(browser) >= COOKIES | STORED
    browser.press("[data-consent-action=withdraw]", seconds=BRIEF)
    browser.until(lambda: browser.cookies()[CHOICE].split(".")[3] == "-")
    browser.rest()
    third_party.clear()
    assert not (COOKIES | STORED) & kept(browser)
    walk(browser, LONG)
    assert third_party.log == []
    assert not (COOKIES | STORED) & kept(browser)


@pytest.mark.parametrize("category", ["marketing", "media"])
def test_one_purpose_lets_its_own_vendors_in_and_nobody_else(
    come: Come, third_party: Vendors, page_mode: bool, category: str
) -> None:
    """G1: of two vendors on one host, too, and where one brings the other."""
    browser = come().open("/contact/", seconds=BRIEF).choose("choose")
    browser.press(
        f"[data-consent-dialog=preferences] [name=grant][value={category}]", seconds=BRIEF
    )
    browser.choose("save", inside="preferences", seconds=BRIEF)
    browser.until(browser.cookies)
    look(browser, seconds=ARRIVING)
    granted = (asked for key, asked in ASKED.items() if key.startswith(f"{category}:"))
    expect(browser, third_party, set().union(*granted))


def test_without_script_a_grant_brings_what_needs_none(
    come: Come, third_party: Vendors, page_mode: bool
) -> None:
    """B10: where pages are the same for everybody, nothing."""
    browser = come(java_script=False).open("/privacy/", seconds=BRIEF)
    browser.choose("accept", inside="", seconds=BRIEF)
    browser.until(browser.cookies)
    look(browser, seconds=ARRIVING)
    expect(browser, third_party, set() if page_mode else WITHOUT_SCRIPT)

"""Browsers that keep no cookies, and browsers whose clock is wrong by days."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect
from pytest_django.live_server_helper import LiveServer

from consent.models import Record
from tests.e2e.chromium import ARGUMENTS, find_chromium
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

Records = Callable[[], list[Record]]
DAY = 86_400

OVERRIDDEN = """Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} })"""
WAYS = ["blocked", "overridden", "disabled"]


@pytest.fixture
def blocking(playwright: Playwright, tmp_path: Path, clinic: LiveServer) -> Iterator[Visitor]:
    """A browser whose settings refuse all cookies."""
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings))
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=find_chromium(), args=ARGUMENTS, locale="en-GB"
    )
    context.set_default_timeout(10_000)
    yield Visitor.enter(context, clinic.url)
    context.close()


@pytest.fixture(params=WAYS)
def forgetful(request: pytest.FixtureRequest, enter: Enter) -> Visitor:
    """A browser that keeps no cookies, for each of the reasons that there may be."""
    if request.param == "blocked":
        found: Visitor = request.getfixturevalue("blocking")
        return found.open()
    visitor = enter()
    if request.param == "overridden":
        visitor.context.add_init_script(OVERRIDDEN)
    else:
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Emulation.setDocumentCookieDisabled", {"disabled": True})
    return visitor.open()


def text(page: Page) -> str:
    return page.locator("#consent-status").inner_text()


def test_what_is_not_remembered_is_not_said_to_be_allowed(
    page_mode: bool, forgetful: Visitor, third_party: ThirdParty
) -> None:
    """P8: and nothing loads; the visitor is told why."""
    forgetful.control("accept").click()
    error = forgetful.page.locator("[data-consent-dialog=banner] [role=alert]")
    expect(error).to_contain_text("keeps no cookies")
    forgetful.page.wait_for_timeout(300)
    assert loaded(third_party) == NOTHING
    assert "You allow" not in text(forgetful.page)


def test_a_refusal_is_not_asked_for_on_every_page(
    page_mode: bool, forgetful: Visitor, third_party: ThirdParty
) -> None:
    """U5: it holds, and the tab is asked once; what leads to the preferences stays."""
    forgetful.control("refuse").click()
    expect(forgetful.banner).to_be_hidden()
    for path in ("/es/", "/en/"):
        forgetful.open(path)
        expect(forgetful.banner).to_be_hidden()
        assert forgetful.page.locator("a.consent-link").first.is_visible()
    assert loaded(third_party) == NOTHING


def test_a_browser_that_keeps_no_cookies_still_loads_once(
    page_mode: bool, blocking: Visitor, third_party: ThirdParty, records: Records
) -> None:
    """V2: that needs none."""
    blocking.open()
    blocking.control("load-once", inside="placeholder").first.click()
    wait = blocking.page.wait_for_timeout
    assert eventually(lambda: loaded(third_party) == {"media:video"}, wait)
    assert [record.action for record in records()] == ["once"]


SHIFTS = [-30, -3, 3, 30]
SHIFTED = """{
  const Real = Date;
  Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length ? parts : [Real.now() + SHIFT]));
    }
    static now() {
      return Real.now() + SHIFT;
    }
  };
}"""


@pytest.fixture(params=SHIFTS, ids="{:+} days".format)
def shifted(request: pytest.FixtureRequest, enter: Enter) -> Visitor:
    """A browser whose clock is days behind or ahead."""
    visitor = enter()
    milliseconds = str(request.param * DAY * 1000)
    visitor.context.add_init_script(SHIFTED.replace("SHIFT", milliseconds))
    visitor.open()
    assert abs(visitor.page.evaluate("Date.now()") / 1000 - time.time()) > DAY
    return visitor


def test_by_a_wrong_clock_a_grant_is_remembered_and_its_things_stay(
    page_mode: bool, shifted: Visitor, third_party: ThirdParty
) -> None:
    """B7, W5: what is said, what loads and what is kept agree, on the next page too."""
    shifted.choose("accept")
    wait = shifted.page.wait_for_timeout
    assert eventually(lambda: loaded(third_party) == EVERYTHING, wait)
    expect(shifted.status).to_contain_text("You allow")
    third_party.clear()
    shifted.page.evaluate("document.cookie = '_visits=1; Path=/'")
    shifted.open("/en/")
    assert eventually(lambda: loaded(third_party) == EVERYTHING, wait)
    expect(shifted.banner).to_be_hidden()
    shifted.page.wait_for_timeout(300)
    assert "_visits" in shifted.cookies()
    shifted.page.locator("[data-consent-action=withdraw]:visible").first.click()
    assert eventually(lambda: shifted.answers == "-", wait)


@pytest.mark.parametrize("is_offline", [False, True])
def test_by_a_wrong_clock_a_refusal_is_asked_for_once(
    page_mode: bool, shifted: Visitor, third_party: ThirdParty, is_offline: bool
) -> None:
    """W5: also one that script wrote alone, which the server dates anew."""
    if is_offline:
        shifted.context.route("**/privacy/decision/", lambda route: route.abort())
    shifted.control("refuse").click()
    expect(shifted.banner).to_be_hidden()
    for path in ("/en/", "/privacy/", "/es/"):
        shifted.open(path)
        if path != "/privacy/":
            expect(shifted.banner).to_be_hidden()
    assert shifted.answers == "-"
    assert loaded(third_party) == NOTHING

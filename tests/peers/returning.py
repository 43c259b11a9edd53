"""Pages that htmx and Turbo swap and bring back are as the state in force says.

Not collected by ``make test``: ``make test-peers`` names this file.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.peers.pages")

Records = Callable[[], list[Record]]
SWAPPING = ["turbo", "boosted"]
VIDEO = "iframe.gated"


def arrive(enter: Enter, peer: str) -> Visitor:
    visitor = enter().open(f"/peers/swapped-{peer}/")
    visitor.page.evaluate("window.same = true")
    return visitor


def go(visitor: Visitor) -> None:
    visitor.page.locator("#next").click()
    expect(visitor.page.locator("#arrived")).to_be_visible()


def back(visitor: Visitor) -> None:
    visitor.page.go_back()
    expect(visitor.page.locator("#next")).to_be_visible()
    assert visitor.page.evaluate("window.same"), "the library brought it back"


def videos(third_party: ThirdParty) -> int:
    return sum(entry["path"] == "/embed/results" for entry in list(third_party.log))


@pytest.mark.parametrize("peer", SWAPPING)
def test_back_after_a_withdrawal_asks_for_nothing(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    """W3, V4: not even for a moment."""
    visitor = arrive(enter, peer)
    visitor.choose("always", inside="placeholder")
    wait = visitor.page.wait_for_timeout
    assert eventually(lambda: videos(third_party) > 0, wait)
    go(visitor)
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    assert eventually(lambda: visitor.answers == "-", wait)
    third_party.clear()
    back(visitor)
    visitor.page.wait_for_timeout(500)
    assert videos(third_party) == 0
    expect(visitor.page.locator(VIDEO)).to_have_count(0)
    expect(visitor.page.locator("[data-consent-dialog=placeholder]")).to_be_visible()
    assert visitor.errors == []


@pytest.mark.parametrize("peer", SWAPPING)
def test_back_with_a_grant_in_force_shows_what_is_granted(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    visitor = arrive(enter, peer)
    visitor.choose("always", inside="placeholder")
    go(visitor)
    back(visitor)
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    expect(visitor.page.locator("[data-consent-dialog=placeholder]")).to_be_hidden()


@pytest.mark.parametrize("action", ["refuse", "close"])
@pytest.mark.parametrize("peer", SWAPPING)
def test_back_after_a_refusal_does_not_ask_again(
    enter: Enter, page_mode: bool, records: Records, peer: str, action: str
) -> None:
    """U5."""
    visitor = arrive(enter, peer)
    go(visitor)
    visitor.choose(action)
    back(visitor)
    visitor.page.wait_for_timeout(300)
    expect(visitor.banner).to_be_hidden()
    assert len(records()) == 1


@pytest.mark.parametrize("action", ["accept", "refuse", "always", "load-once"])
@pytest.mark.parametrize("peer", SWAPPING)
def test_a_choice_is_sent_once_and_swaps_no_page(
    enter: Enter, page_mode: bool, records: Records, peer: str, action: str
) -> None:
    """P1: nothing that was typed is lost, and nothing is added to the history."""
    visitor = arrive(enter, peer)
    visitor.page.locator("#typed").fill("Not lost")
    before = visitor.page.evaluate("history.length")
    inside = "placeholder" if action in ("always", "load-once") else "banner"
    posts = []
    visitor.context.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    visitor.choose(action, inside=inside)
    visitor.page.wait_for_timeout(500)
    assert len(posts) == 1
    assert len(records()) == 1
    expect(visitor.page.locator("#typed")).to_have_value("Not lost")
    assert visitor.page.evaluate("history.length") == before
    visitor.page.locator("a.consent-link").first.click()
    expect(visitor.page.locator("dialog.consent-preferences")).to_be_visible()
    assert visitor.page.evaluate("window.same")

"""What htmx, Turbo and a bundled app insert after load behaves as ever, and waits for a grant.

Not collected by ``make test``: ``make test-peers`` names this file.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ConsoleMessage, expect

from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.peers.pages")

PEERS = ["htmx", "turbo", "app"]
GATED = "iframe.gated"


def arrive(enter: Enter, peer: str, *, query: str = "") -> Visitor:
    """Open a peer's page and note what its console complains about."""
    visitor = enter()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            visitor.errors.append(message.text)

    visitor.page.on("console", note)
    return visitor.open(f"/peers/{peer}/{query}")


def insert(visitor: Visitor) -> None:
    visitor.page.locator("#load").click()
    expect(visitor.page.locator("#ordinary")).to_be_visible()


def paths(third_party: ThirdParty) -> set[str]:
    return {entry["path"] for entry in list(third_party.log)}


def arrives(visitor: Visitor, third_party: ThirdParty, path: str) -> bool:
    return eventually(lambda: path in paths(third_party), visitor.page.wait_for_timeout)


@pytest.mark.parametrize("peer", PEERS)
def test_without_the_guard_pasted_content_leaves(
    enter: Enter, third_party: ThirdParty, peer: str
) -> None:
    """So that the next test can fail, whatever the server makes of pasted markup."""
    visitor = arrive(enter, peer, query="?bare")
    insert(visitor)
    visitor.page.evaluate(
        "(url) => { document.querySelector('main').appendChild(new Image()).src = url }",
        f"{third_party.origin}/thumb.png",
    )
    assert arrives(visitor, third_party, "/thumb.png")


@pytest.mark.parametrize("peer", PEERS)
def test_ordinary_content_arrives_and_nothing_foreign_leaves(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    """B2: and the console stays silent."""
    visitor = arrive(enter, peer)
    insert(visitor)
    expect(visitor.page.locator("main b")).to_have_text("markup")
    visitor.page.wait_for_timeout(500)
    assert paths(third_party) == set()
    assert visitor.foreign == []
    assert visitor.errors == []


def test_htmx_swaps_and_settles(enter: Enter, page_mode: bool) -> None:
    visitor = arrive(enter, "htmx")
    expect(visitor.page.locator("#word")).to_have_text("Word")
    expect(visitor.page.locator("#out")).to_have_count(0)
    insert(visitor)
    insert(visitor)
    expect(visitor.page.locator("#ordinary")).to_have_count(1)
    expect(visitor.page.locator(".htmx-settling, .htmx-request")).to_have_count(0)
    assert visitor.errors == []


def test_turbo_visits_frames_and_goes_back(enter: Enter, page_mode: bool) -> None:
    visitor = arrive(enter, "turbo")
    visitor.page.evaluate("window.same = true")
    visitor.page.locator("#frame").click()
    expect(visitor.page.locator("turbo-frame p")).to_have_text("Word")
    insert(visitor)
    expect(visitor.page).to_have_title("second")
    visitor.page.go_back()
    expect(visitor.page.locator("#load")).to_be_visible()
    expect(visitor.page).to_have_url(re.compile("/peers/turbo/"))
    assert visitor.page.evaluate("window.same")
    assert visitor.errors == []


def test_a_bundled_app_renders_and_updates(enter: Enter, page_mode: bool) -> None:
    visitor = arrive(enter, "app")
    for _ in range(3):
        visitor.page.locator("#count").click()
    expect(visitor.page.locator("#count")).to_have_text("3")
    expect(visitor.page.locator("main li")).to_have_text(["Item 0", "Item 1", "Item 2"])
    insert(visitor)
    expect(visitor.page.locator("#styled")).to_have_css("color", "rgb(1, 2, 3)")
    expect(visitor.page.locator("#styled")).to_have_css("background-image", "none")
    visitor.page.locator("#count").click()
    expect(visitor.page.locator("#count")).to_have_text("4")
    assert visitor.errors == []


@pytest.mark.parametrize("peer", PEERS)
def test_inserted_content_loads_when_it_is_granted(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    """Tagged content and pasted content alike, without a reload."""
    visitor = arrive(enter, peer)
    insert(visitor)
    visitor.page.evaluate("window.same = true")
    visitor.choose("accept")
    assert arrives(visitor, third_party, "/embed/results")
    assert arrives(visitor, third_party, "/embed/map")
    expect(visitor.page.locator(GATED)).to_have_count(1)
    if peer == "app":
        assert arrives(visitor, third_party, "/embed/jsx")
        assert arrives(visitor, third_party, "/thumb.png?style")
    assert visitor.page.evaluate("window.same")


@pytest.mark.parametrize("peer", PEERS)
def test_what_is_inserted_after_a_grant_loads(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    """On cacheable pages too, where it arrives inert."""
    visitor = arrive(enter, peer)
    visitor.choose("accept")
    insert(visitor)
    expect(visitor.page.locator(GATED)).to_have_count(1)
    assert arrives(visitor, third_party, "/embed/results")
    assert arrives(visitor, third_party, "/embed/map")


@pytest.mark.parametrize("peer", PEERS)
def test_inserted_content_can_be_loaded_once(
    enter: Enter, page_mode: bool, third_party: ThirdParty, peer: str
) -> None:
    """V2: and what is beside it stays away."""
    visitor = arrive(enter, peer)
    insert(visitor)
    visitor.choose("load-once", inside="placeholder")
    expect(visitor.page.locator(GATED)).to_have_count(1)
    assert arrives(visitor, third_party, "/embed/results")
    visitor.page.wait_for_timeout(300)
    assert paths(third_party) == {"/embed/results"}


def test_the_banner_of_a_swapped_body_follows_the_choice(enter: Enter, page_mode: bool) -> None:
    """U5: Turbo replaces the body, and with it banner, preferences and status."""
    visitor = arrive(enter, "turbo")
    insert(visitor)
    expect(visitor.banner).to_be_visible()
    visitor.choose("refuse")
    expect(visitor.banner).to_be_hidden()
    expect(visitor.status).to_be_focused()
    visitor.page.locator("#back").click()
    expect(visitor.page.locator("#load")).to_be_visible()
    expect(visitor.banner).to_be_hidden()

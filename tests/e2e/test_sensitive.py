"""Pages whose very address tells something about who visits them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.policies")

ADDRESS = "/therapies/paraplegia/?q=incontinence"
TELLING = ("paraplegia", "incontinence", "therapies", "Living")
VIDEO = "iframe[src*='/embed/results']"


def told(visitor: Visitor, third_party: ThirdParty) -> str:
    """Return everything that was sent to others: addresses and headers."""
    return f"{visitor.foreign} {third_party.log}"


def test_before_a_grant_nothing_is_told(
    enter: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """G7: no path, title, search term or name of a video."""
    visitor = enter().open(ADDRESS)
    visitor.page.wait_for_timeout(500)
    visitor.choose("refuse")
    visitor.page.wait_for_timeout(300)
    assert visitor.foreign == []
    assert third_party.log == []
    assert visitor.page.locator("iframe").count() == 0


@pytest.mark.parametrize("rendered", ["in place", "by the server"])
@pytest.mark.parametrize(("action", "inside"), [("load-once", "placeholder"), ("accept", "banner")])
def test_after_a_grant_a_frame_learns_the_origin_alone(
    enter: Enter,
    page_mode: bool,
    third_party: ThirdParty,
    action: str,
    inside: str,
    rendered: str,
) -> None:
    """G7: although the page's own referrer policy would tell everybody everything."""
    visitor = enter().open(ADDRESS)
    visitor.choose(action, inside=inside)
    if rendered == "by the server" and action == "accept":
        third_party.clear()
        visitor.open(ADDRESS)
    frame = visitor.page.locator(VIDEO)
    expect(frame).to_have_attribute("referrerpolicy", "strict-origin")
    assert eventually(lambda: "media:video" in loaded(third_party), visitor.page.wait_for_timeout)
    assert {entry["headers"].get("Referer") for entry in third_party.log} == {f"{visitor.base}/"}
    assert [word for word in TELLING if word in told(visitor, third_party)] == []


def test_a_page_without_gates_would_tell_everything(enter: Enter, third_party: ThirdParty) -> None:
    """So the measurement above can fail."""
    visitor = enter().open(ADDRESS)
    visitor.page.evaluate(
        """(src) => document.body.append(Object.assign(document.createElement("iframe"), {src}))""",
        f"{third_party.origin}/embed/results",
    )
    assert eventually(lambda: third_party.log != [], visitor.page.wait_for_timeout)
    assert "paraplegia" in told(visitor, third_party)


@pytest.mark.parametrize(("path", "word"), [("/en/", "health"), ("/es/", "salud")])
def test_layer_one_says_before_its_buttons_what_a_visit_can_reveal(
    enter: Enter, page_mode: bool, settings: Any, path: str, word: str
) -> None:
    """G7, U10: in the page's language, in sight, above the buttons."""
    settings.CONSENT_SENSITIVE = True
    visitor = enter(viewport={"width": 1280, "height": 900}).open(path)
    sentence = visitor.banner.locator("p", has_text=word)
    expect(sentence).to_be_visible()
    expect(sentence).to_be_in_viewport(ratio=1)
    above, below = sentence.bounding_box(), visitor.control("refuse").bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] or above["x"] < below["x"]

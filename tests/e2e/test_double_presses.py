"""What comes under a finger that has just pressed something else must not be taken for a choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.pages")

Records = Callable[[], list[Record]]

PHONES = [(320, 568), (375, 812), (430, 932)]
DESKTOPS = [(768, 1024), (1440, 900)]
SOON = [60, 200, 350]
"""Milliseconds between two taps of which the second may still be meant for the first's target."""
GRANTING = "[data-consent-action=accept], [data-consent-action=always]"
HIT = "([x, y, selector]) => !!document.elementFromPoint(x, y)?.closest(selector)"


def middle(control: Locator) -> tuple[float, float]:
    """Return the middle of a control."""
    box = control.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def press_twice(visitor: Visitor, place: tuple[float, float], pause: int, *, touch: bool) -> None:
    """Press the same place twice."""
    press = visitor.page.touchscreen.tap if touch else visitor.page.mouse.click
    press(*place)
    visitor.page.wait_for_timeout(pause)
    press(*place)
    visitor.page.wait_for_timeout(700)


@pytest.mark.parametrize("pause", [60, 350, 1000])
@pytest.mark.parametrize("size", [*PHONES, *DESKTOPS], ids=str)
def test_two_presses_on_choose_accept_nothing(
    enter: Enter, records: Records, third_party: ThirdParty, size: tuple[int, int], pause: int
) -> None:
    """U12: the preferences open, and stay open where the second press came at once."""
    touch = size in PHONES
    viewport: Any = {"width": size[0], "height": size[1]}
    visitor = enter(viewport=viewport, has_touch=touch).open()
    press_twice(visitor, middle(visitor.control("choose")), pause, touch=touch)
    assert [record.action for record in records() if record.action != "refuse"] == []
    assert loaded(third_party) == NOTHING
    if pause < 500:
        assert records() == []
        expect(visitor.preferences).to_be_visible()
        assert visitor.preferences.locator("[name=grant]:checked").count() == 0


@pytest.mark.parametrize("at", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("size", [*PHONES, *DESKTOPS], ids=str)
def test_no_granting_control_opens_where_choose_was(
    enter: Enter, size: tuple[int, int], at: float
) -> None:
    """U12: with script at any height of the button; without, on the page that it leads to."""
    viewport: Any = {"width": size[0], "height": size[1]}
    for script in (True, False):
        visitor = enter(viewport=viewport, java_script_enabled=script).open()
        box = visitor.control("choose").bounding_box()
        assert box
        place = [box["x"] + box["width"] * at, box["y"] + box["height"] * at, GRANTING]
        visitor.control("choose").click()
        visitor.page.wait_for_load_state("load")
        visitor.page.wait_for_timeout(600)
        expect(visitor.preferences).to_be_visible()
        assert visitor.page.evaluate(HIT, place) is False


@pytest.mark.parametrize("pause", SOON)
@pytest.mark.parametrize("action", ["refuse", "close"])
def test_what_the_banner_leaves_behind_is_not_pressed_at_once(
    enter: Enter, records: Records, third_party: ThirdParty, action: str, pause: int
) -> None:
    """U12: wherever a placeholder may stand."""
    visitor = enter(viewport={"width": 390, "height": 844}, has_touch=True).open("/gates/many/")
    place = middle(visitor.control(action))
    visitor.page.evaluate(
        """([x, y]) => {
          const box = document.querySelector("[data-consent-action=always]");
          Object.assign(box.style, { position: "fixed", left: `${x - 20}px`, top: `${y - 20}px`,
            width: "40px", height: "40px" });
        }""",
        place,
    )
    press_twice(visitor, place, pause, touch=True)
    assert [record.action for record in records()] == ["refuse"]


def test_a_press_half_a_second_later_counts(enter: Enter, records: Records) -> None:
    """U12, U2: nobody has to wait for longer."""
    visitor = enter(viewport={"width": 390, "height": 844}, has_touch=True).open()
    visitor.page.touchscreen.tap(*middle(visitor.control("choose")))
    visitor.page.wait_for_timeout(600)
    visitor.page.touchscreen.tap(*middle(visitor.control("accept", inside="preferences")))
    assert eventually(lambda: len(records()) == 1, visitor.page.wait_for_timeout)
    assert records()[0].action == "accept"


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize("action", ["choose", "refuse", "close"])
def test_a_key_that_is_held_down_grants_nothing(
    enter: Enter, records: Records, third_party: ThirdParty, action: str, key: str
) -> None:
    """U12, A1: browsers repeat it."""
    visitor = enter().open()
    visitor.control(action).focus()
    for _ in range(20):
        visitor.page.keyboard.down(key)
        visitor.page.wait_for_timeout(40)
    visitor.page.keyboard.up(key)
    visitor.page.wait_for_timeout(600)
    assert [record.action for record in records() if record.action != "refuse"] == []
    assert loaded(third_party) == NOTHING

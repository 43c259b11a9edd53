"""What the scripts believe of the stored choice, and when."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consent.core.state import base36
from tests.js.pages import RECEIPT, SIGNED, STATIC, gate_html, page, sample_notice

DAY = 86_400
NOW = int(time.time()) // 3600 * 3600  # the same for everybody who collects these tests


def refused(*, days: int = 0, notice: int = 1, signature: str = "") -> str:
    return f"v1.{notice}.{base36(NOW // DAY - days)}.-..{signature}"


def granted(answers: str, *, days: int = 0, notice: int = 3, signature: str = SIGNED) -> str:
    return f"v1.{notice}.{base36(NOW - days * DAY)}.{answers}.{RECEIPT}.{signature}"


BELIEVED = [
    refused(),
    refused(days=184, signature=SIGNED),
    refused(notice=99),
    granted("media"),
    granted("media:video~statistics"),
    granted("media", days=184),
    granted("media", notice=2),
    refused(days=-30, signature=SIGNED),
    granted("media", days=-30),
]
DOUBTED = [
    "",
    "v1",
    "accept",
    "v2" + refused()[2:],
    refused(days=186),
    refused(days=-187),
    granted("media", days=186),
    granted("media", days=-186),
    granted("media", notice=1),
    "v1.3.zzzzzzzzzz.media.x.y",
    "v1.3..media..",
]
PARTLY = granted("statistics~?media~?marketing")
FORGED = [granted("media", signature=""), granted("media", notice=4), "v1.3.1.-.x."]


def states(opened: Page) -> tuple[str | None, bool]:
    root = opened.locator("html").get_attribute("data-consent-state")
    return root, opened.locator(".consent-notice").is_visible()


@pytest.mark.parametrize("stored", BELIEVED)
def test_a_choice_that_holds_is_decided_before_and_after_the_module(
    visit: Callable[..., Page], stored: str
) -> None:
    """W5, W7."""
    html = page(sample_notice(number=3, oldest_valid=2), cacheable=True)
    assert states(visit(html, stored=stored)) == ("decided", False)
    early = html.replace('type="module"', 'type="none"')
    assert states(visit(early, stored=stored)) == ("decided", False)


@pytest.mark.parametrize("stored", [*DOUBTED, PARTLY])
def test_doubt_is_undecided_before_and_after_the_module(
    visit: Callable[..., Page], stored: str
) -> None:
    """B7; while something has not been asked, the banner stays."""
    html = page(sample_notice(number=3, oldest_valid=2), cacheable=True)
    assert states(visit(html, stored=stored)) == ("undecided", True)
    early = html.replace('type="module"', 'type="none"')
    assert states(visit(early, stored=stored)) == ("undecided", True)


@pytest.mark.parametrize("stored", [*FORGED, *DOUBTED, PARTLY])
def test_doubt_loads_nothing(visit: Callable[..., Page], stored: str) -> None:
    """B7."""
    gate = gate_html("<b id=loaded>video</b>")
    opened = visit(
        page(sample_notice(number=3, oldest_valid=2), cacheable=True, body=gate), stored=stored
    )
    assert opened.locator("#loaded").count() == 0
    assert states(opened) == ("undecided", True)


@pytest.mark.parametrize(
    ("answers", "service", "loads"),
    [
        ("media", "video", True),
        ("media", "", True),
        ("media:video", "video", True),
        ("media:video~?media", "video", True),
        ("media:video", "", False),
        ("media~!media:video", "video", False),
        ("media~!media:maps", "video", True),
        ("media~!media:maps", "", False),
        ("?media~statistics", "video", False),
        ("mediator", "video", False),
    ],
)
def test_a_gate_loads_only_what_its_answer_grants(
    visit: Callable[..., Page], answers: str, service: str, loads: bool
) -> None:
    """G1."""
    gate = gate_html("<b id=loaded>video</b>", service=service)
    html = page(sample_notice(number=3, oldest_valid=2), cacheable=True, body=gate)
    opened = visit(html, stored=granted(answers))
    if loads:
        expect(opened.locator("#loaded")).to_have_count(1)
    else:
        opened.wait_for_timeout(200)
        assert opened.locator("#loaded").count() == 0


def test_a_page_that_the_server_decided_is_left_as_it_is(visit: Callable[..., Page]) -> None:
    gate = gate_html("<b id=loaded>video</b>")
    opened = visit(page(sample_notice(number=3), body=gate), stored=granted("media"))
    assert states(opened) == ("undecided", True)
    assert opened.locator("#loaded").count() == 0


def test_the_early_script_is_at_most_500_bytes() -> None:
    assert len((STATIC / "state.js").read_bytes()) <= 500


@pytest.mark.parametrize("cacheable", [False, True])
def test_nothing_is_stored_before_a_choice(visit: Callable[..., Page], cacheable: bool) -> None:
    """B1."""
    opened = visit(page(sample_notice(), cacheable=cacheable))
    assert opened.context.cookies() == []
    assert opened.evaluate("localStorage.length + sessionStorage.length") == 0

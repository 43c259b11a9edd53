"""What a visitor sees: equal buttons, inside the window, accessible, and small to load."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from consent import dialog
from tests.js.pages import STATIC, gate_html, page, placeholder, preferences_page, sample_notice
from tests.js.test_gates import press

WIDTHS = [(320, 568), (320, 256), (768, 1024), (1440, 900), (1920, 1080)]
BLOCKED = re.compile(
    r"cookie|gdpr|consent-manager|consent\.min|consent-dialog$|consent-banner|consentbanner|"
    r"c-consent|consentContainer|consent-bar|consent-layer|consent-panel|^consent$"
)
EQUAL = """(names) => [...document.querySelectorAll(
    '[data-consent-dialog]:not([hidden]) .consent-choices-button')].map((button) => {
  const style = getComputedStyle(button), box = button.getBoundingClientRect();
  return [button.tagName, button.className, Math.round(box.width), Math.round(box.height),
    ...["color", "backgroundColor", "fontSize", "fontWeight", "border"].map((n) => style[n])];
}).filter(([, , width]) => width)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_three_buttons_are_equal_and_inside_the_window(
    visit: Callable[..., Page], width: int, height: int, language: str, scheme: Any
) -> None:
    """U1, U3."""
    opened = visit(
        page(sample_notice(), language),
        viewport={"width": width, "height": height},
        color_scheme=scheme,
    )
    found = opened.evaluate(EQUAL)
    assert len(found) == 3
    assert found[0] == found[1] == found[2]
    assert found[0][3] >= 44
    for button in opened.locator(".consent-notice button").all():
        expect(button).to_be_in_viewport(ratio=1)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_banner_takes_no_focus_and_hides_no_focus(visit: Callable[..., Page]) -> None:
    """U5, A3."""
    opened = visit(page(sample_notice()), viewport={"width": 800, "height": 600})
    assert opened.evaluate("document.activeElement === document.body")
    opened.focus("#last")
    covered = opened.evaluate(
        "document.querySelector('.consent-notice').getBoundingClientRect().top < "
        "document.getElementById('last').getBoundingClientRect().bottom"
    )
    assert not covered


def test_without_script_the_banner_stands_in_the_flow(visit: Callable[..., Page]) -> None:
    """B10."""
    opened = visit(page(sample_notice(), cacheable=True), java_script_enabled=False)
    banner = opened.locator(".consent-notice")
    expect(banner).to_be_visible()
    expect(banner).to_have_css("position", "static")
    expect(opened.locator("#consent-status p").first).to_be_hidden()
    opened.goto(opened.url + "#consent-status")
    expect(opened.locator("#consent-status")).to_contain_text("Your choice has been saved.")
    expect(opened.locator("#consent-status p").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_axe_finds_nothing(visit: Callable[..., Page], language: str, scheme: Any) -> None:
    notice = sample_notice()
    body = gate_html("", box=placeholder(notice, language))
    opened = visit(page(notice, language, body=body), color_scheme=scheme)
    assert violations(opened) == []
    press(opened, "choose")
    opened.evaluate("document.querySelectorAll('dialog details').forEach((d) => d.open = true)")
    assert violations(opened) == []
    opened = visit(preferences_page(notice, language, message="No."), color_scheme=scheme)
    opened.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    assert violations(opened) == []


def violations(opened: Page) -> list[str]:
    found = Axe().run(opened).response["violations"]
    return [f"{entry['id']}: {[node['target'] for node in entry['nodes']]}" for entry in found]


def test_script_and_style_fit_into_little_more_than_five_thousand_bytes() -> None:
    sizes = [
        len(brotli.compress((STATIC / name).read_bytes(), quality=11))
        for name in ("dialog.js", "dialog.css")
    ]
    assert sum(sizes) <= 5_250


def test_no_name_is_one_that_filter_lists_match(visit: Callable[..., Page]) -> None:
    notice = sample_notice()
    opened = visit(page(notice, body=gate_html("", box=placeholder(notice))))
    names = opened.evaluate(
        "[...document.querySelectorAll('[class*=consent],[id*=consent]')]"
        ".flatMap((e) => [...e.classList, e.id])"
    )
    files = [path.name for path in STATIC.iterdir()]
    selectors = re.findall(r"[.#]([a-z][\w-]*)", dialog.assets().style)
    assert [name for name in {*names, *files, *selectors} if BLOCKED.search(name)] == []


def test_the_script_needs_no_sink_that_trusted_types_guard() -> None:
    script = dialog.assets().script
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|DOMParser|\beval\b|Function\(", script
    )

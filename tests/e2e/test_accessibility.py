"""Everybody can read, reach and operate it: axe-core, keyboard, focus, size, reflow, announcements.

WCAG 2.2 AA; the ids are those of the requirements' accessibility rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor

LANGUAGES = ("en", "es")
SCHEMES: tuple[Any, ...] = ("light", "dark")
SIZES = ((1280, 800), (320, 640))
RUN = """async () => {
  // On by itself only with the tags of WCAG 2.2; the embedded players are other people's pages
  const options = { iframes: false, rules: { "target-size": { enabled: true } } };
  const { violations } = await axe.run({ exclude: ["iframe"] }, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`);
}"""
OURS = "[data-consent-dialog], #consent-status, .consent-link-group"
CONTROL = ":is(a, button, input:not([type=hidden]), summary):visible"
FOCUSABLE = f":is({OURS}) {CONTROL}"

State = Callable[[Visitor, str], None]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both languages of the site."""
    return str(request.param)


def violations(page: Page) -> list[str]:
    """Return what axe-core, all its rules, finds wrong with a page as it stands now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN))


def in_every_look(page: Page) -> list[str]:
    """Return what axe-core finds, wide and narrow, light and dark."""
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{width} {scheme} {fault}" for fault in violations(page)]
    return found


def unfold(visitor: Visitor) -> None:
    """Open everything that is folded."""
    visitor.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")


def banner(visitor: Visitor, language: str) -> None:
    """Show the home page with banner and placeholders."""
    visitor.open(f"/{language}/")
    assert visitor.banner.is_visible()
    assert visitor.page.locator("[data-consent-dialog=placeholder]:visible").count() == 2


def preferences(visitor: Visitor, language: str) -> None:
    """Open the preferences over the page, everything in them unfolded."""
    visitor.open(f"/{language}/").control("choose").click()
    expect(visitor.preferences).to_be_visible()
    unfold(visitor)
    expect(visitor.preferences).to_be_visible()


def status(visitor: Visitor, language: str) -> None:
    """Show what is said after a choice, with the receipt."""
    visitor.open(f"/{language}/").choose("accept")
    visitor.status.locator("summary").click()
    assert visitor.status.locator("code").is_visible()


def preferences_page(visitor: Visitor, language: str) -> None:
    """Show the page of the preferences, with a grant in force."""
    visitor.open(f"/{language}/").choose("accept")
    visitor.open(f"/privacy/?language={language}")
    unfold(visitor)


def receipt(visitor: Visitor, language: str) -> None:
    """Show the visitor's own record."""
    visitor.open(f"/{language}/").choose("accept")
    visitor.open(f"/privacy/receipt/?language={language}")


def no_receipt(visitor: Visitor, language: str) -> None:
    """Show that there is no record to be found."""
    visitor.open(f"/privacy/receipt/?language={language}")


def policy(visitor: Visitor, language: str) -> None:
    """Show the policy, the banner open."""
    visitor.open(f"/{language}/policy/")


def contact(visitor: Visitor, language: str) -> None:
    """Show the contact form after an error."""
    visitor.open(f"/{language}/contact/").page.locator("form.form button").click()
    visitor.page.wait_for_selector("[role=alert]:visible")


STATES: tuple[State, ...] = (
    banner, preferences, status, preferences_page, receipt, no_receipt, policy, contact,
)  # fmt: skip


@pytest.mark.parametrize("show", STATES, ids=lambda show: show.__name__)
def test_axe_finds_no_violation(enter: Enter, show: State, language: str) -> None:
    """A2, A4, A7: page, banner, preferences, placeholder, status, receipt."""
    visitor = enter(reduced_motion="reduce")
    show(visitor, language)
    page = visitor.page
    assert page.locator("html").get_attribute("lang") == language
    assert in_every_look(page) == []
    version = page.evaluate("axe.version.split('.').slice(0, 2).map(Number)")
    assert version >= [4, 10]


def test_axe_finds_nothing_without_our_script_either(enter: Enter, language: str) -> None:
    """B10, A2: as where a blocker stops it (with all scripts off axe-core could not run)."""
    visitor = enter()
    visitor.context.route("**/consent/*.js", lambda route: route.abort())
    visitor.open(f"/{language}/")
    assert in_every_look(visitor.page) == []
    visitor.control("accept").click()
    visitor.page.wait_for_url("**#consent-status")
    assert visitor.status.locator("p").first.is_visible()
    assert in_every_look(visitor.page) == []


def test_axe_can_find_something(enter: Enter) -> None:
    """The measurement can fail, on the page and in the banner."""
    page = enter().open().page
    page.add_style_tag(content=".consent-notice strong { color: #bbb !important }")
    page.locator("html").evaluate("(root) => root.removeAttribute('lang')")
    page.evaluate("document.querySelector('[data-consent-action=close]').textContent = ''")
    found = {fault.partition(":")[0] for fault in violations(page)}
    assert {"color-contrast", "html-has-lang", "button-name"} <= found


@pytest.mark.parametrize("path", ["", "policy/", "contact/"])
def test_the_banner_is_a_headed_region_right_after_the_skip_link(
    enter: Enter, language: str, path: str, page_mode: bool
) -> None:
    """A2, A7: on every page; search engines do not quote it."""
    page = enter().open(f"/{language}/{path}").page
    says = {"en": "Your privacy choices", "es": "Sus opciones de privacidad"}[language]
    region = page.get_by_role("region", name=says, exact=True)
    assert region.get_attribute("data-consent-dialog") == "banner"
    assert region.get_by_role("heading", name=says, exact=True).is_visible()
    assert region.evaluate("(banner) => banner.previousElementSibling.className") == "skip"
    parts = page.locator("[data-consent-dialog], #consent-status")
    assert all(part.get_attribute("data-nosnippet") == "" for part in parts.all())


def test_the_banner_never_takes_focus(enter: Enter, page_mode: bool) -> None:
    """A1: neither on arrival, nor after a reload, nor on the next page."""
    page = enter().open().page
    for go in (lambda: None, page.reload, page.locator(".foot-links a").first.click):
        go()
        page.wait_for_load_state("load")
        page.wait_for_timeout(300)
        assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("leave", ["close", "Escape", "save"])
@pytest.mark.parametrize("opener", ["[data-consent-action=choose]", "a.consent-link"])
def test_focus_returns_when_the_preferences_close(enter: Enter, opener: str, leave: str) -> None:
    """A6: to what opened them or, where a choice has hidden that, to what is in force now."""
    visitor = enter().open()
    visitor.page.locator(opener).first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.preferences).to_be_visible()
    assert visitor.page.evaluate("!!document.activeElement.closest('dialog')")
    if leave == "Escape":
        visitor.page.keyboard.press("Escape")
    else:
        visitor.control(leave, inside="preferences").click()
    visitor.page.wait_for_timeout(500)
    assert visitor.page.locator("dialog").is_hidden()
    gone = leave == "save" and "choose" in opener
    here = "#consent-status" if gone else opener
    assert visitor.page.locator(here).first.evaluate("(e) => e === document.activeElement")


@pytest.mark.parametrize("action", ["load-once", "always"])
def test_focus_moves_into_what_has_loaded(enter: Enter, action: str) -> None:
    """A6: from the placeholder into the frame that replaces it."""
    visitor = enter().open()
    visitor.choose(action, inside="placeholder")
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("document.activeElement.tagName") == "IFRAME"


RING = """(element) => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parse(color).map((c) => (c /= 255) <= .04045 ? c / 12.92
      : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let surface = element.parentElement;
  while (surface && /, 0\\)|transparent/.test(getComputedStyle(surface).backgroundColor)) {
    surface = surface.parentElement;
  }
  const style = getComputedStyle(element);
  const a = light(style.outlineColor), b = light(getComputedStyle(surface).backgroundColor);
  return [style.outlineStyle, parseFloat(style.outlineWidth),
    (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_focus_is_visible_on_every_control(enter: Enter, scheme: Any) -> None:
    """A3: a ring of two pixels or more at 3:1, on whatever the keyboard reaches."""
    visitor = enter(color_scheme=scheme, reduced_motion="reduce").open()
    page, seen = visitor.page, 0
    for opened in (False, True):
        if opened:
            visitor.control("choose").click()
            expect(visitor.preferences).to_be_visible()
            unfold(visitor)
        page.keyboard.press("Tab")
        for control in page.locator(f"dialog {CONTROL}" if opened else FOCUSABLE).all():
            control.focus()
            style, width, contrast = control.evaluate(RING)
            said = f"{control.evaluate('(e) => e.outerHTML')[:120]} {style} {width} {contrast}"
            assert style not in ("none", "hidden"), said
            assert width >= 2, said
            assert contrast >= 3, said
            seen += 1
    assert seen > 30


SMALL = """(elements) => elements.filter((element) => {
  // A link in a sentence may be as high as its line; a box is as large as its label
  if (element.matches("p a, li a, dd a") && !element.matches("[class]")) return false;
  const { width, height } = (element.closest("label") ?? element).getBoundingClientRect();
  return width < 24 || height < 24;
}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [320, 1280])
def test_every_target_is_large_enough(enter: Enter, language: str, width: int) -> None:
    """A4: 24 by 24 pixels, and 44 for the buttons that decide."""
    visitor = enter(viewport={"width": width, "height": 640})
    for show in (banner, preferences, status, preferences_page):
        visitor.context.clear_cookies()
        show(visitor, language)
        assert visitor.page.locator(FOCUSABLE).evaluate_all(SMALL) == []
        for button in visitor.page.locator(".consent-choices-button:visible").all():
            assert (button.bounding_box() or {})["height"] >= 44
    visitor.page.add_style_tag(content="summary { max-block-size: 12px; overflow: hidden }")
    assert visitor.page.locator(FOCUSABLE).evaluate_all(SMALL)


WIDE = """(selector) => [...document.querySelectorAll(selector)]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 &&
    getComputedStyle(element).display !== "inline")
  .map((element) => `${element.outerHTML.slice(0, 80)} ${element.scrollWidth}`)"""
BOXES = "dialog[open], .consent-notice, .consent-preferences, .consent-placeholder, #consent-status"
PARTS = f":is({BOXES}), :is({BOXES}) *"


@pytest.mark.parametrize("show", STATES, ids=lambda show: show.__name__)
def test_everything_reflows_at_320_pixels(enter: Enter, show: State, language: str) -> None:
    """A5: nothing scrolls sideways, with text at its own size and at twice that."""
    visitor = enter(viewport={"width": 320, "height": 640})
    show(visitor, language)
    assert visitor.page.evaluate(WIDE, f"html, {PARTS}") == []
    visitor.page.set_viewport_size({"width": 640, "height": 800})
    visitor.page.add_style_tag(content="html { font-size: 200% }")
    assert visitor.page.evaluate(WIDE, PARTS) == []
    for button in visitor.page.locator("[data-consent-dialog] button:visible").all():
        clipped = "(b) => b.scrollWidth > b.clientWidth + 1 || b.scrollHeight > b.clientHeight + 1"
        assert not button.evaluate(clipped)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1280, 740), (1440, 900), (375, 667)])
def test_the_keyboard_is_neither_trapped_nor_hidden(enter: Enter, width: int, height: int) -> None:
    """A1, A3: it passes the banner to the end of the page; what has focus is never covered."""
    visitor = enter(reduced_motion="reduce", viewport={"width": width, "height": height}).open()
    page = visitor.page
    last = page.locator("a.consent-link")
    covered = """() => {
      const element = document.activeElement, box = element.getBoundingClientRect();
      const banner = document.querySelector("[data-consent-dialog=banner]");
      if (banner.contains(element)) return "";
      const hidden = box.bottom > banner.getBoundingClientRect().top + 1 || box.top < -1;
      return hidden ? element.outerHTML.slice(0, 120) : "";
    }"""
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(covered) == ""
        reached.append(page.evaluate("document.activeElement.className"))
        if last.evaluate("(e) => e === document.activeElement"):
            break
    assert "consent-link" in reached
    assert reached.count("consent-choices-plain") == 1
    page.keyboard.press("Shift+Tab")
    assert not last.evaluate("(e) => e === document.activeElement")


@pytest.mark.parametrize("action", ["accept", "refuse"])
def test_what_is_in_force_is_announced_and_stays(
    enter: Enter, language: str, action: str, page_mode: bool
) -> None:
    """A2, W2: in a region that stood there before, silent; nothing takes it away again."""
    visitor = enter().open(f"/{language}/")
    region = visitor.page.get_by_role("status").and_(visitor.status)
    assert region.count() == 1
    assert region.inner_text().strip() == ""
    region.evaluate("(region) => { region.before = true }")
    visitor.choose(action)
    visitor.page.wait_for_timeout(300)
    assert region.evaluate("(region) => region.before")
    said = region.inner_text()
    assert re.search(r"You allow|Usted (no )?permite|No permite", said)
    visitor.page.wait_for_timeout(3000)
    assert region.inner_text() == said

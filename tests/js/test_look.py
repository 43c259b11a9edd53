"""What a visitor sees: equal buttons, inside the window, accessible, and small to load."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Any

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from consent import dialog
from consent.core.notice import Notice
from tests.core.notices import category, service
from tests.js.pages import STATIC, gate_html, page, placeholder, preferences_page, sample_notice
from tests.js.test_gates import press

WIDTHS = [(320, 568), (320, 256), (768, 1024), (1440, 900), (1920, 1080)]
BLOCKED = re.compile(
    r"cookie|gdpr|consent-manager|consent\.min|consent-dialog$|consent-banner|consentbanner|"
    r"c-consent|consentContainer|consent-bar|consent-layer|consent-panel|^consent$"
)
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    " word-spacing: 0.16em !important } p { margin-block-end: 2em !important }"
)
"""WCAG 1.4.12."""
DOUBLED = "html { font-size: 200% }"
TIGHT = [
    (1280, 450, ""),
    (1366, 650, SPACED),
    (1280, 800, DOUBLED),
    (1280, 720, SPACED + DOUBLED),
    (280, 653, ""),
    (320, 200, ""),
    (320, 256, ""),
    (320, 480, ""),
    (568, 320, ""),
    (768, 500, SPACED),
    (1024, 400, ""),
    (1024, 600, ""),
    (1920, 600, ""),
]
"""Windows and text in which four purposes do not fit."""
SITES = """
* { margin: 0; padding: 0; box-sizing: content-box }
section, form, p, ul, span { max-width: 50% }
section { min-height: 100vh; padding: 6rem 0; display: grid; place-content: center; opacity: 0;
  transform: translateY(60px); position: relative; width: 60%; float: left }
form { display: flex; max-width: 10rem; float: left; background: gold; margin: 3rem }
button { width: 100%; position: absolute; opacity: 0.2; font-size: 8px; text-transform: uppercase;
  height: 10px; top: 0; min-width: 40rem; white-space: nowrap; letter-spacing: 1em }
ul { columns: 3; list-style: square; padding-left: 5rem }
li { float: left; width: 33% }
h2, h3 { font-size: 5rem; position: absolute; text-align: center; text-transform: uppercase }
p, div, span, strong, dl, dt, dd { line-height: 3; color: gold; font-size: 30px }
a, label { display: none }
details, fieldset { border: 9px solid; min-width: 90rem }
dialog { display: block; inset: auto; width: 10rem; height: 10rem; padding: 9rem; overflow: hidden }
[type=checkbox]:not(:checked), [type=checkbox]:checked, input[type=checkbox] {
  appearance: none; position: absolute; left: -9999px; opacity: 0; pointer-events: none }
"""
"""What sites and their frameworks say of all elements of a kind."""
LOOKS = """(selector) => {
  const [whole] = [...document.querySelectorAll(selector)].filter((each) => each.offsetHeight);
  const { left, top } = whole.getBoundingClientRect();
  const names = ["display", "position", "opacity", "pointerEvents", "color", "fontSize",
    "listStyle", "lineHeight", "textTransform", "backgroundColor", "appearance", "visibility",
    "letterSpacing"];
  const parts = [...whole.querySelectorAll("*")].filter((each) => each.getClientRects().length);
  return [whole, ...parts].map((each) => {
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    const before = getComputedStyle(each, "::before").content;
    return [each.tagName, each.className, Math.round(box.left - left), Math.round(box.top - top),
      Math.round(box.width), Math.round(box.height), before, ...names.map((name) => style[name])];
  });
}"""
UNREAD = """() => {
  const banner = document.querySelector(".consent-notice");
  const text = banner.querySelector(".consent-notice-text");
  const parts = [...text.querySelectorAll("h2, p, li, a")].filter((each) => each.offsetHeight);
  const isSeen = (x, y, part) => part.contains(document.elementFromPoint(x, y));
  return parts.filter((part) => {
    const start = part.getClientRects()[0];
    part.scrollIntoView({ block: "start" });
    const { left, top } = part.getClientRects()[0];
    return top < -1 || !isSeen(left + 2, top + start.height / 3, part) &&
      !isSeen(left + 2, top + 8, part);
  }).map((part) => part.outerHTML.slice(0, 80));
}"""
BROKEN = """() => [...document.querySelectorAll(".consent-notice button")].flatMap((button) => {
  const [text] = button.childNodes, range = document.createRange();
  return [...text.data.matchAll(/\\S+/g)].filter(({ 0: word, index }) => {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
})"""
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


def four_purposes() -> Notice:
    chat = category("chat", service("talk"), purpose="To let you talk to us and find it again.")
    notice = sample_notice()
    return replace(notice, categories=(*notice.categories, chat))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "height", "style"), TIGHT)
def test_the_banner_cuts_off_nothing_where_it_has_little_room(
    visit: Callable[..., Page], width: int, height: int, style: str, language: str, script: bool
) -> None:
    """U13, U9: the title first, all purposes by scrolling, the buttons whole, in whole words."""
    html = page(four_purposes(), language, cacheable=True).replace(
        "</head>", f"<style>{style}</style></head>"
    )
    size = {"width": width, "height": height}
    opened = visit(html, viewport=size, java_script_enabled=script)
    title = opened.locator(".consent-notice h2")
    expect(title).to_be_visible()
    assert opened.evaluate(BROKEN) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if script:
        expect(title).to_be_in_viewport(ratio=0.7)
        for button in opened.locator(".consent-notice button").all():
            expect(button).to_be_in_viewport(ratio=1)
    assert opened.evaluate(UNREAD) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_rules_of_the_site_for_all_elements_of_a_kind_change_nothing(
    visit: Callable[..., Page], width: int, script: bool
) -> None:
    """U3, U13: nothing moves, fades or vanishes, wherever the site's style sheet stands."""
    notice = four_purposes()
    body = gate_html("", box=placeholder(notice))
    size = {"width": width, "height": 900}
    plain = "<style>body { margin: 0 !important }</style>"
    looks = []
    for before, after in (("", ""), (SITES, ""), ("", SITES)):
        html = page(notice, body=body, cacheable=True)
        html = html.replace("<title>", f"{plain}<style>{before}</style><title>", 1)
        html = html.replace("</head>", f"<style>{after}</style></head>", 1)
        opened = visit(html, viewport=size, java_script_enabled=script)
        found = [
            opened.evaluate(LOOKS, each) for each in (".consent-notice", ".consent-placeholder")
        ]
        if script:
            press(opened, "choose")
            expect(opened.locator("dialog")).to_be_visible()
            opened.evaluate(
                "document.querySelectorAll('dialog details').forEach((d) => d.open = true)"
            )
            found.append(opened.evaluate(LOOKS, "dialog"))
        looks.append(found)
    for changed in looks[1:]:
        pairs = zip_longest(chain(*looks[0]), chain(*changed))
        assert [pair for pair in pairs if pair[0] != pair[1]] == []


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
    message = opened.locator("#consent-status p").first
    expect(message).to_be_visible()
    expect(message).to_be_empty()
    style = "getComputedStyle(document.querySelector('#consent-status p'), '::before').content"
    assert opened.evaluate(style) == '"Your choice has been saved."'


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_nothing_of_the_dialog_is_printed_over_a_page(
    visit: Callable[..., Page], script: bool
) -> None:
    """Undecided and decided; the preferences as a page of their own print what is in force."""
    status = {"message": "You allow: Media.", "since": "Since then.", "receipt": ""}
    opened = visit(page(sample_notice()), java_script_enabled=script)
    opened.emulate_media(media="print")
    for part in (".consent-notice", "#consent-status", "dialog"):
        expect(opened.locator(part)).to_be_hidden()
    expect(opened.locator("main")).to_be_visible()
    expect(opened.locator("body")).to_have_css("padding-block-end", "0px")
    opened = visit(preferences_page(sample_notice(), status=status), java_script_enabled=script)
    opened.emulate_media(media="print")
    expect(opened.get_by_text("You allow: Media.")).to_be_visible()
    expect(opened.get_by_text("To count visits")).to_be_visible()


def test_an_empty_box_looks_empty_in_the_dark(visit: Callable[..., Page]) -> None:
    """A4: browsers draw it grey on grey there, as if it could not be ticked."""
    opened = visit(page(sample_notice()), color_scheme="dark")
    press(opened, "choose")
    boxes = opened.locator("dialog [name=grant]")
    expect(boxes.first).to_have_css("color-scheme", "light")
    boxes.first.check()
    expect(boxes.first).not_to_have_css("color-scheme", "light")
    opened.locator("dialog details").first.evaluate("(details) => details.open = true")
    boxes.nth(1).uncheck()
    assert boxes.first.evaluate("(box) => box.indeterminate")
    expect(boxes.first).not_to_have_css("color-scheme", "light")


def test_the_parts_of_the_banner_have_names_of_their_own(visit: Callable[..., Page]) -> None:
    """A2: a region and a group of one name are read twice."""
    opened = visit(page(sample_notice()))
    region = opened.get_by_role("region", name="Your privacy choices", exact=True)
    expect(region).to_have_count(1)
    expect(opened.get_by_role("group", name="Your privacy choices")).to_have_count(0)
    expect(region.get_by_role("group", name=re.compile("^We use cookies"))).to_have_count(1)


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


def test_script_and_style_fit_into_five_thousand_bytes() -> None:
    sizes = [
        len(brotli.compress((STATIC / name).read_bytes(), quality=11))
        for name in ("dialog.js", "dialog.css")
    ]
    assert sum(sizes) <= 5_000


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

"""The dialog asks fairly: measured on the page that visitors get, with a measurement that can fail.

Every claim is made in both languages, most of them with and without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from consent import notices
from consent.core.notice import Notice
from consent.core.wording import Finding, lint_label, lint_notice, lint_text
from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor

Records = Callable[[], list[Record]]

LANGUAGES = ("en", "es")
WINDOWS = ((320, 568), (375, 667), (768, 1024), (1024, 800), (1440, 900), (1920, 1080))
SCHEMES: tuple[Any, ...] = ("light", "dark")
LAYERS = {
    "banner": ("refuse", "accept", "choose"),
    "preferences": ("refuse", "accept", "save"),
}
FIRST_LAYER = {
    "en": (
        "By third parties",
        "1 recipient",
        "2 recipients",
        "3 recipients",
        "Germany, United States, Netherlands",
        "change or withdraw your choice at any time",
        "this browser",
    ),
    "es": (
        "De terceros",
        "1 destinatario",
        "2 destinatarios",
        "3 destinatarios",
        "Alemania, Estados Unidos, Países Bajos",
        "cambiar o retirar su elección en cualquier momento",
        "este navegador",
    ),
}
COMMON = {
    "en": {"the", "of", "and", "you", "your", "this", "for", "by", "only", "any", "it", "all"},
    "es": {"el", "la", "los", "las", "de", "que", "y", "su", "para", "por", "solo", "una", "todo"},
}

LOOKS = """(buttons) => buttons.map((button) => {
  const style = getComputedStyle(button);
  const names = ["display", "visibility", "fontSize", "fontWeight", "fontFamily", "fontStyle",
    "color", "backgroundColor", "backgroundImage", "border", "borderRadius", "opacity", "filter",
    "boxShadow", "padding", "textDecorationLine", "textTransform", "letterSpacing", "cursor"];
  return [button.tagName, button.className, button.parentElement === buttons[0].parentElement,
    ...names.map((name) => `${name}: ${style[name]}`)];
})"""
COVERED = """() => {
  const banner = document.querySelector("[data-consent-dialog=banner]").getBoundingClientRect();
  const found = [];
  for (let x = 5; x < innerWidth; x += innerWidth / 9) {
    for (let y = 5; y < banner.top - 1; y += 40) {
      const hit = document.elementFromPoint(x, y);
      if (!hit?.matches("html, body, :is(main, header, footer), :is(main, header, footer) *")) {
        found.push([x, y]);
      }
    }
  }
  return found;
}"""
LOCKED = """() => [document.documentElement, document.body, ...document.body.children].filter(
  (element) => element.inert || element.ariaHidden === "true" ||
    (element.contains(document.querySelector("main")) &&
      /hidden|clip/.test(getComputedStyle(element).overflowY))
).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    """With and without JavaScript."""
    return bool(request.param)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both languages of the site."""
    return str(request.param)


def controls(visitor: Visitor, layer: str) -> list[Locator]:
    """Return the buttons that decide on a layer, refusal and acceptance among them."""
    return [visitor.control(action, inside=layer) for action in LAYERS[layer]]


def unequal(visitor: Visitor, layer: str) -> list[str]:
    """Return in what the buttons of a layer differ, beyond a pixel of rounding."""
    found = controls(visitor, layer)
    handles = [control.element_handle() for control in found]
    looks = visitor.page.evaluate(LOOKS, handles)
    boxes = [control.bounding_box() or {} for control in found]
    pairs = (pair for look in looks[1:] for pair in zip(looks[0], look, strict=True))
    differences = [f"{first} != {other}" for first, other in pairs if first != other]
    for side in ("width", "height"):
        sizes = [box[side] for box in boxes]
        if max(sizes) - min(sizes) > 1:
            differences.append(f"{side}: {sizes}")
    return differences


def outside(visitor: Visitor, layer: str) -> list[str]:
    """Return the buttons of a layer that do not lie wholly within the window."""
    size = visitor.page.viewport_size or {}
    found = []
    for action, control in zip(LAYERS[layer], controls(visitor, layer), strict=True):
        box = control.bounding_box() or {}
        inside = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
        if not (inside and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]):
            found.append(f"{action} in {size}: {box}")
    return found


def each_look(page: Page) -> Iterator[tuple[str, int]]:
    """Show a page at every width in light and dark, one after the other."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            yield scheme, width


def choose(visitor: Visitor, actions: list[str]) -> None:
    """Use controls one after the other; each must be there without scrolling the page."""
    layer = "banner"
    for action in actions:
        visitor.control(action, inside=layer).click()
        visitor.page.wait_for_load_state("load")
        layer = "preferences"
    visitor.page.wait_for_timeout(300)


def test_reject_stands_on_every_layer_beside_accept(
    enter: Enter, language: str, script: bool
) -> None:
    """U1: the same element in the same group, as a neighbour, and never after it."""
    visitor = enter(java_script_enabled=script).open(f"/{language}/")
    for layer, actions in LAYERS.items():
        if layer == "preferences":
            choose(visitor, ["choose"])
        dialog = visitor.page.locator(f"[data-consent-dialog={layer}]:visible")
        found = dialog.locator(".consent-choices-buttons [data-consent-action]").evaluate_all(
            "(buttons) => buttons.map((button) => [button.tagName, button.dataset.consentAction])"
        )
        assert found == [["BUTTON", action] for action in actions]
        assert actions.index("accept") == actions.index("refuse") + 1
        assert unequal(visitor, layer) == []


@pytest.mark.parametrize("layers", [[], ["choose"]], ids=["banner", "preferences"])
def test_rejecting_takes_no_more_actions_than_accepting(
    enter: Enter, script: bool, layers: list[str], records: Records
) -> None:
    """U2: the same number of clicks on each layer, and of keys from the start of the page."""
    for action, answers in (("refuse", "-"), ("accept", "marketing~media~statistics")):
        visitor = enter(java_script_enabled=script).open()
        choose(visitor, [*layers, action])
        assert visitor.answers == answers
        assert records()[-1].layer == ("preferences" if layers else "banner")


def test_rejecting_takes_no_more_keys_than_accepting(enter: Enter, script: bool) -> None:
    """U2: reject comes first in the order of the keyboard."""
    visitor = enter(java_script_enabled=script).open()
    keys: dict[str, int] = {}
    for count in range(1, 30):
        visitor.page.keyboard.press("Tab")
        for action in ("refuse", "accept"):
            if visitor.control(action).evaluate("(e) => e === document.activeElement"):
                keys[action] = count
    assert keys["refuse"] < keys["accept"]


def test_the_buttons_are_equal_at_every_width_light_and_dark(enter: Enter, language: str) -> None:
    """U3: size, font, weight, colours, border, opacity; and all of each is in the window."""
    visitor = enter().open(f"/{language}/")
    for layer in LAYERS:
        for look in each_look(visitor.page):
            assert unequal(visitor, layer) == [], look
            assert outside(visitor, layer) == [], look
        if layer == "banner":
            choose(visitor, ["choose"])


def test_the_buttons_are_equal_without_script(enter: Enter, language: str) -> None:
    """U3, B10: in the flow of the page; whoever sees one of them sees them all."""
    visitor = enter(java_script_enabled=False)
    for path, layer in ((f"/{language}/", "banner"), ("/privacy/", "preferences")):
        visitor.open(path)
        for look in each_look(visitor.page):
            assert unequal(visitor, layer) == [], look
            for control in controls(visitor, layer):
                control.scroll_into_view_if_needed()
                assert outside(visitor, layer) == [], look


@pytest.mark.parametrize(
    "rule",
    [
        "[data-consent-action=accept] { font-weight: 800 !important }",
        "[data-consent-action=refuse] { opacity: .8 }",
        "[data-consent-action=refuse] { inline-size: 90% !important }",
        "[data-consent-action=refuse] { background: none !important }",
    ],
)
def test_the_measurement_of_equality_can_fail(enter: Enter, rule: str) -> None:
    """U3: a heavier, paler, higher or emptier button is found."""
    visitor = enter().open()
    visitor.page.add_style_tag(content=rule)
    assert unequal(visitor, "banner")
    choose(visitor, ["choose"])
    assert unequal(visitor, "preferences")
    visitor.page.set_viewport_size({"width": 320, "height": 200})
    visitor.page.add_style_tag(content="dialog { min-block-size: 60rem; max-block-size: none }")
    assert outside(visitor, "preferences")


Ways = Callable[..., Iterator[Visitor]]


@pytest.fixture
def ways(enter: Enter, settings: Any) -> Ways:
    """Return a function that gives a visitor for every page mode, with script and without."""

    def each(**options: Any) -> Iterator[Visitor]:
        for settings.CONSENT_CACHEABLE_PAGES in (False, True):
            for script in (True, False):
                yield enter(java_script_enabled=script, **options)

    return each


BOXES = """(boxes) => boxes.map((box) => [box.type, box.name, box.defaultChecked, box.checked,
  box.indeterminate, !!box.closest("[data-consent-dialog=preferences]")])"""


def test_every_optional_control_is_off_at_first(ways: Ways, language: str) -> None:
    """U4: on every layer; no box, radio button or list stands anywhere else."""
    inputs = "[data-consent-dialog] :is(input:not([type=hidden]), select, textarea)"
    for visitor in ways():
        for path in (f"/{language}/", "/privacy/"):
            found = visitor.open(path).page.locator(inputs).evaluate_all(BOXES)
            assert found == [["checkbox", "grant", False, False, False, True]] * 5


def test_the_page_stays_usable_while_the_banner_is_open(enter: Enter, language: str) -> None:
    """U5: no overlay, no lock; it scrolls, its links work, and the keyboard reaches them."""
    visitor = enter(reduced_motion="reduce").open(f"/{language}/")
    page = visitor.page
    for width, height in WINDOWS[::2]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(COVERED) == []
        assert page.evaluate(LOCKED) == []
        page.evaluate("scrollTo(0, 0)")
        page.mouse.move(20, 20)
        page.mouse.wheel(0, 400)
        page.wait_for_function("scrollY > 100")
        page.keyboard.press("End")
        page.wait_for_function("scrollY + innerHeight >= document.body.scrollHeight - 2")
        foot = page.locator("footer .small").bounding_box() or {}
        banner = visitor.banner.bounding_box() or {}
        assert foot["y"] + foot["height"] <= banner["y"] + 1
    page.evaluate("scrollTo(0, 0)")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('main')"):
            break
    else:
        pytest.fail("The keyboard does not reach the page.")
    page.locator(".switch a:not([aria-current])").click()
    page.wait_for_url(re.compile(r"/(en|es)/$"))
    assert visitor.banner.is_visible()
    assert visitor.choice == ""


def test_the_measurement_of_a_wall_can_fail(enter: Enter) -> None:
    """U5: an overlay and a locked page are found."""
    page = enter().open().page
    page.evaluate("document.body.inert = true; document.body.style.overflow = 'hidden'")
    assert page.evaluate(LOCKED)
    page.evaluate(
        "document.body.inert = false; const wall = document.createElement('div');"
        "wall.style = 'position: fixed; inset: 0; z-index: 9'; document.body.append(wall)"
    )
    assert page.evaluate(COVERED)


def published() -> Notice:
    """Return the notice that visitors are asked about."""
    notice = notices.in_force("clinic")
    assert notice is not None
    return notice


def faults(page: Page, language: str) -> list[Finding]:
    """Return what the visible text of a page, and the labels of its buttons, do wrong."""
    text = page.locator("body").inner_text()
    found = lint_text(text, where=page.url, language=language)
    for label in page.locator("button:visible").all_inner_texts():
        found += lint_label(label, where="button", language=language)
    return found


def test_no_text_takes_consent_for_granted_shames_or_bribes(enter: Enter, language: str) -> None:
    """U6, U9, U11: what was published and what is seen, everything unfolded."""
    visitor = enter().open(f"/{language}/")
    assert lint_notice(published()) == []
    assert faults(visitor.page, language) == []
    choose(visitor, ["choose"])
    visitor.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    text = visitor.page.locator("body").inner_text()
    assert "Standard contractual clauses" in text or "Cláusulas contractuales tipo" in text
    assert faults(visitor.page, language) == []


def test_the_old_banner_takes_consent_for_granted(enter: Enter) -> None:
    """U6: the measurement can fail."""
    visitor = enter().open("/en/before/")
    assert {finding.requirement for finding in faults(visitor.page, "en")} == {"U6"}


def test_escape_refuses_only_with_focus_inside(enter: Enter, records: Records) -> None:
    """U7: nowhere else does it mean anything, however often it is pressed."""
    visitor = enter().open()
    page = visitor.page
    for elsewhere in ("body", "header a", "main a", "a.consent-link"):
        page.locator(elsewhere).first.evaluate("(element) => element.focus()")
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert visitor.banner.is_visible()
    assert (visitor.choice, records()) == ("", [])
    visitor.control("choose").focus()
    with page.expect_response(lambda response: "/decision/" in response.url):
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    [record] = records()
    assert (record.action, record.means, record.layer) == ("refuse", "close", "banner")
    assert set(record.answers.values()) == {"no"}
    assert visitor.answers == "-"
    assert not visitor.banner.is_visible()


def test_the_close_button_says_that_it_refuses(enter: Enter, language: str, script: bool) -> None:
    """U7: "Close and reject" on the banner, "Close without changes" in the preferences."""
    visitor = enter(java_script_enabled=script).open(f"/{language}/")
    says = {"en": "Close and reject", "es": "Cerrar y rechazar"}[language]
    assert visitor.control("close").inner_text() == says
    if script:
        choose(visitor, ["choose"])
        says = {"en": "Close without changes", "es": "Cerrar sin cambios"}[language]
        assert visitor.control("close", inside="preferences").inner_text() == says


def spoken(text: str) -> str:
    """Return the language in which a text is written, by its commonest words."""
    words = re.findall(r"\w+", text.lower())
    return max(COMMON, key=lambda language: sum(word in COMMON[language] for word in words))


def foreign_tongues(page: Page, selector: str) -> list[str]:
    """Return the visible parts whose text, or declared language, is not the page's language."""
    own = page.locator("html").get_attribute("lang") or ""
    found = []
    for part in page.locator(selector).all():
        text, declared = part.inner_text(), part.evaluate("(e) => e.closest('[lang]').lang")
        if text.strip() and (spoken(text) != own or declared != own):
            found.append(text)
    return found


OURS = ":is([data-consent-dialog], #consent-status, .consent-link-group):visible"


def test_the_dialog_speaks_the_language_of_the_page(ways: Ways, language: str) -> None:
    """U8: banner, placeholders, link and preferences, whatever the browser's own language is."""
    says = {"en": "Choose what you allow", "es": "Elija lo que permite"}[language]
    for visitor in ways(locale={"en": "es-ES", "es": "en-GB"}[language]):
        page = visitor.open(f"/{language}/").page
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator(OURS).count() >= 4
        assert foreign_tongues(page, OURS) == []
        choose(visitor, ["choose"])
        assert page.locator("html").get_attribute("lang") == language
        assert foreign_tongues(page, OURS) == []
        assert visitor.preferences.get_by_role("heading", name=says).is_visible()


def test_every_link_of_ours_keeps_the_language(enter: Enter, language: str) -> None:
    """U8: to the preferences, to the recipients, to the visitor's own record."""
    visitor = enter(locale={"en": "es-ES", "es": "en-GB"}[language]).open(f"/{language}/")
    links = visitor.page.locator("a[href^='/privacy/']")
    addresses = links.evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert len({address.partition("?")[0] for address in addresses}) == 2
    for address in dict.fromkeys(addresses):
        page = visitor.open(address).page
        assert page.locator("html").get_attribute("lang") == language, address
        assert spoken(page.locator("main").inner_text()) == language


def test_the_old_page_answers_in_another_language(enter: Enter) -> None:
    """U8: the measurement can fail: a Spanish banner on the English page."""
    page = enter().open("/en/before/").page
    assert len(foreign_tongues(page, "#aviso")) == 1
    assert foreign_tongues(page, "#therapy, .hero, main > section") == []


def own_facts(language: str) -> list[str]:
    """Return what layer one must say, in the words of the published notice."""
    notice = published()
    purposes = [text[language] for c in notice.optional for text in (c.name, c.purpose)]
    return [notice.controller.name[language], *purposes, *FIRST_LAYER[language]]


UNSAID = """(banner, facts) => {
  const first = banner.querySelector("[data-consent-action]");
  const walker = document.createTreeWalker(banner, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let node; (node = walker.nextNode());) {
    const { parentElement: part } = node, size = parseFloat(getComputedStyle(part).fontSize);
    const seen = part.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const before = node.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (seen && before && size >= 14) text += node.data;
  }
  text = text.replace(/\\s+/g, " ");
  return facts.filter((fact) => !text.includes(fact));
}"""


def unsaid(visitor: Visitor, language: str) -> list[str]:
    """Return the facts that layer one does not say legibly before its first button."""
    return visitor.banner.evaluate(UNSAID, own_facts(language))  # type: ignore[no-any-return]  # a list of facts


def test_layer_one_says_everything_before_the_buttons(
    enter: Enter, language: str, script: bool
) -> None:
    """U9, U10: who asks, each purpose, whose, recipients, transfers, withdrawal, this browser."""
    visitor = enter(java_script_enabled=script, reduced_motion="reduce").open(f"/{language}/")
    for width, height in (WINDOWS[0], WINDOWS[4]):
        visitor.page.set_viewport_size({"width": width, "height": height})
        assert unsaid(visitor, language) == []
        for part in visitor.banner.locator(".consent-notice-text :is(p, li):not([hidden])").all():
            part.scroll_into_view_if_needed()
            top = part.bounding_box() or {}
            assert 0 <= top["y"] < height
            if script:
                assert outside(visitor, "banner") == []
    for part in visitor.banner.locator(".consent-notice-who").all():
        part.evaluate("(part) => { part.style.opacity = 0 }")
    visitor.banner.locator("strong").first.evaluate("(name) => name.remove()")
    assert len(unsaid(visitor, language)) == 5


def test_the_number_of_recipients_leads_to_their_list(
    enter: Enter, language: str, script: bool
) -> None:
    """U10, G5: without choosing."""
    visitor = enter(java_script_enabled=script)
    for index in range(3):
        visitor.open(f"/{language}/")
        link = visitor.banner.locator("li a").nth(index)
        category = published().optional[index]
        wanted = [line for s in category.services for line in s.recipients[language].splitlines()]
        assert link.inner_text().startswith(str(len(wanted)))
        link.click()
        visitor.page.wait_for_load_state("load")
        for name in wanted:
            assert visitor.preferences.get_by_text(re.compile(re.escape(name))).first.is_visible()
    assert visitor.choice == ""


def test_the_policy_can_be_read_without_choosing(
    enter: Enter, language: str, script: bool, records: Records
) -> None:
    """G5: its link works while the banner stands, which then neither hides nor guards the text."""
    visitor = enter(java_script_enabled=script).open(f"/{language}/")
    says = {"en": "Privacy policy", "es": "Política de privacidad"}[language]
    visitor.banner.get_by_role("link", name=says).click()
    visitor.page.wait_for_url(f"**/{language}/policy/")
    heading = visitor.page.locator("main h1")
    assert heading.is_visible()
    box = heading.bounding_box() or {}
    if script:
        hit = "([x, y]) => document.elementFromPoint(x, y)?.tagName"
        assert visitor.page.evaluate(hit, [box["x"] + 5, box["y"] + 5]) == "H1"
    assert visitor.banner.is_visible()
    assert (visitor.choice, records()) == ("", [])


def test_every_purpose_is_a_choice_of_its_own(enter: Enter, language: str, script: bool) -> None:
    """G1: a box for each; one changes nothing else; "all" comes after every purpose is listed."""
    visitor = enter(java_script_enabled=script).open(f"/{language}/")
    choose(visitor, ["choose"])
    boxes = visitor.preferences.locator("[name=grant]:not([data-consent-service])")
    keys = [category.key for category in published().optional]
    assert [box.get_attribute("value") for box in boxes.all()] == keys
    for index, key in enumerate(keys):
        boxes.nth(index).click()
        checked = visitor.preferences.locator("[name=grant]:checked").evaluate_all(
            "(boxes) => boxes.map((box) => box.value.split(':')[0])"
        )
        assert set(checked) == {key}
        boxes.nth(index).click()
    everything = visitor.control("accept", inside="preferences").element_handle()
    before = "(box, all) => !!(box.compareDocumentPosition(all) & Node.DOCUMENT_POSITION_FOLLOWING)"
    assert all(box.evaluate(before, everything) for box in boxes.all())


@pytest.mark.parametrize("before", ["", "refuse", "accept"])
def test_the_contact_form_is_not_bundled_with_consent(
    enter: Enter, before: str, script: bool, records: Records
) -> None:
    """G2: sending it neither asks, nor grants, nor changes anything."""
    visitor = enter(java_script_enabled=script).open("/en/contact/")
    if before:
        choose(visitor, [before])
    choice, count = visitor.choice, len(records())
    form = visitor.page.locator("form.form")
    names = form.locator("[name]").evaluate_all("(fields) => fields.map((field) => field.name)")
    assert names == ["name", "email", "message"]
    for name, value in zip(names, ("A", "a@clinica-lindero.example", "Hello"), strict=True):
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").click()
    visitor.page.wait_for_url("**/contact/?sent=1#sent")
    assert (visitor.choice, len(records())) == (choice, count)
    assert ("privacy_choice" in visitor.cookies()) is bool(before)
    assert before == "accept" or len(visitor.cookies(everywhere=True)) == bool(before)
    assert visitor.banner.is_visible() is (not before)

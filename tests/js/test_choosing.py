"""Choosing by script: what is sent, what holds without the server, where focus goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.js.pages import Answer, Site, page, preferences_page, sample_notice
from tests.js.test_gates import GRANT, REFUSAL, press
from tests.js.test_state import granted, refused

PENDING = "privacy_choice_pending"


def stored(opened: Page) -> str:
    found = [c["value"] for c in opened.context.cookies() if c["name"] == "privacy_choice"]
    return found[0] if found else ""


def pending(opened: Page) -> str | None:
    value: str | None = opened.evaluate(f"localStorage.getItem('{PENDING}')")
    return value


@pytest.mark.parametrize(
    ("action", "means"), [("refuse", "refuse"), ("accept", "accept"), ("close", "close")]
)
def test_one_press_sends_the_choice_and_says_what_is_in_force(
    visit: Callable[..., Page], site: Site, action: str, means: str
) -> None:
    """U2."""
    site.answer = GRANT if action == "accept" else REFUSAL
    opened = visit(page(sample_notice()))
    press(opened, action)
    expect(opened.locator("#consent-status")).to_be_focused()
    expect(opened.locator("#consent-status")).to_contain_text(site.answer.body["message"])
    expect(opened.locator(".consent-notice")).to_be_hidden()
    expect(opened.locator("[data-consent-action=withdraw]")).to_be_visible(
        visible=action == "accept"
    )
    sent = {name: values[0] for name, values in site.posts[0].items()}
    digest = sent.pop("presentation")
    assert len(digest) == 64
    assert ("attempt" in sent) == (action == "accept"), "D2: a refusal carries no number"
    sent.pop("attempt", "")
    assert sent == {
        "notice": "1",
        "language": "en",
        "layer": "banner",
        "next": "/",
        "means": means,
        "by": "script",
    }
    opened.click("#consent-status [data-consent-action=close]")
    expect(opened.locator("#consent-status p").first).to_be_hidden()


@pytest.mark.parametrize("on_page", [False, True], ids=["dialog", "page"])
def test_script_says_what_is_so_once_it_is(
    visit: Callable[..., Page], site: Site, on_page: bool
) -> None:
    """W2: until then the sentences are attributes, which nobody reads."""
    site.answer = GRANT
    status = {"message": "Undecided.", "since": "", "receipt": ""}
    html = preferences_page(sample_notice(), status=status) if on_page else page(sample_notice())
    opened = visit(html)
    sentences = ["To change this", "Details", "Receipt", "Your record", "Close"]
    shown = opened.locator("#consent-status")
    for sentence in sentences:
        expect(shown).not_to_contain_text(sentence)
    expect(shown.get_by_text("Close")).to_have_count(0)
    assert shown.locator("a:visible, p:visible").count() == (1 if on_page else 0)
    press(opened, "accept", inside="preferences" if on_page else "banner")
    expect(shown).to_contain_text(GRANT.body["message"])
    shown.locator("summary").click()
    for sentence in sentences:
        expect(shown.get_by_text(sentence).first).to_be_visible()
    expect(shown.locator("[data-text]:empty")).to_have_count(0)


def test_ticks_that_something_set_before_the_dialog_opens_are_wiped(
    visit: Callable[..., Page],
) -> None:
    """U4: a script's, a form filler's or those of a visit before; what is granted stays ticked."""
    tick = """document.querySelectorAll("[name=grant]").forEach((box) => {
      box.checked = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    })"""
    ticked = "[...document.querySelectorAll('dialog [name=grant]:checked')].map((b) => b.value)"
    for stored, keys in (("", []), (granted("media", notice=1), ["media"])):
        opened = visit(page(sample_notice(), granted=bool(keys)), stored=stored)
        opened.evaluate(tick)
        opened.click(".consent-link")
        assert opened.evaluate(ticked) == keys
        opened.evaluate(tick)
        opened.keyboard.press("Escape")
        opened.click(".consent-link")
        assert opened.evaluate(ticked) == keys
        assert opened.locator("form:has([name=grant]):not([autocomplete=off])").count() == 0


def test_a_refusal_holds_although_the_server_cannot_be_reached(
    visit: Callable[..., Page], site: Site
) -> None:
    """P8, D2."""
    opened = visit(page(sample_notice()))
    opened.context.set_offline(True)
    press(opened, "refuse")
    expect(opened.locator("#consent-status")).to_contain_text("Your refusal holds in this browser")
    assert stored(opened) == refused()
    assert pending(opened) is None
    cookie = opened.context.cookies()[0]
    assert (cookie["path"], cookie["sameSite"], cookie["httpOnly"]) == ("/", "Lax", False)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_refusal_holds_whatever_the_server_answers(
    visit: Callable[..., Page], site: Site, status: int
) -> None:
    """P8."""
    site.answer = Answer(status, {"error": "No."})
    opened = visit(page(sample_notice()))
    press(opened, "close")
    expect(opened.locator(".consent-notice")).to_be_hidden()
    assert stored(opened) == refused()


def test_an_offline_withdrawal_waits_and_is_delivered_on_return(
    visit: Callable[..., Page], site: Site
) -> None:
    """W1, P1."""
    grant = granted("media", notice=1)
    opened = visit(page(sample_notice(), banner_hidden=True, granted=True), stored=grant)
    opened.context.set_offline(True)
    opened.click("[data-consent-action=withdraw]")
    expect(opened.locator("#consent-status")).to_contain_text("Your refusal holds")
    assert stored(opened) == refused()
    assert pending(opened) is not None
    site.answer = Answer(503)
    opened.context.set_offline(False)
    opened.wait_for_timeout(300)
    assert pending(opened) is not None
    site.answer = Answer(200, {"decision": "withdraw"})
    opened.reload()
    opened.wait_for_function(f"localStorage.getItem('{PENDING}') === null")
    assert site.posts[-1]["state"] == [grant]
    assert site.posts[-1]["means"] == ["withdraw"]
    assert opened.evaluate("localStorage.length") == 0


def test_a_stale_grant_is_sent_again_as_a_plain_form(
    visit: Callable[..., Page], site: Site
) -> None:
    """W8."""
    site.answer = Answer(409, {"error": "Changed."})
    opened = visit(page(sample_notice()))
    press(opened, "accept")
    expect(opened).to_have_title("Native")
    assert site.posts[1]["means"] == ["accept"]
    assert "by" not in site.posts[1]


def test_script_alone_cannot_grant(visit: Callable[..., Page], site: Site) -> None:
    press_accept = "document.querySelector('[data-consent-action=accept]').click()"
    script = f"<script>addEventListener('load', () => {press_accept})</script>"
    opened = visit(page(sample_notice(), body=script))
    expect(opened.locator("dialog")).to_be_visible()
    assert site.posts == []


def test_escape_refuses_only_with_focus_inside_the_banner(
    visit: Callable[..., Page], site: Site
) -> None:
    """U7."""
    site.answer = REFUSAL
    opened = visit(page(sample_notice()))
    opened.keyboard.press("Escape")
    opened.focus("#last")
    opened.keyboard.press("Escape")
    expect(opened.locator(".consent-notice")).to_be_visible()
    assert site.posts == []
    opened.focus(".consent-notice [data-consent-action=accept]")
    opened.keyboard.press("Escape")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    expect(opened.locator(".consent-notice")).to_be_hidden()
    assert site.posts[0]["means"] == ["close"]


@pytest.mark.parametrize("leave", ["Escape", "close"])
def test_closing_the_preferences_changes_nothing_and_returns_focus(
    visit: Callable[..., Page], site: Site, leave: str
) -> None:
    """U7, A6."""
    opened = visit(page(sample_notice()))
    press(opened, "choose")
    expect(opened.locator("dialog h2")).to_be_focused()
    opened.check("dialog [value=media]")
    if leave == "Escape":
        opened.keyboard.press("Escape")
    else:
        press(opened, "close", inside="preferences")
    expect(opened.locator("dialog")).to_be_hidden()
    expect(opened.locator(".consent-notice [data-consent-action=choose]")).to_be_focused()
    assert site.posts == []
    press(opened, "choose")
    expect(opened.locator("dialog [value=media]")).not_to_be_checked()


def test_the_preferences_show_what_is_in_force(visit: Callable[..., Page]) -> None:
    """W2."""
    html = page(sample_notice(), banner_hidden=True, granted=True)
    opened = visit(html, stored=granted("media~statistics:visits", notice=1))
    opened.click("a.consent-link")
    expect(opened.locator("dialog [value=media]")).to_be_checked()
    expect(opened.locator("dialog [value=marketing]")).not_to_be_checked()
    expect(opened.locator("dialog [value=statistics]")).to_be_checked(indeterminate=True)
    opened.click("dialog summary >> nth=0")
    expect(opened.locator("dialog [value='statistics:visits']")).to_be_checked()
    expect(opened.locator("dialog [value='statistics:heatmap']")).not_to_be_checked()


def test_a_category_moves_its_services_and_they_move_it(
    visit: Callable[..., Page], site: Site
) -> None:
    """G1, U4."""
    site.answer = GRANT
    opened = visit(page(sample_notice()))
    press(opened, "choose")
    assert opened.locator("dialog :checked").count() == 0
    opened.check("dialog [value=statistics]")
    assert opened.locator("dialog :checked").count() == 3
    opened.click("dialog summary >> nth=0")
    opened.uncheck("dialog [value='statistics:heatmap']")
    expect(opened.locator("dialog [value=statistics]")).to_be_checked(indeterminate=True)
    press(opened, "save", inside="preferences")
    expect(opened.locator("dialog")).to_be_hidden()
    assert site.posts[0]["grant"] == ["statistics:visits"]
    assert site.posts[0]["means"] == ["save"]


def test_rejecting_in_the_preferences_sends_no_grant(
    visit: Callable[..., Page], site: Site
) -> None:
    """U1."""
    site.answer = REFUSAL
    opened = visit(page(sample_notice()))
    press(opened, "choose")
    opened.check("dialog [value=media]")
    press(opened, "refuse", inside="preferences")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    expect(opened.locator("dialog")).to_be_hidden()
    assert "grant" not in site.posts[0]


def test_the_page_of_its_own_works_by_script_too(visit: Callable[..., Page], site: Site) -> None:
    site.answer = GRANT
    opened = visit(preferences_page(sample_notice()))
    opened.check("[value=media]")
    opened.click("[data-consent-action=save]")
    expect(opened.locator("#consent-status")).to_contain_text("You allow: Media.")
    assert site.posts[0]["grant"] == ["media"]


def test_the_change_is_announced_to_the_page(visit: Callable[..., Page], site: Site) -> None:
    site.answer = GRANT
    opened = visit(page(sample_notice()))
    opened.evaluate("document.addEventListener('consent:change', (e) => window.change = e.detail)")
    press(opened, "accept")
    opened.wait_for_function("window.change")
    assert opened.evaluate("change.decision") == "accept"


def test_a_page_from_the_back_button_is_fetched_again_after_a_change(
    visit: Callable[..., Page], site: Site
) -> None:
    """B8."""
    opened = visit(page(sample_notice(), banner_hidden=True), stored=granted("media", notice=1))
    opened.evaluate("window.old = true; document.cookie = 'privacy_choice=other; Path=/'")
    opened.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    opened.wait_for_function("!window.old")

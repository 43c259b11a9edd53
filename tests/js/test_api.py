"""The module that code in the page imports; other tabs; pages that scripts put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.pages import Site, gate_html, page, sample_notice
from tests.js.test_choosing import stored
from tests.js.test_gates import GRANT, REFUSAL, press
from tests.js.test_state import granted, refused

API = "/static/consent/api.js"
Visit = Callable[..., Page]


def call(opened: Page, expression: str, *arguments: Any) -> Any:
    """Evaluate an expression in which ``api`` is the imported module, without a gesture."""
    return opened.evaluate(
        f"async () => {{ const api = await import('{API}'); return {expression} }}"
    )


def on_click(opened: Page, statement: str) -> None:
    """Run a statement within the live gesture of a click."""
    opened.evaluate(
        f"""async () => {{
            const api = await import('{API}');
            const button = document.createElement("button");
            button.id = "try";
            button.onclick = () => {{ {statement} }};
            document.querySelector("h1").after(button);
            button.textContent = "Try";
        }}"""
    )
    opened.click("#try")


def test_the_state_can_be_asked(visit: Visit) -> None:
    cookie = granted("media~statistics:visits~!media:maps~?marketing", notice=1)
    opened = visit(page(sample_notice(), granted=True), stored=cookie)
    assert call(opened, "api.granted('statistics', 'visits')")
    assert not call(opened, "api.granted('statistics')")
    assert not call(opened, "api.granted('media')")
    assert call(opened, "api.granted('media', 'video')")
    assert not call(opened, "api.granted('media', 'maps')")
    assert not call(opened, "api.granted('marketing')")
    assert not call(opened, "api.decided()")


@pytest.mark.parametrize("value", ["", "garbage", refused()])
def test_nothing_is_granted_without_a_grant(visit: Visit, value: str) -> None:
    """B7."""
    opened = visit(page(sample_notice(), banner_hidden=bool(value)), stored=value)
    assert not call(opened, "api.granted('media')")


def test_a_grant_that_the_server_does_not_believe_is_none_for_the_page(visit: Visit) -> None:
    """B7: a page for one visitor goes by the server, which checks the signature."""
    opened = visit(page(sample_notice()), stored=granted("media", notice=1))
    assert not call(opened, "api.granted('media')")
    expect(opened.locator(".consent-notice")).to_be_visible()


def test_choosing_within_a_gesture_is_the_visitors_choice(visit: Visit, site: Site) -> None:
    """G1."""
    site.answer = GRANT
    opened = visit(page(sample_notice()))
    on_click(opened, "api.choose(['statistics:visits', 'media'])")
    expect(opened.locator("#consent-status")).to_contain_text(GRANT.body["message"])
    assert site.posts[0]["grant"] == ["statistics:visits", "media"]
    assert site.posts[0]["means"] == ["save"]


def test_choosing_without_a_gesture_opens_the_preferences(visit: Visit, site: Site) -> None:
    """B3: script alone cannot grant."""
    script = f"<script type=module>import('{API}').then((api) => api.choose(['media']))</script>"
    opened = visit(page(sample_notice(), body=script))
    expect(opened.locator("dialog")).to_be_visible()
    assert opened.locator("dialog :checked").count() == 0
    assert site.posts == []


def test_withdrawing_needs_no_gesture(visit: Visit, site: Site) -> None:
    """W1."""
    site.answer = REFUSAL
    opened = visit(
        page(sample_notice(), banner_hidden=True, granted=True), stored=granted("media", notice=1)
    )
    call(opened, "api.withdraw()")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    assert stored(opened) == refused()
    assert site.posts[0]["means"] == ["withdraw"]


def test_the_preferences_can_be_opened(visit: Visit) -> None:
    opened = visit(page(sample_notice()))
    call(opened, "api.open()")
    expect(opened.locator("dialog")).to_be_visible()


def test_changes_are_heard_until_they_are_not(visit: Visit, site: Site) -> None:
    """D7: what is heard holds no receipt."""
    site.answer = GRANT
    opened = visit(page(sample_notice()))
    call(opened, "(window.heard = [], window.stop = api.onChange((it) => heard.push(it)), 0)")
    press(opened, "accept")
    opened.wait_for_function("heard.length === 1")
    assert opened.evaluate("heard[0].decision") == "accept"
    assert "receipt" not in opened.evaluate("Object.keys(heard[0])")
    opened.evaluate("stop()")
    site.answer = REFUSAL
    opened.click("[data-consent-action=withdraw]")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    assert opened.evaluate("heard.length") == 1


def test_the_page_hears_that_the_dialog_is_ready(visit: Visit) -> None:
    listen = "<script>addEventListener('consent:ready', () => window.ready = true, true)</script>"
    opened = visit(page(sample_notice(), body=listen))
    opened.wait_for_function("window.ready")


@pytest.mark.parametrize("cacheable", [False, True])
def test_other_tabs_keep_step(visit: Visit, site: Site, cacheable: bool) -> None:
    """W3: a grant opens their gates, a refusal closes them; nobody loses what they typed."""
    answers = granted("media~statistics~marketing", notice=1)
    site.answer = replace(GRANT, cookie=f"privacy_choice={answers}")
    body = gate_html('<p class="in">In</p>') + '<input id="typed">'
    opened = visit(page(sample_notice(), body=body, cacheable=cacheable))
    other = opened.context.new_page()
    other.goto(opened.url)
    other.fill("#typed", "kept")
    press(opened, "accept")
    expect(other.locator(".in")).to_be_visible()
    expect(other.locator(".consent-notice")).to_be_hidden()
    expect(other.locator("[data-consent-action=withdraw]")).to_be_visible()
    site.answer = REFUSAL
    opened.click("[data-consent-action=withdraw]")
    expect(other.locator(".in")).to_have_count(0)
    expect(other.locator("[data-consent-action=withdraw]")).to_be_hidden()
    assert other.input_value("#typed") == "kept"


def test_a_page_swapped_in_by_script_is_adopted(visit: Visit, site: Site) -> None:
    """B10, W1: frameworks that replace the body keep the dialog alive."""
    opened = visit(page(sample_notice()))
    opened.evaluate(
        """() => {
            const next = new DOMParser().parseFromString(document.body.outerHTML, "text/html");
            document.body.replaceWith(next.body);
        }"""
    )
    expect(opened.locator(".consent-notice")).to_be_visible()
    site.answer = REFUSAL
    opened.focus(".consent-notice [data-consent-action=accept]")
    opened.keyboard.press("Escape")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    expect(opened.locator(".consent-notice")).to_be_hidden()


def test_a_gate_inserted_later_opens_where_it_is_granted(visit: Visit) -> None:
    cookie = granted("media", notice=1)
    opened = visit(page(sample_notice(), granted=True, banner_hidden=True), stored=cookie)
    for service in ("video", "unknown"):
        html = gate_html(
            f'<p class="{service}">In</p>', category="media" if service == "video" else "marketing"
        )
        opened.evaluate(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html
        )
    expect(opened.locator(".video")).to_be_visible()
    expect(opened.locator(".unknown")).to_have_count(0)

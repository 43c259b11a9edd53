"""Content moves in and out of its template as the answer changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent.dialog import render_dialog
from tests.js.conftest import until
from tests.js.pages import Answer, Site, gate_html, page, placeholder, sample_notice
from tests.js.test_state import granted, refused

GRANT = Answer(
    200,
    {
        "decision": "accept",
        "recorded": True,
        "granted": ["media"],
        "receipt": "0" * 26,
        "message": "You allow: Media.",
        "since": "Since now.",
        "anchor": "consent-status",
    },
    f"privacy_choice={granted('media', notice=1)}",
)
REFUSAL = Answer(
    200,
    {
        "decision": "refuse",
        "recorded": True,
        "granted": [],
        "receipt": "",
        "message": "Nothing.",
        "since": "",
        "anchor": "consent-status",
    },
    f"privacy_choice={refused()}",
)


def press(opened: Page, action: str, *, inside: str = "banner") -> None:
    opened.click(f"[data-consent-dialog={inside}] [data-consent-action={action}]")


def test_scripts_run_one_after_another_in_their_order(
    visit: Callable[..., Page], site: Site
) -> None:
    scripts = (
        "<script>window.order = ['inline1']</script><script src='/js/a.js'></script>"
        "<p id=between></p><script>order.push('inline2')</script>"
        "<script src='/js/missing/../b.js' async></script><script>order.push('inline3')</script>"
        "<script type='application/json' src='/data'>{}</script>"
    )
    site.answer = GRANT
    opened = visit(page(sample_notice(), body=gate_html(scripts)))
    assert opened.evaluate("window.order") is None
    press(opened, "accept")
    opened.wait_for_function("window.order?.length == 5")
    assert opened.evaluate("order") == ["inline1", "a.js", "inline2", "b.js", "inline3"]


def test_a_script_of_another_nonce_never_runs(visit: Callable[..., Page], site: Site) -> None:
    site.headers = {
        "Content-Security-Policy": "script-src 'nonce-one' 'strict-dynamic'; "
        "require-trusted-types-for 'script'"
    }
    site.answer = GRANT
    scripts = (
        "<script>window.order = ['none']</script><script nonce=two>window.order = ['two']</script>"
        "<script nonce=one>(window.order ??= []).push('one')</script><script src=/js/a.js></script>"
    )
    opened = visit(page(sample_notice(), nonce="one", body=gate_html(scripts)))
    press(opened, "accept")
    until(opened, "window.order")
    assert opened.evaluate("order") == ["one"]
    assert "/js/a.js" not in site.gets


def test_nested_gates_answer_for_themselves(visit: Callable[..., Page], site: Site) -> None:
    """G1."""
    inner = gate_html("<b id=inner>x</b>", gate="consent-gate-2", category="statistics", service="")
    outer = gate_html(f"<b id=outer>x</b>{inner}<b id=after>x</b>")
    site.answer = GRANT
    opened = visit(page(sample_notice(), body=outer))
    press(opened, "accept")
    expect(opened.locator("#after")).to_have_count(1)
    assert opened.locator("#inner").count() == 0


def test_load_once_loads_that_one_alone_and_moves_focus_to_it(
    visit: Callable[..., Page], site: Site
) -> None:
    """V1, V2, A6."""
    notice = sample_notice()
    first = gate_html("<iframe title=one src=/frame></iframe>", box=placeholder(notice))
    second = gate_html(
        "<iframe title=two src=/frame2></iframe>",
        gate="consent-gate-2",
        box=placeholder(notice, gate="consent-gate-2"),
    )
    site.answer = Answer(200, {"decision": "once", "granted": [], "message": "Loaded."})
    opened = visit(page(notice, body=first + second))
    assert "/frame" not in site.gets
    opened.locator("[data-consent-action=load-once]").first.click()
    expect(opened.locator("iframe")).to_have_count(1)
    expect(opened.locator("iframe")).to_be_focused()
    assert opened.locator(".consent-placeholder:visible").count() == 1
    post = site.posts[0]
    assert (post["action"], post["means"], post["layer"]) == (
        ["once"],
        ["placeholder"],
        ["placeholder"],
    )
    assert post["grant"] == ["media:video"]
    assert opened.context.cookies() == []
    expect(opened.locator(".consent-notice")).to_be_visible()


def test_always_allow_loads_every_gate_of_its_service_and_leaves_the_banner(
    visit: Callable[..., Page], site: Site
) -> None:
    """V2."""
    notice = sample_notice()
    gates = (
        gate_html("<b class=on>1</b>", box=placeholder(notice))
        + gate_html("<b class=on>2</b>", gate="consent-gate-2")
        + gate_html("<b class=off>3</b>", gate="consent-gate-3", category="statistics", service="")
    )
    site.answer = Answer(
        200,
        {"decision": "choose", "granted": ["media:video"], "message": "You allow: Media."},
        f"privacy_choice={granted('media:video~?media~?statistics~?marketing', notice=1)}",
    )
    opened = visit(page(notice, body=gates))
    press(opened, "always", inside="placeholder")
    expect(opened.locator(".on")).to_have_count(2)
    assert opened.locator(".off").count() == 0
    expect(opened.locator("#consent-status")).to_contain_text("You allow: Media.")
    for button in opened.locator(".consent-notice button").all():
        button.click(trial=True)


def withdraw(visit: Callable[..., Page], site: Site, content: str, **options: Any) -> Page:
    notice = sample_notice()
    body = gate_html(content, box=placeholder(notice, hidden=True), granted=True)
    html = page(notice, body=body, banner_hidden=True, granted=True)
    site.answer = REFUSAL
    opened = visit(html, stored=granted("media", notice=1), **options)
    opened.evaluate("window.same = true")
    opened.click("[data-consent-action=withdraw]")
    return opened


def test_withdrawing_unloads_in_place(visit: Callable[..., Page], site: Site) -> None:
    """V4, W1."""
    opened = withdraw(visit, site, "<iframe src=/frame></iframe>")
    expect(opened.locator("iframe")).to_have_count(0)
    expect(opened.locator(".consent-placeholder")).to_be_visible()
    assert opened.evaluate("window.same")
    assert opened.evaluate("document.getElementById('consent-gate-1').content.children.length") == 1


def test_withdrawing_reloads_where_a_script_has_run(visit: Callable[..., Page], site: Site) -> None:
    opened = withdraw(visit, site, "<script>window.ran = true</script>")
    opened.wait_for_function("!window.same")
    assert opened.url.endswith("#consent-status")
    expect(opened.locator("#consent-status")).to_contain_text("Your choice has been saved.")


@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_a_grant_that_was_not_recorded_loads_nothing(
    visit: Callable[..., Page], site: Site, status: int
) -> None:
    """P8."""
    site.answer = Answer(status, {"error": "Could not be recorded."})
    opened = visit(page(sample_notice(), body=gate_html("<b id=on>1</b>")))
    press(opened, "accept")
    expect(opened.locator(".consent-notice [role=alert]")).to_have_text("Could not be recorded.")
    expect(opened.locator(".consent-notice")).to_be_visible()
    assert opened.locator("#on").count() == 0
    assert opened.context.cookies() == []


FOREIGN: dict[str, Answer] = {
    "nothing": Answer(raw=b""),
    "an empty object": Answer(raw=b"{}"),
    "null": Answer(raw=b"null"),
    "a list": Answer(raw=b"[]"),
    "a number": Answer(raw=b"200"),
    "a text": Answer(raw=b'"ok"'),
    "a page": Answer(raw=b"<!doctype html><title>Sign in</title><form><input name=user></form>"),
    "another answer": Answer(raw=b'{"code": 200, "status": "ok", "granted": ["media"]}'),
    "an object as its error": Answer(401, raw=b'{"error": {"status": 401}}'),
    "nothing recorded": Answer(200, {**GRANT.body, "recorded": False}, GRANT.cookie),
    "recorded as a word": Answer(200, {**GRANT.body, "recorded": "true"}, GRANT.cookie),
    "no receipt": Answer(200, {**GRANT.body, "receipt": ""}, GRANT.cookie),
    "no list of grants": Answer(200, {**GRANT.body, "granted": "media"}, GRANT.cookie),
    "another notice": Answer(200, {**GRANT.body, "notice": 7}, GRANT.cookie),
    "another press": Answer(200, {**GRANT.body, "attempt": "1234567"}, GRANT.cookie),
}
"""What may stand between a browser and the endpoint, and answer in its place."""
CONTROLS = {
    "accept": ("banner", "choose"),
    "always": ("placeholder", "choose"),
    "load-once": ("placeholder", "once"),
}


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN.keys())
@pytest.mark.parametrize("action", CONTROLS)
def test_a_grant_counts_only_where_the_endpoint_answers_to_this_very_choice(
    visit: Callable[..., Page], site: Site, answer: Answer, action: str
) -> None:
    """P8, V2: not where a portal, a sign-in page or an older answer stands in its place."""
    layer, decision = CONTROLS[action]
    notice = sample_notice()
    gate = gate_html("<iframe src=/frame></iframe>", box=placeholder(notice))
    site.answer = replace(answer, body={**answer.body, "decision": decision} if answer.body else {})
    site.answer = replace(site.answer, cookie="")
    opened = visit(page(notice, body=gate))
    press(opened, action, inside=layer)
    error = opened.locator(f"[data-consent-dialog={layer}] [role=alert]").first
    expect(error).to_contain_text("could not be recorded")
    opened.wait_for_timeout(100)
    assert opened.locator("iframe").count() == 0
    assert "/frame" not in site.gets
    assert opened.locator("#consent-status > div").is_hidden()
    expect(opened.locator(".consent-notice")).to_be_visible()
    once = Answer(200, {"decision": "once", "granted": [], "message": "Loaded."})
    site.answer = (
        once if decision == "once" else replace(GRANT, body={**GRANT.body, "decision": decision})
    )
    press(opened, action, inside=layer)
    expect(opened.locator("iframe")).to_have_count(1)


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_refusal_holds_whoever_answers_and_says_what_is_so(
    visit: Callable[..., Page], site: Site, answer: Answer
) -> None:
    """P8."""
    site.answer = replace(answer, body={}, cookie="", raw=answer.raw or b"<p>Somebody else</p>")
    opened = visit(page(sample_notice()))
    press(opened, "refuse")
    expect(opened.locator("#consent-status")).to_contain_text("Your refusal holds in this browser")
    expect(opened.locator(".consent-notice")).to_be_hidden()


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_withdrawal_waits_until_the_endpoint_itself_has_taken_it(
    visit: Callable[..., Page], site: Site, answer: Answer
) -> None:
    """P1, W3."""
    site.answer = replace(answer, body={}, cookie="", raw=answer.raw or b"<p>Somebody else</p>")
    opened = visit(
        page(sample_notice(), banner_hidden=True, granted=True), stored=granted("media", notice=1)
    )
    opened.click("[data-consent-action=withdraw]")
    expect(opened.locator("#consent-status")).to_contain_text("Your refusal holds in this browser")
    kept = "localStorage.getItem('privacy_choice_pending')"
    assert opened.evaluate(kept) is not None
    site.answer = replace(REFUSAL, body={**REFUSAL.body, "decision": "withdraw"})
    opened.reload()
    opened.wait_for_function(f"{kept} === null")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_without_the_banners_form_a_link_stands_in_for_the_buttons(
    visit: Callable[..., Page], script: bool
) -> None:
    """A partial page: what shows works."""
    notice = sample_notice()
    shown = render_dialog(notice, "en")
    box = placeholder(notice, has_form=False, link="")
    link = shown.link(next_url="/", grant_in_force=True).html
    html = f"<!doctype html><title>Part</title>{shown.head(granted=True).html}<p>{box}</p>{link}"
    stored = granted("media", notice=1)
    opened = visit(html, java_script_enabled=script, stored=stored)
    expect(opened.locator("button:visible")).to_have_count(0)
    expect(opened.locator("p > .consent-placeholder a")).to_have_attribute(
        "href", "/privacy/?language=en&next=/%23consent-gate-1"
    )
    opened.locator("p a").click()
    opened.wait_for_url("**/privacy/?language=en&next=/%23consent-gate-1")
    whole = visit(html + shown.page(next_url="/", banner_hidden=True).html, stored=stored)
    expect(whole.locator("button:visible")).to_have_count(3)

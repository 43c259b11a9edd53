"""What a gate holds starts as it would have started in a page that was just arriving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.js.conftest import until
from tests.js.pages import Answer, Site, gate_html, page, sample_notice
from tests.js.test_gates import GRANT, press

Visit = Callable[..., Page]


def grant(visit: Visit, site: Site, *contents: str, nonce: str = "", **options: Any) -> Page:
    """Open a page with a gate for each content, and accept."""
    site.answer = GRANT
    body = "".join(
        gate_html(content, gate=f"consent-gate-{number}") for number, content in enumerate(contents)
    )
    opened = visit(page(sample_notice(), nonce=nonce, body=body), **options)
    press(opened, "accept")
    return opened


LOADING = {
    "image": "<img src=/got>",
    "srcset": "<img srcset='/got 1x'>",
    "picture": "<picture><source srcset=/got><img></picture>",
    "poster": "<video poster=/got></video>",
    "frame": "<iframe src=/got></iframe>",
    "style sheet": "<link rel=stylesheet href=/got>",
    "import": "<style>@import '/got';</style>",
    "background": "<style>main { background: url(/got) }</style>",
    "preload": "<link rel=preload as=image href=/got>",
    "script": "<q>q</q><script src=/got></script>",
    "module": "<q>q</q><script type=module src=/got></script>",
    "svg": "<svg><image href=/got /></svg>",
    "xlink": "<svg><image xlink:href=/got /></svg>",
    "svg script": "<svg><script href=/got></script></svg>",
    "embed": "<embed src=/got>",
    "object": "<object type=image/png data=/got></object>",
    "frame document": "<iframe srcdoc='<img src=/got>'></iframe>",
}


@pytest.mark.parametrize("kind", LOADING)
def test_every_address_comes_back_with_the_grant(visit: Visit, site: Site, kind: str) -> None:
    """B2, B15: no markup of a closed gate names it in a way that an engine fetches ahead."""
    opened = grant(visit, site, f"<blockquote>q</blockquote>{LOADING[kind]}")
    for _ in range(40):
        if "/got" in site.gets:
            break
        opened.wait_for_timeout(50)
    assert "/got" in site.gets
    assert "data-consent-held" not in opened.inner_html("main")


def test_an_address_that_is_none_keeps_the_rest_from_nothing(visit: Visit, site: Site) -> None:
    odd = "<img src='http://[' alt=a><meta name=a content=b>"
    opened = grant(visit, site, f"{odd}<img src=/got><p id=end></p>")
    expect(opened.locator("#end")).to_have_count(1)
    expect(opened.locator("img[src='/got']")).to_have_count(1)


def test_a_template_of_the_site_s_own_comes_back_as_it_was(visit: Visit, site: Site) -> None:
    content = '<template id=own><img src="/own.png" alt="a"></template><p id=end></p>'
    opened = grant(visit, site, content)
    expect(opened.locator("#end")).to_have_count(1)
    image = opened.evaluate_handle("own.content.firstChild")
    assert image.evaluate("(image) => image.getAttribute(`src`)") == "/own.png"
    assert image.evaluate("(image) => image.getAttributeNames().length") == 2


def test_a_gate_in_a_gate_stays_closed(visit: Visit, site: Site) -> None:
    """G1."""
    inner = gate_html("<img src=/inner>", gate="inner", category="statistics", service="")
    opened = grant(visit, site, f"<img src=/outer>{inner}<p id=end></p>")
    expect(opened.locator("#end")).to_have_count(1)
    opened.wait_for_timeout(200)
    assert "/outer" in site.gets
    assert "/inner" not in site.gets


def test_trusted_types_are_asked_for_nothing(visit: Visit, site: Site) -> None:
    """A script keeps its address, which a page's policy would not let us give back."""
    site.headers = {"Content-Security-Policy": "require-trusted-types-for 'script'"}
    scripts = "<p>x</p><script src=/js/a.js></script><script>order.push('inline')</script>"
    opened = grant(visit, site, f"{scripts}<iframe srcdoc='<p>x</p>'></iframe><img src=/1.png>")
    until(opened, "window.order?.length == 2")
    assert opened.evaluate("order") == ["a.js", "inline"]
    expect(opened.locator("img[src='/1.png']")).to_have_count(1)


WRITES = {
    "a text": "document.write('<b id=written>x</b>')",
    "pieces": "document.write('<b id=wri'); document.writeln('tten>', 'x</b>')",
    "a script": "document.write('<scr' + 'ipt src=/js/written.js></scr' + 'ipt>');"
    "document.write('<b id=written></b>')",
    "a script that writes": "document.write('<script>document.write(\"<b id=written></b>\")</'"
    " + 'script>')",
    "after opening": "document.open(); document.write('<b id=written>x</b>'); document.close()",
}


@pytest.mark.parametrize("way", WRITES)
def test_what_a_script_writes_stands_behind_it(visit: Visit, site: Site, way: str) -> None:
    """W1: it replaces neither the page nor the control that withdraws."""
    opened = grant(visit, site, f"<script>{WRITES[way]}</script><i id=after>x</i>")
    expect(opened.locator("#written + #after")).to_have_count(1)
    expect(opened.locator("[data-consent-action=withdraw]")).to_be_visible()
    if way == "a script":
        until(opened, "window.order")
    assert opened.evaluate("document.write == Document.prototype.write")
    assert opened.evaluate("window.addEventListener == EventTarget.prototype.addEventListener")


def test_a_file_that_writes_replaces_nothing(visit: Visit, site: Site) -> None:
    opened = visit(page(sample_notice(), body=gate_html("<script src=/w.js></script><i id=after>")))
    opened.route("**/w.js", lambda route: route.fulfill(body="document.write('<b id=written>')"))
    site.answer = GRANT
    press(opened, "accept")
    expect(opened.locator("#written + #after")).to_have_count(1)


def test_a_vendor_that_never_answers_holds_up_nobody_for_long(visit: Visit, site: Site) -> None:
    waits = "<script src=/never.js></script><script>window.order = ['later']</script>"
    site.answer = GRANT
    body = gate_html(waits) + gate_html("<b id=next>x</b>", gate="consent-gate-2")
    opened = visit(page(sample_notice(), body=body))
    opened.route("**/never.js", lambda _: None)
    opened.clock.install()
    with opened.expect_request("**/never.js"):
        press(opened, "accept")
    assert opened.evaluate("window.order") is None
    opened.clock.run_for(9_000)
    assert opened.evaluate("window.order") is None
    opened.clock.run_for(2_000)
    until(opened, "window.order")
    expect(opened.locator("#next")).to_have_count(1)


def test_a_script_keeps_its_own_handlers(visit: Visit, site: Site) -> None:
    loads = '<script src=/js/a.js onload="order.push(`loaded`)"></script>'
    fails = '<script src=/none.js onerror="order.push(`failed`)"></script>'
    opened = grant(visit, site, f"{loads}{fails}<script>order.push('last')</script>")
    until(opened, "window.order?.length == 4")
    assert opened.evaluate("order") == ["a.js", "loaded", "failed", "last"]


LISTENS = """
order = [];
const note = (event) => order.push(event.type);
document.addEventListener("DOMContentLoaded", note);
window.addEventListener("DOMContentLoaded", { handleEvent: note });
addEventListener("load", () => order.push("load"), { once: true });
document.addEventListener("load", () => order.push("never"));
document.addEventListener("custom", note);
order.push("first");
"""


@pytest.mark.parametrize("file", [False, True])
def test_who_waits_for_a_page_that_is_there_is_told(visit: Visit, site: Site, file: bool) -> None:
    script = "<script src=/listens.js></script>" if file else f"<script>{LISTENS}</script>"
    body = gate_html(script + "<script>order.push('second')</script>")
    opened = visit(page(sample_notice(), body=body))
    opened.route("**/listens.js", lambda route: route.fulfill(body=LISTENS))
    site.answer = GRANT
    press(opened, "accept")
    until(opened, "window.order?.length == 5")
    opened.evaluate("document.dispatchEvent(new Event('custom'))")
    events = ["DOMContentLoaded", "DOMContentLoaded", "load", "custom"]
    assert opened.evaluate("order") == ["first", "second", *events]


def test_a_withdrawal_meanwhile_starts_nothing_more(visit: Visit, site: Site) -> None:
    """W3."""
    scripts = "<script src=/slow.js></script><script>window.late = true</script>"
    opened = visit(page(sample_notice(), body=gate_html(scripts)))
    opened.route("**/slow.js", lambda _: None)
    site.answer = GRANT
    with opened.expect_request("**/slow.js"):
        press(opened, "accept")
    site.answer = Answer(503)
    opened.evaluate("window.same = true")
    opened.wait_for_timeout(600)  # no second tap counts
    opened.locator("[data-consent-action=withdraw]").click()
    opened.wait_for_function("!window.same")
    opened.wait_for_timeout(200)
    assert opened.evaluate("window.late") is None

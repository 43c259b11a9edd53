"""What newer engines have, taken away before the scripts run: a choice works, or it is a no."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from consent.vendors import signals_html
from tests.js.guarding import guard
from tests.js.pages import Site, gate_html, page, sample_notice
from tests.js.test_gates import GRANT, REFUSAL, press
from tests.js.test_state import granted

Visit = Callable[..., Page]

NEWER = [
    "AbortSignal.timeout",
    "Array.prototype.at",
    "Array.prototype.findLast",
    "BroadcastChannel",
    "HTMLFormElement.prototype.requestSubmit",
    "Object.hasOwn",
    "SubmitEvent.prototype.submitter",
    "URL.canParse",
    "caches",
    "cookieStore",
    "crypto.randomUUID",
    "indexedDB.constructor.prototype.databases",
    "navigator.constructor.prototype.userActivation",
    "reportError",
    "structuredClone",
]
"""Each came into some engine after 2020."""
SELECTORS = """for (const type of [Element, Document, DocumentFragment]) {
  for (const name of ["matches", "closest", "querySelector", "querySelectorAll"]) {
    const native = type.prototype[name];
    if (native) type.prototype[name] = function (selector) {
      if (String(selector).includes(":has(")) throw new SyntaxError(":has");
      return native.call(this, selector);
    };
  }
}"""


def without(path: str) -> str:
    """Return a script that takes something away."""
    owner, _, name = path.rpartition(".")
    return (
        f"delete {owner or 'window'}.{name}; if ({owner or 'window'}.{name} !== undefined) throw 0"
    )


TAKEN = {path: without(path) for path in NEWER} | {":has()": SELECTORS}


def engine_without(visit: Visit, taken: str, **options: object) -> Page:
    """Open a page with everything on it, in an engine that lacks something."""
    notice = sample_notice()
    gate = gate_html("<b id=loaded>video</b>")
    html = page(notice, body=gate, **options)  # type: ignore[arg-type]
    head = f"<script>{{ {taken} }}</script>{guard({})}{signals_html(notice)}"
    stored = granted("statistics~marketing~media", notice=1) if options.get("granted") else ""
    opened = visit(html.replace("<head>", f"<head>{head}", 1), stored=stored)
    opened.evaluate("localStorage.mine = 1")
    return opened


@pytest.mark.parametrize("taken", TAKEN)
def test_a_grant_works_or_goes_as_without_script(visit: Visit, site: Site, taken: str) -> None:
    """P8: nothing that is missing makes a grant impossible, or counts one that is none."""
    site.answer = GRANT
    opened = engine_without(visit, TAKEN[taken])
    press(opened, "accept")
    if "submitter" in taken:
        expect(opened).to_have_title("Native")
        assert site.posts[0]["means"] == ["accept"]
        return
    expect(opened.locator("#loaded")).to_be_visible()
    expect(opened.locator("#consent-status")).to_contain_text("You allow")
    opened.locator("#consent-status [data-consent-action=close]").click()
    expect(opened.locator("#consent-status > div")).to_be_hidden()


@pytest.mark.parametrize("taken", TAKEN)
def test_a_refusal_holds(visit: Visit, site: Site, taken: str) -> None:
    """P8."""
    site.answer = REFUSAL
    opened = engine_without(visit, TAKEN[taken])
    press(opened, "refuse")
    if "submitter" in taken:
        expect(opened).to_have_title("Native")
        return
    expect(opened.locator(".consent-notice")).to_be_hidden()
    assert opened.context.cookies()[0]["value"].split(".")[3] == "-"
    assert opened.locator("#loaded").count() == 0


@pytest.mark.parametrize("taken", TAKEN)
def test_a_withdrawal_closes_and_deletes(visit: Visit, site: Site, taken: str) -> None:
    """W3: what declared services left goes, whatever cannot be asked of the browser."""
    site.answer = REFUSAL
    opened = engine_without(visit, TAKEN[taken], granted=True, banner_hidden=True)
    expect(opened.locator("#loaded")).to_be_visible()
    opened.evaluate("document.cookie = '_v=1; Path=/'")
    opened.click("[data-consent-action=withdraw]")
    if "submitter" in taken:
        expect(opened).to_have_title("Native")
        return
    opened.wait_for_function("!document.cookie.includes('_v=')")
    expect(opened.locator("#loaded")).to_have_count(0)
    assert opened.evaluate("localStorage.mine") == "1"


@pytest.mark.parametrize("taken", TAKEN)
def test_the_preferences_open(visit: Visit, taken: str) -> None:
    opened = engine_without(visit, TAKEN[taken])
    press(opened, "choose")
    expect(opened.locator("dialog.consent-preferences")).to_be_visible()


def test_without_modal_dialogs_the_page_of_its_own_opens(visit: Visit) -> None:
    """B10."""
    opened = engine_without(visit, "delete HTMLDialogElement.prototype.showModal")
    press(opened, "choose")
    opened.wait_for_url("**/privacy/**")


def test_scripts_without_a_submitter_of_their_own_press_the_button(
    visit: Visit, site: Site
) -> None:
    """W1: the page's own script withdraws where forms cannot be submitted by a method."""
    site.answer = REFUSAL
    taken = TAKEN["HTMLFormElement.prototype.requestSubmit"]
    opened = engine_without(visit, taken, granted=True, banner_hidden=True)
    opened.evaluate("import('/static/consent/api.js').then((api) => api.withdraw())")
    expect(opened.locator("#loaded")).to_have_count(0)
    assert site.posts[0]["means"] == ["withdraw"]

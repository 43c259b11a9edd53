"""A strict Content-Security-Policy: nothing of ours needs it weaker, and it follows the choice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Under
from tests.e2e.expecting import NOTHING, eventually, loaded
from tests.e2e.guarded import HOSTS, STRICT
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.policies")

VIDEO = "iframe[src*='/embed/results']"
UNDECLARED = "http://localhost:9/script.js"
INJECT = """(src) => new Promise((done) => {
    const script = document.createElement("script");
    script.onload = () => done("loaded");
    script.onerror = () => done("blocked");
    script.src = src;
    document.head.append(script);
})"""


def policy_of(page: Page) -> str:
    """Return the policy under which the page would be loaded now."""
    response = page.request.get(page.url)
    return response.headers["content-security-policy"]


def stay(visitor: Visitor) -> None:
    visitor.page.evaluate("window.same = true")


def stayed(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("window.same === true"))


def ran(visitor: Visitor) -> list[str]:
    found: list[str] = visitor.page.evaluate("window.ran ?? []")
    return found


# Our own parts


def test_everything_works_under_a_strict_policy(
    under: Under, reported: list[str], page_mode: bool, third_party: ThirdParty
) -> None:
    """B9: banner, preferences, once, a choice, everything, withdrawal; nothing is reported."""
    visitor = under(STRICT, "/policy/strict/")
    page = visitor.page
    expect(visitor.banner).to_be_visible()
    visitor.choose("load-once", inside="placeholder")
    expect(page.locator(VIDEO)).to_have_count(1)
    assert eventually(lambda: "media:video" in loaded(third_party), page.wait_for_timeout)
    visitor.open("/policy/strict/")
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    visitor.preferences.locator("[name=grant][value=statistics]").click()
    visitor.choose("save", inside="preferences")
    assert eventually(lambda: len(ran(visitor)) == 2, page.wait_for_timeout)
    page.locator("a.consent-link").click()
    visitor.choose("accept", inside="preferences")
    expect(page.locator(VIDEO)).to_have_count(1)
    assert only_scripts_with_the_nonce_run(visitor, reported)
    with page.expect_navigation(wait_until="load"):
        page.locator("[data-consent-action=withdraw]:visible").first.click()
    expect(page.locator(VIDEO)).to_have_count(0)
    expect(visitor.status).to_be_visible()
    assert ran(visitor) == []
    visitor.open("/privacy/").choose("refuse", inside="preferences")
    assert visitor.errors == []
    assert reported == []


def only_scripts_with_the_nonce_run(visitor: Visitor, reported: list[str]) -> bool:
    """Whether that is so where the browser activates them, and where the server renders them.

    There the policy stops the third, and says so.
    """
    in_place = ran(visitor)
    assert reported == []
    visitor.open("/policy/strict/")
    assert eventually(lambda: len(ran(visitor)) == 2, visitor.page.wait_for_timeout)
    assert all(violation.startswith("script-src-elem inline") for violation in reported)
    reported.clear()
    return sorted(in_place) == sorted(ran(visitor)) == ["external", "inline"]


@pytest.mark.parametrize("path", ["/en/", "/es/", "/privacy/", "/privacy/receipt/", "/en/policy/"])
def test_no_page_of_the_site_needs_a_weaker_policy(
    under: Under, reported: list[str], page_mode: bool, third_party: ThirdParty, path: str
) -> None:
    """B9."""
    visitor = under(STRICT, path)
    policy = policy_of(visitor.page)
    assert "'nonce-" in policy
    assert "unsafe" not in policy
    visitor.page.wait_for_timeout(200)
    assert reported == []
    assert visitor.errors == []
    assert visitor.page.evaluate("document.documentElement.dataset.consentState") == "undecided"


def test_without_script_everything_works_under_it_too(
    under: Under, page_mode: bool, third_party: ThirdParty
) -> None:
    """B10: forms go to this site alone; once and always load frames where the server decides."""
    visitor = under(STRICT, "/policy/frame/", java_script_enabled=False)
    if page_mode:
        visitor.page.locator("[data-consent-action=refuse]:visible").first.click()
        visitor.page.wait_for_load_state("load")
        assert visitor.answers == "-"
        return
    visitor.page.locator("[data-consent-action=load-once]:visible").click()
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    assert eventually(lambda: loaded(third_party) != NOTHING, visitor.page.wait_for_timeout)
    visitor.open("/policy/frame/")
    visitor.page.locator("[data-consent-action=accept]:visible").first.click()
    expect(visitor.page.locator(VIDEO)).to_have_count(1)


# The backstop


def test_a_script_pasted_into_a_page_does_not_run(
    under: Under, page_mode: bool, third_party: ThirdParty
) -> None:
    """B9: whatever let it into the page; and no grant gives it the nonce."""
    visitor = under(STRICT, "/policy/pasted/")
    for _ in range(2):
        visitor.page.wait_for_timeout(300)
        assert ran(visitor) == []
        assert loaded(third_party) == NOTHING
        if visitor.banner.is_visible():
            visitor.choose("accept")
            visitor.open("/policy/pasted/")


def test_an_injected_foreign_script_is_blocked_before_a_grant(
    under: Under, reported: list[str], third_party: ThirdParty
) -> None:
    """B9: by the policy alone, under which it loads once its host's service is granted."""
    script = f"{third_party.origin}/analytics.js"
    visitor = under(HOSTS, "/policy/frame/")
    assert visitor.page.evaluate(INJECT, script) == "blocked"
    assert reported == [f"script-src-elem {script} "]
    visitor.choose("refuse")
    visitor.open("/policy/frame/")
    assert visitor.page.evaluate(INJECT, script) == "blocked"
    assert third_party.log == []
    visitor.open("/privacy/").choose("accept", inside="preferences")
    visitor.open("/policy/frame/")
    assert visitor.page.evaluate(INJECT, script) == "loaded"
    assert visitor.page.evaluate(INJECT, UNDECLARED) == "blocked"
    with visitor.page.expect_event("load"):  # the script ran, so the page reloads
        visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    assert visitor.page.url.endswith("#consent-elsewhere")
    assert visitor.answers == "-"
    visitor.open("/policy/frame/")
    assert visitor.page.evaluate(INJECT, script) == "blocked"


def test_on_cacheable_pages_only_the_undeclared_is_blocked(
    under: Under, reported: list[str], third_party: ThirdParty, settings: Any
) -> None:
    """B9, DESIGN 7: the page is the same for everybody, and so is its policy."""
    settings.CONSENT_CACHEABLE_PAGES = True
    visitor = under(HOSTS, "/policy/frame/")
    undecided = policy_of(visitor.page)
    assert visitor.page.evaluate(INJECT, UNDECLARED) == "blocked"
    assert reported == [f"script-src-elem {UNDECLARED} "]
    visitor.choose("accept")
    assert policy_of(visitor.page) == undecided


# What a grant does on a page whose policy came before it


def test_a_frame_loads_in_place_because_its_host_is_always_listed(
    under: Under, reported: list[str], page_mode: bool, third_party: ThirdParty
) -> None:
    """DESIGN 7: once and for good, without a reload."""
    for action, inside in (("load-once", "placeholder"), ("accept", "banner")):
        visitor = under(STRICT, "/policy/frame/")
        stay(visitor)
        third_party.clear()
        visitor.choose(action, inside=inside)
        assert eventually(lambda: loaded(third_party) != NOTHING, visitor.page.wait_for_timeout)
        visitor.page.wait_for_timeout(200)
        assert stayed(visitor)
        assert reported == []


def test_a_frame_that_the_page_s_policy_blocks_loads_after_a_reload(
    under: Under, third_party: ThirdParty, settings: Any
) -> None:
    """DESIGN 7: a document's policy cannot be loosened, so the page is asked for once more."""
    settings.CONSENT_POLICY_DIRECTIVES = ["img-src"]
    visitor = under(STRICT, "/policy/narrow/")
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.choose("accept")
    assert eventually(lambda: "media:video" in loaded(third_party), visitor.page.wait_for_timeout)
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    stay(visitor)
    visitor.page.wait_for_timeout(500)
    assert stayed(visitor), "and only once"


def test_a_script_that_the_page_s_policy_blocks_loads_after_a_reload(
    under: Under, third_party: ThirdParty
) -> None:
    """DESIGN 7: under a policy of hosts, where the policy of the page that asked had none."""
    visitor = under(HOSTS, "/policy/counter/")
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.choose("accept")
    assert eventually(
        lambda: "statistics:visits" in loaded(third_party), visitor.page.wait_for_timeout
    )
    assert visitor.page.evaluate("window.visitsLoaded") == 1

"""A page built in the browser fetches the dialog, by the lines that the documentation gives."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Under
from tests.e2e.expecting import NOTHING, eventually, loaded
from tests.e2e.guarded import STRICT
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.policies")

VIDEO = "iframe[src*='/embed/results']"
NO_POLICY: dict[str, Any] = {}
policies = pytest.mark.parametrize("policy", [STRICT, NO_POLICY], ids=["strict", "no policy"])


@policies
def test_everything_works_on_a_page_that_fetches_the_dialog(
    under: Under,
    reported: list[str],
    page_mode: bool,
    third_party: ThirdParty,
    policy: dict[str, Any],
) -> None:
    """V1, W1, B9: ask, preferences, grant, remember, withdraw; nothing before, nothing reported."""
    visitor = under(policy, "/single/en/")
    page = visitor.page
    expect(visitor.banner).to_be_visible()
    assert visitor.cookies() == {}
    assert visitor.foreign == []
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    expect(visitor.preferences).to_be_visible()
    visitor.control("close", inside="preferences").click()
    visitor.choose("accept")
    expect(visitor.status).to_be_visible()
    assert eventually(lambda: "media:video" in loaded(third_party), page.wait_for_timeout)
    visitor.open("/single/en/")
    expect(page.locator(VIDEO)).to_have_count(1)
    expect(visitor.banner).to_be_hidden()
    page.locator("footer [data-consent-action=withdraw]:visible").click()
    expect(page.locator(VIDEO)).to_have_count(0)
    assert eventually(lambda: visitor.answers == "-", page.wait_for_timeout)
    third_party.clear()
    visitor.open("/single/en/")
    page.wait_for_timeout(300)
    assert loaded(third_party) == NOTHING
    expect(visitor.banner).to_be_hidden()
    assert reported == []
    assert visitor.errors == []


def test_it_speaks_the_page_s_language(under: Under, page_mode: bool) -> None:
    """U8: whatever the browser prefers."""
    visitor = under(STRICT, "/single/es/", locale="en-GB")
    expect(visitor.control("refuse")).to_have_text("Rechazar todo")
    visitor.choose("refuse")
    expect(visitor.status).to_contain_text("nada opcional")


def test_nobody_who_has_decided_sees_the_banner(under: Under, page_mode: bool) -> None:
    """DESIGN 4.11: not for a moment, although the style is awaited."""
    visitor = under(STRICT, "/single/en/")
    visitor.choose("refuse")
    visitor.context.add_init_script(
        """(function look() {
            self.seen ||= document.querySelector("[data-consent-dialog=banner]")?.offsetHeight;
            requestAnimationFrame(look);
        })()"""
    )
    visitor.open("/single/en/")
    expect(visitor.page.locator("footer a.consent-link")).to_be_visible()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("!self.seen")


def test_without_a_notice_the_page_works_and_nothing_loads(
    under: Under, reported: list[str], third_party: ThirdParty, settings: Any
) -> None:
    """B2, DESIGN 4.12."""
    settings.CONSENT_SITE = "another"
    visitor = under(STRICT, "/single/en/")
    visitor.page.wait_for_timeout(300)
    expect(visitor.page.locator("[data-consent-dialog]")).to_have_count(0)
    assert visitor.page.locator(VIDEO).count() == 0
    assert third_party.log == []
    assert visitor.errors == []
    assert reported == []

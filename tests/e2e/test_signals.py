"""Vendors on a real site: a gated tag finds what it may do before it runs."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.urls("tests.e2e.pages")

TYPES = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
)


@pytest.fixture(autouse=True)
def _mapping(settings: Any) -> None:
    settings.CONSENT_SIGNALS = {
        "statistics": ["google:analytics_storage", "matomo"],
        "marketing": ["google:ad_storage", "google:ad_user_data", "google:ad_personalization"],
        "media:video": ["google:personalization_storage"],
    }


def told(command: str, *yes: str) -> list[Any]:
    types = {kind: "granted" if kind in yes else "denied" for kind in TYPES}
    return ["consent", command, {**types, "security_storage": "granted"}]


def heard(visitor: Visitor) -> list[Any]:
    found: list[Any] = visitor.page.evaluate("dataLayer.map((entry) => [...entry])")
    return found


def ran(visitor: Visitor) -> bool:
    return eventually(
        lambda: bool(visitor.page.evaluate("'found' in window")), visitor.page.wait_for_timeout
    )


GRANTED = [told("default"), told("update", *set(TYPES) - {"functionality_storage"})]


@pytest.mark.parametrize("query", ["", "?policy"], ids=["no policy", "strict policy"])
def test_a_tag_that_loads_after_the_grant_finds_default_and_update(
    enter: Enter, page_mode: bool, query: str
) -> None:
    """B1, B9: on the page of the choice and on every later one, and no cookie before."""
    visitor = enter().open(f"/gates/signals/{query}")
    assert heard(visitor) == [told("default")]
    assert visitor.cookies() == {}
    assert visitor.foreign == []
    assert not [url for url in visitor.requests if "vendor.js" in url]
    visitor.choose("accept")
    for _ in range(2):
        assert ran(visitor)
        assert visitor.page.evaluate("found") == GRANTED
        visitor.open(f"/gates/signals/{query}")
    assert visitor.errors == []


def test_a_choice_in_part_is_told_in_part(enter: Enter, page_mode: bool) -> None:
    """G1: a service alone grants what hangs on it."""
    visitor = enter().open("/gates/signals/")
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    visitor.preferences.locator("[name=grant][value=statistics]").click()
    visitor.preferences.locator("summary").filter(has_text="Media").first.click()
    visitor.preferences.locator("[value='media:video']").click()
    visitor.choose("save", inside="preferences")
    assert ran(visitor)
    yes = ("analytics_storage", "personalization_storage")
    assert visitor.page.evaluate("found") == [told("default"), told("update", *yes)]


def test_a_refusal_is_told_and_no_tag_loads(enter: Enter, page_mode: bool) -> None:
    """B1."""
    visitor = enter().open("/gates/signals/")
    visitor.choose("refuse")
    expect(visitor.banner).to_be_hidden()
    for _ in range(2):
        wait = visitor.page.wait_for_timeout
        assert eventually(lambda: heard(visitor) == [told("default"), told("update")], wait)
        visitor.open("/gates/signals/")
    assert visitor.page.evaluate("_paq") == [["requireConsent"]]
    assert not [url for url in visitor.requests if "vendor.js" in url]


def test_a_withdrawal_is_told_in_the_page_where_the_tag_ran(enter: Enter, page_mode: bool) -> None:
    """W3: told before the page reloads; afterwards nothing is granted."""
    visitor = enter().open("/gates/signals/")
    visitor.choose("accept")
    assert ran(visitor)
    visitor.page.evaluate(
        """() => {
            window.same = true;
            dataLayer.push = (command) => sessionStorage.last = JSON.stringify([...command]);
        }"""
    )
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_function("!window.same && document.readyState == 'complete'")
    assert visitor.page.evaluate("JSON.parse(sessionStorage.last)") == told("update")
    assert heard(visitor) == [told("default"), told("update")]
    assert visitor.page.evaluate("'found' in window") is False


def test_a_site_that_is_switched_off_tells_no_grant(
    enter: Enter, page_mode: bool, settings: Any
) -> None:
    """B7: what a grant names is not loaded then, and so not told."""
    visitor = enter().open("/gates/signals/")
    visitor.choose("accept")
    settings.COOKIE_CONSENT_ENABLED = False
    visitor.open("/gates/signals/")
    assert heard(visitor) == [told("default")]

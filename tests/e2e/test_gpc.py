"""Global Privacy Control in a real browser: the header, the script's property, and both (S1-S4).

``navigator.globalPrivacyControl`` is put in place as an extension does it; Chromium has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

Records = Callable[[], list[Record]]

HEADER = {"extra_http_headers": {"Sec-GPC": "1"}}
MEDIA = frozenset({"media:video", "media:maps"})
FRAMES = MEDIA | {"marketing:adnet"}
"""What loads without script once everything is granted."""


def with_property(visitor: Visitor, value: str = "true") -> Visitor:
    """Let ``navigator.globalPrivacyControl`` have a value, written as script."""
    visitor.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', "
        f"{{value: {value}, configurable: true}})"
    )
    return visitor


def signalling(enter: Enter, how: str) -> Visitor:
    """Enter with the signal as a header, as the script's property, or as both."""
    visitor = enter(**(HEADER if how != "property" else {}))
    return with_property(visitor) if how != "header" else visitor


def sentence(visitor: Visitor, inside: str = "banner") -> Locator:
    """Return the sentence about the signal in a dialog, visible or not."""
    return visitor.page.locator(f"[data-consent-dialog={inside}] [data-consent-signal]").first


def fields(visitor: Visitor) -> set[str]:
    """Return what the forms would send about the signal."""
    values = visitor.page.eval_on_selector_all(
        "input[name=signal]", "inputs => inputs.map(input => input.value)"
    )
    assert len(values) == 3, "banner, preferences, and the preferences' buttons for all"
    return set(values)


def check_loaded(third_party: ThirdParty, visitor: Visitor, services: frozenset[str]) -> None:
    eventually(lambda: loaded(third_party) == services, visitor.page.wait_for_timeout)
    visitor.page.wait_for_timeout(200)
    assert loaded(third_party) == services
    assert visitor.errors == []


@pytest.mark.parametrize("how", ["header", "property", "both"])
def test_the_signal_alone_keeps_and_sends_nothing(
    enter: Enter, page_mode: bool, records: Records, how: str
) -> None:
    """S2, S4, B1: it refuses, and writes no record; the visitor is still asked."""
    visitor = signalling(enter, how).open()
    visitor.open("/es/")
    visitor.page.wait_for_timeout(300)
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.storage() == {}
    assert visitor.foreign == []
    assert visitor.errors == []
    assert records() == []
    assert visitor.banner.is_visible()


@pytest.mark.parametrize("how", ["header", "property", "both"])
def test_the_conflict_is_shown_before_the_buttons_and_accept_all_then_names_it(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty, how: str
) -> None:
    """S2, S4: except where only the header speaks and the page is the same for everybody."""
    visitor = signalling(enter, how).open()
    shows = how != "header" or not page_mode
    visitor.page.wait_for_timeout(200)
    assert sentence(visitor).is_visible() is shows
    assert ("Statistics, Marketing" in (sentence(visitor).text_content() or "")) is shows
    assert fields(visitor) == {"1" if shows else ""}
    visitor.choose("accept")
    [record] = records()
    assert record.action == ("accept" if shows else "choose")
    check_loaded(third_party, visitor, EVERYTHING if shows else MEDIA)
    assert visitor.status.is_visible()


def test_the_preferences_say_it_at_each_switch_and_the_switch_outweighs_it(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """S2, S4, W2."""
    visitor = signalling(enter, "both").open()
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    expect(visitor.preferences.locator("[data-consent-signal]:visible")).to_have_count(3)
    visitor.preferences.locator('[name=grant][value="marketing"]').check()
    visitor.choose("save", inside="preferences")
    [record] = records()
    assert record.answers["marketing"] == "yes"
    check_loaded(third_party, visitor, frozenset({"marketing:adnet"}))
    visitor.open("/es/")
    visitor.page.wait_for_timeout(200)
    assert visitor.answers == "marketing", "the signal turns no grant off"


def test_accepting_all_in_the_preferences_names_it_too(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """S4."""
    visitor = signalling(enter, "both").open()
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    visitor.choose("accept", inside="preferences")
    assert records()[0].action == "accept"
    check_loaded(third_party, visitor, EVERYTHING)


def test_a_placeholder_outweighs_the_signal(
    enter: Enter, page_mode: bool, settings: Any, records: Records, third_party: ThirdParty
) -> None:
    """S4, V2: it names its service."""
    settings.CONSENT_GPC_CATEGORIES = ["media"]
    visitor = signalling(enter, "both").open()
    visitor.choose("load-once", inside="placeholder")
    assert [record.action for record in records()] == ["once"]
    check_loaded(third_party, visitor, frozenset({"media:video"}))


@pytest.mark.parametrize("value", ["false", "undefined", "null", "1", "'1'", "'true'", "{}"])
def test_the_property_counts_if_it_is_exactly_true(
    enter: Enter, page_mode: bool, value: str
) -> None:
    """S2."""
    visitor = with_property(enter(), value).open()
    visitor.page.wait_for_timeout(200)
    assert not sentence(visitor).is_visible()
    assert fields(visitor) == {""}


@pytest.mark.parametrize("locale", ["en", "es"])
def test_without_script_the_header_is_answered_in_words(
    enter: Enter, records: Records, third_party: ThirdParty, locale: str
) -> None:
    """S1, S4, B10."""
    visitor = enter(java_script_enabled=False, **HEADER).open(f"/{locale}/")
    assert sentence(visitor).is_visible()
    visitor.control("accept").click()
    visitor.page.wait_for_load_state("load")
    assert records()[0].action == "accept"
    check_loaded(third_party, visitor, FRAMES)


def test_without_script_and_words_accept_all_leaves_refused_what_the_signal_refuses(
    enter: Enter, settings: Any, records: Records, third_party: ThirdParty
) -> None:
    """S4, B10: the page is the same for everybody, so that it cannot say so."""
    settings.CONSENT_CACHEABLE_PAGES = True
    visitor = enter(java_script_enabled=False, **HEADER).open()
    assert not sentence(visitor).is_visible()
    visitor.control("accept").click()
    visitor.page.wait_for_load_state("load")
    assert visitor.answers == "media"
    assert records()[0].answers["marketing"] == "no"
    visitor.open("/privacy/")
    assert sentence(visitor, "preferences").is_visible()
    check_loaded(third_party, visitor, NOTHING)


def test_the_statement_is_where_the_specification_looks(enter: Enter, clinic: Any) -> None:
    """S3."""
    visitor = enter()
    answer = visitor.context.request.get(f"{clinic.url}/.well-known/gpc.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["gpc"] is True

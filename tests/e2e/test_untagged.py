"""Markup that nobody tagged: nothing before a choice, all of it after, and gone on withdrawal."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from consent import publishing
from consent.models import Service
from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.test_before_a_choice import linger
from tests.e2e.untagged import KINDS, SILENT
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.untagged")
AFTER_SCRIPT = {"img", "script", "iframe", "stylesheet", "svg image", "style attribute", "poster"}


@pytest.fixture(autouse=True)
def as_before(clinic: Any, settings: Any) -> None:
    """Leave pages below /before/ as the site had them; know the inline script by its pattern."""
    settings.CONSENT_UNSCANNED_PATHS = ["/before/"]
    Service.objects.filter(key="visits").update(patterns="visits.push")
    assert publishing.publish(by="tests", reason="The script's pattern is declared.")


def asked(third_party: ThirdParty, kind: str) -> bool:
    path = ("/embed/" if kind == "iframe" else "/kind/") + kind.replace(" ", "-")
    paths = [entry["path"].partition("?")[0] for entry in list(third_party.log)]
    return path in paths or (kind == "base" and "/kind/relative" in paths)


def wait(visitor: Visitor, third_party: ThirdParty, kind: str) -> bool:
    return eventually(lambda: asked(third_party, kind), visitor.page.wait_for_timeout, ms=4000)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_loads_on_a_page_as_it_was_and_none_here(
    enter: Enter, third_party: ThirdParty, page_mode: bool, kind: str
) -> None:
    """B1, B2, B4: the measurement can fail."""
    visitor = enter().open(f"/before/untagged/{kind}/")
    assert wait(visitor, third_party, kind)
    visitor.leave()
    third_party.clear()
    visitor = enter().open(f"/untagged/{kind}/")
    visitor.page.wait_for_timeout(400)
    assert third_party.log == []
    assert visitor.foreign == []
    assert visitor.cookies(everywhere=True) == {}


def test_a_clean_profile_on_a_page_of_every_kind_keeps_and_sends_nothing(
    enter: Enter, third_party: ThirdParty, page_mode: bool
) -> None:
    """B1, B2, B3: idle, scroll, reload, back."""
    visitor = enter().open("/untagged/all/")
    visitor.page.wait_for_timeout(2000)
    visitor.page.mouse.wheel(0, 3000)
    visitor.page.reload(wait_until="load")
    visitor.open("/en/").page.go_back(wait_until="load")
    visitor.page.wait_for_timeout(500)
    assert third_party.log == []
    assert visitor.foreign == []
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.storage() == {}
    assert visitor.errors == []


@pytest.mark.parametrize("kind", SILENT)
def test_no_hint_names_the_host(enter: Enter, page_mode: bool, kind: str) -> None:
    """B2: a connection tells as much as a request."""
    visitor = enter().open(f"/before/untagged/{kind}/")
    assert visitor.page.locator(f"main link[rel={kind}][href]").count() == 1
    visitor.open(f"/untagged/{kind}/")
    assert visitor.page.locator(f"main link[rel={kind}]").count() == 1
    assert visitor.page.locator(f"main link[rel={kind}][href]").count() == 0


@pytest.mark.parametrize("kind", ["noscript", "img", "iframe", "style element"])
def test_without_script_nothing_loads_either(
    enter: Enter, third_party: ThirdParty, page_mode: bool, kind: str
) -> None:
    """B10: content of noscript, too."""
    visitor = enter(java_script_enabled=False).open(f"/before/untagged/{kind}/")
    assert wait(visitor, third_party, kind)
    third_party.clear()
    visitor.open(f"/untagged/{kind}/").page.wait_for_timeout(300)
    assert third_party.log == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_loads_once_it_is_granted(
    enter: Enter, third_party: ThirdParty, page_mode: bool, kind: str
) -> None:
    """B2: on the page of the choice where the browser can, and on the next in any case."""
    visitor = enter().open(f"/untagged/{kind}/")
    visitor.choose("accept")
    if kind in AFTER_SCRIPT:
        assert wait(visitor, third_party, kind)
    third_party.clear()
    visitor.open(f"/untagged/{kind}/")
    assert wait(visitor, third_party, kind)
    assert visitor.errors == []


def test_a_pasted_frame_gets_the_placeholder(
    enter: Enter, third_party: ThirdParty, page_mode: bool
) -> None:
    """V1, V2, V3: load once loads it once."""
    visitor = enter().open("/untagged/iframe/")
    box = visitor.page.locator("[data-consent-dialog=placeholder]")
    expect(box).to_be_visible()
    box.locator("[data-consent-action=load-once]").click()
    assert wait(visitor, third_party, "iframe")
    assert visitor.choice == ""
    third_party.clear()
    visitor.open("/untagged/iframe/").page.wait_for_timeout(300)
    assert third_party.log == []


@pytest.mark.parametrize("kind", ["img", "iframe", "script", "stylesheet"])
def test_withdrawing_unloads_what_was_pasted(
    enter: Enter, third_party: ThirdParty, page_mode: bool, kind: str
) -> None:
    """V4, W3: and asks for nothing more."""
    visitor = enter().open("/en/")
    visitor.choose("accept")
    visitor.open(f"/untagged/{kind}/")
    assert wait(visitor, third_party, kind)
    third_party.clear()
    visitor.page.locator("[data-consent-action=withdraw]:visible").click()
    loaded = f"main {kind}:is([src], [href])" if kind != "stylesheet" else "main link[href]"
    expect(visitor.page.locator(loaded)).to_have_count(0)
    visitor.page.wait_for_timeout(300)
    assert third_party.log == []


def test_every_page_of_the_clinic_is_as_quiet_as_before(enter: Enter, page_mode: bool) -> None:
    """B3, B11."""
    visitor = enter()
    linger(visitor, "/en/")
    assert visitor.foreign == []

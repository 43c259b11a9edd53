"""One choice for all sub-domains of a site that asks for it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from consent.core.state import base36
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty


@pytest.fixture
def www(enter: Enter, settings: Any) -> Visitor:
    """A visitor of one of the sub-domains that share the cookie."""
    settings.ALLOWED_HOSTS = [".clinic.localhost"]
    settings.CONSENT_COOKIE_DOMAIN = "clinic.localhost"
    visitor = enter()
    port = visitor.base.rpartition(":")[2]
    return replace(visitor, base=f"http://www.clinic.localhost:{port}").open()


def elsewhere(visitor: Visitor) -> Visitor:
    """Let the same browser open a page of another sub-domain."""
    page = visitor.context.new_page()
    return replace(visitor, page=page, base=visitor.base.replace("www", "blog")).open()


def test_a_choice_on_one_holds_on_the_other_and_so_does_its_withdrawal(
    www: Visitor, page_mode: bool
) -> None:
    """W1, W3, X4: one cookie for both, in both page modes."""
    www.choose("accept")
    blog = elsewhere(www)
    assert not blog.banner.is_visible()
    assert blog.choice == www.choice != ""
    blog.page.locator("[data-consent-action=withdraw]:visible").first.click()
    assert eventually(lambda: blog.answers == "-", blog.page.wait_for_timeout)
    www.open()
    assert www.answers == "-"
    assert not www.banner.is_visible()
    held = [cookie for cookie in www.context.cookies() if cookie["name"] == "privacy_choice"]
    assert [cookie["domain"] for cookie in held] == [".clinic.localhost"]


def test_a_refusal_that_script_writes_alone_is_shared(www: Visitor) -> None:
    """W3, X4: the server is not needed for it."""
    www.context.route("**/privacy/decision/", lambda route: route.abort())
    www.control("refuse").first.click()
    assert eventually(lambda: www.answers == "-", www.page.wait_for_timeout)
    assert not elsewhere(www).banner.is_visible()


MOVES = [(None, "clinic.localhost"), ("clinic.localhost", None), ("www.clinic.localhost", None)]
MOVES += [
    ("www.clinic.localhost", "clinic.localhost"),
    ("clinic.localhost", "www.clinic.localhost"),
]


def cookies(visitor: Visitor) -> list[str]:
    """Return the answers in every cookie of our name."""
    held = visitor.context.cookies()
    return [c["value"].split(".")[3] for c in held if c["name"] == "privacy_choice"]


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_wherever_the_cookie_moves_a_choice_of_now_counts(
    www: Visitor,
    page_mode: bool,
    settings: Any,
    third_party: ThirdParty,
    before: str | None,
    after: str | None,
) -> None:
    """W3, B7: a domain that is set, dropped, widened or narrowed takes no withdrawal away."""
    wait = www.page.wait_for_timeout
    settings.CONSENT_COOKIE_DOMAIN = before
    www.open()
    www.choose("accept")
    assert eventually(lambda: loaded(third_party) == EVERYTHING, wait)
    settings.CONSENT_COOKIE_DOMAIN = after
    www.open()
    www.page.locator("[data-consent-action=withdraw]:visible").first.click()
    assert eventually(lambda: cookies(www) == ["-"], wait)
    www.leave()
    third_party.clear()
    www = replace(www, page=www.context.new_page()).open()
    assert not www.banner.is_visible()
    www.page.wait_for_timeout(300)
    assert loaded(third_party) == NOTHING
    www.page.locator("a.consent-link").first.click()
    www.choose("accept", inside="preferences")
    assert eventually(lambda: loaded(third_party) == EVERYTHING, www.page.wait_for_timeout)
    assert cookies(www) == ["marketing~media~statistics"]


def test_twins_that_a_browser_has_already_become_one(
    www: Visitor, page_mode: bool, third_party: ThirdParty
) -> None:
    """W3: the newer of them, which here is in the place that is no longer written."""
    www.choose("accept")
    assert eventually(lambda: loaded(third_party) == EVERYTHING, www.page.wait_for_timeout)
    (grant,) = [c for c in www.context.cookies() if c["name"] == "privacy_choice"]
    day = int(time.time()) // 86_400
    place = {"domain": "www.clinic.localhost", "path": "/"}
    refusal: Any = {"name": "privacy_choice", "value": f"v1.1.{base36(day)}.-..", **place}
    www.context.add_cookies([refusal])
    third_party.clear()
    www.open()
    assert eventually(lambda: cookies(www) == ["-"], www.page.wait_for_timeout)
    held = [c for c in www.context.cookies() if c["name"] == "privacy_choice"]
    assert [c["domain"] for c in held] == [grant["domain"]]
    assert loaded(third_party) == NOTHING
    assert not www.open().banner.is_visible()

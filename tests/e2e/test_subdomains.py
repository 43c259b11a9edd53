"""One choice for all sub-domains of a site that asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.conftest import Enter
from tests.e2e.expecting import eventually
from tests.e2e.visitor import Visitor


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

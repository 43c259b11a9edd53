"""Nothing before a choice; and the same measurement on the old page, so that it can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor

IDLE_MS = 3000
PAGES = ("/en/", "/es/", "/en/policy/", "/es/contact/", "/privacy/", "/")


def linger(visitor: Visitor, path: str) -> None:
    """Do everything on a page that is not a choice: wait, scroll, click links, reload, go back."""
    visitor.open(path)
    visitor.page.wait_for_timeout(IDLE_MS)
    for _ in range(5):
        visitor.page.mouse.wheel(0, 1500)
        visitor.page.wait_for_timeout(50)
    visitor.page.keyboard.press("End")
    visitor.page.keyboard.press("Escape")
    visitor.page.locator(".switch a:not([aria-current])").click()
    visitor.page.wait_for_load_state("load")
    visitor.page.reload(wait_until="load")
    visitor.page.go_back(wait_until="load")
    visitor.page.wait_for_timeout(200)


@pytest.mark.parametrize("path", ["/en/", "/es/"])
def test_a_clean_profile_keeps_and_sends_nothing(
    enter: Enter, page_mode: bool, records: Callable[[], list[Record]], path: str
) -> None:
    """B1, B2, B3: no cookie, no storage, no request to another origin, and no grant by browsing."""
    visitor = enter()
    linger(visitor, path)
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.storage() == {}
    assert visitor.foreign == []
    assert visitor.errors == []
    assert records() == []
    assert visitor.page.locator("html").get_attribute("data-consent-state") == "undecided"
    assert visitor.banner.is_visible()


@pytest.mark.parametrize("path", ["/en/before/", "/es/before/"])
def test_the_old_page_does_all_of_it(enter: Enter, path: str) -> None:
    """B1, B2, B3: the measurement can fail."""
    visitor = enter()
    linger(visitor, path)
    assert {"aviso_visto", "_visits"} <= set(visitor.cookies())
    assert visitor.storage()
    assert any("/embed/results" in url for url in visitor.foreign)


@pytest.mark.parametrize("path", PAGES)
def test_a_deep_link_is_gated_alike(enter: Enter, page_mode: bool, path: str) -> None:
    """B11: whichever page a visitor enters by."""
    visitor = enter()
    visitor.open(path)
    visitor.page.wait_for_timeout(300)
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.storage() == {}
    assert visitor.foreign == []


@pytest.mark.parametrize("path", ["/en/", "/es/"])
def test_without_script_nothing_loads_either(enter: Enter, page_mode: bool, path: str) -> None:
    """B10: JavaScript off."""
    visitor = enter(java_script_enabled=False).open(path)
    visitor.page.wait_for_timeout(300)
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.foreign == []
    assert visitor.banner.is_visible()


GARBAGE = ("", "v1", "v1.1.0.-", "v1.1.zzzzzzz.media~statistics.x.y", "%00", '"', "true", "accept")


@pytest.mark.parametrize("value", GARBAGE)
def test_a_cookie_nobody_signed_loads_nothing(
    enter: Enter, clinic: Any, page_mode: bool, value: str
) -> None:
    """B7: malformed state is denial, in the browser as on the server."""
    visitor = enter()
    visitor.context.add_cookies([{"name": "privacy_choice", "value": value, "url": clinic.url}])
    visitor.open("/en/")
    visitor.page.wait_for_timeout(200)
    assert visitor.foreign == []
    assert visitor.banner.is_visible()

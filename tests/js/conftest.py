"""The shipped scripts by themselves, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.js.pages import Site
from tests.site.thirdparty import ThirdParty

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def third_parties() -> Iterator[ThirdParty]:
    with ThirdParty() as running:
        yield running


@pytest.fixture
def third_party(third_parties: ThirdParty) -> ThirdParty:
    """The other origin, with an empty log."""
    third_parties.clear()
    return third_parties


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Serve a page and open it: ``visit(html, stored="v1.…", java_script_enabled=False)``."""
    contexts = []

    def open_page(html: str, *, stored: str = "", path: str = "/", **options: Any) -> Page:
        site.pages[path] = html
        context = browser.new_context(**options)
        context.set_default_timeout(5_000)
        contexts.append(context)
        if stored:
            context.add_cookies([{"name": "privacy_choice", "value": stored, "url": site.url}])
        opened = context.new_page()
        opened.goto(site.url + path)
        return opened

    yield open_page
    for context in contexts:
        context.close()


def until(opened: Page, claim: str) -> None:
    """Wait until an expression holds, also where the page's policy forbids evaluation."""
    for _ in range(100):
        if opened.evaluate(claim):
            return
        opened.wait_for_timeout(50)
    raise AssertionError(f"It never held: {claim}")

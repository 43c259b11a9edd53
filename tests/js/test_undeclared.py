"""Hosts that nobody declared: reported by the guard, and stopped where the site says so (B4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.js import guarding
from tests.js.test_guard import NAMES, asked, go_all_ways, guard
from tests.site.thirdparty import ThirdParty

Visit = Callable[..., Page]
REPORT = "/privacy/undeclared/"


def watching(mode: str, rules: dict[str, Any] | None = None, *, own: str = "") -> str:
    """Return the guard's element as a site with that setting has it."""
    said = f'data-undeclared="{mode}" data-own="{own}" data-report="{REPORT}"'
    return guard(rules or {}).replace(" data-rules=", f" {said} data-rules=")


LOADERS = {
    "loader": "(function(w,d,s,u){var j=d.createElement(s),f=d.getElementsByTagName(s)[0];"
    "j.async=true;j.src=u;f.parentNode.insertBefore(j,f)})(window,document,'script','URL')",
    "pixel": "new Image().src = 'URL'",
    "markup": "document.body.insertAdjacentHTML('beforeend', '<img src=\"URL\">')",
    "frame": "document.body.innerHTML += '<iframe src=URL></iframe>'",
    "request": "fetch('URL', {mode: 'no-cors'}).catch(() => {})",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', 'URL'); x.send()",
    "beacon": "navigator.sendBeacon('URL')",
    "style": "document.head.append(Object.assign(document.createElement('style'), "
    "{textContent: 'body{background:url(URL)}'}))",
    "sheet": "document.head.append(Object.assign(document.createElement('link'), "
    "{rel: 'stylesheet', href: 'URL'}))",
}


def run(visit: Visit, head: str, way: str, url: str) -> list[str]:
    """Let a script of the page go that way; return what the guard reported."""
    reported: list[str] = []
    opened = visit(guarding.page(head))
    opened.on("request", lambda request: reported.append(request.url))
    opened.evaluate(LOADERS[way].replace("URL", url))
    opened.wait_for_timeout(500)
    return [url.partition("?")[2] for url in reported if REPORT in url]


@pytest.mark.parametrize("way", LOADERS)
def test_a_host_that_nobody_declared_is_stopped_and_reported_once(
    visit: Visit, third_party: ThirdParty, way: str
) -> None:
    head = watching("block", {"media:video": {"hosts": ["video.example"]}})
    assert run(visit, head, way, f"{third_party.origin}/x.png") == ["host=localhost"]
    assert asked(third_party) == []


@pytest.mark.parametrize("way", LOADERS)
def test_it_loads_and_is_reported_by_default(
    visit: Visit, third_party: ThirdParty, way: str
) -> None:
    head = watching("report", {"media:video": {"hosts": ["video.example"]}})
    assert run(visit, head, way, f"{third_party.origin}/x.png") == ["host=localhost"]
    assert asked(third_party) == ["/x.png"]


@pytest.mark.parametrize("mode", ["report", "block"])
@pytest.mark.parametrize("own", [True, False])
def test_what_is_the_sites_own_or_declared_is_nobodys_news(
    visit: Visit, third_party: ThirdParty, mode: str, own: bool
) -> None:
    host = third_party.origin.removeprefix("http://")
    rules = {} if own else {"": {"hosts": [host]}}
    head = watching(mode, rules, own=host if own else "")
    assert run(visit, head, "pixel", f"{third_party.origin}/x.png") == []
    assert asked(third_party) == ["/x.png"]


@pytest.mark.parametrize("mode", ["report", "block"])
def test_a_link_to_somebody_is_no_load(visit: Visit, mode: str) -> None:
    reported: list[str] = []
    opened = visit(guarding.page(watching(mode)))
    opened.on("request", lambda request: reported.append(request.url))
    link = '<a id=a href="https://other.example/x">a</a><svg xmlns="http://www.w3.org/2000/svg"/>'
    opened.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", link)
    opened.wait_for_timeout(200)
    assert opened.get_attribute("#a", "href") == "https://other.example/x"
    assert reported == []


def test_nothing_is_reported_where_nobody_asks(visit: Visit, third_party: ThirdParty) -> None:
    assert run(visit, guard({}), "pixel", f"{third_party.origin}/x.png") == []


@pytest.fixture(scope="module")
def stopped(browser: Browser, third_parties: ThirdParty) -> frozenset[str]:
    return go_all_ways(browser, third_parties, watching("block"), "")


@pytest.mark.parametrize("way", NAMES)
def test_every_way_out_is_stopped_for_undeclared_hosts_too(
    way: str, stopped: frozenset[str]
) -> None:
    """B9: the same ways that `test_guard` sees arrive without a guard."""
    assert way not in stopped

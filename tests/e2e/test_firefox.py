"""Silence in Firefox, which asks for things ahead of need that Chromium leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from consent.models import Record
from tests.e2e.firefox import Firefox
from tests.e2e.test_before_a_choice import PAGES
from tests.js.pages import Site, gate_html, page, sample_notice
from tests.js.test_activation import LOADING
from tests.site.thirdparty import ThirdParty

Start = Callable[..., Firefox]

WAYS = {
    "script": {},
    "no script": {"java_script": False},
    "signal": {"signal": True},
}
way = pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)


def asked(third_party: ThirdParty) -> list[str]:
    return [entry["path"] for entry in third_party.log]


@pytest.mark.parametrize("path", ["/en/before/", "/es/before/"])
@way
def test_the_old_page_asks_for_all_of_it(
    firefox: Start, third_party: ThirdParty, path: str, options: Any
) -> None:
    """B1, B2: the measurement can fail, in each way of coming."""
    firefox(**options).open(path)
    assert "/pixel.gif" in asked(third_party)
    assert "/embed/results" in asked(third_party)


@way
def test_nothing_is_asked_for_before_a_choice(
    firefox: Start,
    third_party: ThirdParty,
    records: Callable[[], list[Record]],
    page_mode: bool,
    options: Any,
) -> None:
    """B1, B2, B3, B11, B15: whichever page a visitor enters by, reloads or goes back to."""
    fox = firefox(**options)
    for path in PAGES:
        fox.open(path)
    fox.reload().back()
    assert asked(third_party) == []
    assert fox.cookies() == {}
    assert records() == []


@way
def test_nothing_is_asked_for_after_a_refusal(
    firefox: Start, third_party: ThirdParty, page_mode: bool, options: Any
) -> None:
    """B13, B15."""
    fox = firefox(**options).open("/en/").choose("refuse")
    fox.until(fox.cookies)
    for path in ("/en/", "/es/"):
        fox.open(path)
    assert asked(third_party) == []
    assert fox.cookies()["privacy_choice"].split(".")[3] == "-"


def test_everything_comes_with_a_grant_and_goes_with_it(
    firefox: Start, third_party: ThirdParty, page_mode: bool
) -> None:
    """W3, B13, B15: and after a withdrawal nothing is asked for on any page."""
    fox = firefox().open("/en/").choose("accept")
    wanted = {"/pixel.gif", "/analytics.js", "/embed/results", "/embed/map"}
    fox.until(lambda: wanted <= set(asked(third_party)))
    fox.press("[data-consent-action=withdraw]")
    fox.until(lambda: fox.cookies()["privacy_choice"].split(".")[3] == "-")
    fox.rest()
    third_party.clear()
    fox.open("/en/").reload().open("/es/")
    assert asked(third_party) == []


@pytest.mark.parametrize("java_script", [True, False])
def test_a_video_loads_once_and_nothing_with_it(
    firefox: Start, third_party: ThirdParty, java_script: bool
) -> None:
    """V1, V2, B15."""
    fox = firefox(java_script=java_script).open("/en/")
    fox.choose("load-once", inside="placeholder")
    fox.until(lambda: "/embed/results" in asked(third_party))
    assert {path.partition("?")[0] for path in asked(third_party)} <= {
        "/embed/results",
        "/thumb.png",
        "/hit",
    }
    third_party.clear()
    fox.open("/en/")
    assert asked(third_party) == []


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.shutdown()
    running.server_close()


CONTENT = "<blockquote>Not of the head</blockquote>" + "".join(LOADING.values())


@way
def test_no_markup_of_a_gate_is_fetched_ahead(firefox: Start, site: Site, options: Any) -> None:
    """B2, B15: of any kind, first or behind content, in `<noscript>` and in another template."""
    hidden = "<noscript><img src=/got></noscript><template><img src=/got></template>"
    body = gate_html(CONTENT + hidden) + "".join(
        gate_html(content, gate=f"gate-{number}") for number, content in enumerate(LOADING.values())
    )
    site.pages["/gates"] = page(sample_notice(), body=body)
    firefox(site.url, **options).open("/gates")
    assert "/gates" in site.gets
    assert "/got" not in site.gets


@way
def test_a_bare_template_is_fetched_ahead(firefox: Start, site: Site, options: Any) -> None:
    """The measurement can fail: this is what gates are closed against."""
    site.pages["/bare"] = page(sample_notice(), body=f"<template>{CONTENT}</template>")
    firefox(site.url, **options).open("/bare")
    assert "/got" in site.gets

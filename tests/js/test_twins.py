"""Two cookies of one name, as after a change of its domain: every script believes the newest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from consent.vendors import signals_html
from tests.js.guarding import guard
from tests.js.pages import gate_html, page, sample_notice
from tests.js.test_state import granted, refused, states

TWINS = [
    ((granted("media", days=1), refused(days=2)), True),
    ((granted("media", days=2), refused(days=1)), False),
    ((granted("media"), refused()), False),
    ((granted("media", days=200), refused(days=3)), False),
    ((granted("media", days=3), refused(days=200)), True),
    ((granted("statistics", days=2), granted("media", days=1)), True),
    ((granted("media", days=2), granted("statistics", days=1)), False),
    ((granted("media", notice=1), refused(days=3)), False),
    ((granted("media", days=2), "garbage"), True),
    ((granted("media", days=-2), refused(days=1)), True),
    ((granted("media~?statistics", days=1), refused(days=2)), True),
]
"""Two cookies of one name, and whether media are granted: the newest choice wins."""
TWIN_PAGE = "<b id=loaded>video</b>"


def keep_both(visit: Callable[..., Page], html: str, values: tuple[str, ...]) -> Page:
    """Open a page of a host whose cookie is kept twice, for the host and for its domain."""
    opened = visit(html)
    opened.goto(opened.url.replace("127.0.0.1", "www.clinic.localhost"))
    opened.context.clear_cookies()
    for value, domain in zip(values, ("www.clinic.localhost", ".clinic.localhost"), strict=True):
        place = {"domain": domain, "path": "/"}
        opened.context.add_cookies([{"name": "privacy_choice", "value": value, **place}])  # type: ignore[list-item]
    return opened


@pytest.mark.parametrize("domain", ["", "clinic.localhost"])
@pytest.mark.parametrize(("values", "holds"), TWINS)
def test_of_two_cookies_every_script_believes_the_newest_choice(
    visit: Callable[..., Page], settings: Any, values: tuple[str, str], holds: bool, domain: str
) -> None:
    """B7, W3: dialog, early script, guard and signals; and one of the two is left."""
    settings.CONSENT_COOKIE_DOMAIN = domain
    settings.CONSENT_SIGNALS = {"media": ["google:ad_storage"]}
    notice = sample_notice(number=3, oldest_valid=2)
    tags = guard({"media": {"cookie": ["_media"]}}, notice="3", oldest="2") + signals_html(notice)
    html = page(notice, cacheable=True, body=gate_html(TWIN_PAGE))
    html = html.replace("<head>", f"<head>{tags}")
    for sent in (values, values[::-1]):
        opened = keep_both(visit, html, sent)
        opened.reload()
        opened.evaluate("document.cookie = '_media=1'")
        wait = "document.cookie.split('privacy_choice=').length == 2"
        opened.wait_for_function(wait)
        assert opened.locator("#loaded").count() == holds
        assert ("_media=1" in opened.evaluate("document.cookie")) is holds
        told = opened.evaluate("dataLayer.at(-1)[2].ad_storage")
        assert told == ("granted" if holds else "denied")
        decided = not any("?" in value for value in values)
        state = "decided" if decided else "undecided"
        assert states(opened) == (state, not decided)
        early = html.replace('type="module"', 'type="none"')
        opened = keep_both(visit, early, sent)
        opened.reload()
        assert states(opened) == (state, not decided)

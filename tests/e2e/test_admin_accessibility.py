"""Every screen of the app's admin can be read and reached: axe-core, light and dark, and reflow.

The screens are found by walking the admin, so that a new one is measured from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.test_accessibility import SCHEMES, SIZES
from tests.e2e.visitor import Visitor
from tests.screens import demonstrate, screens
from tests.site.thirdparty import ThirdParty

FADED = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map((fading) => fading.finished)),
  new Promise((enough) => setTimeout(enough, 1000)),
])"""
"""Waits until the colours have faded into the other theme's, and not for what never ends."""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DJANGOS = {
    # Told apart by colour alone, between the breadcrumbs, or beside the number of results.
    "link-in-text-block": ".breadcrumbs a, #changelist-search a",
    # Its label is a picture without a text; it has a title.
    "label-title-only": "#searchbar",
    # Lines of a list of filters, 20 pixels high.
    "target-size": "#changelist-filter li > a",
    # The first column of a tabular inline holds what the row is called.
    "empty-table-header": ".tabular th.original",
}
"""What Django's own templates leave for axe to find, by its rule: only there."""
RUN = """async (djangos) => {
  const options = {
    iframes: false, preload: false, resultTypes: ["violations"],
    rules: { "target-size": { enabled: true } },
  };
  const late = new Promise((_, fail) => setTimeout(() => fail(Error("axe never ended")), 30000));
  const { violations } = await Promise.race([axe.run({ exclude: ["iframe"] }, options), late]);
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ target }) => !document.querySelector(target[0]).matches(djangos[id] ?? ":not(*)"))
    .map(({ target }) => `${id}: ${target}`));
}"""
INERT = ("consent_record_replay", "consent_notice_preview_frame")
"""The dialog itself, without scripts: what visitors are shown is measured where they are."""
FILTERED = ("?action__exact=accept", "?q=nothing", "?when=today", "?since=2020-01-01")
"""The list of records where something is chosen, and where nothing is found."""


@pytest.fixture
def addresses(clinic: LiveServer, third_party: ThirdParty) -> dict[str, str]:
    """Every screen by its name, of a clinic with rows of every kind."""
    user = demonstrate(third_party.origin)
    client = Client()
    client.force_login(user)
    there = {name: at for name, at in screens(client).items() if name not in INERT}
    for query in FILTERED:
        there[f"records {query}"] = reverse("admin:consent_record_changelist") + query
    sealed = Record.objects.earliest("pk").pk
    there["sealed record"] = reverse("admin:consent_record_change", args=(sealed,))
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, **there}


@pytest.fixture
def auditor(addresses: dict[str, str], enter: Enter) -> Visitor:
    """A browser in which a superuser is logged in."""
    visitor = enter(reduced_motion="reduce")
    session = addresses.pop("session")
    cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.base}
    visitor.context.add_cookies([cookie])
    return visitor


def faults(page: Page) -> Iterator[str]:
    """Yield what is wrong with a page: wide and narrow, light and dark."""
    page.evaluate(AXE_SCRIPT)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        if (wide := page.evaluate(WIDE)) > 1:
            yield f"scrolls sideways by {wide} at {width}"
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.evaluate(FADED)
            yield from (f"{width} {scheme} {fault}" for fault in page.evaluate(RUN, DJANGOS))


def test_axe_finds_nothing_on_any_screen(auditor: Visitor, addresses: dict[str, str]) -> None:
    """A2, A5: nothing of ours in any look, and at 320 pixels no page scrolls sideways."""
    wrong = []
    for name, address in addresses.items():
        page = auditor.open(address).page
        assert "/login/" not in page.url
        wrong += [f"{name}: {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)

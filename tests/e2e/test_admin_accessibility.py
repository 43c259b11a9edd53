"""Every screen of the app's admin can be read and reached: axe-core, light and dark, and reflow.

The screens are found by walking the admin, so that a new one is measured from its first day.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.e2e.conftest import Enter
from tests.e2e.test_accessibility import SCHEMES, SIZES
from tests.e2e.visitor import Visitor
from tests.screens import demonstrate, screens
from tests.site.thirdparty import ThirdParty

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DJANGOS = {
    # Told apart by colour alone, between "›", or beside the number of results.
    "link-in-text-block": ".breadcrumbs a, #changelist-search a",
    # Its label is a picture without a text; it has a title.
    "label-title-only": "#searchbar",
    # Lines of a list of filters, 20 pixels high.
    "target-size": "#changelist-filter li > a",
    # Rows of tabular inlines are named by their columns' heads alone, the first of which is empty.
    "empty-table-header": ".tabular th.original, thead th.original",
    "label": ".tabular.inline-related td :is(input, textarea)",
    "select-name": ".tabular.inline-related td select",
}
"""What Django's own templates leave for axe to find, by its rule: only there."""
RUN = """async (djangos) => {
  const options = { iframes: false, rules: { "target-size": { enabled: true } } };
  const { violations } = await axe.run({ exclude: ["iframe"] }, options);
  return violations.flatMap(({ id, nodes }) => nodes
    .filter(({ target }) => !document.querySelector(target[0]).matches(djangos[id] ?? ":not(*)"))
    .map(({ target }) => `${id}: ${target}`));
}"""
FILTERED = ("?action__exact=accept", "?q=nothing", "?when=today", "?since=2020-01-01")
"""The list of records where something is chosen, and where nothing is found."""


@pytest.fixture
def addresses(clinic: LiveServer, third_party: ThirdParty) -> dict[str, str]:
    """Every screen by its name, of a clinic with rows of every kind."""
    user = demonstrate(third_party.origin)
    client = Client()
    client.force_login(user)
    there = screens(client)
    for query in FILTERED:
        there[f"records {query}"] = reverse("admin:consent_record_changelist") + query
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, **there}


@pytest.fixture
def auditor(addresses: dict[str, str], enter: Enter) -> Visitor:
    """A browser in which a superuser is logged in."""
    visitor = enter(reduced_motion="reduce")
    session = addresses.pop("session")
    cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.base}
    visitor.context.add_cookies([cookie])
    return visitor


def found(page: Page) -> list[str]:
    """Return what axe-core finds that is not of Django's own making."""
    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(RUN, DJANGOS))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing_on_any_screen(
    auditor: Visitor, addresses: dict[str, str], width: int, height: int, scheme: Any
) -> None:
    """A2, A5: nothing of ours, and at 320 pixels no page scrolls sideways."""
    page, wrong = auditor.page, []
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    for name, address in addresses.items():
        auditor.open(address)
        assert "/login/" not in page.url
        wrong += [f"{name} {fault}" for fault in found(page)]
        if (wide := page.evaluate(WIDE)) > 1:
            wrong.append(f"{name} scrolls sideways by {wide}")
    assert not wrong, "\n".join(wrong)

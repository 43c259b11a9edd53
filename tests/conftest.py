"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import clear_script_prefix
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as properties
from playwright.sync_api import Browser, Playwright, sync_playwright

from consent import notices, presentations, sightings
from consent.core.notice import Notice, canonical, renumbered
from consent.models import Notice as StoredNotice
from tests.e2e.chromium import ARGUMENTS, find_chromium
from tests.visiting import Visitor, worded

Publish = Callable[..., Notice]

# Time says nothing on a busy machine.
properties.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# On every further database: what is drawn at random says little about the database.
properties.register_profile("databases", properties.get_profile("tests"), max_examples=15)
properties.load_profile("tests")


@pytest.fixture(autouse=True)
def _no_memory_between_tests() -> Iterator[None]:
    notices.forget()
    presentations.forget()
    sightings.forget()
    cache.clear()
    yield
    notices.forget()
    presentations.forget()
    sightings.forget()


@pytest.fixture(autouse=True)
def _no_language_between_tests() -> None:
    # A request of a visitor's in Spanish leaves that language active in its thread.
    translation.activate(settings.LANGUAGE_CODE)
    # So does one below a path of a site that is not at its host's root.
    clear_script_prefix()


@pytest.fixture
def publish(db: None) -> Publish:
    """Put a notice of the core into force as it is, past lint and registry."""

    def put(notice: Notice, *, number: int = 1, oldest_valid: int = 1) -> Notice:
        numbered = renumbered(notice, number=number, oldest_valid=oldest_valid)
        StoredNotice.objects.create(
            site=numbered.site,
            number=numbered.number,
            digest=numbered.digest,
            document=canonical(numbered.document()).decode(),
            oldest_valid=oldest_valid,
            material=oldest_valid == number,
            published_by="test",
        )
        notices.forget()
        return numbered

    return put


@pytest.fixture
def asked(publish: Publish) -> Notice:
    """Put the usual notice into force: statistics, marketing, and media with two services."""
    return publish(worded())


@pytest.fixture
def visitor() -> Visitor:
    """A browser without script that has not chosen yet."""
    return Visitor()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs a browser last: its event loop stays in this thread to the end.

    A browser on a busy machine may miss a beat, so such a test runs up to twice more if it fails;
    what is really broken fails each time.
    """
    items.sort(key=_needs_browser)
    for item in filter(_needs_browser, items):
        item.add_marker(pytest.mark.flaky(reruns=2))


def _needs_browser(item: pytest.Item) -> bool:
    return not {"playwright", "browser"}.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        # Tests read the database in the thread in which Playwright's event loop runs.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        yield running
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    yield launched
    launched.close()

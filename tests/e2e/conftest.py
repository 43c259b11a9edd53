"""Real browsers on the real demonstration site, with its third parties on another origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from consent.models import Record
from tests.e2e.firefox import Firefox
from tests.e2e.guarded import MIDDLEWARE, WATCH
from tests.e2e.visitor import Visitor
from tests.site.setup import set_up
from tests.site.thirdparty import ThirdParty

Enter = Callable[..., Visitor]
Under = Callable[..., Visitor]


@pytest.fixture(scope="session")
def third_parties() -> Iterator[ThirdParty]:
    server = ThirdParty()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def third_party(third_parties: ThirdParty) -> ThirdParty:
    """The other origin, with an empty log."""
    third_parties.clear()
    return third_parties


@pytest.fixture
def clinic(live_server: LiveServer, settings: Any, third_party: ThirdParty) -> LiveServer:
    """The clinic's site, declared and published, on a real server.

    Settings that are read live (``CONSENT_*``) may be changed by the test at any time.
    """
    settings.THIRD_PARTY_ORIGIN = third_party.origin
    set_up(third_party.origin)
    return live_server


@pytest.fixture
def enter(clinic: LiveServer, browser: Browser) -> Iterator[Enter]:
    """Enter the site with a clean profile: ``enter(locale="es-ES", java_script_enabled=False)``."""
    contexts = []

    def new(**options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor.enter(context, clinic.url)

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def foxes() -> Iterator[dict[tuple[tuple[str, bool], ...], Firefox]]:
    """The running processes, by their options."""
    started: dict[tuple[tuple[str, bool], ...], Firefox] = {}
    yield started
    for each in started.values():
        each.close()


@pytest.fixture
def firefox(
    clinic: LiveServer, foxes: dict[tuple[tuple[str, bool], ...], Firefox]
) -> Callable[..., Firefox]:
    """Enter the site with a clean Firefox: ``firefox(java_script=False, signal=True)``."""

    def enter(base: str = clinic.url, **options: bool) -> Firefox:
        key = tuple(sorted(options.items()))
        if key not in foxes:
            foxes[key] = Firefox(base, **options)
        return foxes[key].clean(base)

    return enter


@pytest.fixture(params=[False, True], ids=["per-visitor", "cacheable"])
def page_mode(request: pytest.FixtureRequest, settings: Any) -> bool:
    """Both page modes; True where every visitor gets the same page."""
    settings.CONSENT_CACHEABLE_PAGES = request.param
    return bool(request.param)


@pytest.fixture
def records(clinic: LiveServer) -> Callable[[], list[Record]]:
    """Return a function that reads the log, oldest first."""
    return lambda: list(Record.objects.order_by("id"))


@pytest.fixture
def guarded(clinic: LiveServer, settings: Any) -> Iterator[str]:
    """The clinic with django-csp and our middleware."""
    settings.MIDDLEWARE = MIDDLEWARE
    server = LiveServer("127.0.0.1", start=False)
    # Threads that outlive their server must not share the test's own connection.
    server.thread.connections_override = {}
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def reported() -> list[str]:
    """What browsers report that a policy has stopped: directive, address, sample."""
    return []


@pytest.fixture
def under(guarded: str, enter: Enter, settings: Any, reported: list[str]) -> Under:
    """Enter the site under a policy: ``under(STRICT, "/path/", locale=…)``."""

    def note(violation: str) -> None:
        reported.append(violation)

    def visit(policy: dict[str, Any], path: str, **options: Any) -> Visitor:
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy} if policy else {}
        visitor = enter(**options)
        visitor.base = guarded
        visitor.context.expose_function("noteViolation", note)
        visitor.context.add_init_script(WATCH)
        return visitor.open(path)

    return visit

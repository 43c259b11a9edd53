"""The pages in a real browser: what each asks the server for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import override_settings
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.benchmarks import settings
from tests.benchmarks.visits import MIDDLEWARE, MODES, STATES, cookies, published
from tests.e2e.chromium import ARGUMENTS, find_chromium

View = tuple[str, str, str]
"""App, mode and state; other apps than this one know one mode."""

SETTLED_MS = 400


def requests_beyond_files() -> dict[str, int]:
    """Return by app the most requests of a page view besides the page and its static files."""
    found: dict[str, int] = {}
    for (app, _, _), paths in page_views().items():
        beyond = [path for path in paths if not is_file(path)]
        found[app] = max(found.get(app, 0), len(beyond) - 1)
    return found


def files(app: str, mode: str, state: str) -> int | None:
    """Return how many static files a first page view asks for; None where it was not measured."""
    paths = page_views().get((app, mode, state))
    return None if paths is None else sum(map(is_file, paths))


def is_file(path: str) -> bool:
    """Whether a path is that of a file that the browser keeps."""
    return path.startswith("/static")


@cache
def page_views() -> Mapping[View, list[str]]:
    """Return the paths that a first page view asks our server for; empty without Chromium."""
    executable = find_chromium()
    if executable is None:
        return MappingProxyType({})
    published()
    sent = {
        view: cookies(view[0], view[2]) for view in _views()
    }  # the database, before a loop runs
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        found = {view: list(paths) for view, paths in _seen(browser, sent)}
        browser.close()
    return MappingProxyType(found)


def _seen(
    browser: Browser, sent: Mapping[View, dict[str, str]]
) -> Iterator[tuple[View, list[str]]]:
    for (app, mode, state), carried in sent.items():
        with (
            override_settings(MIDDLEWARE=MIDDLEWARE[app], CONSENT_CACHEABLE_PAGES=MODES[mode]),
            _serving() as origin,
        ):
            context = browser.new_context()
            context.add_cookies(
                [{"name": n, "value": v, "url": origin} for n, v in carried.items()]
            )
            yield (app, mode, state), _paths(context, f"{origin}/{app}/")
            context.close()


def _views() -> list[View]:
    ours = [("ours", mode, state) for mode in MODES for state in STATES]
    dcc = [("dcc", "per_visitor", state) for state in STATES]
    vanilla = [("vanilla", "per_visitor", "undecided")] if settings.STATICFILES_DIRS else []
    return [*ours, *dcc, *vanilla]


def _paths(context: BrowserContext, url: str) -> list[str]:
    page, asked = context.new_page(), []
    origin = urlsplit(url).netloc
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    return [part.path for part in asked if part.netloc == origin]


@contextmanager
def _serving() -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Take pictures of everything that a visitor sees: ``python -m tests.e2e.screenshots OUTDIR``.

Banner, preferences, placeholder and status, at three widths, light and dark, in both languages.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import django
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import ARGUMENTS, find_chromium
from tests.site.thirdparty import ThirdParty

LANGUAGES = ("en", "es")
SCHEMES: tuple[Any, ...] = ("light", "dark")
SIZES = {320: 640, 768: 1024, 1440: 900}

Shot = Callable[[Page, Path], None]


def main(directory: Path) -> None:
    """Write one PNG for each thing, width, scheme and language into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with demonstration() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for language in LANGUAGES:
            for scheme in SCHEMES:
                for width in SIZES:
                    take_all(browser, base, directory, language, scheme, width)
        browser.close()


def take_all(
    browser: Browser, base: str, directory: Path, language: str, scheme: Any, width: int
) -> None:
    """Take the pictures of one visit, in the order in which a visitor comes across them."""
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{base}/{language}/", wait_until="load")
    for name, take in SHOTS.items():
        take(page, directory / f"{name}-{language}-{scheme}-{width}.png")
    context.close()


def banner(page: Page, path: Path) -> None:
    """Take the window as it first looks."""
    page.screenshot(path=path)


def placeholder(page: Page, path: Path) -> None:
    """Take the first placeholder alone, without the banner before it."""
    page.add_style_tag(content="[data-consent-dialog=banner] { display: none !important }")
    page.locator("[data-consent-dialog=placeholder]").first.screenshot(path=path)


def preferences(page: Page, path: Path) -> None:
    """Take the preferences as they open, then with everything in them unfolded and scrolled."""
    page.locator("a.consent-link").first.click()
    page.screenshot(path=path)
    page.evaluate("document.querySelectorAll('dialog details').forEach((d) => { d.open = true })")
    page.locator("dialog summary").nth(2).scroll_into_view_if_needed()
    page.screenshot(path=path.with_stem(path.stem.replace("preferences", "preferences-open")))


def status(page: Page, path: Path) -> None:
    """Take what is said after a choice, with the receipt."""
    page.locator("dialog [data-consent-action=accept]").click()
    page.locator("#consent-status summary").click()
    page.wait_for_function("document.querySelector('#consent-status code').textContent")
    page.screenshot(path=path)


SHOTS: dict[str, Shot] = {
    "banner": banner,
    "placeholder": placeholder,
    "preferences": preferences,
    "status": status,
}


@contextmanager
def demonstration() -> Iterator[str]:
    """Serve the demonstration site from a database of its own; give its address."""
    with tempfile.TemporaryDirectory() as directory, ThirdParty() as third_party:
        os.environ["DEMO_DATABASE"] = str(Path(directory) / "pictures.sqlite3")
        os.environ["THIRD_PARTY_PORT"] = str(third_party.port)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.site.settings")
        django.setup()
        with serving(third_party.origin) as base:
            yield base


@contextmanager
def serving(third_party_origin: str) -> Iterator[str]:
    """Set the site up and serve it in a thread."""
    # Django's own modules, and ours, can be imported only once the settings stand.
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.wsgi import get_wsgi_application

    from tests.site.management.commands.demo import _QuietHandler
    from tests.site.setup import set_up

    call_command("migrate", verbosity=0, interactive=False)
    set_up(third_party_origin)
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

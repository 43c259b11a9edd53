"""Find Chromium, or install it; run as a module by ``make test``.

Root on Debian gets the distribution's package, anybody else Playwright's own download.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.packages import find_program, install, may_install, provide

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, "
    "EXCLUDE 127.0.0.1",
]
"""Nothing but loopback can be reached, so no test can leave the machine."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the path of a Chromium: ``CHROMIUM``, on the PATH, or Playwright's own."""
    found = find_program("CHROMIUM", NAMES)
    if found or os.environ.get("CHROMIUM"):
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> None:
    """Install Chromium the way that suits the machine; raise if that fails."""
    if may_install():
        install("chromium", "fonts-dejavu-core")
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> int:
    """Make sure there is a Chromium; say in one line if there cannot be."""
    hint = "install it, or set CHROMIUM to its path."
    return provide("Chromium", find_chromium, install_chromium, hint)


if __name__ == "__main__":
    sys.exit(main())

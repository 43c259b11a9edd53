"""Drive Debian's Firefox over Marionette, its own protocol; run as a module by ``make test``.

Playwright drives a Firefox of its own making alone. What Firefox asks for ahead of need differs
from Chromium, so silence is proved in the one that people use.
"""

from __future__ import annotations

import gc
import socket
import sys
import time
import warnings
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

from tests.packages import find_program, install, may_install, provide

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it is made of
    from marionette_driver import By, Keys
    from marionette_driver.errors import MarionetteException, NoSuchElementException
    from marionette_driver.marionette import Marionette

NAMES = ("firefox-esr", "firefox")
SECONDS = 15
IDLE_SECONDS = 0.6
"""How long a page may go on asking for things before it counts as silent."""

_NOWHERE = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, .localhost, 127.0.0.1",
}
"""Nothing but loopback can be reached, so no test can leave the machine."""


def find_firefox() -> str | None:
    """Return the path of a Firefox: ``FIREFOX``, or on the PATH."""
    return find_program("FIREFOX", NAMES)


def install_firefox() -> None:
    """Install the distribution's package where this user may; raise if that fails."""
    if may_install():
        install("firefox-esr")


class Firefox:
    """One clean profile on one site; a process of its own, which `close` ends.

    `clean` makes of it a browser that was nowhere yet, in a fraction of the time of a new one.
    """

    def __init__(self, base: str, *, java_script: bool = True, signal: bool = False) -> None:
        self.base = base
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        preferences = {
            **_NOWHERE,
            "javascript.enabled": java_script,
            "privacy.globalprivacycontrol.enabled": signal,
            "intl.accept_languages": "en-GB, en",
        }
        # Marionette removes the file that it logs to first: as root, /dev/null of the machine.
        self._logs = TemporaryDirectory()
        log = f"{self._logs.name}/gecko.log"
        self._marionette = Marionette(
            bin=find_firefox(), port=port, headless=True, prefs=preferences, gecko_log=log
        )
        self._marionette.start_session()
        self._marionette.timeout.page_load = SECONDS

    def close(self) -> None:
        """End the process."""
        self._marionette.quit()
        del self._marionette
        self._logs.cleanup()
        gc.collect()  # it removes its profile when it is collected, for which the end is too late

    def clean(self, base: str) -> Firefox:
        """Forget everything, and turn to a site."""
        self.base = base
        self._marionette.navigate("about:blank")
        with self._marionette.using_context("chrome"):
            self._marionette.execute_async_script(
                "const [done] = arguments;"
                "Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, "
                "{ onDataDeleted: () => done() });"
            )
        return self

    def open(self, path: str = "/en/", *, seconds: float = IDLE_SECONDS) -> Firefox:
        """Load a page of the site, and wait until it has come to rest."""
        self._marionette.navigate(path if "://" in path else self.base + path)
        return self.rest(seconds)

    def reload(self) -> Firefox:
        """Load the page again."""
        self._marionette.refresh()
        return self.rest()

    def back(self) -> Firefox:
        """Go back in the history."""
        self._marionette.go_back()
        return self.rest()

    def scroll(self, *, seconds: float = IDLE_SECONDS) -> Firefox:
        """Go to the end of the page, as somebody with a keyboard does."""
        self._marionette.find_element(By.TAG_NAME, "body").send_keys(Keys.END)
        return self.rest(seconds)

    def rest(self, seconds: float = IDLE_SECONDS) -> Firefox:
        """Wait for what a page asks for without being asked."""
        time.sleep(seconds)
        return self

    def press(self, selector: str, *, seconds: float = IDLE_SECONDS) -> Firefox:
        """Press the first visible control that a selector finds."""
        self.until(lambda: self._click(selector))
        return self.rest(seconds)

    def _click(self, selector: str) -> bool:
        """Press it if it is there; raise MarionetteException while something lies above it."""
        found = self._visible(selector)
        if found:
            found[0].click()
        return bool(found)

    def choose(
        self, action: str, *, inside: str = "banner", seconds: float = IDLE_SECONDS
    ) -> Firefox:
        """Use a control of a dialog (a stable hook)."""
        place = f"[data-consent-dialog={inside}] " if inside else ""
        return self.press(f"{place}[data-consent-action={action}]", seconds=seconds)

    def _visible(self, selector: str) -> list[Any]:
        found = self._marionette.find_elements(By.CSS_SELECTOR, selector)
        return [element for element in found if element.is_displayed()]

    def sees(self, selector: str) -> bool:
        """Whether a selector finds anything that is visible."""
        return bool(self._visible(selector))

    def evaluate(self, script: str) -> Any:
        """Return what a function's body returns in the page."""
        return self._marionette.execute_script(script, sandbox=None)

    def cookies(self) -> dict[str, str]:
        """Return the page's cookies by name."""
        return {cookie["name"]: cookie["value"] for cookie in self._marionette.get_cookies()}

    def storage(self) -> dict[str, Any]:
        """Return what the page's origin keeps beside cookies."""
        stored: dict[str, Any] = self.evaluate(
            "return {local: {...localStorage}, session: {...sessionStorage}}"
        )
        return {kind: held for kind, held in stored.items() if held}

    def until(self, claim: Callable[[], Any]) -> None:
        """Wait until a claim holds; raise AssertionError where it does not in time."""
        for _ in range(SECONDS * 10):
            try:
                if claim():
                    return
            except (MarionetteException, NoSuchElementException):
                pass  # the page is being replaced
            time.sleep(0.1)
        raise AssertionError("It never held in Firefox.")


def main() -> int:
    """Make sure there is a Firefox; say in one line if there cannot be."""
    hint = "install firefox-esr (as Debian calls it), or set FIREFOX to its path."
    return provide("Firefox", find_firefox, install_firefox, hint)


if __name__ == "__main__":
    sys.exit(main())

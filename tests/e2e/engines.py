"""One visit, in whichever engine: Chromium in the words in which Firefox is driven."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tests.e2e.expecting import eventually
from tests.e2e.firefox import IDLE_SECONDS
from tests.e2e.visitor import Visitor


class Engine(Protocol):
    """What both can do."""

    def open(self, path: str, *, seconds: float = IDLE_SECONDS) -> Any:
        """Load a page of the site, and wait until it has come to rest."""

    def reload(self) -> Any:
        """Load the page again."""

    def back(self) -> Any:
        """Go back in the history."""

    def scroll(self, *, seconds: float = IDLE_SECONDS) -> Any:
        """Go to the end of the page, as somebody with a keyboard does."""

    def press(self, selector: str, *, seconds: float = IDLE_SECONDS) -> Any:
        """Press the first visible control that a selector finds."""

    def choose(self, action: str, *, inside: str = "banner", seconds: float = IDLE_SECONDS) -> Any:
        """Use a control of a dialog (a stable hook)."""

    def rest(self, seconds: float = IDLE_SECONDS) -> Any:
        """Wait for what a page asks for without being asked."""

    def cookies(self) -> dict[str, str]:
        """Return the page's cookies by name."""

    def storage(self) -> dict[str, Any]:
        """Return what the page's origin keeps beside them."""

    def until(self, claim: Callable[[], Any]) -> None:
        """Wait until a claim holds; raise AssertionError where it does not in time."""


class Chromium:
    """A visitor in Chromium."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    def open(self, path: str, *, seconds: float = IDLE_SECONDS) -> Chromium:
        """Load a page of the site, and wait until it has come to rest."""
        self.visitor.open(path)
        return self.rest(seconds)

    def reload(self) -> Chromium:
        """Load the page again."""
        self.page.reload(wait_until="load")
        return self.rest()

    def back(self) -> Chromium:
        """Go back in the history."""
        self.page.go_back(wait_until="load")
        return self.rest()

    def scroll(self, *, seconds: float = IDLE_SECONDS) -> Chromium:
        """Go to the end of the page, as somebody with a keyboard does."""
        self.page.keyboard.press("End")
        return self.rest(seconds)

    def press(self, selector: str, *, seconds: float = IDLE_SECONDS) -> Chromium:
        """Press the first visible control that a selector finds."""
        self.page.locator(f"{selector} >> visible=true").first.click()
        self.page.wait_for_load_state("load")
        return self.rest(seconds)

    def choose(
        self, action: str, *, inside: str = "banner", seconds: float = IDLE_SECONDS
    ) -> Chromium:
        """Use a control of a dialog (a stable hook)."""
        place = f"[data-consent-dialog={inside}] " if inside else ""
        return self.press(f"{place}[data-consent-action={action}]", seconds=seconds)

    def rest(self, seconds: float = IDLE_SECONDS) -> Chromium:
        """Wait for what a page asks for without being asked."""
        self.page.wait_for_timeout(seconds * 1000)
        return self

    def cookies(self) -> dict[str, str]:
        """Return the cookies of every host by name."""
        return self.visitor.cookies(everywhere=True)

    def storage(self) -> dict[str, Any]:
        """Return what the page's origin keeps beside them."""
        return self.visitor.storage()

    def until(self, claim: Callable[[], Any]) -> None:
        """Wait until a claim holds; raise AssertionError where it does not in time."""
        held = eventually(lambda: bool(claim()), self.page.wait_for_timeout, ms=15_000)
        assert held, "It never held in Chromium."

"""A visitor in a real browser: what it was asked, what it keeps, where it was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Locator, Page

CHOICE = "privacy_choice"


@dataclass
class Visitor:
    """One clean profile on one site."""

    context: BrowserContext
    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def enter(cls, context: BrowserContext, base: str) -> Visitor:
        """Open a page that notes every request and every error of the scripts."""
        visitor = cls(context, context.new_page(), base)
        context.on("request", lambda request: visitor.requests.append(request.url))
        visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        return visitor

    def open(self, path: str = "/en/") -> Visitor:
        """Load a page of the site and wait until its scripts have run."""
        try:
            self.page.goto(self.base + path, wait_until="load")
        except Error as error:
            # The page may still be reloading itself, as it does after a withdrawal.
            if not any(reason in error.message for reason in ("ERR_ABORTED", "interrupted by")):
                raise
            self.page.wait_for_load_state("load")
            self.page.goto(self.base + path, wait_until="load")
        return self

    def leave(self) -> None:
        """Close the page; return once nothing that it still asked for is under way."""
        self.page.wait_for_timeout(200)  # an object is asked for twice
        self.page.close()

    @property
    def foreign(self) -> list[str]:
        """Requests that went, or tried to go, to another origin."""
        own = urlsplit(self.base).netloc
        urls = (urlsplit(url) for url in self.requests)
        return [url.geturl() for url in urls if url.scheme != "data" and url.netloc != own]

    def cookies(self, *, everywhere: bool = False) -> dict[str, str]:
        """Return the site's cookies by name; ``everywhere`` adds those of other hosts."""
        jar = self.context.cookies() if everywhere else self.context.cookies(self.base)
        return {cookie["name"]: cookie["value"] for cookie in jar}

    @property
    def choice(self) -> str:
        """The value of the one cookie, or nothing."""
        return self.cookies().get(CHOICE, "")

    @property
    def answers(self) -> str:
        """The answers in the one cookie: ``-`` for a refusal, nothing while undecided."""
        return self.choice.split(".")[3] if self.choice else ""

    def storage(self) -> dict[str, Any]:
        """Return everything but cookies that the page's origin keeps."""
        stored: dict[str, Any] = self.page.evaluate(
            """async () => ({
                local: {...localStorage},
                session: {...sessionStorage},
                databases: (await indexedDB.databases()).map((database) => database.name),
                caches: self.caches ? await caches.keys() : [],
                workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
            })"""
        )
        return {kind: held for kind, held in stored.items() if held}

    def control(self, action: str, *, inside: str = "banner") -> Locator:
        """Return the visible control of an action in a dialog (a stable hook)."""
        return self.page.locator(
            f"[data-consent-dialog={inside}] [data-consent-action={action}]:visible"
        )

    @property
    def banner(self) -> Locator:
        """The banner, visible or not."""
        return self.page.locator("[data-consent-dialog=banner]")

    @property
    def preferences(self) -> Locator:
        """The preferences that are open: the dialog, or the page's own."""
        return self.page.locator("[data-consent-dialog=preferences]:visible")

    @property
    def status(self) -> Locator:
        """The region that says what is in force."""
        return self.page.locator("#consent-status")

    def choose(self, action: str, *, inside: str = "banner") -> None:
        """Use a control and wait until the choice has arrived."""
        with self.page.expect_response(lambda r: r.url.endswith("/privacy/decision/")):
            self.control(action, inside=inside).first.click()
        self.page.wait_for_load_state("load")

"""Somebody at work in the admin, by keyboard alone."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from playwright.sync_api import BrowserContext, Download, Page

PASSWORD = "a long pass phrase"
NAME = """() => {
  const here = document.activeElement;
  if (here === document.body) return "";
  const label = here.getAttribute("aria-label") || here.labels?.[0]?.textContent;
  return (label || here.textContent || here.value || here.id || "").trim();
}"""
"""What the control in focus is called."""


def log_in(context: BrowserContext, base: str, role: str, path: str) -> Page:
    """Make somebody of a role, log in, and return the page that they went to."""
    name = role.split()[-1]
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{base}{path}")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def tab_to(
    page: Page, words: str, *, whole: bool = False, back: bool = False, most: int = 250
) -> None:
    """Press Tab until the control with these words has the focus; ``whole``: with no others.

    ``back`` goes the other way, with Shift.
    """
    for _ in range(most):
        said = str(page.evaluate(NAME))
        if (words == said) if whole else (words in said):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{words!r} cannot be reached")


def press(page: Page, words: str, *, whole: bool = False) -> None:
    """Go to a control by Tab, press Enter and wait for the next page."""
    tab_to(page, words, whole=whole)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, words: str, text: str) -> None:
    """Go to a field by Tab and type over what stands there."""
    tab_to(page, words)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def fetch(page: Page, words: str, *, whole: bool = False) -> Download:
    """Go to a control by Tab, press Enter and return what is downloaded."""
    tab_to(page, words, whole=whole)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    return download.value

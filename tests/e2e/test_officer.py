"""A data protection officer at work, by keyboard alone: requests and holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from consent.models import Access, Hold, Record, Removal, SubjectRequest
from tests.e2e.conftest import Enter
from tests.e2e.staff import log_in, press, tab_to
from tests.e2e.test_accessibility import SCHEMES, SIZES, violations

LOOKUP = "/admin/consent/subjectrequest/lookup/"


@pytest.fixture
def desk(clinic: LiveServer, browser: Browser, settings: Any) -> Iterator[Page]:
    """A browser in which an officer has logged in, by keyboard."""
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    page = log_in(context, clinic.url, "Consent officers", "/admin/consent/subjectrequest/")
    page.wait_for_selector("#changelist")
    yield page
    context.close()


def in_every_look(page: Page) -> list[str]:
    """Return what axe-core finds, wide and narrow, light and dark.

    The admin's colours change in a moment, which is waited for. Its own search box, whose label is
    a picture, is not ours.
    """
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)
            found += [f"{width} {scheme} {fault}" for fault in violations(page)]
    page.set_viewport_size({"width": 1280, "height": 800})
    return [fault for fault in found if not fault.endswith("label-title-only: #searchbar")]


@pytest.fixture
def receipt(enter: Enter) -> str:
    """The receipt of somebody who has accepted."""
    enter().open().choose("accept")
    return Record.objects.latest("id").receipt


def test_an_officer_finds_a_receipt_and_erases_it_with_the_reason(desk: Page, receipt: str) -> None:
    """D4, D5, P10, A2: sees what is held, what goes and what stays; all of it logged."""
    press(desk, "Look up a receipt")
    tab_to(desk, "Receipt")
    desk.keyboard.type(f"{receipt[:13].upper()} {receipt[13:]}")
    press(desk, "Look up")
    assert receipt not in desk.url
    assert desk.get_by_text("accepted all").is_visible()
    assert desk.get_by_text("A grant runs, until").is_visible()
    assert in_every_look(desk) == []
    press(desk, "Enter a request for erasure")
    assert receipt not in desk.url
    assert in_every_look(desk) == []
    press(desk, "Enter the request")
    row = SubjectRequest.objects.get()
    assert desk.url.endswith(f"/subjectrequest/{row.pk}/change/")
    assert in_every_look(desk) == []
    press(desk, "Erase the records")
    assert desk.get_by_role("heading", name="What stays").is_visible()
    assert Record.objects.exists()
    press(desk, "Erase for good")
    assert desk.locator(".errorlist").first.is_visible()
    assert in_every_look(desk) == []
    tab_to(desk, "Reason")
    desk.keyboard.type("Asked by letter, 3 March.")
    press(desk, "Erase for good")
    assert desk.get_by_text("by removal").is_visible()
    assert receipt not in desk.content()
    assert not Record.objects.exists()
    entry = Removal.objects.get()
    row.refresh_from_db()
    assert (row.outcome, row.removal) == ("erased", entry.pk)
    assert entry.reason == "Asked by letter, 3 March."
    done = list(Access.objects.order_by("id").values_list("what", flat=True))
    assert done == ["lookup", "request", "view", "erase", "view"]


def test_an_officer_holds_a_receipt_and_hands_out_the_answer(desk: Page, receipt: str) -> None:
    """D4, D6, A2."""
    desk.goto(desk.url.partition("/admin/")[0] + LOOKUP)
    tab_to(desk, "Receipt")
    desk.keyboard.type(receipt)
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#held")
    tab_to(desk, "All of it")
    with desk.expect_download() as download:
        desk.keyboard.press("Enter")
    assert download.value.suggested_filename == "access-answer.zip"
    press(desk, "Hold these records")
    tab_to(desk, "Reason")
    desk.keyboard.type("A complaint is pending.")
    press(desk, "Set the hold")
    row = Hold.objects.get()
    assert (row.receipt, row.set_by) == (receipt, "officers")
    assert in_every_look(desk) == []
    press(desk, "the records of receipt")
    assert in_every_look(desk) == []
    press(desk, "Lift the hold")
    assert in_every_look(desk) == []
    press(desk, "Lift the hold")
    row.refresh_from_db()
    assert row.lifted_by == "officers"
    desk.goto(desk.url.partition("/admin/")[0] + "/admin/consent/access/")
    assert desk.get_by_text("hold lifted").first.is_visible()
    assert in_every_look(desk) == []

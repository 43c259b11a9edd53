"""What somebody has to answer under a deadline, tried as they would: by keyboard alone."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cookie_consent.models import Cookie
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from consent import moments
from consent.admin.spans import span
from consent.models import Access, Notice, Presentation, Record, Seal, Service
from consent.publishing import publish
from consent.tasks import seal
from tests.declaring import declare_service
from tests.e2e.conftest import Enter
from tests.e2e.staff import fetch, log_in, press, tab_to, write
from tests.remembering import remember

Staff = Callable[[str, str], Page]


@pytest.fixture
def staff(clinic: LiveServer, browser: Browser) -> Iterator[Staff]:
    """Return a page on which somebody of a role has logged in."""
    contexts = []

    def enter(role: str, path: str) -> Page:
        contexts.append(browser.new_context(locale="en-GB", accept_downloads=True))
        return log_in(contexts[-1], clinic.url, f"Consent {role}", path)

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def yesterday(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Return what makes it yesterday for as long as a block lasts."""

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(days=1)

    def stay() -> Any:
        context = pytest.MonkeyPatch.context()
        monkeypatch_of = context.__enter__()
        monkeypatch_of.setattr("django.utils.timezone.datetime", Yesterday)
        return context

    return stay


@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_no_receipt_is_cut_off_beside_the_filters(
    clinic: LiveServer, browser: Browser, enter: Enter, locale: str
) -> None:
    """P7: at 1400 pixels, with Django's own navigation and the filters open."""
    enter().open().choose("accept")
    context = browser.new_context(locale=locale, viewport={"width": 1400, "height": 900})
    page = log_in(context, clinic.url, "Consent auditors", "/admin/consent/record/")
    cut = page.evaluate(
        """() => {
          const box = document.querySelector(".results").getBoundingClientRect();
          const cells = [...document.querySelectorAll("#result_list .field-receipt")];
          return cells.length && cells.filter((each) =>
            each.getBoundingClientRect().right > box.right ||
            each.scrollWidth > each.clientWidth).length;
        }"""
    )
    context.close()
    assert cut == 0
    assert Record.objects.exists()


def test_an_auditor_finds_a_receipt_and_downloads_its_proof(
    staff: Staff, enter: Enter, tmp_path: Path
) -> None:
    """P7, P10: found by what the visitor reads out, shown as a file, checked without us."""
    enter().open().choose("accept")
    receipt = Record.objects.latest("id").receipt
    seal()
    page = staff("auditors", "/admin/consent/record/")
    tab_to(page, "searchbar")
    page.keyboard.type(f"{receipt[:13].upper()} {receipt[13:]}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    (row,) = page.locator("#result_list tbody th a").all()
    press(page, row.inner_text(), whole=True)
    assert page.get_by_text("a visitor accepted everything").is_visible()
    banner = page.frame_locator("iframe").first
    assert banner.get_by_text("We use cookies").first.is_visible()
    proof = tmp_path / "proof.json"
    fetch(page, "Download proof").save_as(proof)
    checked = subprocess.run(
        [sys.executable, "-I", "-m", "consent.verify", str(proof)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # This site has no key to sign seals with, which is said and is no fault.
    assert (checked.returncode, checked.stderr) == (2, "")
    assert checked.stdout.startswith("Consistent, signature unchecked")
    assert receipt in proof.read_text()
    done = [(line.what, line.subject) for line in Access.objects.order_by("id")]
    number = f"record {Record.objects.get().pk}"
    assert done == [("lookup", "records"), ("view", number), ("download", number)]


def decided(days: int, **fields: Any) -> Record:
    """Write a record of the day that many days after the last quarter began."""
    first, _end = span("last-quarter", moments.today())
    noon = timezone.make_aware(datetime.combine(first + timedelta(days=days), time(12)))
    return remember(fields.pop("action", "refuse"), 0, decided_at=noon, **fields)


def test_an_auditor_exports_the_spanish_refusals_of_last_quarter(staff: Staff) -> None:
    """P7, P10: those and no others, with a manifest; who took them out is known."""
    digest = Notice.objects.get().digest
    shown = {"notice_digest": digest, "language": "es"}
    wanted = [decided(days, **shown).pk for days in (0, 40)]
    decided(-1, **shown)
    decided(100, **shown)
    decided(3, notice_digest=digest)
    decided(3, action="accept", receipt="0" * 26, **shown)
    page = staff("auditors", "/admin/consent/record/")
    for filtered in ("Last quarter", "refused all", "es"):
        press(page, filtered, whole=True)
    assert page.locator("#result_list tbody tr").count() == 2
    press(page, "Export", whole=True)
    assert (
        page.get_by_text("About 2 records").is_visible() or page.get_by_text("match").is_visible()
    )
    packed = fetch(page, "Export", whole=True).path()
    with zipfile.ZipFile(packed) as file:
        (name,) = [each for each in file.namelist() if each.endswith(".csv")]
        text, manifest = file.read(name), json.loads(file.read("manifest.json"))
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert sorted(int(row["id"]) for row in rows) == sorted(wanted)
    assert {(row["language"], row["action"]) for row in rows} == {("es", "refuse")}
    assert sha256(text).hexdigest() in json.dumps(manifest)
    assert list(Access.objects.order_by("id").values_list("what", "who", "count")) == [
        ("export", "auditors", None),
        ("exported", "auditors", 2),
    ]


def test_an_auditor_sees_that_yesterdays_notice_was_material(
    staff: Staff, yesterday: Callable[[], Any]
) -> None:
    """W8, P2: and why, word by word."""
    declare_service("podcast", name="Podcast")
    past = yesterday()
    try:
        publish(by="Ana", reason="The podcast has come.")
    finally:
        past.__exit__(None, None, None)
    row = Notice.objects.get(number=2)
    assert row.published_at.astimezone(UTC).date() < datetime.now(UTC).date()
    page = staff("auditors", "/admin/consent/notice/")
    press(page, str(row), whole=True)
    assert page.get_by_text("The podcast has come.").is_visible()
    press(page, "Compare", whole=True)
    assert page.get_by_text("The difference is material:").is_visible()
    changed = page.locator(".consent-difference", has_text="Podcast").first
    assert changed.get_by_text("material", exact=True).first.is_visible()
    assert changed.locator("ins").first.is_visible()


ENGLISH = {
    "Key": "podcast",
    "Name": "Podcast player",
    "Provider": "Sounds Ltd",
    "Purpose": "Plays the talks of our doctors.",
    "Data types": "IP address, talk listened to",
    "Retention": "30 days",
}
SPANISH = {
    "Podcast player: purpose": "Reproduce las charlas de nuestros médicos.",
    "Podcast player: data types": "Dirección IP, charla escuchada",
    "Podcast player: retention": "30 días",
}


def test_an_editor_declares_service_and_tracker_on_one_screen(staff: Staff) -> None:
    """G3, X1, G4: what is missing is said at its field, and nothing that was typed is lost."""
    page = staff("editors", "/admin/cookie_consent/cookiegroup/")
    press(page, "External media", whole=True)
    tab_to(page, "Add another Service")
    page.keyboard.press("Enter")
    tab_to(page, "Name", back=True)
    for label, text in {"Name": ENGLISH["Name"], **ENGLISH}.items():
        write(page, label, text)
        if label == "Provider":
            tab_to(page, "Role")
            page.keyboard.type("proc")
    press(page, "Save and continue editing", whole=True)
    assert page.get_by_text("was changed successfully").is_visible()
    tab_to(page, "Add another Tracker")
    page.keyboard.press("Enter")
    tab_to(page, "Name", back=True)
    write(page, "Name", "podcast_place")
    write(page, "Purpose", "Remembers how far you listened.")
    tab_to(page, "Service")
    page.keyboard.type("Pod")
    press(page, "Save and continue editing", whole=True)
    wrong = page.locator(".field-lifetime.errors")
    assert wrong.get_by_text("A cookie has a lifetime: name it.").is_visible()
    tab_to(page, "Add another Tracker")
    tab_to(page, "How many", back=True)
    page.keyboard.type("30")
    tab_to(page, "Unit")
    page.keyboard.type("days")
    press(page, "Save", whole=True)
    assert page.get_by_text("was changed successfully").is_visible()
    service = Service.objects.get(key="podcast")
    assert (service.role, service.retention) == ("processor", "30 days")
    tracker = Cookie.objects.get(name="podcast_place").consent_details
    assert (tracker.service, tracker.lifetime) == (service, 30 * 86400)


def test_an_editor_publishes_a_new_service_in_two_languages(staff: Staff, enter: Enter) -> None:
    """G3, G4, W8: declared, translated, looked at, published; visitors read it in their own."""
    page = staff("editors", "/admin/consent/service/")
    press(page, "Add service")
    tab_to(page, "Category")
    page.keyboard.type("External")
    for label, text in ENGLISH.items():
        write(page, label, text)
        if label == "Purpose":
            tab_to(page, "Role")
            page.keyboard.type("proc")
    press(page, "Save", whole=True)
    assert page.get_by_text("was added successfully").is_visible()
    page.goto(page.url.partition("/consent/")[0] + "/consent/translation/")
    press(page, "Spanish")
    for label, text in SPANISH.items():
        write(page, label, text)
    press(page, "Save", whole=True)
    press(page, "Preview", whole=True)
    page.goto(page.url.partition("/consent/")[0] + "/consent/notice/")
    press(page, "Publish", whole=True)
    assert page.get_by_text("It is material.").is_visible()
    write(page, "Reason", "Our doctors talk.")
    press(page, "Publish", whole=True)
    row = Notice.objects.get(number=2)
    assert (row.material, row.published_by, row.reason) == (True, "editors", "Our doctors talk.")
    assert Presentation.objects.filter(notice=2).count() == 2
    assert not Seal.objects.exists()
    for path, text in (("/en/", ENGLISH["Purpose"]), ("/es/", "Reproduce las charlas")):
        visitor = enter().open(path)
        assert text in visitor.page.content()

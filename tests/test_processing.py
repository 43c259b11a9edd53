"""The record of processing (Art. 30) is filled from the notice in force."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from consent.exports.processing import processing_text
from consent.models import Notice as Stored
from tests.core.notices import category, service, text
from tests.visiting import worded

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(publish: Any) -> Stored:
    """The notice in force: statistics with one service outside of Europe."""
    film = service("film", country="US", transfer=text("Clauses"))
    publish(worded(category("media", film), site="clinic"))
    stored: Stored = Stored.objects.get()
    return stored


def printed(**options: Any) -> str:
    out = StringIO()
    call_command("consent_processing", stdout=out, **{"site": "clinic", **options})
    return out.getvalue()


def test_it_says_who_processes_what_for_whom_and_how_long(notice: Stored) -> None:
    """P7."""
    said = json.loads(printed(format="json"))
    assert said["notice"]["number"] == 1
    assert said["notice"]["digest"] == notice.digest
    assert said["controller"]["name"]
    assert [purpose["name"] for purpose in said["purposes"]] == ["Media"]
    assert said["data"] == [{"what": "address, browser", "services": "Film"}]
    assert "Provider Ltd" in [recipient["name"] for recipient in said["recipients"]]
    assert said["transfers"] == [
        {"service": "Film", "country": "United States", "basis": "Clauses"}
    ]
    assert said["retention"] == [{"how_long": "2 years", "services": "Film"}]


def test_csv_has_one_fact_a_line_in_the_language_asked_for(notice: Stored) -> None:
    lines = list(csv.reader(StringIO(printed(language="es"))))
    assert lines[0] == ["section", "subject", "what", "detail"]
    assert ["retention", "Film", "2 years", ""] in lines
    assert {len(line) for line in lines} == {4}


def test_csv_runs_nothing() -> None:
    """P10."""
    said = {
        "site": "=1",
        "notice": {"number": 1, "published_at": "@x"},
        "controller": {"name": "+1"},
        "purposes": [],
        **{part: [] for part in ("data", "recipients", "transfers", "retention")},
    }
    assert processing_text(said, "csv").splitlines()[1:] == [
        "notice,'=1,1,'@x",
        "controller,name,'+1,",
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [({"site": "none"}, "No notice of site"), ({"language": "fr"}, "has no language 'fr'")],
)
def test_what_is_not_there_is_said(notice: Stored, options: Any, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        printed(**options)


def test_a_file_is_not_written_over_unless_asked(notice: Stored, tmp_path: Path) -> None:
    out = tmp_path / "processing.csv"
    assert "Written" in printed(out=str(out))
    with pytest.raises(CommandError, match="--force"):
        printed(out=str(out))
    printed(out=str(out), force=True)
    assert out.read_text("utf-8") == printed()
    with pytest.raises(CommandError, match="Nothing was written"):
        printed(out=str(tmp_path / "none" / "x"))


@pytest.fixture
def staff() -> Client:
    made = User.objects.create_user("ana", is_staff=True)
    made.user_permissions.set(Permission.objects.filter(codename="view_notice"))
    client = Client()
    client.force_login(made)
    return client


def address(pk: int) -> str:
    return reverse("admin:consent_notice_processing", args=(pk,))


@pytest.mark.parametrize("form", ["csv", "json"])
def test_it_can_be_downloaded_in_the_admin(notice: Stored, staff: Client, form: str) -> None:
    response = staff.get(address(notice.pk), {"format": form, "language": "es"})
    assert response["Content-Disposition"].endswith(f'-es.{form}"')
    assert "Film" in response.content.decode()


def test_it_needs_the_permission_to_view_notices(notice: Stored) -> None:
    """P10."""
    made = User.objects.create_user("eva", is_staff=True)
    client = Client()
    client.force_login(made)
    assert client.get(address(notice.pk)).status_code == 403


@pytest.mark.parametrize("query", [{"format": "pdf"}, {"language": "fr"}, {"language": "\x00"}])
def test_what_cannot_be_had_is_not_found(notice: Stored, staff: Client, query: Any) -> None:
    assert staff.get(address(notice.pk), query).status_code == 404
    assert staff.get(address(2**70)).status_code == 404


def test_what_somebody_wrote_into_a_notice_is_no_error(staff: Client, publish: Any) -> None:
    row = Stored.objects.create(
        site="elsewhere", number=9, digest="0" * 64, document="[]", oldest_valid=1, material=True
    )
    assert staff.get(address(row.pk)).status_code == 404

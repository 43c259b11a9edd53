"""Holds in the admin: set, read, lifted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent import holds, moments, seeds, sightings
from consent.models import Access, Hold
from tests.remembering import OTHER, RECEIPT, remember

pytestmark = pytest.mark.django_db

LIST, ADD = (reverse(f"admin:consent_hold_{name}") for name in ("changelist", "add"))


@pytest.fixture(autouse=True)
def _nothing_is_written_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings, "_write", lambda *_: None)


def member(group: str) -> Client:
    """Return the client of a member of a group."""
    seeds.ensure_groups()
    user = User.objects.create_user(group.split()[-1], is_staff=True)
    user.groups.set(Group.objects.filter(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer() -> Client:
    return member("Consent officers")


def held(**options: object) -> Hold:
    values = {"reason": "A complaint is pending.", "by": "a", "since": moments.now(), **options}
    return holds.hold(**values)  # type: ignore[arg-type]  # what the test gives


def page_of(row: Hold, name: str = "change") -> str:
    return reverse(f"admin:consent_hold_{name}", args=(row.pk,))


def test_a_period_is_held_to_the_end_of_its_last_day(officer: Client) -> None:
    """D6."""
    posted = {"since": "2026-01-01", "until": "2026-01-31", "reason": "Audit", "receipt": ""}
    response = officer.post(ADD, posted)
    assert response["Location"] == LIST
    row = Hold.objects.get()
    assert row.since is not None
    assert row.until is not None
    days = [timezone.localtime(moment).isoformat() for moment in (row.since, row.until)]
    assert days == ["2026-01-01T00:00:00+01:00", "2026-02-01T00:00:00+01:00"]
    assert (row.reason, row.set_by) == ("Audit", "officers")
    assert Access.objects.get().subject == f"hold {row.pk}"
    assert "Jan. 1, 2026" in officer.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("posted", "why"),
    [
        ({}, "either one receipt or one period"),
        ({"receipt": RECEIPT, "since": "2026-01-01"}, "either one receipt or one period"),
        ({"receipt": OTHER}, "No record carries this receipt"),
        ({"receipt": "x"}, "26 digits"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "ends before it begins"),
        ({"since": "soon"}, "valid date"),
        ({"until": "9999-12-31"}, "less than"),
        ({"since": "0001-01-01"}, "greater than"),
        ({"receipt": RECEIPT, "reason": " "}, "required"),
        ({"receipt": RECEIPT, "reason": "\x00"}, "Null characters"),
    ],
)
def test_what_cannot_be_held_is_told_and_nothing_typed_is_lost(
    officer: Client, posted: dict[str, str], why: str
) -> None:
    remember("accept", 1, RECEIPT)
    response = officer.post(ADD, {"reason": "typed with care", **posted})
    page = response.content.decode()
    assert response.status_code == 200
    assert why in page
    assert "reason" in posted or "typed with care" in page
    assert all(value in page for name, value in posted.items() if name != "reason")
    assert not Hold.objects.exists()


def test_lifting_wants_a_post_and_says_what_follows(officer: Client) -> None:
    """D6, P10."""
    row = held()
    assert page_of(row, "lift") in officer.get(page_of(row)).content.decode()
    page = officer.get(page_of(row, "lift")).content.decode()
    assert "A complaint is pending." in page
    row.refresh_from_db()
    assert row.lifted_at is None
    assert officer.post(page_of(row, "lift"))["Location"] == LIST
    row.refresh_from_db()
    assert row.lifted_by == "officers"
    page = officer.get(page_of(row)).content.decode()
    assert page_of(row, "lift") not in page
    assert "by officers" in page
    again = officer.post(page_of(row, "lift"))
    assert "No hold in force has the number" in again.content.decode()


def test_the_list_tells_what_is_in_force_from_what_is_lifted(officer: Client) -> None:
    rows = [held(reason="one"), held(until=moments.now() + timedelta(1), reason="two")]
    holds.lift(rows[0].pk, by="chief")
    for query, expected in (("", [1, 0]), ("?state=force", [1]), ("?state=lifted", [0])):
        response = officer.get(LIST + query)
        found = [row.pk for row in response.context["cl"].result_list]
        assert found == [rows[index].pk for index in expected]
    assert "lifted by chief" in response.content.decode()
    assert officer.get(LIST + "?state=%00").status_code == 400
    assert officer.get(LIST + "?state=x").status_code == 200


def test_an_auditor_reads_holds_and_is_offered_nothing_else() -> None:
    """P10."""
    row, auditor = held(), member("Consent auditors")
    assert ADD not in auditor.get(LIST).content.decode()
    assert page_of(row, "lift") not in auditor.get(page_of(row)).content.decode()
    assert auditor.post(page_of(row), {"reason": "forged"}).status_code == 403


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 40])
def test_a_hold_that_is_not_there_is_not_found(officer: Client, number: str) -> None:
    for path in ("change", "lift"):
        assert officer.get(f"{LIST}{number}/{path}/").status_code == 404

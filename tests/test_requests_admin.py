"""The data protection officer's pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent import holds, moments, requests, sealing, seeds, sightings, verify
from consent.core.notice import Notice
from consent.models import Access, Hold, Record, Removal, SubjectRequest
from tests.remembering import OTHER, RECEIPT, left, remember
from tests.visiting import Visitor, refusing

pytestmark = pytest.mark.django_db

SPOKEN = f"{RECEIPT[:13].upper()} - {RECEIPT[13:].replace('0', 'O')}"


@pytest.fixture(autouse=True)
def _nothing_is_written_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sightings, "_write", lambda *_: None)


@pytest.fixture
def officer() -> Client:
    """Return the client of somebody in the group that setup makes."""
    seeds.ensure_groups()
    user = User.objects.create_user("olga", is_staff=True)
    user.groups.set(Group.objects.filter(name="Consent officers"))
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"admin:consent_{name}", args=args)


LOOKUP = address("subjectrequest_lookup")
ADD = address("subjectrequest_add")
DOWNLOAD = address("subjectrequest_download")


def young(receipt: str = RECEIPT, **fields: Any) -> Record:
    return remember("accept", 0, receipt, decided_at=moments.now(), **fields)


def entered(kind: str = "erasure", receipt: str = RECEIPT, **options: Any) -> SubjectRequest:
    return requests.enter(kind, receipt, by="olga", **options)


def shown(client: Client, url: str, data: dict[str, Any] | None = None, status: int = 200) -> str:
    """Return what a page says; with data, what it says after a post."""
    response = client.get(url) if data is None else client.post(url, data)
    assert response.status_code == status
    return response.content.decode()


def last() -> tuple[str, str, str, int | None]:
    """Return the newest line of the access log."""
    entry = Access.objects.latest("id")
    return entry.what, entry.who, entry.subject, entry.count


def test_a_receipt_is_found_however_it_is_spelled(officer: Client, asked: Notice) -> None:
    """D4, P10: posted, so that it stands in no address, and logged without it."""
    young(notice_digest=asked.digest, answers={"media": "yes", "statistics": "unasked", "x": "no"})
    young(OTHER)
    assert "Look up a receipt" in shown(officer, address("subjectrequest_changelist"))
    assert not Access.objects.exists()
    page = shown(officer, LOOKUP, {"receipt": SPOKEN})
    assert last() == ("lookup", "olga", "", 1)
    assert RECEIPT in page
    assert OTHER not in page
    assert "accepted all" in page
    assert "<dt>Media</dt><dd>yes</dd>" in page
    assert "<dt>Statistics</dt><dd>not asked</dd>" in page
    assert "<dt>x</dt><dd>no</dd>" in page
    assert "A grant runs, until" in page
    assert "clinic, notice 1, language en" in page
    assert RECEIPT not in str(list(Access.objects.values()))


@pytest.mark.parametrize("typed", ["x", "", "\x00", "8" * 26, "1" * 5000, "<script>"])
def test_what_is_no_receipt_is_told_so_and_kept_as_typed(officer: Client, typed: str) -> None:
    page = shown(officer, LOOKUP, {"receipt": typed})
    assert 'class="errorlist"' in page
    assert "What is held" not in page
    assert "<script>" not in page.partition("content-main")[2]
    assert not Access.objects.exists()


def test_an_unknown_receipt_is_told_so_and_can_be_asked_about(officer: Client) -> None:
    """D4: answered that nothing is held."""
    page = shown(officer, LOOKUP, {"receipt": RECEIPT})
    assert "No record carries this receipt: nothing is held." in page
    assert last() == ("lookup", "olga", "", 0)
    begun = shown(officer, ADD, {"_prefill": "1", "receipt": RECEIPT, "kind": "erasure"})
    assert not SubjectRequest.objects.exists()
    assert f'value="{RECEIPT}"' in begun
    assert '<option value="erasure" selected>' in begun
    posted = {"kind": "erasure", "receipt": SPOKEN, "received": moments.today().isoformat()}
    response = officer.post(ADD, posted)
    row = SubjectRequest.objects.get()
    assert response["Location"] == address("subjectrequest_change", row.pk)
    assert (row.receipt, row.entered_by) == (RECEIPT, "olga")
    page = shown(officer, response["Location"])
    assert "Request 1 is entered." in page.replace(str(row.pk), "1")
    assert address("subjectrequest_answer", row.pk) in page
    assert address("subjectrequest_erase", row.pk) not in page
    response = officer.post(address("subjectrequest_answer", row.pk), {"reason": "Nothing held."})
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.closed_by, row.reason) == ("answered", "olga", "Nothing held.")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("kind", "theft", "valid choice"),
        ("receipt", "x", "26 digits"),
        ("received", "yesterday", "valid date"),
        ("received", "0001-01-01", "greater than"),
        ("received", "9999-12-31", "less than"),
        ("received", "2999-12-30", "future"),
    ],
)
def test_what_cannot_be_entered_is_told_and_nothing_typed_is_lost(
    officer: Client, field: str, value: str, why: str
) -> None:
    posted = {"kind": "access", "receipt": SPOKEN, "received": "2026-01-02", field: value}
    page = shown(officer, ADD, posted)
    assert why in page
    assert "errornote" in page
    assert (SPOKEN if field != "receipt" else 'value="x"') in page
    assert not SubjectRequest.objects.exists()


def test_a_request_received_earlier_is_due_earlier(officer: Client) -> None:
    day = (moments.today() - timedelta(days=40)).isoformat()
    officer.post(ADD, {"kind": "access", "receipt": RECEIPT, "received": day})
    row = SubjectRequest.objects.get()
    assert timezone.localdate(row.received_at).isoformat() == day
    page = shown(officer, address("subjectrequest_changelist"))
    assert '<strong class="consent-overdue">Overdue by ' in page
    assert '<strong class="consent-overdue">Overdue by ' in shown(
        officer, address("subjectrequest_change", row.pk)
    )


def test_the_list_has_open_ones_first_and_says_when_they_are_due(officer: Client) -> None:
    """D4."""
    now = moments.now()
    late = entered("access", received_at=now - timedelta(days=60))
    closed = requests.answer(entered("access").pk, by="olga")
    new = entered()
    response = officer.get(address("subjectrequest_changelist"))
    assert [row.pk for row in response.context["cl"].result_list] == [late.pk, new.pk, closed.pk]
    page = response.content.decode()
    assert page.count("Overdue by") == 1
    assert ", in " in page
    assert RECEIPT not in page
    for query in ("?outcome__exact=open", "?kind__exact=access", "?outcome=open"):
        assert officer.get(response.request["PATH_INFO"] + query).status_code == 200
    garbage = officer.get(response.request["PATH_INFO"] + "?outcome__exact=%00")
    assert garbage.status_code in (200, 302, 400)


def test_access_is_answered_with_both_standard_forms_and_a_proof(
    officer: Client, visitor: Visitor, asked: Notice
) -> None:
    """D4, P7: of each record; and each file has its line in the access log."""
    visitor.choose("accept")
    visitor.choose("refuse")
    receipt = Record.objects.latest("id").receipt
    newest = Record.objects.latest("id").pk
    sealing.seal()
    row = entered("access", receipt)
    page = shown(officer, address("subjectrequest_change", row.pk))
    assert last() == ("view", "olga", f"request {row.pk}", 2)
    assert 'value="answer"' in page
    assert "No grant runs; the last one ended" in page
    response = officer.post(DOWNLOAD, {"receipt": receipt, "form": "answer"})
    assert last() == ("download", "olga", f"record {newest}", 2)
    assert receipt not in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        names = set(file.namelist())
        first = json.loads(file.read("record-1.json"))
        proof = json.loads(file.read("proof.json"))
    forms = {f"record-{n}{form}.json" for n in (1, 2) for form in ("", "-iso", "-kantara")}
    assert names == forms | {"proof.json"}
    assert (first["action"], first["receipt"]) == ("accept", receipt)
    assert "salt" not in first
    assert [each["row"]["action"] for each in proof["records"]] == ["accept", "withdraw"]
    iso = officer.post(DOWNLOAD, {"receipt": receipt, "form": "iso"}).json()
    assert iso["schema_version"].startswith("ISO")
    assert {event["event_state"] for event in iso["events"]} == {"withdrawn"}
    kantara = officer.post(DOWNLOAD, {"receipt": receipt, "form": "kantara"}).json()
    assert kantara["version"] == "KI-CR-v1.1.0"
    proof = officer.post(DOWNLOAD, {"receipt": receipt, "form": "proof"}).json()
    assert proof["format"] == verify.FORMAT
    assert Access.objects.filter(what="download").count() == 4


@pytest.mark.parametrize(
    ("receipt", "form", "why"),
    [
        (RECEIPT, "proof", "is not sealed yet|is not there any more"),
        (RECEIPT, "iso", "not stored any more"),
        (RECEIPT, "pdf", "no such file"),
        (RECEIPT, "\x00", "no such file"),
        (OTHER, "answer", "Nothing is held"),
        ("garbage", "answer", "Nothing is held"),
    ],
)
def test_what_cannot_be_handed_out_is_told(
    officer: Client, receipt: str, form: str, why: str
) -> None:
    young()
    page = shown(officer, DOWNLOAD, {"receipt": receipt, "form": form})
    assert re.search(why, page)
    assert not Access.objects.filter(what="download").exists()
    assert officer.get(DOWNLOAD).status_code == 405


def test_what_the_answer_lacks_is_named_in_it(officer: Client) -> None:
    """D4: a notice that is gone does not stand in the way of the rest."""
    young()
    response = officer.post(DOWNLOAD, {"receipt": RECEIPT, "form": "answer"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        missing = file.read("missing.txt").decode().splitlines()
        assert "record-1.json" in file.namelist()
    assert [line.partition(":")[0] for line in missing] == [
        "record-1-iso.json",
        "record-1-kantara.json",
        "proof.json",
    ]


def test_what_cannot_be_logged_is_not_handed_out(officer: Client) -> None:
    """P10."""
    young()
    officer.raise_request_exception = False
    row = entered("access")
    for url, data in (
        (LOOKUP, {"receipt": RECEIPT}),
        (DOWNLOAD, {"receipt": RECEIPT, "form": "answer"}),
        (address("subjectrequest_change", row.pk), None),
    ):
        with transaction.atomic(), refusing('INSERT INTO "consent_access"') as tried:
            response = officer.get(url) if data is None else officer.post(url, data)
            transaction.set_rollback(True)
        assert (response.status_code, len(tried)) == (500, 1)


def test_erasing_says_what_goes_and_stays_and_then_does_it(officer: Client) -> None:
    """D5: a step of its own, with a reason."""
    young()
    row = entered()
    page = shown(officer, address("subjectrequest_change", row.pk))
    url = address("subjectrequest_erase", row.pk)
    assert url in page
    page = shown(officer, url)
    assert "What goes" in page
    assert "1 record, with its salt" in page
    assert "What stays" in page
    assert len(left()) == 1
    for reason, why in ((" ", "required"), (f"for {RECEIPT}", "leave the receipt out of it")):
        page = shown(officer, url, {"reason": reason})
        assert why in page
        assert reason.strip() in page
        assert len(left()) == 1
    response = officer.post(url, {"reason": "Asked by letter."})
    assert response["Location"] == address("subjectrequest_change", row.pk)
    entry = Removal.objects.get()
    assert last() == ("erase", "olga", f"removal {entry.pk}", entry.count)
    assert left() == []
    page = shown(officer, response["Location"])
    assert "by removal" in page
    assert f"Entry {entry.pk} of the ledger" in page
    assert RECEIPT not in page
    assert url not in page
    assert "Asked by letter." in page
    assert "nothing is held" in shown(officer, LOOKUP, {"receipt": RECEIPT})


def test_a_hold_is_set_lifted_and_stops_an_erasure(officer: Client) -> None:
    """D5, D6."""
    young()
    row = entered()
    page = shown(officer, LOOKUP, {"receipt": RECEIPT})
    assert "Nothing holds these records." in page
    begun = shown(officer, address("hold_add"), {"_prefill": "1", "receipt": RECEIPT})
    assert f'value="{RECEIPT}"' in begun
    assert not Hold.objects.exists()
    officer.post(address("hold_add"), {"receipt": RECEIPT, "reason": "A complaint is pending."})
    kept = Hold.objects.get()
    assert kept.set_by == "olga"
    erase = address("subjectrequest_erase", row.pk)
    assert "A hold in force keeps these records" in shown(officer, erase)
    page = shown(officer, erase, {"reason": "Asked by letter."})
    assert "A complaint is pending." in page
    assert "Asked by letter." in page
    assert len(left()) == 1
    page = shown(officer, address("subjectrequest_change", row.pk))
    assert address("hold_lift", kept.pk) in page
    officer.post(address("hold_lift", kept.pk))
    page = shown(officer, LOOKUP, {"receipt": RECEIPT})
    assert "(lifted)" in page
    assert officer.post(erase, {"reason": "Asked by letter."}).status_code == 302
    assert left() == []


def test_holds_of_a_period_stand_with_what_they_hold(officer: Client) -> None:
    young()
    now = moments.now()
    holds.hold(reason="Audit of the year", by="a", since=now - timedelta(days=9))
    holds.hold(reason="Another year", by="a", until=now - timedelta(days=9))
    page = shown(officer, LOOKUP, {"receipt": RECEIPT})
    assert "Audit of the year" in page
    assert "Another year" not in page


@pytest.mark.parametrize(
    ("kind", "posted", "why"),
    [
        ("erasure", {"reason": "why"}, "This field is required"),
        ("erasure", {"ground": "z", "reason": "why"}, "valid choice"),
        ("erasure", {"ground": "e", "reason": ""}, "This field is required"),
        ("erasure", {"ground": "e", "reason": RECEIPT}, "leave the receipt out"),
        ("access", {"reason": ""}, "This field is required"),
        ("access", {"reason": "\x00"}, "Null characters"),
    ],
)
def test_a_refusal_wants_its_ground_and_reason(
    officer: Client, kind: str, posted: dict[str, str], why: str
) -> None:
    """D5; GDPR Art. 17(3)."""
    young()
    row = entered(kind)
    page = shown(officer, address("subjectrequest_refuse", row.pk), posted)
    assert why in page
    assert SubjectRequest.objects.get().outcome == "open"


@pytest.mark.parametrize(("kind", "ground"), [("erasure", "e"), ("access", "")])
def test_a_refusal_is_kept_with_its_reason(officer: Client, kind: str, ground: str) -> None:
    """D5."""
    young()
    row = entered(kind)
    posted = {"ground": ground, "reason": "A suit is pending."}
    assert officer.post(address("subjectrequest_refuse", row.pk), posted).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.ground, row.closed_by) == ("refused", ground, "olga")
    assert last() == ("refuse", "olga", f"request {row.pk}", None)
    page = shown(officer, address("subjectrequest_change", row.pk))
    assert "A suit is pending." in page
    assert address("subjectrequest_refuse", row.pk) not in page
    assert len(left()) == 1


@pytest.mark.parametrize("step", ["answer", "erase", "refuse"])
def test_what_is_closed_stays_as_it_is(officer: Client, step: str) -> None:
    young()
    row = requests.answer(entered("access").pk, by="other")
    url = address(f"subjectrequest_{step}", row.pk)
    assert "This cannot be done" in shown(officer, url)
    shown(officer, url, {"reason": "again", "ground": "e"})
    row.refresh_from_db()
    assert (row.outcome, row.closed_by) == ("answered", "other")
    assert len(left()) == 1


@pytest.mark.parametrize("number", ["0", "99999999", str(2**63), "9" * 40, "x", "%00"])
def test_what_is_not_there_is_not_found(officer: Client, number: str) -> None:
    base = address("subjectrequest_changelist")
    for path in ("change/", "answer/", "erase/", "refuse/", "history/"):
        assert officer.get(f"{base}{number}/{path}").status_code in (302, 404)
        response = officer.post(f"{base}{number}/{path}", {"reason": "r"})
        assert response.status_code in (302, 403, 404)


def test_many_records_are_shown_in_part(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consent.admin.subjects.MOST", 2)
    for _ in range(5):
        young()
    page = shown(officer, LOOKUP, {"receipt": RECEIPT})
    assert page.count("<h4>") == 2
    assert "3 older records are not shown" in page


def test_who_may_only_see_requests_sees_neither_records_nor_steps() -> None:
    """P10."""
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_subjectrequest"))
    client = Client()
    client.force_login(user)
    young()
    row = entered()
    page = shown(client, address("subjectrequest_change", row.pk))
    assert "What is held" not in page
    assert "/erase/" not in page
    assert client.get(LOOKUP).status_code == 403
    assert client.post(LOOKUP, {"receipt": RECEIPT}).status_code == 403

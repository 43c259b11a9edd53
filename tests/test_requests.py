"""Requests: entered, answered, refused, and closed by the erasure itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from consent import erasing, moments, requests, retention
from consent.core.crockford import is_named_in
from consent.erasing import erase_as_asked
from consent.holds import RetentionError, hold, lift
from consent.models import Access, Hold, Record, Removal, SubjectRequest
from consent.requests import RequestError
from tests.remembering import NOW, OTHER, RECEIPT, left, remember
from tests.visiting import refusing

pytestmark = pytest.mark.django_db

ACCESS, ERASURE = SubjectRequest.Kind.ACCESS, SubjectRequest.Kind.ERASURE


def entered(kind: str = ERASURE, receipt: str = RECEIPT, **options: Any) -> SubjectRequest:
    return requests.enter(kind, receipt, by="officer", **options)


def young(receipt: str = RECEIPT, action: str = "withdraw") -> Record:
    return remember(action, 0, receipt, decided_at=moments.now())


def log() -> list[tuple[str, str, str]]:
    """Return what the access log says, oldest first."""
    return list(Access.objects.order_by("id").values_list("what", "who", "subject"))


def names_receipt(receipt: str) -> bool:
    """Whether any column of the app's tables, the records apart, holds a receipt."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("consent_") and table != "consent_record":
                cursor.execute(f"SELECT * FROM {table}")
                if any(receipt in str(value) for row in cursor.fetchall() for value in row):
                    return True
    return False


@pytest.mark.parametrize("kind", [ACCESS, ERASURE])
def test_a_request_is_entered_as_it_came_and_logged(kind: str) -> None:
    """D4, P10: of a receipt that nobody knows, too."""
    at = datetime(2026, 1, 31, 9, tzinfo=UTC)
    row = entered(kind, f" {RECEIPT[:13].upper()}-{RECEIPT[13:]} ", received_at=at)
    assert (row.kind, row.receipt, row.received_at) == (kind, RECEIPT, at)
    assert (row.outcome, row.entered_by) == ("open", "officer")
    assert log() == [("request", "officer", f"request {row.pk}")]
    assert RECEIPT not in str(list(Access.objects.values()))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"receipt": "x"}, "not a receipt"),
        ({"receipt": ""}, "not a receipt"),
        ({"by": " "}, "who"),
        ({"received_at": moments.now() + timedelta(hours=1)}, "future"),
    ],
)
def test_what_is_no_request_is_refused(options: dict[str, Any], why: str) -> None:
    values = {"receipt": RECEIPT, "by": "officer", **options}
    with pytest.raises(RequestError, match=why):
        requests.enter(ACCESS, values.pop("receipt"), **values)
    assert not SubjectRequest.objects.exists()
    assert not Access.objects.exists()


def test_what_cannot_be_logged_does_not_happen() -> None:
    """P10."""
    row = entered(ACCESS)
    young()
    steps = (
        lambda: entered(ACCESS),
        lambda: requests.answer(row.pk, by="officer"),
        lambda: requests.refuse(row.pk, by="officer", reason="excessive"),
        lambda: hold(reason="r", by="officer", receipt=RECEIPT),
        lambda: erasing.erase(RECEIPT, reason="asked", by="officer"),
    )
    for step in steps:
        with refusing('INSERT INTO "consent_access"'), pytest.raises(OperationalError):
            step()
    assert SubjectRequest.objects.get().outcome == "open"
    assert not Hold.objects.exists()
    assert not Removal.objects.exists()
    assert len(left()) == 1


def test_it_is_due_a_month_after_it_came_and_overdue_the_day_after() -> None:
    """GDPR Art. 12(3)."""
    today = timezone.localtime(moments.now()).replace(hour=12)
    row = entered(received_at=today - timedelta(days=80))
    assert requests.is_overdue(row)
    row.received_at = datetime(2026, 1, 30, 23, 30, tzinfo=UTC)  # the 31st in Madrid
    assert requests.due_on(row).isoformat() == "2026-02-28"
    row.received_at = moments.now()
    assert not requests.is_overdue(row)
    row.received_at, row.outcome = today - timedelta(days=80), "refused"
    assert not requests.is_overdue(row)


def test_the_open_ones_stand_first_and_of_these_what_is_due_first() -> None:
    now = moments.now()
    ages = (3, 50, 7, 1, 9)
    rows = {days: entered(ACCESS, received_at=now - timedelta(days=days)).pk for days in ages}
    requests.answer(rows[9], by="officer")
    requests.answer(rows[1], by="officer")
    ordered = list(SubjectRequest.objects.order_by(*requests.URGENCY).values_list("pk", flat=True))
    assert ordered == [rows[days] for days in (50, 7, 3, 1, 9)]


def test_access_is_answered_or_refused_with_a_reason_alone() -> None:
    """D4; GDPR Art. 15, Art. 12(5)."""
    young()
    row = requests.answer(entered(ACCESS).pk, by="officer", reason=" by e-mail ")
    assert (row.outcome, row.reason, row.closed_by) == ("answered", "by e-mail", "officer")
    assert row.closed_at is not None
    other = entered(ACCESS)
    with pytest.raises(RequestError, match="The grounds of"):
        requests.refuse(other.pk, by="officer", reason="why", ground="e")
    row = requests.refuse(other.pk, by="officer", reason="the tenth this week")
    assert (row.outcome, row.ground, row.reason) == ("refused", "", "the tenth this week")
    assert [what for what, _, _ in log()] == ["request", "answer", "request", "refuse"]


def test_erasure_is_refused_on_a_ground_and_with_a_reason() -> None:
    """D5; GDPR Art. 17(3)."""
    kept = young().pk
    row = entered()
    for ground, reason, why in (("", "r", "ground"), ("z", "r", "ground"), ("e", " ", "Say why")):
        with pytest.raises(RequestError, match=why):
            requests.refuse(row.pk, by="officer", reason=reason, ground=ground)
    refused = requests.refuse(row.pk, by="officer", reason="A suit is pending.", ground="e")
    assert (refused.outcome, refused.ground, refused.receipt) == ("refused", "e", RECEIPT)
    assert left() == [kept]


def test_erasure_is_closed_as_answered_only_where_nothing_is_held() -> None:
    """D5."""
    row, empty = entered(), entered(receipt=OTHER)
    young()
    with pytest.raises(RequestError, match="There are records"):
        requests.answer(row.pk, by="officer")
    assert requests.answer(empty.pk, by="officer", reason="Nothing is held.").outcome == "answered"


def test_erasing_closes_its_requests_and_no_request_names_the_receipt_any_more() -> None:
    """D5, P6: all of it in the transaction that removes the records."""
    young()
    old = requests.refuse(entered().pk, by="officer", reason="not yet", ground="e")
    row, twin, access = entered(), entered(), entered(ACCESS)
    lift(hold(reason="r", by="officer", receipt=RECEIPT).pk, by="officer")
    other = entered(receipt=OTHER)
    entry = erase_as_asked(row.pk, reason="Asked by letter.", by="officer")
    for each in (row, twin):
        each.refresh_from_db()
        assert (each.outcome, each.receipt, each.removal) == ("erased", "", entry.pk)
        assert (each.reason, each.closed_by) == ("Asked by letter.", "officer")
    for each, outcome in ((old, "refused"), (access, "open")):
        each.refresh_from_db()
        assert (each.outcome, each.receipt, each.removal) == (outcome, "", entry.pk)
    other.refresh_from_db()
    assert (other.outcome, other.receipt) == ("open", OTHER)
    assert log()[-1] == ("erase", "officer", f"removal {entry.pk}")
    assert Access.objects.latest("id").count == 1
    assert not names_receipt(RECEIPT)
    assert requests.answer(access.pk, by="officer").outcome == "answered"


def test_an_erasure_that_fails_halfway_leaves_records_and_requests_as_they_were() -> None:
    """D5: whatever stops it, the records and what is said about them agree."""
    kept = young().pk
    row = entered()
    for statement in ("DELETE FROM consent_record", 'UPDATE "consent_subjectrequest"'):
        with refusing(statement) as tried, pytest.raises(OperationalError):
            erase_as_asked(row.pk, reason="asked", by="officer")
        assert tried
        row.refresh_from_db()
        assert (row.outcome, row.receipt, row.removal) == ("open", RECEIPT, None)
        assert left() == [kept]
    assert erase_as_asked(row.pk, reason="asked", by="officer").count == 1


def test_an_erasure_at_the_shell_closes_the_request_too() -> None:
    """D5."""
    young()
    row = entered()
    entry = erasing.erase(RECEIPT, reason="asked", by="root")
    row.refresh_from_db()
    assert (row.outcome, row.removal, row.closed_by) == ("erased", entry.pk, "root")


def test_a_purge_lets_no_request_name_what_went() -> None:
    """D6."""
    remember("accept", 3000, RECEIPT)
    remember("refuse", 3000)
    gone = requests.answer(entered(ACCESS).pk, by="officer")
    other = entered(ACCESS, OTHER)
    erased = SubjectRequest.objects.create(kind=ACCESS, receipt="", entered_by="officer", removal=7)
    retention.purge(by="test", now=NOW)
    gone.refresh_from_db()
    other.refresh_from_db()
    erased.refresh_from_db()
    assert (gone.receipt, gone.outcome) == ("", "answered")
    assert Removal.objects.filter(pk=gone.removal).exists()
    assert (other.receipt, other.removal, erased.removal) == (OTHER, None, 7)


def test_a_range_of_records_takes_its_receipts_from_the_requests() -> None:
    """D6: as where a partition goes as a whole."""
    first, last = young(), young(OTHER)
    entry = Removal.objects.create(
        kind="purge", reason="r", removed_by="b", count=1, digest="d" * 64, mac="m" * 64
    )
    mine, other = entered(ACCESS), entered(ACCESS, OTHER)
    requests.forget_range(first.pk, last.pk - 1, entry, using="default")
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.receipt, mine.removal) == ("", entry.pk)
    assert (other.receipt, other.removal) == (OTHER, None)


def test_a_hold_stops_it_with_its_reason_and_the_request_stays_open() -> None:
    """D5, D6."""
    young()
    row = entered()
    kept = hold(reason="A complaint is pending.", by="officer", receipt=RECEIPT)
    with pytest.raises(RetentionError, match="A complaint is pending"):
        erase_as_asked(row.pk, reason="asked", by="officer")
    row.refresh_from_db()
    assert row.outcome == "open"
    assert ("hold", "officer", f"hold {kept.pk}") in log()
    lift(kept.pk, by="chief")
    assert log()[-1] == ("lift", "chief", f"hold {kept.pk}")


@pytest.mark.parametrize("number", [0, -1, 10**6, 2**63, 2**80])
def test_only_an_open_request_can_be_closed(number: int) -> None:
    young()
    row = requests.answer(entered(ACCESS).pk, by="officer")
    for pk in (row.pk, number):
        for close in (
            lambda pk: requests.answer(pk, by="officer"),
            lambda pk: requests.refuse(pk, by="officer", reason="r"),
            lambda pk: erase_as_asked(pk, reason="r", by="officer"),
        ):
            with pytest.raises(RequestError, match="not open any more"):
                close(pk)


def test_a_request_for_access_erases_nothing() -> None:
    kept = young().pk
    with pytest.raises(RequestError, match="not open"):
        erase_as_asked(entered(ACCESS).pk, reason="r", by="officer")
    assert left() == [kept]


def test_two_that_close_it_at_once_do_not_both_do_so(monkeypatch: pytest.MonkeyPatch) -> None:
    row = entered(ACCESS)
    monkeypatch.setattr(requests, "open_request", lambda *_, **__: row)
    requests.answer(row.pk, by="a")
    with pytest.raises(RequestError, match="not open any more"):
        requests.refuse(row.pk, by="b", reason="r")
    assert SubjectRequest.objects.get().closed_by == "a"


@pytest.mark.parametrize("text", [RECEIPT, f"of {RECEIPT[:10].upper()}-{RECEIPT[10:]}."])
def test_a_reason_must_not_name_the_receipt(text: str) -> None:
    """D5: it outlasts an erasure."""
    assert is_named_in(RECEIPT, text)
    row = entered()
    with pytest.raises(RequestError, match="leave the receipt out"):
        requests.refuse(row.pk, by="officer", reason=text, ground="e")
    with pytest.raises(RequestError, match="who"):
        requests.refuse(row.pk, by=" ", reason="r", ground="e")
    assert SubjectRequest.objects.get().outcome == "open"

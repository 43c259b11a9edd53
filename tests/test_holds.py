"""Holds: what they keep, from whom, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from consent import holds
from consent.core.notice import Notice
from consent.erasing import erase
from consent.holds import RetentionError
from consent.models import Hold, Removal
from consent.retention import purge
from tests.remembering import NOW, OTHER, RECEIPT, ago, left, remember

pytestmark = pytest.mark.django_db


def held(**options: Any) -> Hold:
    return holds.hold(**{"reason": "A complaint is pending.", "by": "officer", **options})


def test_a_held_receipt_outlasts_its_clock_until_the_hold_is_lifted() -> None:
    """D6."""
    kept = remember("accept", 3000, RECEIPT).pk
    remember("accept", 3000, OTHER)
    row = held(receipt=RECEIPT.upper())
    totals = purge(by="test", now=NOW)
    assert (left(), totals.holds) == ([kept], 1)
    lifted = holds.lift(row.pk, by="officer")
    assert (lifted.lifted_by, lifted.lifted_at is not None) == ("officer", True)
    assert purge(by="test", now=NOW).rows == {"record": 1}
    assert not Hold.objects.exists()  # it would still name the receipt


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        (500, 400, [500, 450]),
        (500, None, [500, 450, 400, 300]),
        (None, 450, [600, 500]),
        (449, 401, []),
    ],
)
def test_a_held_period_keeps_what_was_decided_in_it(
    since: float | None, until: float | None, kept: list[float]
) -> None:
    """D6: from its beginning on, and before its end."""
    days = {remember("refuse", day).pk: day for day in (600, 500, 450, 400, 300)}
    held(since=since and ago(since), until=until and ago(until))
    purge(by="test", now=NOW)
    assert [days[pk] for pk in left()] == kept


def test_a_period_that_holds_one_record_of_a_receipt_keeps_them_all() -> None:
    """D6: half a chain would tell another story."""
    rows = [
        remember(action, days, RECEIPT).pk
        for action, days in (("accept", 3000), ("withdraw", 2900))
    ]
    held(since=ago(2950), until=ago(2850))
    purge(by="test", now=NOW)
    assert left() == rows


@pytest.mark.parametrize("period", [False, True])
def test_erasure_is_refused_with_the_holds_reason_and_changes_nothing(
    period: bool, asked: Notice
) -> None:
    """D5."""
    rows = [remember("accept", 10, RECEIPT).pk]
    row = held(since=ago(20)) if period else held(receipt=RECEIPT)
    with pytest.raises(RetentionError, match=f"Hold {row.pk} keeps .* A complaint is pending"):
        erase(RECEIPT, reason="asked", by="officer", now=NOW)
    assert left() == rows
    assert not Removal.objects.exists()
    holds.lift(row.pk, by="officer")
    assert erase(RECEIPT, reason="asked", by="officer", now=NOW).count == 2
    assert not Hold.objects.filter(receipt=RECEIPT).exists()


def test_another_receipts_hold_does_not_stop_an_erasure() -> None:
    """D5."""
    remember("accept", 10, RECEIPT)
    kept = remember("accept", 10, OTHER).pk
    held(receipt=OTHER)
    held(since=ago(9))
    erase(RECEIPT, reason="asked", by="officer", now=ago(9.5))
    assert left() == [kept]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "either one receipt or one period"),
        ({"receipt": RECEIPT, "since": NOW}, "either one receipt or one period"),
        ({"receipt": "x"}, "not a receipt's id"),
        ({"receipt": OTHER}, "No record carries this receipt"),
        ({"since": NOW, "until": NOW}, "ends before it begins"),
        ({"receipt": RECEIPT, "reason": " "}, "blank"),
        ({"receipt": RECEIPT, "by": " "}, "blank"),
    ],
)
def test_what_holds_nothing_is_refused(options: dict[str, Any], why: str) -> None:
    remember("accept", 10, RECEIPT)
    with pytest.raises(RetentionError, match=why):
        held(**options)
    assert not Hold.objects.exists()


def test_only_a_hold_in_force_is_lifted_and_by_somebody() -> None:
    row = held(since=datetime.fromisoformat("2026-01-01T00:00Z"))
    with pytest.raises(RetentionError, match="who"):
        holds.lift(row.pk, by=" ")
    holds.lift(row.pk, by="a")
    for number in (row.pk, row.pk + 1):
        with pytest.raises(RetentionError, match=f"No hold in force has the number {number}"):
            holds.lift(number, by="b")
    assert Hold.objects.get().lifted_by == "a"

"""Runs of days named from today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.admin.spans import SPANS, span

DAY = timedelta(days=1)
DATES = st.dates(date(1971, 1, 1), date(2999, 1, 1))


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("today", "2026-03-01", "2026-03-01", "2026-03-01"),
        ("yesterday", "2026-03-01", "2026-02-28", "2026-02-28"),
        ("7", "2026-03-01", "2026-02-23", "2026-03-01"),
        ("90", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("365", "2024-12-31", "2024-01-02", "2024-12-31"),
        ("this-month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("this-month", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("last-month", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("last-month", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("this-quarter", "2026-05-15", "2026-04-01", "2026-06-30"),
        ("this-quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-01-01", "2025-10-01", "2025-12-31"),
        ("last-quarter", "2026-06-30", "2026-01-01", "2026-03-31"),
        ("last-quarter", "2026-07-01", "2026-04-01", "2026-06-30"),
    ],
)
def test_a_run_of_days_begins_and_ends(name: str, today: str, first: str, last: str) -> None:
    found = span(name, date.fromisoformat(today))
    assert found == (date.fromisoformat(first), date.fromisoformat(last) + DAY)


@given(today=DATES)
def test_last_ends_where_this_begins_and_this_holds_today(today: date) -> None:
    for unit in ("month", "quarter"):
        first, end = span(f"this-{unit}", today)
        assert first <= today < end
        assert span(f"last-{unit}", today) == (span(f"last-{unit}", first)[0], first)
        assert span(f"last-{unit}", today) == span(f"this-{unit}", first - DAY)


@given(today=DATES)
def test_every_run_has_days(today: date) -> None:
    for name in SPANS:
        first, end = span(name, today)
        assert first < end

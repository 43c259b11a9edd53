"""The last day on which an answer is in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.deadlines import month_after


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-15", "2026-02-15"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-02-28", "2026-03-28"),
        ("2026-12-31", "2027-01-31"),
        ("2026-08-31", "2026-09-30"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_months_last(received: str, due: str) -> None:
    """GDPR Art. 12(3)."""
    assert month_after(date.fromisoformat(received)) == date.fromisoformat(due)


@given(st.dates(max_value=date(9998, 12, 31)))
def test_a_month_is_never_longer_than_a_month_and_later_is_never_due_sooner(day: date) -> None:
    due = month_after(day)
    assert timedelta(28) <= due - day <= timedelta(31)
    assert month_after(day + timedelta(1)) >= due

"""A lifetime is asked as a number and a unit (G3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from consent.admin.lifetimes import LONGEST, LifetimeField
from consent.core.localized import LIFETIME_UNITS, in_units

DAY = 86400


@given(st.integers(1, LONGEST))
def test_a_lifetime_in_units_is_the_same_lifetime(seconds: int) -> None:
    """G3: and no longer unit says it as truly."""
    count, unit = in_units(seconds)
    assert count * LIFETIME_UNITS[unit] == seconds
    larger = [size for size in LIFETIME_UNITS.values() if size > LIFETIME_UNITS[unit]]
    assert all(seconds % size for size in larger)


@given(st.none() | st.integers(0, LONGEST))
def test_what_is_stored_is_shown_and_saved_unchanged(seconds: int | None) -> None:
    """G3: a form that nobody touches changes nothing."""
    field = LifetimeField()
    shown = ["" if part is None else str(part) for part in field.widget.decompress(seconds)]
    assert field.clean(shown) == seconds
    assert not field.has_changed(seconds, shown)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (["30", "days"], 30 * DAY),
        (["13", "months"], 390 * DAY),
        (["2", "years"], 730 * DAY),
        (["", "session"], 0),
        (["", ""], None),
        ([], None),
    ],
)
def test_a_lifetime_is_stored_in_seconds(said: list[str], seconds: int | None) -> None:
    assert LifetimeField().clean(said) == seconds


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["30", ""], "Choose the unit"),
        (["30", "session"], "Choose the unit"),
        (["", "days"], "Say how many"),
        (["0", "days"], "greater than or equal to 1"),
        (["-1", "days"], "greater than or equal to 1"),
        (["1.5", "days"], "whole number"),
        (["9" * 5000, "seconds"], "whole number"),
        (["9" * 18, "years"], "Nothing lasts that long"),
        (["1", "weeks"], "valid choice"),
        (["1", "days\0"], "valid choice"),
        (["a", "b"], "whole number"),
    ],
)
def test_what_is_no_lifetime_is_refused(said: Any, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LifetimeField().clean(said)
    assert why in " ".join(refused.value.messages)

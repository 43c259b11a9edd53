"""A ``Set-Cookie`` line as browsers read it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.setcookie import cookie_name, is_deletion

NOW = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
PAST = "Thu, 01 Jan 1970 00:00:00 GMT"
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("a=1", "a"),
        (" \ta = 1; Path=/", "a"),
        ("a=b=c", "a"),
        ("a=", "a"),
        ("=1", ""),
        ("a", ""),
        ("; a=1", ""),
        ("", ""),
        ("a b=1", "a b"),
    ],
)
def test_a_cookie_is_named_as_browsers_name_it(line: str, name: str) -> None:
    assert cookie_name(line) == name


@pytest.mark.parametrize(
    "attributes",
    [
        "Max-Age=0",
        "max-age=-1",
        "Path=/; MAX-AGE = 0 ; Secure",
        f"Max-Age=0; Expires={FUTURE}",
        "Max-Age=9; Max-Age=0",
        "Max-Age=soon; Max-Age=0",
        f"Expires={PAST}",
        "expires=Thu, 01-Jan-1970 00:00:00 GMT",
        f'Expires="{PAST}"',
        f"Expires={FUTURE}; Expires={PAST}",
        "Max-Age=-99999999999999999999999999",
    ],
)
def test_a_deletion_is_recognized(attributes: str) -> None:
    """W3: it is never held back."""
    assert is_deletion(f"a=1; {attributes}", now=NOW)


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "Max-Age=1",
        f"Max-Age=1; Expires={PAST}",
        "Max-Age=0; Max-Age=9",
        "Max-Age=",
        "Max-Age=+0",
        "Max-Age=0.0",
        "Max-Age=\u0660",
        f"Expires={FUTURE}",
        f"Expires={PAST}; Expires={FUTURE}",
        "Expires=yesterday",
        "Expires=0",
        "Expires",
        "Max-Age=99999999999999999999999999",
        f"X-Expires={PAST}",
    ],
)
def test_what_lives_on_is_no_deletion(attributes: str) -> None:
    """B1: what browsers would keep cannot pass as one."""
    assert not is_deletion(f"a=1; {attributes}", now=NOW)


def test_a_value_is_no_attribute() -> None:
    """B1."""
    assert not is_deletion("a=Max-Age=0", now=NOW)


@given(st.text())
def test_any_line_can_be_read(line: str) -> None:
    """B7."""
    assert cookie_name(line) == cookie_name(line).strip(" \t")
    assert is_deletion(line, now=NOW) in (True, False)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_a_date_deletes_exactly_when_it_is_past(when: datetime) -> None:
    when = when.replace(microsecond=0)
    line = f"a=1; Expires={format_datetime(when, usegmt=True)}"
    assert is_deletion(line, now=NOW) == (when.timestamp() <= NOW)


@given(st.integers(-(10**6), 10**6))
def test_an_age_deletes_exactly_when_nothing_is_left_of_it(age: int) -> None:
    assert is_deletion(f"a=1; Max-Age={age}", now=NOW) == (age <= 0)

"""What is in force, and since when, in the language and the time zone of the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from django.utils import formats, timezone
from django.utils.formats import date_format
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from consent import memory
from consent.core.state import ConsentState, refusal
from consent.status import status_of, tells_seconds
from tests.visiting import worded

DECIDED = int(datetime(2026, 10, 24, 23, 58, 1, tzinfo=UTC).timestamp())
GRANT = ConsentState(1, DECIDED, frozenset({"media"}), receipt="0" * 26, signed=True)
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Kathmandu", "America/New_York", "Europe/Madrid")]

notice = cache(worded)


@contextmanager
def telling(form: str) -> Iterator[None]:
    """Have all moments written in that form, as a site's own format module can."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(formats, "get_format_modules", lambda *_: [])
        with override_settings(DATETIME_FORMAT=form):
            yield
    formats.reset_format_cache()
    memory.forget()


def expected(state: ConsentState, language: str, form: str) -> str:
    """Return since when, as Django writes it; of a refusal its day, whatever the zone."""
    moment = datetime.fromtimestamp(state.decided, UTC)
    moment = timezone.localtime(moment) if state.is_grant else moment.replace(tzinfo=None)
    with override(language):
        date = date_format(moment, form)
    return notice().wording[language]["status_since"].format(date=date)


@given(
    st.integers(DECIDED - 90_000, DECIDED + 90_000),
    st.sampled_from(["en", "es"]),
    st.sampled_from(ZONES),
)
def test_since_when_is_told_as_django_writes_it(
    decided: int, language: str, zone: ZoneInfo
) -> None:
    """W2: on the day, too, on which a zone's clocks are put back."""
    with timezone.override(zone):
        granted = GRANT._replace(decided=decided)
        since = status_of(notice(), language, granted)["since"]
        assert since == expected(granted, language, "DATETIME_FORMAT")
        refused = refusal(1, decided)
        since = status_of(notice(), language, refused)["since"]
        assert since == expected(refused, language, "DATE_FORMAT")


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_refusal_is_told_of_the_day_that_it_carries(zone: ZoneInfo) -> None:
    """D2: it knows no hour that another zone could count in."""
    with timezone.override(zone):
        said = status_of(notice(), "en", refusal(1, DECIDED))["since"]
        assert "Oct. 24, 2026" in said


def test_one_instant_is_told_differently_in_each_zone() -> None:
    """W2: in Lisbon and London as well, whose clocks agree and whose zones have other names."""
    told = {}
    with telling("H:i T"):
        for name in ("UTC", "Europe/Madrid", "Europe/London", "Europe/Lisbon"):
            with timezone.override(name):
                told[name] = status_of(notice(), "en", GRANT)["since"].split(maxsplit=1)[1]
    times = ["23:58 UTC", "01:58 CEST", "00:58 BST", "00:58 WEST"]
    assert [since.rstrip(".") for since in told.values()] == times


@pytest.mark.parametrize("form", ["H:i:s", "U", "c", "r", "u"])
def test_two_moments_of_a_minute_differ_where_a_form_tells_seconds(form: str) -> None:
    with telling(form):
        assert tells_seconds("en")
        states = [GRANT._replace(decided=DECIDED + second) for second in (0, 1)]
        said = [status_of(notice(), "en", state)["since"] for state in states]
        assert said == [expected(state, "en", "DATETIME_FORMAT") for state in states]


@pytest.mark.parametrize("form", ["H:i", r"H \a \l\a\s i", r"\s\u\c\r\U"])
def test_letters_that_stand_for_themselves_tell_no_seconds(form: str) -> None:
    with telling(form):
        assert not tells_seconds("en")


def test_what_is_refused_by_the_signal_is_told_beside_what_is_granted() -> None:
    """S4."""
    plain = status_of(notice(), "en", GRANT)["message"]
    held_off = status_of(notice(), "en", GRANT, refused=("statistics", "media"))["message"]
    assert held_off.startswith(f"{plain} ")
    assert "Statistics" in held_off.removeprefix(plain)
    assert "Media" not in held_off.removeprefix(plain)

"""When something was decided, in the language and the time zone of the page."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from consent import rendering
from consent.rendering import moment_text

MOMENT = datetime(2026, 10, 25, 0, 59, 1, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Kathmandu", "America/New_York", "Europe/Madrid")]


@given(
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26), timezones=st.just(UTC)),
    st.sampled_from(["en", "es", "de", "pt-br"]),
    st.sampled_from(ZONES),
    st.booleans(),
)
def test_a_moment_reads_as_django_writes_it(
    moment: datetime, language: str, zone: ZoneInfo, day_only: bool
) -> None:
    """W2: in the hours, too, in which a zone's clocks are put back."""
    with timezone.override(zone), override(language):
        form = "DATE_FORMAT" if day_only else "DATETIME_FORMAT"
        assert moment_text(moment, language, day_only=day_only) == date_format(
            timezone.localtime(moment), form
        )


@pytest.mark.parametrize(
    ("form", "told"),
    [("H:i:s", 2), ("U", 2), ("c", 2), ("H:i", 1), (r"H \a \l\a\s i", 1), (r"\\s", 1)],
)
def test_two_moments_of_a_minute_differ_where_a_form_tells_seconds(
    form: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "get_format", lambda *_: form)
    moments = [MOMENT.replace(second=second, microsecond=second) for second in (1, 2)]
    texts = [moment_text(moment, "en") for moment in moments]
    assert texts == [date_format(timezone.localtime(moment), form) for moment in moments] or (
        told == 1
    )
    assert len(set(texts)) == told


def test_one_instant_reads_differently_in_each_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """W2: in Lisbon and London as well, whose clocks agree and whose zones have other names."""
    monkeypatch.setattr(rendering, "get_format", lambda *_: "H:i T")
    told = {}
    for name in ("UTC", "Europe/Madrid", "Europe/London", "Europe/Lisbon"):
        with timezone.override(name):
            told[name] = moment_text(MOMENT.replace(day=24), "en")
    assert list(told.values()) == ["00:59 UTC", "02:59 CEST", "01:59 BST", "01:59 WEST"]

"""Daily counts: of decisions, and of the answers in them (P7)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from consent import sealing, tallies
from consent.core.notice import Notice
from consent.models import AnswerTally, Tally
from tests.evidence import recorded
from tests.remembering import remember

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]

DAY = date(2026, 11, 1)


def answers() -> dict[str, tuple[int, int]]:
    """How many granted and how many refused, by what was asked about."""
    found = AnswerTally.objects.values_list("key", "granted", "refused")
    return {key: (granted, refused) for key, granted, refused in found}


def test_answers_are_counted_as_they_are_sealed_and_once(asked: Notice) -> None:
    """P7: a grant rate needs no row of a visitor's."""
    row = recorded(asked, "refuse")
    recorded(asked)
    recorded(asked)
    assert answers() == {}
    sealing.seal()
    sealing.seal()
    keys = asked.optional_keys
    assert answers() == dict.fromkeys(keys, (2, 1))
    recorded(asked)
    sealing.seal()
    assert answers()[keys[0]] == (3, 1)
    tally = AnswerTally.objects.first()
    assert tally is not None
    day = row.decided_at.astimezone(UTC).date()
    shown = (tally.site, tally.day, tally.notice, tally.language, tally.layer)
    assert shown == ("clinic", day, 1, "en", "banner")


@pytest.mark.parametrize("action", ["withdraw", "once"])
def test_what_answers_no_dialog_is_in_no_rate(action: str) -> None:
    """P7: a withdrawal and a single loading are decisions, and nothing was asked."""
    remember(action, 1)
    sealing.seal()
    assert Tally.objects.get().action == action
    assert answers() == {}


@pytest.mark.parametrize("year", [2026, 1])
def test_each_record_counts_for_its_day_in_utc(asked: Notice, year: int) -> None:
    """P7: however many days a seal spans, and in whichever order they were recorded."""
    moments = [datetime(2026, 2, day, tzinfo=UTC) for day in (3, 27, 28)]
    moments += [moment + timedelta(days=1, microseconds=-1) for moment in moments]
    moments += [datetime(2027, 1, 1, tzinfo=UTC), datetime(year, 1, 1, 12, tzinfo=UTC)]
    for moment in moments:
        with patch("django.utils.timezone.now", return_value=moment):
            recorded(asked)
    sealing.seal()
    found = Counter(dict(Tally.objects.values_list("day", "count")))
    assert found == Counter(moment.date() for moment in moments)


def test_many_days_are_added_to_in_few_statements(
    django_assert_max_num_queries: object,
) -> None:
    counts = {("clinic", DAY, number, "en", "banner", "accept"): (2,) for number in range(250)}
    for _ in range(2):
        with django_assert_max_num_queries(3):  # type: ignore[operator]  # pytest-django's
            tallies._add("default", Tally, counts)
    assert set(Tally.objects.values_list("count", flat=True)) == {4}
    assert Tally.objects.count() == 250


@pytest.mark.parametrize("spelled", ["", "[]", "null", "{", '["media"]', "3"])
def test_what_is_no_answer_is_not_counted(spelled: str) -> None:
    assert list(tallies.answers_in(spelled)) == []


def test_a_decision_that_is_only_counted_has_no_answers(asked: Notice) -> None:
    """P8: beyond the limit, a refusal is a number."""
    tallies.count_decision(site="clinic", notice=1, action="refuse")
    tallies.count_decision(site="clinic", notice=1, action="refuse")
    tally = Tally.objects.get()
    assert (tally.count, tally.language, tally.layer) == (2, "", "")
    assert answers() == {}

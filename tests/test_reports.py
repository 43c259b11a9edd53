"""The figures of the overview: sealed or not, they are the same (P7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import moments, reports, sealing, tallies
from consent.core.notice import Notice
from consent.period import Period
from consent.reports import Figures, Rate, Selection, figures
from tests.evidence import recorded
from tests.remembering import remember

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]


def selected(days: int = 1, **narrowed: object) -> Selection:
    today = moments.now().date()
    period = Period(today - timedelta(days=days), today)
    return Selection(period=period, **{"site": "clinic", **narrowed})


def found(**narrowed: object) -> Figures:
    return figures(selected(**narrowed), using="default")


@pytest.mark.parametrize("sealed", [0, 2, 5])
def test_figures_are_the_same_however_much_is_sealed(asked: Notice, sealed: int) -> None:
    """P7: nobody waits for a seal, and no decision is counted twice."""
    for at, action in enumerate(("accept", "refuse", "accept", "accept", "refuse")):
        if at == sealed:
            sealing.seal()
        recorded(asked, action)
    if sealed == 5:
        sealing.seal()
    counted = found()
    assert counted.actions == {"accept": 3, "refuse": 2}
    assert counted.unsealed == (0 if sealed == 5 else 5 - sealed)
    assert counted.by["language"]["en", "accept"] == 3
    assert counted.by["notice"][1, "refuse"] == 2
    assert counted.by["layer"].total() == counted.total == 5
    key = asked.optional_keys[0]
    assert counted.rates()[key] == Rate(3, 5)
    assert counted.rates()[key].share == 0.6
    assert not counted.is_cut


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("action", ["withdraw", "once"])
def test_what_answers_no_dialog_is_in_no_rate(asked: Notice, action: str, sealed: bool) -> None:
    """P7: sealed or not, it is a decision and no answer."""
    recorded(asked, "refuse")
    remember(action, 0, decided_at=moments.now(), answers={asked.optional_keys[0]: "yes"})
    if sealed:
        sealing.seal()
    assert found().actions == {"refuse": 1, action: 1}
    assert set(found().rates().values()) == {Rate(0, 1)}


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(
    ("narrowed", "total"),
    [
        ({}, 2),
        ({"language": "en", "layer": "banner", "notice": 1}, 2),
        ({"language": "es"}, 0),
        ({"layer": "link"}, 0),
        ({"notice": 2}, 0),
        ({"site": "other"}, 0),
    ],
)
def test_figures_are_of_what_is_asked_for(
    asked: Notice, narrowed: dict[str, object], total: int, sealed: bool
) -> None:
    recorded(asked)
    recorded(asked, "refuse")
    if sealed:
        sealing.seal()
    assert found(**narrowed).total == total


def test_other_days_are_left_out(asked: Notice) -> None:
    recorded(asked)
    past = moments.now().date() - timedelta(days=9)
    selection = Selection(period=Period(past, past), site="clinic")
    assert figures(selection, using="default").total == 0
    sealing.seal()
    assert figures(selection, using="default").total == 0


def test_refusals_beyond_the_limit_count_and_rate_nothing(asked: Notice) -> None:
    """P8: they have no language and no layer."""
    tallies.count_decision(site="clinic", notice=1, action="refuse")
    counted = found()
    assert counted.actions == {"refuse": 1}
    assert counted.by["layer"]["", "refuse"] == 1
    assert counted.rates() == {}
    assert Rate(0, 0).share == 0


def test_a_tail_that_was_never_sealed_is_bounded(
    asked: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query grows with the log: the newest count, and the figures say so."""
    monkeypatch.setattr(reports, "TAIL", 3)
    for _ in range(3):
        recorded(asked)
    assert (found().total, found().is_cut) == (3, False)
    for _ in range(2):
        recorded(asked, "refuse")
    counted = found()
    assert (counted.actions, counted.is_cut, counted.unsealed) == (
        {"accept": 1, "refuse": 2},
        True,
        3,
    )


def test_a_seal_in_between_is_read_again(asked: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    """P2: what is sealed while the figures are read counts once."""
    recorded(asked)
    sealed, before = [], reports._unsealed

    def unsealed(*args: object) -> object:
        if not sealed:
            sealed.extend(sealing.seal())
        return before(*args)

    monkeypatch.setattr(reports, "_unsealed", unsealed)
    assert found().total == 1


def test_the_figures_take_few_queries(asked: Notice) -> None:
    recorded(asked)
    sealing.seal()
    with CaptureQueriesContext(connection) as queries:
        found()
    assert len(queries) <= 9

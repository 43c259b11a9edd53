"""The daily tallies are compared with the records whenever the whole log is verified (P7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F

from consent import removals, retention, sealing, tallies
from consent.core.notice import Notice
from consent.models import AnswerTally, Record, Tally
from consent.removals import Why
from tests.evidence import recorded, verified

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def log(asked: Notice) -> list[Record]:
    """Two seals over two grants and two refusals; one more is counted only, one not sealed."""
    records = [recorded(asked, action) for action in ("accept", "refuse")]
    sealing.seal()
    records += [recorded(asked, action) for action in ("accept", "refuse")]
    sealing.seal()
    tallies.count_decision(site="clinic", notice=1, action="refuse")
    recorded(asked)
    return records


def erased(*records: Record) -> None:
    rows = [("record", record.pk) for record in records]
    why = Why("erase", "asked", "test", records[0].decided_at)
    retention.remove(rows, why, using="default")


@pytest.mark.usefixtures("log")
def test_tallies_that_fit_are_sound() -> None:
    report, faults = verified()
    assert faults == []
    assert report.counts["tallies"] == 2


def test_what_was_removed_is_still_counted(log: list[Record]) -> None:
    """P7: figures outlive the rows that they were taken from."""
    erased(log[0], log[3])
    assert verified()[1] == []
    sealing.seal()
    assert verified()[1] == []
    assert removals.Removal.objects.count() == 1


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Tally, {"count": F("count") - 1}),
        (Tally, {"count": F("count") + 1}),
        (Tally, {"action": "choose"}),
        (Tally, {"day": "2020-01-01"}),
        (Tally, {"site": "other"}),
        (Tally, {"notice": 7}),
        (Tally, {"language": "es"}),
        (AnswerTally, {"granted": F("granted") - 1}),
        (AnswerTally, {"granted": F("granted") + 1}),
        (AnswerTally, {"refused": F("refused") - 1}),
        (AnswerTally, {"refused": F("refused") + 1}),
        (AnswerTally, {"granted": F("refused"), "refused": F("granted") + 1}),
        (AnswerTally, {"language": "es"}),
        (AnswerTally, {"key": "other"}),
    ],
)
@pytest.mark.usefixtures("log")
def test_a_tally_that_was_changed_is_found(model: Any, change: dict[str, Any]) -> None:
    """P7: figures that somebody wrote are told from figures that were counted."""
    chosen = model.objects.exclude(layer="").first()
    model.objects.filter(pk=chosen.pk).update(**change)
    report, faults = verified()
    assert {fault.kind for fault in faults} == {"miscounted"}
    assert report.faults["miscounted"]
    assert all(fault.row.startswith("tall") for fault in faults)


@pytest.mark.parametrize("model", [Tally, AnswerTally])
@pytest.mark.usefixtures("log")
def test_a_tally_that_is_gone_is_found(model: Any) -> None:
    model.objects.exclude(layer="").first().delete()
    assert {fault.kind for fault in verified()[1]} == {"miscounted"}


@pytest.mark.usefixtures("log")
def test_an_invented_tally_is_found() -> None:
    Tally.objects.create(
        site="clinic",
        day="2026-01-01",
        notice=1,
        language="en",
        layer="banner",
        action="accept",
        count=5,
    )
    assert {str(fault.row) for fault in verified()[1]} == {"tallies"}


@pytest.mark.usefixtures("log")
def test_only_the_whole_log_is_counted() -> None:
    """The daily job reads what is new, which says nothing of the tallies."""
    Tally.objects.exclude(layer="").update(count=0)
    assert verified(first=2)[1] == []
    assert verified(last=1)[1] == []


@pytest.mark.usefixtures("log")
def test_what_is_sealed_meanwhile_is_counted_by_its_leaves(
    asked: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P2: sealing goes on while the log is verified."""
    from consent import verifying

    after = verifying._Verification._anchors

    def anchors(self: Any) -> None:
        recorded(asked)
        sealing.seal()
        after(self)

    monkeypatch.setattr(verifying._Verification, "_anchors", anchors)
    assert verified()[1] == []


def test_many_patterns_are_spread_on_the_way(
    log: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.recount._PATTERNS", 1)
    assert verified()[1] == []

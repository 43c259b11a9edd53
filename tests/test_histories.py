"""A receipt's records in turn: what was decided, and what each decision changed."""

from __future__ import annotations

import pytest

from consent import models
from consent.core.notice import Notice
from consent.histories import Change, answers_in, history, read_notice
from tests.remembering import OTHER, RECEIPT, old_notice, remember

pytestmark = pytest.mark.django_db


def test_a_receipt_has_its_records_and_no_others_oldest_first(asked: Notice) -> None:
    first = remember("accept", 3, RECEIPT)
    remember("accept", 2, OTHER)
    remember("refuse", 2)
    last = remember("withdraw", 1, RECEIPT)
    assert [step.record.pk for step in history(RECEIPT)] == [first.pk, last.pk]
    assert [step.record.pk for step in history(RECEIPT, limit=1)] == [last.pk]


def test_each_decision_says_what_it_changed_by_the_names_that_were_read(asked: Notice) -> None:
    name = asked.categories[-1].name["es"]
    key = asked.categories[-1].key
    remember("choose", 3, RECEIPT, answers={key: "yes", "gone": "no"})
    remember("withdraw", 2, RECEIPT, answers={key: "no"}, language="es")
    first, second = history(RECEIPT)
    assert [(change.before, change.after) for change in first.changes] == [("", "yes"), ("", "no")]
    assert second.changes == (Change(key, name, "yes", "no"), Change("gone", "gone", "no", ""))


def test_a_single_load_changes_nothing(asked: Notice) -> None:
    remember("choose", 3, RECEIPT, answers={"media": "no"})
    remember("once", 2, RECEIPT, answers={"media": "yes"})
    remember("choose", 1, RECEIPT, answers={"media": "no"})
    assert [bool(step.changes) for step in history(RECEIPT)] == [True, False, False]


def test_services_stand_below_their_category_in_the_order_of_the_notice(asked: Notice) -> None:
    said = dict.fromkeys(reversed(asked.optional_keys), "no") | {"odd:one": "yes"}
    remember("choose", 1, RECEIPT, answers=said)
    [step] = history(RECEIPT)
    assert [answer.key for answer in step.answers] == [*(c.key for c in asked.optional), "odd:one"]
    flat = [a.key for top in step.answers for a in (top, *top.services)]
    assert flat == [*asked.optional_keys, "odd:one"]


@pytest.mark.parametrize("answers", [[], None, "yes", {"media": None}, {"media": {"x": 1}}])
def test_what_no_record_holds_is_shown_as_it_is(answers: object) -> None:
    remember("choose", 1, RECEIPT, answers={"media": "yes"})
    row = history(RECEIPT)[0].record
    row.answers = answers
    old_notice(1, 9)  # its document cannot be read
    assert [a.answer for a in answers_in(row, {})] == (
        [str(v) for v in answers.values()] if isinstance(answers, dict) else []
    )


def test_no_receipt_has_no_history() -> None:
    remember("refuse", 1)
    assert history("") == []


def test_a_notice_is_read_once_for_as_long_as_its_row_says_the_same(asked: Notice) -> None:
    row = models.Notice.objects.get(site=asked.site, number=asked.number)
    read = read_notice(row)
    assert read == asked
    assert read_notice(models.Notice.objects.get(pk=row.pk)) is read
    row.document = row.document.replace(asked.categories[-1].name["en"], "Rewritten")
    other = read_notice(row)
    assert other is not None
    assert other.categories[-1].name["en"] == "Rewritten"
    row.document = "{"
    assert read_notice(row) is None

"""Daily counts that hold no visitor's data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from django.db import connections, router
from django.db.models import Count, TextField
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from consent.models import AnswerTally, Record, Tally

BY = ("site", "day", "notice", "language", "layer", "action")
"""What a decision is counted by."""
BY_ANSWER = (*BY, "key", "answer")
"""What an answer is counted by."""
_ROWS = 100
"""In one statement: some databases take no more than a thousand values."""

Counts = Mapping[tuple[Any, ...], int]


def count_decision(*, site: str, notice: int, action: str) -> None:
    """Add one to today's count of a decision that is not recorded by itself."""
    day = timezone.now().astimezone(UTC).date()
    _add(router.db_for_write(Tally), Tally, BY, {(site, day, notice, "", "", action): 1})


def fold(using: str, *, after: int, upto: int) -> None:
    """Add the records of a run of ids, which is sealed in the same transaction, to their days."""
    records = Record.objects.using(using).filter(id__gt=after, id__lte=upto)
    days = records.annotate(
        day=TruncDate("decided_at", tzinfo=UTC), spelled=Cast("answers", TextField())
    )
    # Few decide differently from all others, so that their answers are taken apart here.
    found = days.order_by().values_list(*BY, "spelled").annotate(count=Count("id"))
    decisions: Counter[tuple[Any, ...]] = Counter()
    answers: Counter[tuple[Any, ...]] = Counter()
    for *by, spelled, count in found:
        decisions[tuple(by)] += count
        for key, answer in answers_in(spelled):
            answers[*by, key, answer] += count
    _add(using, Tally, BY, decisions)
    _add(using, AnswerTally, BY_ANSWER, answers)


def answers_in(spelled: str) -> Iterator[tuple[str, str]]:
    """Yield what was asked about and the answer, from a record's answers as JSON.

    Nothing where they are none: what was written past the app has no place in the figures.
    """
    try:
        answers = json.loads(spelled)
    except ValueError:
        return
    if isinstance(answers, dict):
        yield from ((str(key), str(answer)) for key, answer in answers.items())


def _add(
    using: str, model: type[Tally] | type[AnswerTally], names: tuple[str, ...], counts: Counts
) -> None:
    """Add counts to the rows of these keys, which the database makes where there are none.

    In one order for all, so that two who add at once wait for each other and not in a circle.
    """
    connection = connections[using]
    concrete = {field.name: field for field in model._meta.concrete_fields}
    fields = [concrete[name] for name in (*names, "count")]
    rows = [
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, (*by, count), strict=True)
        ]
        for by, count in sorted(counts.items())
    ]
    for at in range(0, len(rows), _ROWS):
        part = rows[at : at + _ROWS]
        with connection.cursor() as cursor:
            sql = _statement(using, model._meta.db_table, names, len(part))
            cursor.execute(sql, [value for row in part for value in row])


def _statement(using: str, table: str, names: tuple[str, ...], rows: int) -> str:
    quote = connections[using].ops.quote_name
    columns = ", ".join(map(quote, (*names, "count")))
    values = ", ".join([f"({', '.join(['%s'] * (len(names) + 1))})"] * rows)
    count = f"{table}.{quote('count')}"
    if connections[using].vendor == "mysql":
        addition = f"ON DUPLICATE KEY UPDATE {count} = {count} + VALUES({quote('count')})"
    else:
        key = ", ".join(map(quote, names))
        addition = f"ON CONFLICT ({key}) DO UPDATE SET {quote('count')} = {count} + excluded.count"
    # Tables and columns of the app's own, and so many places for values.
    return f"INSERT INTO {table} ({columns}) VALUES {values} {addition}"  # noqa: S608

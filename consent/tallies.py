"""Daily counts that hold no visitor's data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import connections, router
from django.db.models import Case, Count, DateField, TextField, Value, When
from django.db.models.functions import Cast, TruncDate
from django.utils import timezone

from consent.models import AnswerTally, Record, Tally
from consent.period import Period

BY = ("site", "day", "notice", "language", "layer", "action")
"""What a decision is counted by."""
BY_ANSWER = (*BY, "key", "answer")
"""What an answer is counted by."""
_VALUES = 9_000
"""In one statement, where the database takes so many: SQLite may take no more than 999."""

Counts = Mapping[tuple[Any, ...], int]


def count_decision(*, site: str, notice: int, action: str) -> None:
    """Add one to today's count of a decision that is not recorded by itself."""
    day = timezone.now().astimezone(UTC).date()
    _add(router.db_for_write(Tally), Tally, BY, {(site, day, notice, "", "", action): 1})


def fold(using: str, *, after: int, upto: int) -> None:
    """Add the records of a run of ids, which is sealed in the same transaction, to their days."""
    records = Record.objects.using(using).filter(id__gt=after, id__lte=upto).order_by()
    newest = records.order_by("-id").values_list("decided_at", flat=True).first()
    if newest is None:
        return
    days = records.annotate(day=_day(newest), spelled=Cast("answers", TextField()))
    # Few decide differently from all others, so that their answers are taken apart here.
    found = days.values_list(*BY, "spelled").annotate(count=Count("id"))
    decisions: Counter[tuple[Any, ...]] = Counter()
    answers: Counter[tuple[Any, ...]] = Counter()
    for *by, spelled, count in found:
        decisions[tuple(by)] += count
        for key, answer in answers_in(spelled):
            answers[*by, key, answer] += count
    _add(using, Tally, BY, decisions)
    _add(using, AnswerTally, BY_ANSWER, answers)


def _day(newest: datetime) -> Case:
    """Return the day in UTC of each row, most of which are of the newest's or of the day before.

    Those two are told by comparing: SQLite calls Python for each day that it has to work out.
    """
    last = newest.astimezone(UTC).date()
    days = (last, date.fromordinal(max(1, last.toordinal() - 1)))
    periods = [(Period(day, day), Cast(Value(day), DateField())) for day in days]
    near = [When(decided_at__range=(of.start, of.end), then=day) for of, day in periods]
    other = TruncDate("decided_at", tzinfo=UTC)
    return Case(*near, default=other, output_field=DateField())


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
    most = min(_VALUES, connection.features.max_query_params or _VALUES) // len(fields)
    for at in range(0, len(rows), most):
        part = rows[at : at + most]
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
    return f"INSERT INTO {table} ({columns}) VALUES {values} {addition}"  # noqa: S608 - own names

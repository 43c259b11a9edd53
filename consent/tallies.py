"""Daily counts that hold no visitor's data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connections, router
from django.db.models import Case, Count, DateField, QuerySet, Sum, TextField, Value, When
from django.db.models.functions import Cast

from consent import moments
from consent.models import Action, AnswerTally, Record, Tally
from consent.models.moments import DayInUtc
from consent.period import Period

BY = ("site", "day", "notice", "language", "layer", "action")
"""What a decision is counted by."""
BY_ANSWER = (*BY[:-1], "key")
"""What an answer is counted by: as its decision, but for the decision itself."""
RATED = (Action.ACCEPT, Action.REFUSE, Action.CHOOSE)
"""The decisions that answer the dialog, of which a grant rate is taken."""
_VALUES = 9_000
"""In one statement, where the database takes so many: SQLite may take no more than 999."""

Group = tuple[Any, ...]
Sums = Mapping[Group, tuple[int, ...]]
"""What is added to the counts of a row, by what the row is of."""


@dataclass(slots=True)
class Answers:
    """How many granted and how many refused, by `BY_ANSWER` or by any part of it."""

    granted: Counter[Group] = field(default_factory=Counter)
    refused: Counter[Group] = field(default_factory=Counter)

    def add(self, by: Group, spelled: str, count: int) -> None:
        """Add what so many decided alike: ``by`` ends with the decision."""
        *part, action = by
        if action not in RATED:
            return
        sides = {"yes": self.granted, "no": self.refused}
        for key, answer in answers_in(spelled):
            if answer in sides:
                sides[answer][*part, key] += count

    def sums(self) -> dict[Group, tuple[int, int]]:
        """Return both counts of everything that was answered."""
        groups = {*self.granted, *self.refused}
        return {group: (self.granted[group], self.refused[group]) for group in groups}


def count_decision(*, site: str, notice: int, action: str) -> None:
    """Add one to today's count of a decision that is not recorded by itself."""
    day = moments.today_in_utc()
    _add(router.db_for_write(Tally), Tally, {(site, day, notice, "", "", action): (1,)})


def fold(using: str, *, after: int, upto: int) -> None:
    """Add the records of a run of ids, which is sealed in the same transaction, to their days."""
    records = Record.objects.using(using).filter(id__gt=after, id__lte=upto).order_by()
    newest = records.order_by("-id").values_list("decided_at", flat=True).first()
    if newest is None:
        return
    days = records.annotate(day=_day(newest), spelled=Cast("answers", TextField()))
    # Few decide differently from all others, so that their answers are taken apart here.
    found = days.values_list(*BY, "spelled").annotate(count=Count("id"))
    decisions: Counter[Group] = Counter()
    answers = Answers()
    for *by, spelled, count in found:
        decisions[tuple(by)] += count
        answers.add(tuple(by), spelled, count)
    _add(using, Tally, {by: (count,) for by, count in decisions.items()})
    _add(using, AnswerTally, answers.sums())


def _day(newest: datetime) -> Case:
    """Return the day in UTC of each row, most of which are of the newest's or of the day before.

    Those two are told by comparing: SQLite calls Python for each day that it has to work out.
    """
    last = moments.day_in_utc(newest)
    days = (last, date.fromordinal(max(1, last.toordinal() - 1)))
    periods = [(Period(day, day), Cast(Value(day), DateField())) for day in days]
    near = [When(decided_at__range=(of.start, of.end), then=day) for of, day in periods]
    other = DayInUtc("decided_at")
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


def summed(tallies: QuerySet[Any], by: Group, *of: str) -> QuerySet[Any]:
    """Return the sums of some columns for each combination of others: a row of both."""
    sums = {f"{name}_sum": Sum(name) for name in of}
    rows: QuerySet[Any] = tallies.order_by().values(*by).annotate(**sums).values_list(*by, *sums)
    return rows


_COLUMNS = {Tally: (BY, ("count",)), AnswerTally: (BY_ANSWER, ("granted", "refused"))}


def _add(using: str, model: type[Tally] | type[AnswerTally], sums: Sums) -> None:
    """Add to the counts of these rows, which the database makes where there are none.

    In one order for all, so that two who add at once wait for each other and not in a circle.
    """
    connection = connections[using]
    by, of = _COLUMNS[model]
    concrete = {field.name: field for field in model._meta.concrete_fields}
    fields = [concrete[name] for name in (*by, *of)]
    rows = [
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, (*group, *counts), strict=True)
        ]
        for group, counts in sorted(sums.items())
    ]
    most = min(_VALUES, connection.features.max_query_params or _VALUES) // len(fields)
    for at in range(0, len(rows), most):
        part = rows[at : at + most]
        with connection.cursor() as cursor:
            sql = _statement(using, model._meta.db_table, by, of, len(part))
            cursor.execute(sql, [value for row in part for value in row])


def _statement(using: str, table: str, by: tuple[str, ...], of: tuple[str, ...], rows: int) -> str:
    quote = connections[using].ops.quote_name
    columns = ", ".join(map(quote, (*by, *of)))
    values = ", ".join([f"({', '.join(['%s'] * len((*by, *of)))})"] * rows)
    if connections[using].vendor == "mysql":
        addition, new = "ON DUPLICATE KEY UPDATE", "VALUES({})"
    else:
        addition = f"ON CONFLICT ({', '.join(map(quote, by))}) DO UPDATE SET"
        new = "excluded.{}"
    sums = ", ".join(f"{name} = {table}.{name} + {new.format(name)}" for name in map(quote, of))
    return f"INSERT INTO {table} ({columns}) VALUES {values} {addition} {sums}"  # noqa: S608 - own names

"""How PostgreSQL finds what the overview shows: no query grows with the table of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent import sealing
from consent.models import Record
from tests.remembering import RECEIPT, old_presentation, remember

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, TAIL = 20_000, 50


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a plan's nodes."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def examined(sql: str) -> int:
    """Return how many rows a statement's hungriest node looks at."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    [plan] = json.loads(found) if isinstance(found, str) else found
    return max(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(plan["Plan"])
    )


def multiply(row: Record, count: int) -> None:
    columns = [field.column for field in Record._meta.concrete_fields if field.name != "id"]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consent_record ({names}) SELECT {names} "
            "FROM consent_record, generate_series(1, %s) AS n WHERE id = %s",
            [count, row.pk],
        )


@pytest.mark.parametrize("query", ["", "?days=365", "?language=en&layer=banner&notice=1"])
def test_the_overview_looks_at_what_is_unsealed_and_no_more(query: str) -> None:
    old_presentation(1, 1)
    remember("accept", 1300, RECEIPT)
    multiply(remember("refuse", 1290), ROWS)
    sealing.seal()
    multiply(Record.objects.latest("id"), TAIL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/admin/consent/{query}").status_code == 200
    asked = [q["sql"] for q in queries if 'FROM "consent_record"' in q["sql"]]
    assert len(asked) >= 4
    assert max(map(examined, asked)) <= TAIL + 2

"""How PostgreSQL finds what a statement asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from consent.models import Record


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
    """Add so many copies of a record, past the app and past the statistics."""
    columns = [field.column for field in Record._meta.concrete_fields if field.name != "id"]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consent_record ({names}) SELECT {names} "
            "FROM consent_record, generate_series(1, %s) AS n WHERE id = %s",
            [count, row.pk],
        )

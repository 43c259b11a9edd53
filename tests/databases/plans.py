"""How PostgreSQL finds what a statement asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection


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

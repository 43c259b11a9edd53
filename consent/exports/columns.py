"""The columns of an export, and how each database writes them as text, all alike.

Moments are UTC, with as many decimals as there are. Answers are JSON as PostgreSQL's ``jsonb``
writes it, on every database: the shortest key first, those of one length in the order of bytes.
"""

from __future__ import annotations

import json
from functools import lru_cache

COLUMNS = (
    "id",
    "decided_at",
    "site",
    "notice",
    "notice_digest",
    "language",
    "presentation",
    "layer",
    "means",
    "by",
    "action",
    "receipt",
    "answers",
)
"""In this order, answers last. Neither salt nor commitment: they prove nothing outside."""
NUMBERS = ("id", "notice")
TEXTS = tuple(name for name in COLUMNS if name not in (*NUMBERS, "decided_at", "answers"))
"""What holds whatever text somebody wrote into it."""

_NUMBER = {
    "postgresql": "{column}::text",
    "sqlite": "CAST({column} AS TEXT)",
    "mysql": "CAST({column} AS CHAR)",
}
MOMENT = {
    "postgresql": "replace(({column} AT TIME ZONE 'UTC')::text, ' ', 'T') || 'Z'",
    "sqlite": (
        "replace(CASE length({column}) WHEN 19 THEN {column} ELSE rtrim({column}, '0') END, "
        "' ', 'T') || 'Z'"
    ),
    "mysql": (
        "CONCAT(REPLACE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({column} AS CHAR))), "
        "' ', 'T'), 'Z')"
    ),
}
_ANSWERS = {"postgresql": "{column}::text"}


def text_column(name: str, quoted: str, vendor: str) -> str:
    """Return the SQL that gives a column as text, not neutralised."""
    if name in NUMBERS:
        return _NUMBER[vendor].format(column=quoted)
    if name == "decided_at":
        return MOMENT[vendor].format(column=quoted)
    if name == "answers":
        return _ANSWERS.get(vendor, "{column}").format(column=quoted)
    return quoted


@lru_cache(maxsize=4096)
def canonical_answers(stored: str) -> str:
    """Return answers as they are written on every database."""
    return _written(json.loads(stored))


def _written(value: object) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {_written(value[key])}" for key in keys)
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(value, ensure_ascii=False)

"""PostgreSQL's COPY: the database itself writes CSV or JSON, and nothing is unpacked on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections

from consent.core.formulas import CONTROLS, MARK, SKIPPED, TRIGGERS
from consent.exports.columns import COLUMNS, MOMENT, TEXTS

# ruff: noqa: S608 - every name that stands in a statement here is a constant
_SIZE = 1 << 16
_TABLE = "consent_record"


def can_copy(using: str) -> bool:
    """Whether the database has COPY, and its driver lets us read from it as it comes."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return False
    # Not before, because it imports the driver.
    with connection.cursor() as cursor:
        return hasattr(cursor.cursor, "copy")


def copied(
    condition: str, parameters: tuple[Any, ...], is_json: bool, is_neutral: bool, using: str
) -> Iterator[tuple[bytes, int]]:
    """Yield bytes and the number of rows in them."""
    connection = connections[using]
    sql = statement(condition, is_json=is_json, is_neutral=is_neutral)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # Moments as text follow the session; this is what nearly every session has.
        cursor.execute("SELECT set_config('datestyle', 'ISO', false)")
        with cursor.cursor.copy(sql, parameters) as copy:
            try:
                yield from _gathered(copy)
            except GeneratorExit:
                # The rest of a run costs less than a cancelled transaction.
                for _row in copy:
                    pass
                raise


def _gathered(copy: Any) -> Iterator[tuple[bytes, int]]:
    """Put rows together: the server sends each by itself."""
    rows: list[bytes] = []
    size = 0
    for row in copy:
        rows.append(row)
        size += len(row)
        if size > _SIZE:
            yield b"".join(rows), len(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows), len(rows)


def statement(condition: str, *, is_json: bool, is_neutral: bool) -> str:
    """Return the statement that copies records out, with placeholders for parameters."""
    columns = [_column(name, is_neutral=is_neutral and not is_json) for name in COLUMNS]
    select = f"SELECT {', '.join(columns)} FROM {_TABLE} WHERE {condition} ORDER BY id"
    if not is_json:
        return f"COPY ({select}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    # JSON holds no control character, so that nothing is quoted or escaped on the way.
    return (
        f"COPY (SELECT row_to_json(r) FROM ({select}) r) TO STDOUT "
        "(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')"
    )


def _column(name: str, *, is_neutral: bool) -> str:
    quoted = f'{_TABLE}."{name}"'
    if name == "decided_at":
        return f'{MOMENT["postgresql"].format(column=quoted)} AS "{name}"'
    if name in TEXTS and is_neutral:
        return _neutral(quoted)
    return quoted


def _neutral(column: str) -> str:
    """Return SQL for `consent.core.formulas.neutralised`: nearly always the first test decides.

    An empty text becomes NULL, which CSV writes without quotes.
    """
    first, beyond = f"left({column}, 1)", f"left(ltrim({column}, {_text(SKIPPED)}), 1)"
    return (
        f"CASE WHEN ascii({column}) BETWEEN 65 AND 122 OR ascii({column}) BETWEEN 48 AND 57 "
        f"THEN {column} WHEN {column} = '' THEN NULL "
        f"WHEN {first} IN ({_texts(CONTROLS)}) OR {beyond} IN ({_texts(TRIGGERS)}) "
        f"THEN {_text(MARK)} || {column} ELSE {column} END"
    )


def _texts(characters: str) -> str:
    return ", ".join(map(_text, characters))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

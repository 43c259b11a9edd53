"""PostgreSQL's COPY: the database itself writes CSV or JSON, and nothing is unpacked on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from string import ascii_letters, digits
from typing import Any

from django.db import connections, transaction

from consent.core.formulas import CONTROLS, MARK, SKIPPED, TRIGGERS
from consent.exports.columns import COLUMNS, MOMENT, TEXTS

# ruff: noqa: S608 - every name that stands in a statement here is a constant
_ROWS = 200
"""So many at once."""
_FOR_NOW = "SELECT set_config('datestyle', 'ISO', true), set_config('enable_sort', 'off', true)"
"""How moments become text; and a run is read along the ids, whatever statistics have missed."""
_TABLE = "consent_record"
_HARMLESS = f"'{{{', '.join(str(ord(first)) for first in ascii_letters + digits)}}}'::int[]"
"""Nearly every text begins with one of these; PostgreSQL looks it up in a table of hashes."""


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
    with (
        transaction.atomic(using=using),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
    ):
        cursor.execute(_FOR_NOW)
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
    rows = iter(copy.read, b"")
    while part := list(islice(rows, _ROWS)):
        yield b"".join(part), len(part)


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
    first, beyond = (f"left(ltrim({column}, {_text(skipped)}), 1)" for skipped in (MARK, SKIPPED))
    return (
        f"CASE WHEN ascii({column}) = ANY ({_HARMLESS}) THEN {column} WHEN {column} = '' THEN NULL "
        f"WHEN {first} IN ({_texts(CONTROLS)}) OR {beyond} IN ({_texts(TRIGGERS)}) "
        f"THEN {_text(MARK)} || {column} ELSE {column} END"
    )


def _texts(characters: str) -> str:
    return ", ".join(map(_text, characters))


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

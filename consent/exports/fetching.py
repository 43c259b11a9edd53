"""Records from databases without COPY: text columns, joined and looked over many at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.db import connections

from consent.core.formulas import neutralised
from consent.exports.columns import COLUMNS, NUMBERS, canonical_answers, text_column

# ruff: noqa: S608 - every name that stands in a statement here is a constant
_SIZE = 1_000
_TABLE = "consent_record"
_CELL, _ROW = "\x1f", "\x1e"
_CSV = re.compile(f'[,"\r\n]|[{_CELL}{_ROW}][^0-9a-zA-Z{_CELL}]')
"""What makes some cell want quotes or an apostrophe, in rows that are joined by _ROW and _CELL."""
_JSON = re.compile(r'["\\\x00-\x1d]')
_CELLS = len(COLUMNS) - 1
_MOMENT = COLUMNS.index("decided_at")
_AS_STORED = (UTC, None)
_OBJECT = ",".join(
    f'"{name}":%s' if name in (*NUMBERS, "answers") else f'"{name}":"%s"' for name in COLUMNS
)
_LINE = "{" + _OBJECT + "}"

Row = Sequence[str]


def fetched(
    condition: str, parameters: tuple[Any, ...], is_json: bool, is_neutral: bool, using: str
) -> Iterator[tuple[bytes, int]]:
    """Yield bytes and the number of rows in them."""
    connection = connections[using]
    quote, vendor = connection.ops.quote_name, connection.vendor
    columns = ", ".join(
        text_column(name, f"{quote(_TABLE)}.{quote(name)}", vendor) for name in COLUMNS
    )
    sql = (
        f"SELECT {columns} FROM {quote(_TABLE)} WHERE {condition} ORDER BY {quote(_TABLE)}."
        f"{quote('id')}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        zone = connection.timezone
        while rows := cursor.fetchmany(_SIZE):
            if zone not in _AS_STORED and vendor != "postgresql":
                rows = [in_utc(row, zone) for row in rows]
            text = _json(rows) if is_json else _csv(rows, is_neutral)
            yield text.encode(), len(rows)


def in_utc(row: Row, zone: tzinfo) -> Row:
    """Return a row of a database whose moments are kept in another time zone."""
    written = row[_MOMENT].removesuffix("Z")
    moment = datetime.fromisoformat(written.ljust(26, "0") if "." in written else written)
    text = moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None).isoformat()
    text = text.rstrip("0") if "." in text else text
    return [*row[:_MOMENT], f"{text}Z", *row[_MOMENT + 1 :]]


def _csv(rows: Sequence[Row], is_neutral: bool) -> str:
    cells = [_CELL.join(row[:-1]) for row in rows]
    text = _ROW + _ROW.join(cells)
    is_plain = _CSV.search(text) is None and _is_regular(text, len(rows))
    if not is_plain:
        return "".join(_careful_csv(row, is_neutral) for row in rows)
    answers = [_quoted_answers(row[-1]) for row in rows]
    lines = [f"{cell}{_CELL}{answer}\n" for cell, answer in zip(cells, answers, strict=True)]
    return "".join(lines).replace(_CELL, ",")


def _careful_csv(row: Row, is_neutral: bool) -> str:
    written = (neutralised(cell) if is_neutral else cell for cell in row[:-1])
    cells = [_quoted(cell) for cell in written]
    return ",".join([*cells, _quoted_answers(row[-1])]) + "\n"


def _quoted(cell: str) -> str:
    if any(special in cell for special in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@lru_cache(maxsize=4096)
def _quoted_answers(stored: str) -> str:
    return _quoted(canonical_answers(stored))


def _json(rows: Sequence[Row]) -> str:
    text = _ROW + _ROW.join([_CELL.join(row[:-1]) for row in rows])
    if _JSON.search(text) or not _is_regular(text, len(rows)):
        rows = [_escaped(row) for row in rows]
    return "".join([f"{_LINE % (*row[:-1], canonical_answers(row[-1]))}\n" for row in rows])


def _escaped(row: Row) -> Row:
    """Return a row whose texts can stand between quotes in JSON."""
    return [*(json.dumps(cell, ensure_ascii=False)[1:-1] for cell in row[:-1]), row[-1]]


def _is_regular(text: str, rows: int) -> bool:
    """Whether no cell holds what cells and rows are joined by."""
    return text.count(_ROW) == rows and text.count(_CELL) == rows * (_CELLS - 1)

"""XLSX, row by row into a file on disk; every cell is a number or a text, never a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from tempfile import TemporaryFile
from typing import Any

from consent.exports.columns import COLUMNS, NUMBERS
from consent.exports.reading import Piece

ROWS = 1_048_576
"""What a sheet holds, the heading included; what is more goes on another."""
_BLOCK = 1 << 18
_IS_NUMBER = [name in NUMBERS for name in COLUMNS]


def xlsx(read: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a workbook of records that are read as CSV without heading.

    A workbook can be read from its end only: it is written first and comes afterwards. Pieces
    without bytes say meanwhile how far it is.
    """
    import xlsxwriter  # an extra

    with TemporaryFile() as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "use_zip64": True,
        }
        book = xlsxwriter.Workbook(file, options)
        sheets = _Sheets(book)
        for text, rows, done in _lines(read):
            for row in csv.reader(StringIO(text, newline="")):
                sheets.add(row)
            yield Piece(b"", rows, done)
        book.close()
        file.seek(0)
        while data := file.read(_BLOCK):
            yield Piece(data, 0, 0)


def _lines(read: Iterable[Piece]) -> Iterator[tuple[str, int, int]]:
    for piece in read:
        yield piece.data.decode(), piece.rows, piece.done


class _Sheets:
    """As many sheets as it takes."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._begin()

    def add(self, row: list[str]) -> None:
        """Write one record."""
        if self._at == ROWS:
            self._begin()
        for column, (cell, is_number) in enumerate(zip(row, _IS_NUMBER, strict=True)):
            if is_number:
                self._sheet.write_number(self._at, column, int(cell))
            else:
                self._sheet.write_string(self._at, column, cell)
        self._at += 1

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        for column, name in enumerate(COLUMNS):
            self._sheet.write_string(0, column, name)
        self._at = 1

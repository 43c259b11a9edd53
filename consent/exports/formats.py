"""In what form records go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.exports import arrow, workbook
from consent.exports.reading import Kind, Piece, heading, pieces
from consent.exports.selection import Selection

Read = Callable[[Kind], Iterator[Piece]]
"""Reads the records once, as text of that kind."""


class FormatError(ValueError):
    """There is no such format here; the text says what would help."""


class Format(NamedTuple):
    """One form of file: ``write`` makes its pieces; ``needs`` is the extra that it takes."""

    name: str
    title: str | Promise
    write: Callable[[Read], Iterator[Piece]]
    module: str = ""
    can_resume: bool = False

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed."""
        return not self.module or find_spec(self.module) is not None


def _csv(read: Read) -> Iterator[Piece]:
    return read(Kind())


def _ndjson(read: Read) -> Iterator[Piece]:
    return read(Kind(is_json=True))


def _parquet(read: Read) -> Iterator[Piece]:
    return arrow.parquet(read(Kind(is_neutral=False)))


def _xlsx(read: Read) -> Iterator[Piece]:
    return workbook.xlsx(read(Kind(is_neutral=False)))


FORMATS = {
    each.name: each
    for each in (
        Format("csv", _("CSV: for spreadsheets and everything else"), _csv, can_resume=True),
        Format("ndjson", _("NDJSON: one JSON object a line"), _ndjson, can_resume=True),
        Format("parquet", _("Parquet: for analysis"), _parquet, "pyarrow"),
        Format("xlsx", _("XLSX: a workbook"), _xlsx, "xlsxwriter"),
    )
}


def offered() -> list[Format]:
    """Return the formats that can be written here."""
    return [each for each in FORMATS.values() if each.is_there]


def find_format(name: str) -> Format:
    """Return a format by name; raise `FormatError` where there is none, or it cannot be written."""
    found = FORMATS.get(name)
    if found is None:
        raise FormatError(f"There is no format {name!r}, only: {', '.join(FORMATS)}.")
    if not found.is_there:
        raise FormatError(
            f"{name} needs {found.module}: pip install 'django-consent-optin[{name}]'."
        )
    return found


def written(
    wanted: Format, selection: Selection, *, using: str, after: int, upto: int
) -> Iterator[Piece]:
    """Yield the pieces of a file; those of one that goes on after an id have no heading."""
    if wanted.name == "csv" and not after:
        yield Piece(heading(), 0, 0)
    yield from wanted.write(
        lambda kind: pieces(selection, kind, using=using, after=after, upto=upto)
    )

"""Parquet, written as it comes: a row group for every run of ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from consent.exports.columns import COLUMNS
from consent.exports.reading import Piece

_GROUP = 4 << 20
"""Bytes of text in a row group, about."""


def parquet(read: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a Parquet file of records that are read as CSV without heading."""
    from pyarrow import csv  # an extra
    from pyarrow.parquet import ParquetWriter

    schema, options = _schema(), _options(csv)
    sink = _Sink()
    with ParquetWriter(sink, schema, compression="zstd", compression_level=1) as writer:
        for text, rows, done in _runs(read):
            table = csv.read_csv(BytesIO(text), **options).cast(schema)
            writer.write_table(table)
            yield Piece(sink.taken(), rows, done)
    yield Piece(sink.taken(), 0, 0)


def _runs(read: Iterable[Piece]) -> Iterator[tuple[bytes, int, int]]:
    """Put pieces together until there are enough for a row group."""
    texts: list[bytes] = []
    rows = size = done = 0
    for piece in read:
        texts.append(piece.data)
        rows, size, done = rows + piece.rows, size + len(piece.data), piece.done
        if size >= _GROUP:
            yield b"".join(texts), rows, done
            texts, rows, size = [], 0, 0
    if rows:
        yield b"".join(texts), rows, done


def _schema() -> Any:
    import pyarrow as pa

    types = {
        **dict.fromkeys(COLUMNS, pa.string()),
        "id": pa.int64(),
        "notice": pa.int32(),
        "decided_at": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([pa.field(name, types[name], nullable=False) for name in COLUMNS])


def _options(csv: Any) -> dict[str, Any]:
    schema = _schema()
    return {
        "read_options": csv.ReadOptions(column_names=COLUMNS, block_size=1 << 20),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            strings_can_be_null=False,
            null_values=[],
        ),
    }


class _Sink:
    """A file that can be written only; what was written is taken out in turn."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        """Keep some bytes."""
        self._parts.append(bytes(data))
        self._size += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        """Return how many bytes there were."""
        return self._size

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing: the last bytes are still to be taken."""

    def readable(self) -> bool:
        """Never."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Never."""
        return False

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

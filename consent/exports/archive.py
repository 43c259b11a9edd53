"""A ZIP that is sent while it is made: the export, then its manifest, which knows the digest."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import closing
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from consent.exports.running import Export

MANIFEST = "manifest.json"
_LEVEL = 1
"""Records are much alike: the fastest level makes a tenth of them."""


def archived(export: Export) -> Generator[bytes, None, None]:
    """Yield the bytes of a ZIP with the export's file and its manifest, in its own time.

    Nothing is kept: sizes stand behind each file, as ZIP allows. Its account is closed by
    `Export.end` when the last byte is out, or when nobody wants any more.
    """
    sink, name = _Sink(), f"records.{export.format.name}"
    try:
        with ZipFile(sink, "w", compresslevel=_LEVEL) as archive:
            with archive.open(_info(name), "w", force_zip64=True) as file:
                yield sink.taken()
                with closing(export.pieces()) as pieces:  # before anything is noted
                    for piece in pieces:
                        file.write(piece.data)
                        if data := sink.taken():
                            yield data
            archive.writestr(_info(MANIFEST), manifest_text(export, name))
        yield sink.taken()
    finally:
        export.end()


def manifest_text(export: Export, file: str) -> str:
    """Return the manifest as it is written."""
    return json.dumps(export.manifest(file), indent=2, ensure_ascii=False) + "\n"


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, time.gmtime()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


class _Sink(RawIOBase):
    """A file without a place in it; what was written is taken out in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes."""
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)

"""An export into a file: beside it its manifest, and until it is whole what it takes to go on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from consent import moments
from consent.exports.archive import manifest_text
from consent.exports.running import Export

_BLOCK = 1 << 20


class ResumeError(Exception):
    """There is nothing that can be gone on with; the text says why."""


def manifest_of(out: Path) -> Path:
    """Return where the manifest of a file stands."""
    return out.with_name(f"{out.name}.manifest.json")


def part_of(out: Path) -> Path:
    """Return where a file stands until it is whole."""
    return out.with_name(f"{out.name}.part")


def state_of(out: Path) -> Path:
    """Return where it stands how far a file is."""
    return out.with_name(f"{out.name}.part.json")


def write(export: Export, out: Path, *, resume: bool, tell: Callable[[Export], object]) -> None:
    """Write an export into a file, and its manifest beside it; ``tell`` hears how far it is.

    What is killed on the way leaves its part, with which ``resume`` goes on: the file is then the
    same as if nothing had happened. Raise `ResumeError` where there is no part, or one of another
    export, and OSError where nothing can be written.
    """
    part, state = part_of(out), state_of(out)
    with part.open("r+b" if resume else "wb") as file:
        if resume:
            _go_on(export, file, state)
        else:
            state.unlink(missing_ok=True)
        export.begin()
        try:
            _write(export, file, state, tell)
        finally:
            export.end()
    _replace(manifest_of(out), manifest_text(export, out.name))
    part.replace(out)
    state.unlink(missing_ok=True)


def _write(export: Export, file: BinaryIO, state: Path, tell: Callable[[Export], object]) -> None:
    done = export.done
    with closing(export.pieces()) as pieces:  # before anything is noted
        for piece in pieces:
            file.write(piece.data)
            if export.done > done and export.format.can_resume:
                done = export.done
                file.flush()
                _replace(state, json.dumps(_state(export)))
            tell(export)
    file.flush()
    os.fsync(file.fileno())


def _state(export: Export) -> dict[str, Any]:
    return {
        **_same(export),
        "upto": export.upto,
        "begun_at": moments.written(export.begun),
        "done": export.done,
        "rows": export.rows,
        "bytes": export.size,
        "sha256": export.digest.hexdigest(),
    }


def _same(export: Export) -> dict[str, Any]:
    return {"format": export.format.name, "selection": export.selection.document()}


def _go_on(export: Export, file: BinaryIO, state: Path) -> None:
    """Take up the account where it was, and cut off what came after it."""
    try:
        kept = json.loads(state.read_text("utf-8"))
        upto, done, rows, size = (int(kept[key]) for key in ("upto", "done", "rows", "bytes"))
        begun, digest = datetime.fromisoformat(kept["begun_at"]), str(kept["sha256"])
    except FileNotFoundError:
        raise ResumeError(f"{state} is missing: begin anew, without --resume.") from None
    except (ValueError, TypeError, KeyError):
        raise ResumeError(f"{state} cannot be read: begin anew, without --resume.") from None
    if {key: kept.get(key) for key in _same(export)} != _same(export):
        raise ResumeError("What was begun there is another selection or format.")
    while export.size < size:
        data = file.read(min(_BLOCK, size - export.size))
        if not data:
            raise ResumeError(f"{file.name} is shorter than it was: begin anew, without --resume.")
        export.account(data)
    if export.digest.hexdigest() != digest:
        raise ResumeError(f"{file.name} is not what it was: begin anew, without --resume.")
    file.truncate(size)
    export.upto, export.done, export.rows, export.begun = upto, done, rows, begun


def _replace(path: Path, text: str) -> None:
    """Write a small file at once, so that it is never found half written."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)

"""The ledger of removals as a file, for a database that is set back to before they happened.

One JSON object a line: an entry with the rows that it names and their commitments, or with ranges
and a digest of the commitments in each; last, how many there are. Each line is bound by this site's
key to the line before, so that none can be changed, left out or added. The file holds no visitor's
data.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS

from consent import removals
from consent.core.evidence import framed, moment
from consent.core.notice import canonical
from consent.holds import RetentionError
from consent.keys import evidence_keys
from consent.models import Removal
from consent.removals import REMOVABLE, Range, Why, fault_in

_LINE = "consent.ledger.v1"
_CHANGED = "the file was changed, or is another site's"


Bound = tuple[Range, str]
"""A range, and the digest of the ids and commitments of its rows."""


class Entry(NamedTuple):
    """One entry that can be believed: its why; kind, id and commitment of each row; its ranges."""

    why: Why
    rows: list[tuple[str, int, str]]
    ranges: list[Bound]


class Exported(NamedTuple):
    """How many entries were written, and which were not, because they cannot be believed."""

    entries: int
    faults: list[str]


def export_ledger(path: Path, *, using: str = DEFAULT_DB_ALIAS) -> Exported:
    """Write all entries to a file, which appears only when it is whole."""
    faults: list[str] = []
    part = path.with_name(f"{path.name}.part")
    count, code = 0, ""
    with part.open("w", encoding="utf-8") as out:
        for entry in Removal.objects.using(using).order_by("pk").iterator():
            body = _body(entry, using, faults)
            if body is not None:
                code = _write(out, body, code)
                count += 1
        _write(out, {"entries": count}, code)
    part.replace(path)
    return Exported(count, faults)


def check_ledger_file(path: Path) -> int:
    """Return how many entries a file holds; raise `RetentionError` unless all can be believed."""
    return sum(1 for _ in read_ledger(path))


def read_ledger(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file; raise `RetentionError` at the first line that is not its own."""
    count, code, ended = 0, "", False
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                body, code = _read(line, code)
                if ended:
                    raise ValueError("nothing may follow the last line")
                if "entries" in body:
                    ended = body["entries"] == count
                    if not ended:
                        raise ValueError("it counts other lines than there are")
                    continue
                entry = _entry(body)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise RetentionError(f"Line {number} of {path}: {error}.") from None
            count += 1
            yield entry
    if not ended:
        raise RetentionError(f"{path} is cut off: its last line is missing.")


def _body(entry: Removal, using: str, faults: list[str]) -> dict[str, Any] | None:
    values, rows = removals.values_of(entry), removals.rows_named(entry, using=using)
    ranges = removals.ranges_named(entry, using=using)
    if why := fault_in(values, rows, ranges):
        faults.append(f"removal {entry.pk}: {why}")
        return None
    bound: dict[tuple[str, int], str] = {}
    for kind in REMOVABLE:
        ids = [row for named, row in rows if named == kind]
        sealed = removals.bound_when_sealed(kind, ids, using=using)
        bound |= {(kind, row): commitment for row, commitment in sealed.items()}
    values["removed_at"] = moment(entry.removed_at)
    body = {"removal": values, "rows": [[*row, bound.get(row, "")] for row in rows]}
    if ranges:
        body["ranges"] = [[*named, removals.bound_in_range(named, using=using)] for named in ranges]
    return body


def _write(out: Any, body: dict[str, Any], before: str) -> str:
    code = _codes(body, before)[0]
    out.write(json.dumps({**body, "code": code}) + "\n")
    return code


def _read(line: str, before: str) -> tuple[dict[str, Any], str]:
    body = json.loads(line)
    code = body.pop("code", "")
    # Bytes: text that is not ASCII cannot be compared in constant time.
    said = str(code).encode()
    if not any(hmac.compare_digest(known.encode(), said) for known in _codes(body, before)):
        raise ValueError(_CHANGED)
    return body, code


def _codes(body: dict[str, Any], before: str) -> list[str]:
    text = framed(_LINE, before, canonical(body).decode())
    return [hmac.digest(key, text, "sha256").hex() for key in evidence_keys()]


def _entry(body: dict[str, Any]) -> Entry:
    values = body["removal"]
    rows = [(str(kind), int(row), str(bound)) for kind, row, bound in body["rows"]]
    ranges: list[Bound] = [
        ((str(kind), int(first), int(last)), str(bound))
        for kind, first, last, bound in body.get("ranges", ())
    ]
    named = [(kind, row) for kind, row, _ in rows]
    if why := fault_in(values, named, [rows for rows, _ in ranges]):
        raise ValueError(why)
    at = datetime.fromisoformat(values["removed_at"])
    return Entry(Why(values["kind"], values["reason"], values["removed_by"], at), rows, ranges)

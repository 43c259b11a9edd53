"""What is handed out about a receipt: records in both standard forms, and all of it in one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from consent.copies import STANDARDS, Body, CopyError, standard_copy
from consent.core.evidence import RECORD_FIELDS, moment
from consent.models import Record
from consent.proofs import ProofError, prove


def columns_of(record: Record) -> dict[str, Any]:
    """Return what a record says, without its id, salt and commitment."""
    return {name: getattr(record, name) for name in RECORD_FIELDS}


def answer_file(records: Iterable[Record], *, using: str = DEFAULT_DB_ALIAS) -> bytes:
    """Return a ZIP file that answers a request for access: everything held of these records.

    Each record as it is stored and in both standard forms, the oldest first, and one proof of them
    all. What cannot be given is named in ``missing.txt``, with the reason.
    """
    rows = sorted(records, key=lambda row: row.pk)
    packed, missing = io.BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number, row in enumerate(rows, 1):
            columns = columns_of(row)
            stored = {**columns, "decided_at": moment(row.decided_at)}
            file.writestr(f"record-{number}.json", as_json(stored))
            for form in STANDARDS:
                name = f"record-{number}-{form}.json"
                try:
                    file.writestr(name, as_json(standard_copy(columns, form)))
                except CopyError as error:
                    missing.append(f"{name}: {error}")
        try:
            file.writestr("proof.json", prove(rows, using=using))
        except ProofError as error:
            missing.append(f"proof.json: {error}")
        if missing:
            file.writestr("missing.txt", "\n".join(missing) + "\n")
    return packed.getvalue()


def as_json(body: Body) -> str:
    """Return plain values as people read them."""
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"

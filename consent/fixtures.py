"""Evidence in fixtures: what they cut off comes back as it is loaded.

Django's JSON keeps milliseconds of a moment, and evidence is bound to the microsecond. What this
version dumps has all of them (`consent.models.moments.BoundMomentField`). In an older dump the row
itself, or its leaf, says which of a thousand moments it was bound by. Django's XML takes white
space off the ends of texts; the digest of a presentation says what was there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import product
from typing import Any

from django.db.models import Model
from django.db.models.signals import pre_save
from django.dispatch import receiver

from consent.core.evidence import (
    commitment,
    moment,
    record_bytes,
    record_key,
    removal_code,
    row_digest,
    seal_digest,
)
from consent.keys import evidence_keys
from consent.models import Leaf, Presentation, Record, Removal, Seal
from consent.models.moments import BoundMomentField
from consent.sealing import ROWS

IsBound = Callable[[datetime], bool]
_KINDS = {model: kind for kind, model in ROWS.items()}


@receiver(pre_save, dispatch_uid="consent.fixtures")
def complete(sender: type[Model], instance: Any, raw: bool, using: str, **_signal: Any) -> None:
    """Give a row that is loaded from a fixture what it is bound by.

    A row that nothing fits is loaded as it is: verification names it.
    """
    if not raw or sender not in (Record, Seal, *_KINDS):
        return
    if instance.pk is None:
        raise ValueError("leaves name evidence by its key: dump it without --natural-primary")
    if sender is Presentation:
        _complete_texts(instance)
    (field,) = (each for each in sender._meta.fields if isinstance(each, BoundMomentField))
    at = field.to_python(getattr(instance, field.attname))
    if at is None or at.microsecond % 1000:
        return
    is_bound = _is_bound(instance, field.attname, using)
    for microseconds in range(1000):
        found = at + timedelta(microseconds=microseconds)
        if is_bound(found):
            setattr(instance, field.attname, found)
            return


def _complete_texts(row: Presentation) -> None:
    ends = [f"{before}{{}}{after}" for before in ("", "\n") for after in ("", "\n")]
    said = (row.html, row.script, row.style)
    for forms in product(ends, repeat=3):
        texts = [form.format(text) for form, text in zip(forms, said, strict=True)]
        if sha256("\0".join(texts).encode()).hexdigest() == row.digest:
            row.html, row.script, row.style = texts
            return


def _is_bound(row: Any, name: str, using: str) -> IsBound:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
    if isinstance(row, Record):
        return _record(values, name)
    if isinstance(row, Seal):
        return lambda at: seal_digest({**values, name: at}) == row.digest
    if isinstance(row, Removal):
        return lambda at: (
            row.mac in (removal_code(key, {**values, name: at}) for key in evidence_keys())
        )
    kind = _KINDS[type(row)]
    leaf = Leaf.objects.using(using).filter(kind=kind, row=row.pk).first()
    if leaf is None:
        return lambda _at: True  # nothing has bound it yet
    return lambda at: row_digest(kind, {**values, name: at}) == leaf.commitment


def _record(values: dict[str, Any], name: str) -> IsBound:
    """Compare commitments, for which only the end of a record's bytes changes."""
    try:
        own = [record_key(key, values["salt"]) for key in evidence_keys()]
    except ValueError:
        own = []  # it is bound by nothing
    said = record_bytes({**values, name: moment(values[name])})
    begins = said[: -len(f"{moment(values[name])},")]

    def is_bound(at: datetime) -> bool:
        record = begins + f"{moment(at)},".encode()
        return any(commitment(key, record) == values["commitment"] for key in own)

    return is_bound

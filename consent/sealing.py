"""Seal what is committed: a Merkle root over a run of leaves, chained to the seal before it.

Any number of processes may seal at once and die at any moment: a seal is one transaction, and the
numbers of its leaves can be taken only once. Writers are never in its way, nor it in theirs.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import (
    DEFAULT_DB_ALIAS,
    IntegrityError,
    OperationalError,
    connections,
    models,
    transaction,
)

from consent import barriers, moments, signing
from consent.core import merkle
from consent.core.evidence import row_digest, seal_digest
from consent.models import Anchor, Exhibit, Leaf, Notice, Presentation, Record, Removal, Seal
from consent.routing import require_one_database
from consent.tallies import fold

LIMIT = 16_384
"""Records in one seal at most: a transaction has an end, and a proof, which reads all leaves of its
seal, takes some twenty milliseconds. Half as many cost a tenth of the rate at which seals are made.
"""
ATTEMPTS = 50
_CHUNK = 20_000

ROWS: dict[str, type[models.Model]] = {
    Exhibit.NOTICE: Notice,
    Exhibit.PRESENTATION: Presentation,
    Exhibit.REMOVAL: Removal,
    Exhibit.ANCHOR: Anchor,
}
"""The evidence that holds no visitor's data, in the order in which a seal covers it."""


class _Place(NamedTuple):
    """Where the next seal begins."""

    number: int
    first: int
    upto: int
    previous: str


def seal(*, using: str = DEFAULT_DB_ALIAS, limit: int = LIMIT) -> list[Seal]:
    """Seal everything that is committed; return the new seals, oldest first.

    Anchors alone are no reason for a seal: they go into the next. Raise RuntimeError inside of a
    transaction, and `django.db.OperationalError` where the database is never free.
    """
    require_one_database(using)
    with transaction.atomic(using=using, durable=True):
        pass  # says clearly that a caller's own transaction is in the way
    settled = barriers.settled(using)
    sealed: list[Seal] = []
    while (new := _next_seal(using, settled, limit)) is not None:
        sealed.append(new)
    return sealed


def _next_seal(using: str, settled: int, limit: int) -> Seal | None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(using=using):
                return _seal_run(using, settled, limit)
        except (IntegrityError, OperationalError):
            # Another took these leaves, or the database chose it over us: look again.
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.1))  # noqa: S311 - only spreads attempts
    raise AssertionError("unreachable")


def _seal_run(using: str, settled: int, limit: int) -> Seal | None:
    place = _place(using)
    others = list(_others(using))
    if place.upto >= settled and all(kind == Exhibit.ANCHOR for kind, _, _ in others):
        return None
    upto, records = _add_records(using, place, settled, limit)
    start = place.first + records
    Leaf.objects.using(using).bulk_create(
        [
            Leaf(index=start + at, kind=kind, row=row, commitment=commitment)
            for at, (kind, row, commitment) in enumerate(others)
        ],
        batch_size=1000,
    )
    fold(using, after=place.upto, upto=upto)
    return _add_seal(using, place, upto=upto, count=records + len(others))


def _place(using: str) -> _Place:
    last = Seal.objects.using(using).order_by("-number").first()
    if last is None:
        return _Place(1, 0, 0, "")
    return _Place(last.number + 1, last.first + last.count, last.upto, last.digest)


def _add_records(using: str, place: _Place, settled: int, limit: int) -> tuple[int, int]:
    """Add the leaves of the next records, in the database itself; return up to which, how many.

    A seal takes a run of ids, not so many rows: a database that has not counted a backlog yet
    would sort all of it for each seal.
    """
    waiting = Record.objects.using(using).filter(id__gt=place.upto, id__lte=settled)
    first = waiting.aggregate(first=models.Min("id"))["first"]
    if first is None:
        return max(settled, place.upto), 0  # the newest may have been removed
    last = min(settled, first + limit - 1)
    connection = connections[using]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, ("index", "kind", "row", "commitment")))
    sql = (
        f"INSERT INTO consent_leaf ({columns}) "  # noqa: S608 - constants
        "SELECT %s + ROW_NUMBER() OVER (ORDER BY id), %s, id, commitment "
        "FROM consent_record WHERE id >= %s AND id <= %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [place.first - 1, Exhibit.RECORD, first, last])
        return last, int(cursor.rowcount)


def _others(using: str) -> Iterator[tuple[str, int, str]]:
    """Yield kind, id and commitment of all other evidence that has no leaf yet."""
    for kind, model in ROWS.items():
        leaves = Leaf.objects.using(using).filter(kind=kind, row=models.OuterRef("pk"))
        rows = model._default_manager.using(using).filter(~models.Exists(leaves))
        for values in rows.order_by("pk").values():
            yield kind, values["id"], row_digest(kind, values)


def _add_seal(using: str, place: _Place, *, upto: int, count: int) -> Seal:
    leaves = Leaf.objects.using(using).filter(index__gte=place.first).order_by("index")
    commitments = leaves.values_list("commitment", flat=True).iterator(chunk_size=_CHUNK)
    root = merkle.root(merkle.leaf_hash(bytes.fromhex(text)) for text in commitments)
    values: dict[str, Any] = {
        **place._asdict(),
        "count": count,
        "upto": upto,
        "root": root.hex(),
        "sealed_at": moments.now(),
        "key": signing.current_key_id(),
    }
    digest = seal_digest(values)
    created: Seal = Seal.objects.using(using).create(
        **values, digest=digest, signature=signing.sign(digest)[1]
    )
    return created


def unsealed(using: str = DEFAULT_DB_ALIAS) -> models.QuerySet[Record]:
    """Return the records that no seal covers yet."""
    return Record.objects.using(using).filter(id__gt=_place(using).upto)

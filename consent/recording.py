"""The one write path: a decision becomes a record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from consent import moments
from consent.core.crockford import ALPHABET
from consent.core.decision import Decision
from consent.core.evidence import commitment, record_bytes, record_key
from consent.core.notice import Notice
from consent.keys import evidence_keys
from consent.memory import Memory
from consent.models import Record
from consent.signals import decision_recorded

_INSERTS: Memory[str] = Memory()
_DECIDED_AT = Record._meta.get_field("decided_at")
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


class Shown(NamedTuple):
    """How the visitor was asked: language, presentation's digest, layer, and form or script."""

    language: str
    presentation: str
    layer: str
    by: str


def record_decision(
    decision: Decision, *, notice: Notice, shown: Shown, receipt: str = "", using: str | None = None
) -> Record:
    """Insert the record of a decision, with the server's time, in one statement.

    ``receipt`` is empty for refusals. Raise `django.db.Error` if the database refuses; nothing
    that the decision grants may load then. The row is committed at once unless the caller
    opened a transaction. ``using`` names a database other than the router's.
    """
    values: dict[str, Any] = {
        "site": notice.site,
        "notice": notice.number,
        "notice_digest": notice.digest,
        "language": shown.language,
        "presentation": shown.presentation,
        "layer": shown.layer,
        "means": decision.means,
        "by": shown.by,
        "action": decision.action,
        "answers": dict(decision.answers),
        "receipt": receipt,
        "decided_at": moments.now(),
    }
    # Many answer alike, and what their answers look like in canonical form is known by their text.
    spelt = json.dumps(values["answers"])
    values |= committed({**values, "answers": spelt})
    using = using or router.db_for_write(Record)
    pk = _insert({**values, "answers": spelt}, using)
    record: Record = Record.from_db(using, ("id", *values), (pk, *values.values()))
    decision_recorded.send_robust(sender=Record, record=record)
    return record


def _insert(values: Mapping[str, Any], using: str) -> int:
    """Insert a row as the ORM does, but by a statement that is composed once; return its id.

    ``answers`` is JSON, which every database takes as it does any text. What that saves is more
    than the commitment costs. Django's own signals of saving are not sent.
    """
    connection = connections[using]
    # SQLite knows the last id anyway, and collects what a statement returns at some cost.
    returns = connection.features.can_return_columns_from_insert and connection.vendor != "sqlite"
    # Everything else is a text or a whole number, which all databases take as they are.
    decided_at = _DECIDED_AT.get_db_prep_value(values["decided_at"], connection, prepared=True)
    row = {**values, "decided_at": decided_at}
    sql = _INSERTS.get((connection.vendor, returns), lambda: _insert_sql(connection, row, returns))
    with transaction.mark_for_rollback_on_error(using=using), connection.cursor() as cursor:
        cursor.execute(sql, list(row.values()))
        pk: int = cursor.fetchone()[0] if returns else cursor.lastrowid
    return pk


def _insert_sql(connection: BaseDatabaseWrapper, names: Collection[str], returns: bool) -> str:
    quote = connection.ops.quote_name
    table, pk = quote(Record._meta.db_table), quote("id")
    columns = ", ".join(map(quote, names))
    places = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - the model's own names
    return f"{sql} RETURNING {pk}" if returns else sql


def committed(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a new salt for a record's values, and the commitment to them."""
    salt = secrets.token_hex(16)
    own_key = record_key(evidence_keys()[0], salt)
    return {"salt": salt, "commitment": commitment(own_key, record_bytes(values))}


def is_withdrawn(site: str, receipt: str) -> bool:
    """Whether the log knows the withdrawal of a receipt; raise `django.db.Error` without it."""
    return Record.objects.filter(site=site, receipt=receipt, action="withdraw").exists()


def new_receipt() -> str:
    """Return a random receipt id: 128 bits in lower-case Crockford base 32, 26 characters."""
    number = secrets.randbits(128)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])

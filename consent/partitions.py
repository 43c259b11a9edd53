"""Records in partitions by ranges of ids, on PostgreSQL: so that a whole range can go at once.

The table keeps its name, key and indexes; what was recorded before becomes the first partition.
One partition takes whatever no other does, so that a decision is never lost for want of one.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from django.db import OperationalError, connections, transaction

from consent import guards

AHEAD = 2
"""Empty partitions that wait for the ids to come."""
SIZE = 5_000_000
"""Ids in a partition, unless somebody says otherwise."""
WAIT_MILLISECONDS = 200
"""How long others may queue behind one attempt to lock the table."""
ATTEMPTS = 100
# ruff: noqa: S608 - every name that stands in a statement here is this module's or the catalogue's

_TABLE, _FIRST, _REST = "consent_record", "consent_record_first", "consent_record_rest"
_SEQUENCE, _BELOW = "consent_record_id_seq", "consent_record_below"
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('consent.partitions'))"
_PARTITIONS = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s)"""
_BOUND = re.compile(r"FROM \((?:MINVALUE|'(\d+)')\) TO \('(\d+)'\)")
_INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid), i.indisprimary
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass(%s) ORDER BY c.relname"""
_GRANTS = """
SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
  a.privilege_type, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass(%s)"""

_T = TypeVar("_T")


class PartitionError(Exception):
    """The records cannot be divided as asked; the text says why, and nothing has changed."""


class Partition(NamedTuple):
    """One table of records, from one id to another, both included."""

    table: str
    first: int
    last: int


def partitions(using: str) -> list[Partition]:
    """Return the partitions in the order of their ids, without the one for the rest."""
    if connections[using].vendor != "postgresql":
        return []
    with connections[using].cursor() as cursor:
        cursor.execute(_PARTITIONS, [_TABLE])
        found = [(name, _BOUND.search(bound)) for name, bound in cursor.fetchall()]
    there = [Partition(name, int(b[1] or 1), int(b[2]) - 1) for name, b in found if b]
    return sorted(there, key=lambda partition: partition.first)


def divide(*, using: str, size: int | None = None) -> list[Partition]:
    """Divide the records by ranges of ``size`` ids, or add partitions; return the new ones.

    What there is becomes one partition by renaming: nothing is copied, and others wait only for a
    moment. Where records are divided already, ``size`` is that of partitions from now on. Raise
    `PartitionError` where it cannot be done.
    """
    if connections[using].vendor != "postgresql":
        raise PartitionError("Partitions of records need PostgreSQL.")
    if size is not None and size <= 0:
        raise PartitionError("A partition holds one id at least.")
    if not partitions(using):
        _convert(using, size or SIZE)
    return extend(using=using, size=size)


def extend(*, using: str, size: int | None = None) -> list[Partition]:
    """Add what is missing of the partitions ahead of the newest id; return the new ones.

    ``size`` is that of the newest where it is not given. Without partitions, nothing is done.
    """

    def add() -> list[Partition]:
        there = partitions(using)
        length = size or there[-1].last - there[-1].first + 1
        first, newest = there[-1].last + 1, _newest(using, _TABLE)
        if (stray := _newest(using, _REST)) >= first:
            # Those stay where they are. One length is left free for who writes at this moment.
            first = (stray // length + 2) * length
        added = []
        while first <= newest + AHEAD * length:
            added.append(_create(using, first, first + length - 1))
            first += length
        guards.install(connections[using])
        return added

    return _patiently(using, add) if partitions(using) else []


def has_strays(using: str) -> bool:
    """Whether records lie in the partition for the rest, because none was ahead of them."""
    return bool(partitions(using)) and _newest(using, _REST) > 0


@contextmanager
def taken(using: str) -> Iterator[bool]:
    """Open a transaction that may change partitions; yield whether nobody else is about to.

    Raise `django.db.OperationalError` where a lock is not got in `WAIT_MILLISECONDS`.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS}")
        cursor.execute(_LOCK)
        yield cursor.fetchone()[0]


def drop(partition: Partition, *, using: str) -> None:
    """Drop a partition with all its records: for `consent.retention`, after its entry.

    Another purge may have dropped it since it was listed.
    """
    _run(using, f"DROP TABLE IF EXISTS {partition.table}")


def _convert(using: str, size: int) -> None:
    """Make the table the first partition of a new one of the same name."""
    end = (_newest(using, _TABLE) // size + 2) * size
    without = f"ALTER TABLE {_TABLE} DROP CONSTRAINT IF EXISTS {_BELOW}"
    bound = f"ALTER TABLE {_TABLE} ADD CONSTRAINT {_BELOW} CHECK (id < {end}) NOT VALID"
    _patiently(using, lambda: _run(using, without, bound))
    try:
        # Proved beforehand, while others write, so that attaching need not read all rows.
        _run(using, f"ALTER TABLE {_TABLE} VALIDATE CONSTRAINT {_BELOW}")
        _patiently(using, lambda: _swap(using, end))
    except BaseException:
        _patiently(using, lambda: _run(using, without))
        raise
    _run(using, f"ANALYZE {_TABLE}")  # no daemon does it for a table in partitions


def _swap(using: str, end: int) -> None:
    if partitions(using):
        return
    _run(using, f"LOCK TABLE {_TABLE} IN ACCESS EXCLUSIVE MODE")
    following = _following_id(using)
    indexes = _rows(using, _INDEXES, _TABLE)
    guards.leave(connections[using], _TABLE)
    _run(using, f"ALTER TABLE {_TABLE} RENAME TO {_FIRST}")
    for name, _, _ in indexes:
        _run(using, f"ALTER INDEX {name} RENAME TO {name}_first")
    _run(
        using,
        f"ALTER TABLE {_FIRST} ALTER id DROP IDENTITY IF EXISTS",
        f"ALTER TABLE {_FIRST} ALTER id DROP DEFAULT",
        f"DROP SEQUENCE IF EXISTS {_SEQUENCE}",
        f"CREATE TABLE {_TABLE} (LIKE {_FIRST} INCLUDING ALL EXCLUDING INDEXES) "
        "PARTITION BY RANGE (id)",
        f"ALTER TABLE {_TABLE} DROP CONSTRAINT {_BELOW}",
        f"CREATE SEQUENCE {_SEQUENCE} START WITH {following} OWNED BY {_TABLE}.id",
        f"ALTER TABLE {_TABLE} ALTER id SET DEFAULT nextval('{_SEQUENCE}')",
    )
    for name, definition, is_primary in indexes:
        primary = f"ALTER TABLE {_TABLE} ADD CONSTRAINT {name} PRIMARY KEY (id)"
        _run(using, primary if is_primary else definition)
    _grant_alike(using)
    _run(
        using,
        f"ALTER TABLE {_TABLE} ATTACH PARTITION {_FIRST} FOR VALUES FROM (MINVALUE) TO ({end})",
        f"ALTER TABLE {_FIRST} DROP CONSTRAINT {_BELOW}",
        f"CREATE TABLE {_REST} PARTITION OF {_TABLE} DEFAULT",
    )
    guards.install(connections[using])


def _following_id(using: str) -> int:
    """Return the id that the next record gets."""
    [(sequence,)] = _rows(using, "SELECT pg_get_serial_sequence(%s, 'id')", _TABLE)
    [(last, is_called)] = _rows(using, f"SELECT last_value, is_called FROM {sequence}")
    return int(last) + 1 if is_called else int(last)


def _grant_alike(using: str) -> None:
    """Let those do with the new table what they may do with the old one."""
    [(owner,)] = _rows(
        using,
        "SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = to_regclass(%s)",
        _FIRST,
    )
    _run(using, f"ALTER TABLE {_TABLE} OWNER TO {owner}")
    for grantee, privilege, option in _rows(using, _GRANTS, _FIRST):
        _run(using, f"GRANT {privilege} ON {_TABLE} TO {grantee}{option}")
        if privilege == "INSERT":
            _run(using, f"GRANT USAGE ON SEQUENCE {_SEQUENCE} TO {grantee}{option}")


def _create(using: str, first: int, last: int) -> Partition:
    table = f"{_TABLE}_{first}"
    # Attached, because that keeps nobody from writing meanwhile.
    _run(
        using,
        f"CREATE TABLE {table} (LIKE {_TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"ALTER TABLE {_TABLE} ATTACH PARTITION {table} FOR VALUES FROM ({first}) TO ({last + 1})",
    )
    return Partition(table, first, last)


def _newest(using: str, table: str) -> int:
    [(newest,)] = _rows(using, f"SELECT COALESCE(MAX(id), 0) FROM {table}")
    return int(newest)


def _patiently(using: str, change: Callable[[], _T]) -> _T:
    """Change partitions in a transaction, as soon as nobody is in the way for long."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with taken(using) as is_mine:
                if is_mine:
                    return change()
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
        time.sleep(random.uniform(0.01, 0.2))  # noqa: S311 - lets the others through
    raise PartitionError("Somebody else is changing the partitions, and does not end.")


def _run(using: str, *statements: str) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rows(using: str, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall())

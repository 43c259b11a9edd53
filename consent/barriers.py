"""Up to which record everything is decided: committed, or rolled back for good.

Ids are given out before transactions commit, so that "everything up to the newest" would miss rows
that commit late. Each database is asked in its own way; writers wait for milliseconds at most.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

WAIT_MILLISECONDS = 200
"""How long writers may queue behind one attempt."""
ATTEMPTS = 100
_TABLE = "consent_record"
_NEWEST = f"SELECT COALESCE(MAX(id), 0) FROM {_TABLE}"  # noqa: S608 - a constant


def settled(using: str) -> int:
    """Return the id up to which no record can appear any more; 0 before the first.

    Raise `django.db.OperationalError` where a transaction that writes records never ends.
    """
    connection = connections[using]
    ask = _BY_VENDOR[connection.vendor]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return ask(connection)
        except OperationalError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - lets the writers through
    raise AssertionError("unreachable")


def _sqlite(connection: BaseDatabaseWrapper) -> int:
    # One writes at a time, so that ids come in the order of commits.
    with connection.cursor() as cursor:
        return _newest(cursor)


def _postgresql(connection: BaseDatabaseWrapper) -> int:
    # Waits for those who write, and no row appears while it is held.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {WAIT_MILLISECONDS}")
        cursor.execute(f"LOCK TABLE {_TABLE} IN SHARE MODE")
        return _newest(cursor)


def _mysql(connection: BaseDatabaseWrapper) -> int:
    with connection.cursor() as cursor:
        if connection.in_atomic_block:  # a test's own: LOCK TABLES would commit it
            return _newest(cursor)
        cursor.execute("SET SESSION lock_wait_timeout = 1")
        try:
            cursor.execute(f"LOCK TABLES {_TABLE} READ")
            return _newest(cursor)
        finally:
            cursor.execute("UNLOCK TABLES")
            cursor.execute("SET SESSION lock_wait_timeout = DEFAULT")


def _newest(cursor: Any) -> int:
    cursor.execute(_NEWEST)
    return int(cursor.fetchone()[0])


_BY_VENDOR: dict[str, Callable[[BaseDatabaseWrapper], int]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mysql": _mysql,
}

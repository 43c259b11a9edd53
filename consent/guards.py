"""The database's half of the guard: evidence stays as it is, whoever writes behind the ORM's back.

Triggers refuse to update any row of evidence, and to delete any but those that a removal names; on
PostgreSQL also to truncate, on SQLite also to replace. MariaDB and MySQL know no trigger for
TRUNCATE. Whoever owns the tables can drop the triggers: `consent_verify` finds what was changed
then.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from consent.triggers import Guard, function_names, functions, guards, partition_guards

logger = logging.getLogger("consent")

_MIGRATION = "0004"
_NO_BINARY_LOG_TRIGGERS = 1419

_INSTALLED = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, c.relname "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')",
    "mysql": "SELECT trigger_name, event_object_table FROM information_schema.triggers "
    "WHERE trigger_schema = DATABASE()",
}
_PARTITIONS = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = to_regclass('consent_record') ORDER BY c.relname"
)


def is_due(connection: BaseDatabaseWrapper) -> bool:
    """Whether the triggers should be there: the migration that creates them counts as applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    ours = [name for app, name in applied if app == "consent"]
    # Without any, tables are made without migrations.
    return not ours or any(name >= _MIGRATION for name in ours)


def missing(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Return the triggers that a database lacks or has disabled, of those tables that it has."""
    there = _installed(connection)
    return [guard for guard in _wanted(connection) if guard[:2] not in there]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that a database lacks.

    Where it allows none to an ordinary user, say so and go on: the system check says it again.
    """
    wanted = missing(connection)
    if not wanted:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _create_functions(cursor)
        try:
            for guard in wanted:
                cursor.execute(guard.sql)
        except DatabaseError as error:
            if error.args[:1] != (_NO_BINARY_LOG_TRIGGERS,):
                raise
            logger.warning(
                "This user may create no triggers while binary logging is on, so that evidence "
                "is not guarded by the database. Set log_bin_trust_function_creators = 1, then "
                "run migrate again."
            )


def uninstall(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers that a database has, and what they call."""
    _drop(connection, _there(connection))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in function_names():
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def leave(connection: BaseDatabaseWrapper, table: str) -> None:
    """Drop the triggers of one table, which another is to take the place of."""
    _drop(connection, [guard for guard in _there(connection) if guard.table == table])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do without those triggers that keep tables from being emptied."""
    _drop(connection, [guard for guard in _there(connection) if guard.stops_emptying])
    try:
        yield
    finally:
        install(connection)


def _wanted(connection: BaseDatabaseWrapper) -> list[Guard]:
    tables = set(connection.introspection.table_names())
    wanted = [guard for guard in guards(connection.vendor) if guard.table in tables]
    for partition in _partitions(connection):
        wanted += partition_guards(partition)
    return wanted


def _partitions(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the tables that records are divided into, which only PostgreSQL has."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        return [name for (name,) in cursor.fetchall()]


def _there(connection: BaseDatabaseWrapper) -> list[Guard]:
    there = _installed(connection)
    return [guard for guard in _wanted(connection) if guard[:2] in there]


def _installed(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """Return name and table of each trigger."""
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED[connection.vendor])
        return {(name, table) for name, table in cursor.fetchall()}


def _create_functions(cursor: Any) -> None:
    cursor.execute("SELECT quote_ident(current_schema())")
    (schema,) = cursor.fetchone()
    for statement in functions(schema):
        cursor.execute(statement)


def _drop(connection: BaseDatabaseWrapper, dropped: list[Guard]) -> None:
    with connection.cursor() as cursor:
        for guard in dropped:
            on = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
            # A partition's go with its parent's, where they come from there.
            cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}")

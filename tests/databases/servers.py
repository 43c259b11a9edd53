"""Private servers: each on a free port, with its data in a folder that goes when it stops.

They write nothing through to the disk, because nothing of a test need survive a crash.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pymysql

from tests.databases.install import programs
from tests.databases.processes import HOST, folder, free_port, run, running

POSTGRESQL = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
MARIADB = {
    "bind-address": HOST,
    "skip-name-resolve": "1",
    "character-set-server": "utf8mb4",
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "debug-no-sync": "1",
    # The hardest case, and a common one: under a binary log an ordinary user creates no triggers.
    "log-bin": "binary",
    "server-id": "1",
    "sync-binlog": "0",
}


class Database(NamedTuple):
    """What to test on: what to call it, and what ``DATABASES`` says of it."""

    title: str
    settings: dict[str, Any]


@contextmanager
def sqlite() -> Iterator[Database]:
    """Yield a file of SQLite; the demonstration site opens it with a WAL."""
    with folder() as where:
        file = str(where / "database.sqlite3")
        title = f"SQLite {sqlite3.sqlite_version}, a file with WAL"
        yield Database(title, {"NAME": file, "TEST": {"NAME": file}})


@contextmanager
def postgresql(kept: Path | None = None) -> Iterator[Database]:
    """Start PostgreSQL, yield it, and stop it; its data stays where it is ``kept``."""
    initdb, postgres = programs("PostgreSQL")
    port = free_port()
    at = {"host": HOST, "port": port, "user": "postgres"}

    def version() -> str:
        try:
            with psycopg.connect(**at) as connection:
                return f"PostgreSQL {connection.info.parameter_status('server_version')}"
        except psycopg.OperationalError as error:
            raise ConnectionError from error

    with folder(kept) as where:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        if not (where / "data").exists():
            run([initdb, "--pgdata=data", "--no-sync", *options], where)
        chosen = [f"--{name}={value}" for name, value in POSTGRESQL.items()]
        command = [postgres, "-D", "data", f"--port={port}", *chosen]
        with running(command, where, version) as title:
            yield Database(title, _settings("postgresql", at))


@contextmanager
def mariadb() -> Iterator[Database]:
    """Start MariaDB, yield it, and stop it."""
    install, mariadbd = programs("MariaDB")
    port = free_port()
    at = {"host": HOST, "port": port, "user": "root"}

    def version() -> str:
        try:
            with pymysql.connect(**at) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT VERSION()")
                return f"MariaDB {cursor.fetchone()[0]}"
        except pymysql.OperationalError as error:
            raise ConnectionError from error

    with folder() as where:
        common = ["--no-defaults", f"--datadir={where / 'data'}"]
        options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        run([install, *common, *options], where)
        chosen = {**MARIADB, "port": port, "socket": where / "socket", "pid-file": where / "pid"}
        command = [mariadbd, *common, *(f"--{name}={value}" for name, value in chosen.items())]
        with running(command, where, version) as title:
            yield Database(title, _settings("mysql", at))


def _settings(engine: str, at: dict[str, Any]) -> dict[str, Any]:
    upper = {name.upper(): value for name, value in at.items()}
    return {"ENGINE": f"django.db.backends.{engine}", "NAME": "consent", **upper}


SERVERS: dict[str, Callable[[], AbstractContextManager[Database]]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mariadb": mariadb,
}

"""Databases that are durable as in production, and processes of their own that work on them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from django.db import connection

from tests.benchmarks import plain, visits
from tests.benchmarks.child import SETTINGS, begin

Described = dict[str, Any]
"""What ``DATABASES`` says of one database."""

SQLITE: Described = {
    "ENGINE": "django.db.backends.sqlite3",
    "OPTIONS": {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
    },
}
DURABLE: dict[str, dict[str, str]] = {
    "postgresql": {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"},
    "mariadb": {"innodb-flush-log-at-trx-commit": "1", "innodb-doublewrite": "1"},
}
"""What the tests' servers do not have on."""
_BINARY_LOG = ("log-bin", "server-id", "sync-binlog")
_PROGRAMS = {"postgresql": "PostgreSQL", "mariadb": "MariaDB"}


@contextmanager
def database(name: str) -> Iterator[Described | None]:
    """Start "sqlite", "postgresql" or "mariadb", ready to record on; None where it is missing.

    Each has a folder of its own, which goes afterwards.
    """
    with ExitStack() as stack:
        described = stack.enter_context(_sqlite() if name == "sqlite" else _server(name))
        if described is not None:
            [process] = stack.enter_context(processes(described, 1))
            process.submit(_prepare).result()
        yield described


@contextmanager
def processes(
    described: Described, count: int, settings: str = SETTINGS
) -> Iterator[list[ProcessPoolExecutor]]:
    """Yield as many executors of one process each, in which Django has that database."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                ProcessPoolExecutor(
                    1, get_context("spawn"), initializer=begin, initargs=(described, settings)
                )
            )
            for _ in range(count)
        ]


@contextmanager
def _sqlite() -> Iterator[Described]:
    with TemporaryDirectory(prefix="consent-benchmarks-") as folder:
        yield {**SQLITE, "NAME": str(Path(folder) / "database.sqlite3")}


@contextmanager
def _server(name: str) -> Iterator[Described | None]:
    try:
        servers = import_module("tests.databases.servers")
    except ImportError:  # no driver
        yield None
        return
    if len(servers.programs(_PROGRAMS[name])) < 2:
        yield None
        return
    options = getattr(servers, name.upper())
    kept = {key: value for key, value in options.items() if key not in _BINARY_LOG}
    with ExitStack() as stack:
        with patch.object(servers, name.upper(), {**kept, **DURABLE[name]}):
            started = stack.enter_context(servers.SERVERS[name]())
        yield started.settings


def _prepare() -> None:
    """Create the database where it is a server's, then its tables; publish."""
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.settings_dict['NAME']}")
    visits.published()
    plain.create_table()

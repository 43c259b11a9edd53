"""What MariaDB itself says of our triggers; collected only where the suite runs on it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from consent import guards
from consent.models import Record
from tests.evidence import verified
from tests.remembering import old_notice, remember
from tests.test_models import EVIDENCE

pytestmark = pytest.mark.django_db(transaction=True)


def run(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@contextmanager
def user(name: str, *grants: str) -> Iterator[BaseDatabaseWrapper]:
    """Yield the connection of a user who may do that with the database, and nothing beyond."""
    run(f"CREATE USER {name}@'127.0.0.1'")
    database = connection.settings_dict["NAME"]
    for grant in grants:
        what, _, table = grant.partition(" ON ")
        run(f"GRANT {what} ON {database}.{table or '*'} TO {name}@'127.0.0.1'")
    other = connection.copy(name)
    other.settings_dict["USER"] = name
    connections[name] = other
    yield other
    other.close()
    del connections[name]
    run(f"DROP USER {name}@'127.0.0.1'")


@pytest.fixture
def ordinary() -> Iterator[BaseDatabaseWrapper]:
    """A connection of a user who may do anything with the database, and nothing beyond."""
    assert run("SELECT @@log_bin, @@log_bin_trust_function_creators") == (1, 0)
    with user("ordinary", "ALL") as other:
        yield other
    guards.install(connection)


def test_a_user_of_its_own_seals_and_verifies_and_can_do_nothing_else() -> None:
    """P1: who writes records then writes no seals, and the reverse."""
    counted = ("tally", "answertally", "run")
    kept = [f"INSERT ON consent_{name}" for name in ("leaf", "seal", "anchor", *counted)]
    changed = [f"UPDATE ON consent_{name}" for name in counted]
    notice = old_notice(1, 9000)
    remember("refuse", 1, notice_digest=notice.digest)
    with user("sealer", "SELECT, LOCK TABLES", *kept, *changed) as other:
        call_command("consent_seal", database="sealer", stdout=io.StringIO())
        report, faults = verified(using="sealer")
        assert (faults, report.last) == ([], 1)
        for attempt in ("UPDATE consent_record SET site = 'b'", "DELETE FROM consent_leaf"):
            with pytest.raises(Exception, match="denied"), other.cursor() as cursor:
                cursor.execute(attempt)


def test_a_user_who_may_create_no_trigger_migrates_and_is_told(
    ordinary: BaseDatabaseWrapper, caplog: pytest.LogCaptureFixture
) -> None:
    """P1: error 1419."""
    guards.uninstall(connection)
    guards.install(ordinary)
    (record,) = caplog.records
    assert "log_bin_trust_function_creators = 1" in record.getMessage()
    assert guards.missing(connection) == guards.guards("mysql")
    Record.objects.create(**EVIDENCE[Record])
    call_command("migrate", "consent", verbosity=0, skip_checks=False)
    assert guards.missing(connection) == []
    with pytest.raises(Exception, match="evidence"), ordinary.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record")

"""What MariaDB itself says of our triggers; collected only where the suite runs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from consent import guards
from consent.models import Record
from tests.test_models import EVIDENCE

pytestmark = pytest.mark.django_db(transaction=True)


def run(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@pytest.fixture
def ordinary() -> Iterator[BaseDatabaseWrapper]:
    """A connection of a user who may do anything with the database, and nothing beyond."""
    assert run("SELECT @@log_bin, @@log_bin_trust_function_creators") == (1, 0)
    user = "ordinary"
    run(f"CREATE USER {user}@'127.0.0.1'")
    run(f"GRANT ALL ON {connection.settings_dict['NAME']}.* TO {user}@'127.0.0.1'")
    other = connection.copy(user)
    other.settings_dict["USER"] = user
    connections[user] = other
    yield other
    other.close()
    del connections[user]
    run(f"DROP USER {user}@'127.0.0.1'")
    guards.install(connection)


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

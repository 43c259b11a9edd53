"""Evidence stays as it is, whoever writes to the database behind the ORM's back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.test import utils

from consent import guards
from consent.models import Anchor, Leaf, Notice, Record, Removal, RemovedRange, RemovedRow, Seal
from consent.models import Presentation as Shown
from tests.test_models import EVIDENCE

pytestmark = pytest.mark.django_db

ROWS: dict[type[models.Model], dict[str, Any]] = {
    **EVIDENCE,
    Leaf: {"index": 0, "kind": "record", "row": 1, "commitment": "c"},
    Seal: {"number": 1, "first": 0, "count": 1, "upto": 1, "root": "r", "digest": "d"},
    Removal: {"kind": "erase", "reason": "asked", "removed_by": "me", "count": 1, "digest": "d"},
    RemovedRow: {"kind": "anchor", "row": 1, "removal": 1},
    RemovedRange: {"kind": "anchor", "first": 1, "last": 2, "removal": 1},
    Anchor: {"kind": "file", "seal": 1, "digest": "d", "place": "/a"},
}
REMOVABLE = (Record, Notice, Shown)

# What each database understands besides UPDATE and DELETE: {t} is the table, {k} its key,
# {c} another column, {all} every column.
ELSEWHERE = {
    "sqlite": {
        "replace": "REPLACE INTO {t} SELECT * FROM {t}",
        "insert or replace": "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
        "update or replace": "UPDATE OR REPLACE {t} SET {k} = {k} + 1",
        "upsert": "INSERT INTO {t} SELECT * FROM {t} WHERE true ON CONFLICT ({k}) "
        "DO UPDATE SET {c} = {c}",
    },
    "postgresql": {
        "truncate": "TRUNCATE {t}",
        "truncate cascade": "TRUNCATE {t} RESTART IDENTITY CASCADE",
        "upsert": "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT ({k}) DO UPDATE SET {c} = {t}.{c}",
        "merge": "MERGE INTO {t} USING {t} AS other ON {t}.{k} = other.{k} "
        "WHEN MATCHED THEN DELETE",
        "common table": "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT * FROM gone",
    },
    "mysql": {
        "replace": "REPLACE INTO {t} SELECT * FROM {t}",
        "upsert": "INSERT INTO {t} SELECT * FROM {t} AS other "
        "ON DUPLICATE KEY UPDATE {t}.{c} = VALUES({c})",
        "update ignore": "UPDATE IGNORE {t} SET {k} = {k} + 1",
        "delete join": "DELETE {t} FROM {t} JOIN {t} AS other USING ({k})",
    },
}
ATTEMPTS = {
    "update": "UPDATE {t} SET {c} = {c}",
    "update the key": "UPDATE {t} SET {k} = {k} + 1",
    "delete": "DELETE FROM {t}",
    **ELSEWHERE[connection.vendor],
}

every_table = pytest.mark.parametrize("model", list(ROWS), ids=lambda model: model.__name__)
removable = pytest.mark.parametrize("model", REMOVABLE, ids=lambda model: model.__name__)


def stored(model: type[Any]) -> Any:
    return model.objects.create(**ROWS[model])


def run(sql: str, *parameters: Any) -> None:
    """Run a statement past the ORM, so that its failure leaves the transaction as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def refused(sql: str, *parameters: Any) -> None:
    with pytest.raises(DatabaseError, match="evidence"):
        run(sql, *parameters)


def named(model: type[models.Model], row: int) -> None:
    """Let the ledger name a row."""
    RemovedRow.objects.create(kind=model._meta.model_name, row=row, removal=1)


def names(missing: list[guards.Guard]) -> list[str]:
    return sorted(guard.name for guard in missing)


@every_table
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_evidence_cannot_be_changed_or_deleted_in_the_database(
    model: type[Any], attempt: str
) -> None:
    """P1."""
    stored(model)
    before = list(model.objects.values())
    quote = connection.ops.quote_name
    key = model._meta.pk.column
    other = next(field.column for field in model._meta.concrete_fields if not field.primary_key)
    refused(ATTEMPTS[attempt].format(t=model._meta.db_table, k=quote(key), c=quote(other)))
    assert list(model.objects.values()) == before


@pytest.mark.parametrize(
    "model", [Notice, Shown, Leaf, RemovedRow, RemovedRange], ids=lambda model: model.__name__
)
def test_a_row_that_counts_as_the_same_replaces_nothing(model: type[Any]) -> None:
    """P2: another primary key, but the number, digest or row of one that is stored."""
    row = stored(model)
    before = list(model.objects.values())
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = [connection.ops.quote_name(f.column) for f in (model._meta.pk, *fields)]
    values = [row.pk + 1, *(f.get_db_prep_save(getattr(row, f.name), connection) for f in fields)]
    verb = "INSERT" if connection.vendor == "postgresql" else "REPLACE"
    marks = ", ".join(["%s"] * len(values))
    with pytest.raises(DatabaseError):
        run(f"{verb} INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({marks})", *values)
    assert list(model.objects.values()) == before


@removable
def test_a_row_can_go_once_a_removal_names_it_and_no_other_can(model: type[Any]) -> None:
    """P1, D5, D6."""
    row = stored(model)
    table = model._meta.db_table
    unique = {"number": 2} if model is Notice else {"digest": "e"} if model is Shown else {}
    other = model.objects.create(**{**ROWS[model], **unique})
    named(model, row.pk)
    refused(f"DELETE FROM {table}")
    refused(f"DELETE FROM {table} WHERE id = %s", other.pk)
    refused(f"UPDATE {table} SET site = 'b' WHERE id = %s", row.pk)
    run(f"DELETE FROM {table} WHERE id = %s", row.pk)
    assert [left.pk for left in model.objects.all()] == [other.pk]


@removable
def test_rows_can_go_once_a_removal_names_a_range_and_no_others_can(model: type[Any]) -> None:
    """P1, D6: both ends included."""
    rows = [stored(model).pk]
    for number in range(2, 6):
        unique = {"number": number} if model is Notice else {"digest": f"e{number}"}
        own = {} if model is Record else unique
        rows.append(model.objects.create(**{**ROWS[model], **own}).pk)
    kind = model._meta.model_name
    RemovedRange.objects.create(kind=kind, first=rows[1], last=rows[3], removal=1)
    RemovedRange.objects.create(kind="anchor", first=1, last=rows[4], removal=1)
    table = model._meta.db_table
    for pk in (rows[0], rows[4]):
        refused(f"DELETE FROM {table} WHERE id = %s", pk)
    run(f"DELETE FROM {table} WHERE id BETWEEN %s AND %s", rows[1], rows[3])
    assert sorted(row.pk for row in model.objects.all()) == [rows[0], rows[4]]


@removable
def test_a_removal_of_another_kind_lets_nothing_go(model: type[Any]) -> None:
    """P1."""
    row = stored(model)
    for kind in {*REMOVABLE, Anchor} - {model}:
        named(kind, row.pk)
    refused(f"DELETE FROM {model._meta.db_table}")


def test_what_the_ledger_names_is_not_looked_up_in_a_temporary_table() -> None:
    """P1: MariaDB does so even in triggers; docs/evidence.md says which privilege to withhold."""
    if connection.vendor == "mysql":
        return
    row = stored(Record)
    where = {"sqlite": "temp", "postgresql": "pg_temp"}[connection.vendor]
    run('CREATE TEMPORARY TABLE consent_removedrow (kind varchar(12), "row" bigint)')
    run(f"INSERT INTO {where}.consent_removedrow VALUES ('record', {row.pk})")
    refused("DELETE FROM consent_record")
    run(f"DROP TABLE {where}.consent_removedrow")


def test_what_deletes_nothing_and_changes_nothing_passes() -> None:
    stored(Record)
    run("DELETE FROM consent_record WHERE site = 'no such site'")
    run("UPDATE consent_record SET site = 'b' WHERE site = 'no such site'")
    stored(Record)
    assert Record.objects.count() == 2


# Lost and found. On MariaDB, what changes tables ends the transaction: these do without one.


@pytest.fixture
def _restored(transactional_db: None) -> Iterator[None]:
    yield
    guards.install(connection)
    assert guards.missing(connection) == []


restored = pytest.mark.usefixtures("_restored")


def drop(name: str, table: str) -> None:
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER {name}{on}")


@restored
def test_only_what_is_missing_is_put_back() -> None:
    """P1."""
    assert guards.missing(connection) == []
    drop("consent_record_update", "consent_record")
    drop("consent_seal_delete", "consent_seal")
    assert names(guards.missing(connection)) == ["consent_record_update", "consent_seal_delete"]
    with utils.CaptureQueriesContext(connection) as queries:
        guards.install(connection)
    created = [query["sql"] for query in queries if " TRIGGER " in query["sql"]]
    assert len(created) == 2
    assert guards.missing(connection) == []
    with utils.CaptureQueriesContext(connection) as queries:
        guards.install(connection)
    assert not [query for query in queries if query["sql"].startswith("CREATE")]
    stored(Record)
    refused("UPDATE consent_record SET site = 'b'")


@restored
def test_a_trigger_that_was_disabled_counts_as_missing_and_is_put_back() -> None:
    """P1: PostgreSQL alone can disable triggers; elsewhere dropping them comes nearest."""
    if connection.vendor == "postgresql":
        run("ALTER TABLE consent_record DISABLE TRIGGER USER")
    else:
        for guard in guards.guards(connection.vendor):
            if guard.table == "consent_record":
                drop(guard.name, guard.table)
    assert {guard.table for guard in guards.missing(connection)} == {"consent_record"}
    guards.install(connection)
    assert guards.missing(connection) == []
    stored(Record)
    refused("DELETE FROM consent_record")


@restored
def test_migrating_puts_back_what_is_missing() -> None:
    """P1: a restored dump; with the checks, as somebody types it."""
    guards.uninstall(connection)
    call_command("migrate", "consent", verbosity=0, skip_checks=False)
    assert guards.missing(connection) == []


@restored
def test_a_table_that_a_migration_made_anew_is_guarded_again() -> None:
    """P1: SQLite drops the triggers with the old table, silently."""
    old = Record._meta.get_field("language")
    new = models.CharField(max_length=21)
    new.set_attributes_from_name("language")
    new.model = Record
    for before, after in ((old, new), (new, old)):
        with connection.schema_editor() as editor:
            editor.alter_field(Record, before, after)
    if connection.vendor == "sqlite":
        assert {guard.table for guard in guards.missing(connection)} == {"consent_record"}
    models.signals.post_migrate.send(
        sender=apps.get_app_config("consent"),
        app_config=apps.get_app_config("consent"),
        verbosity=0,
        interactive=False,
        using="default",
        plan=[],
        apps=apps,
    )
    assert guards.missing(connection) == []


@restored
def test_an_interrupted_lift_puts_the_triggers_back() -> None:
    stored(Record)
    with pytest.raises(KeyboardInterrupt), guards.lifted(connection):
        raise KeyboardInterrupt
    assert guards.missing(connection) == []
    refused("DELETE FROM consent_record")


@restored
def test_a_server_that_allows_no_trigger_is_named_and_migrating_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """P1: MariaDB's and MySQL's error 1419, which says what to set."""
    with failing(1419, "You do not have the SUPER privilege and binary logging is enabled"):
        guards.uninstall(connection)
        call_command("migrate", "consent", verbosity=0, skip_checks=False)
    (record,) = caplog.records
    assert "log_bin_trust_function_creators = 1" in record.getMessage()
    assert guards.missing(connection) == guards.guards(connection.vendor)


@restored
def test_another_failure_to_create_a_trigger_is_not_hidden() -> None:
    guards.uninstall(connection)
    with failing(1142, "TRIGGER command denied"), pytest.raises(OperationalError, match="denied"):
        guards.install(connection)


def failing(number: int, text: str) -> Any:
    """Let the server refuse to create triggers."""

    def refuse(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith("CREATE") and " TRIGGER " in sql:
            raise OperationalError(number, text)
        return execute(sql, *arguments)

    return connection.execute_wrapper(refuse)


# Emptying tables


@restored
def test_the_tables_of_a_test_are_emptied_and_guarded_again() -> None:
    for model in ROWS:
        stored(model)
    call_command("flush", interactive=False, verbosity=0)
    assert {model.__name__ for model in ROWS if model._base_manager.exists()} == set()
    assert guards.missing(connection) == []


@restored
def test_outside_of_tests_evidence_is_not_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """P1."""
    stored(Record)
    monkeypatch.delattr(utils._TestState, "saved_data")
    with pytest.raises(CommandError, match="add --with-evidence"):
        call_command("flush", interactive=False, verbosity=0)
    assert Record.objects.count() == 1
    refused("DELETE FROM consent_record")
    call_command("flush", "--with-evidence", "--no-input", verbosity=0)
    assert Record.objects.count() == 0
    assert guards.missing(connection) == []


@restored
@pytest.mark.parametrize(("answer", "left"), [("no", 1), ("", 1), ("yes", 0)])
def test_nothing_is_lifted_before_somebody_said_yes(
    monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    """P1."""
    stored(Record)

    def asked(question: str) -> str:
        assert "evidence" in question
        assert guards.missing(connection) == []
        return answer

    monkeypatch.setattr("builtins.input", asked)
    call_command("flush", "--with-evidence", verbosity=0)
    assert Record.objects.count() == left
    assert guards.missing(connection) == []

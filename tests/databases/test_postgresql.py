"""Records in partitions; collected only where the suite runs on PostgreSQL."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from consent import guards, holds, partitions, retention, sealing
from consent.checks.evidence import check_partitions
from consent.models import Leaf, Notice, Record, Removal, RemovedRange, RemovedRow
from tests.evidence import named, records_made_anew, verified
from tests.remembering import NOW, OTHER, RECEIPT, left, old_notice, remember

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
SIZE = 10
OLD, OVER, YOUNG = 5000, 400, 1


def run(sql: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []


def typed(*args: str) -> str:
    out = io.StringIO()
    call_command("consent_partition", *args, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _whole_again(transactional_db: None) -> Iterator[None]:
    """Begin with an empty table as migrations made it, whose ids begin at 1; leave one behind."""
    records_made_anew()
    old_notice(1, 9000)
    yield
    records_made_anew()


def decided(action: str, days: float, receipt: str = "") -> Record:
    return remember(action, days, receipt, notice_digest=Notice.objects.get().digest)


def purged() -> retention.Totals:
    return retention.purge(by="test", now=NOW, using="default")


def tables() -> list[str]:
    return [partition.table for partition in partitions.partitions("default")]


def filled(*days: float) -> list[Record]:
    """Divide by ten ids, then write records: the first twenty ids are the first partition's."""
    typed("--size", str(SIZE))
    return [decided("refuse", age) for age in days]


def test_dividing_keeps_records_ids_key_and_indexes() -> None:
    """P1: and what was sealed before is as sound as ever."""
    before = [decided("refuse", YOUNG) for _ in range(25)]
    sealing.seal()
    definition = "SELECT indexname, replace(indexdef, ' ONLY ', ' ') FROM pg_indexes "
    definition += "WHERE tablename = 'consent_record' ORDER BY 1"
    indexes = run(definition)
    said = typed("--size", str(SIZE)).splitlines()
    assert said == [
        "consent_record_first: records 1 to 39",
        "consent_record_40: records 40 to 49, new",
    ]
    assert run(definition) == indexes
    assert left() == [row.pk for row in before] == list(range(1, 26))
    after = [decided("refuse", YOUNG) for _ in range(20)]
    assert [row.pk for row in after] == list(range(26, 46))
    assert run("SELECT count(*) FROM consent_record_40") == [(6,)]
    sealing.seal()
    assert verified()[1] == []
    assert guards.missing(connection) == []
    call_command("makemigrations", "consent", "--check", "--dry-run", stdout=io.StringIO())


def test_partitions_are_added_as_ids_come_and_their_size_can_change() -> None:
    filled(*[YOUNG] * 15)
    assert typed().count("new") == 1
    assert typed().count("new") == 0
    assert typed("--size=1000").count("new") == 2
    sizes = [last - first + 1 for _, first, last in partitions.partitions("default")]
    assert sizes == [19, 10, 10, 1000, 1000]
    for _ in range(30):
        decided("refuse", YOUNG)
    purged()
    assert tables()[-2:] == ["consent_record_1040", "consent_record_2040"]


def test_what_no_partition_is_ahead_of_is_recorded_all_the_same() -> None:
    """P1: and told by the check; partitions go on beyond it."""
    filled(*[YOUNG] * 45)
    assert partitions.has_strays("default")
    (warning,) = check_partitions(databases=["default"])
    assert (warning.id, "default" in warning.msg) == ("consent.W044", True)
    typed()
    assert guards.missing(connection) == []
    first = next(first for _, first, last in partitions.partitions("default") if last > 45)
    assert first > 45
    decided("refuse", YOUNG)
    sealing.seal()
    assert verified()[1] == []
    assert len(left()) == 46


ATTEMPTS = (
    "UPDATE {t} SET site = 'b'",
    "DELETE FROM {t}",
    "TRUNCATE {t}",
    "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT * FROM gone",
)


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("table", ["consent_record", "consent_record_first", "consent_record_rest"])
def test_a_statement_that_names_a_partition_is_refused_as_well(attempt: str, table: str) -> None:
    """P1."""
    filled(*[YOUNG] * 45)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        run(attempt.format(t=table))
    assert len(left()) == 45


def test_a_partitions_triggers_count_as_missing_and_are_put_back() -> None:
    """P1."""
    filled(YOUNG)
    run("ALTER TABLE consent_record_first DISABLE TRIGGER USER")
    missing = guards.missing(connection)
    assert {guard.table for guard in missing} == {"consent_record_first"}
    assert len(missing) == 3
    guards.install(connection)
    assert guards.missing(connection) == []
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        run("UPDATE consent_record_first SET site = 'b'")
    guards.uninstall(connection)
    run("UPDATE consent_record_first SET site = 'b'")
    guards.install(connection)
    assert guards.missing(connection) == []


def test_a_partition_goes_as_a_whole_after_one_entry() -> None:
    """D6, P6."""
    rows = filled(*[OVER] * 19, *[YOUNG] * 8)
    totals = purged()
    assert totals.rows == {"record": 19}
    assert totals.entries == 1
    assert sum(totals.days.values()) == 19
    assert "consent_record_first" not in tables()
    assert left() == [row.pk for row in rows[19:]]
    entry = Removal.objects.get()
    assert (entry.kind, entry.count, entry.reason) == (
        "purge",
        19,
        "retention is over: a partition of records",
    )
    assert RemovedRange.objects.values_list("kind", "first", "last").get() == ("record", 1, 19)
    assert not RemovedRow.objects.exists()
    assert Leaf.objects.filter(kind="record").count() == 27
    sealing.seal()
    report, faults = verified()
    assert faults == []
    assert report.counts["record rows purged"] == 19
    assert purged().rows == {}


def test_a_partition_that_another_purge_dropped_meanwhile_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """D6: it was listed before."""
    filled(*[OVER] * 19, YOUNG)
    listed = partitions.partitions("default")
    assert purged().rows == {"record": 19}
    monkeypatch.setattr(partitions, "partitions", lambda _using: listed)
    monkeypatch.setattr(partitions, "extend", lambda **_: [])
    assert purged().rows == {}
    assert Removal.objects.count() == 1


def test_grants_go_with_their_partition_only_when_no_record_of_theirs_is_young() -> None:
    """D6: what lies in another partition goes in the same purge, in batches."""
    typed("--size", str(SIZE))
    for number in range(9):
        decided("accept", OLD, f"{number + 10:026}")
    decided("accept", OLD, RECEIPT)
    for _ in range(9):
        decided("refuse", OLD)
    decided("withdraw", OLD - 1, RECEIPT)
    assert purged().rows == {"record": 20}
    assert Removal.objects.count() == 2
    assert left() == []


KEPT: dict[str, Callable[[list[Record]], object]] = {
    "a young refusal": lambda _: None,
    "a hold": lambda rows: holds.hold(
        reason="r", by="me", receipt=rows[4].receipt, using="default"
    ),
    "a period held": lambda rows: holds.hold(
        reason="r", by="me", since=rows[4].decided_at, until=None, using="default"
    ),
    "a chain that goes on": lambda rows: decided("choose", YOUNG, rows[4].receipt),
    "a row missing": lambda _: run_unguarded("DELETE FROM consent_record WHERE id = 5"),
    "a row added": lambda _: run_unguarded(
        "INSERT INTO consent_record SELECT 19, site, notice, notice_digest, language, "
        "presentation, layer, means, by, action, answers, receipt, decided_at, salt, commitment "
        "FROM consent_record WHERE id = 1"
    ),
}


def run_unguarded(sql: str) -> None:
    guards.uninstall(connection)
    run(sql)
    guards.install(connection)


@pytest.mark.parametrize("why", KEPT)
def test_a_partition_stays_while_anything_in_it_has_to(why: str) -> None:
    """D6, P6: what is due in it goes in batches."""
    typed("--size", str(SIZE))
    young = YOUNG if why == "a young refusal" else OLD
    rows = [decided("refuse", OLD + 1) for _ in range(4)]
    rows.append(decided("accept", OLD, RECEIPT))
    rows += [decided("refuse", OLD) for _ in range(12)]
    rows.append(decided("refuse", young))
    run("SELECT nextval('consent_record_id_seq')")  # 19: a transaction that was rolled back
    decided("accept", YOUNG, OTHER)
    sealing.seal()
    KEPT[why](rows)
    purged()
    assert "consent_record_first" in tables()
    assert not RemovedRange.objects.exists()
    assert 1 not in left()


def test_a_partition_that_batches_have_emptied_goes_without_an_entry() -> None:
    """D6."""
    typed("--size", str(SIZE))
    for number in range(19):
        decided("accept" if number == 3 else "refuse", OVER, RECEIPT if number == 3 else "")
    decided("refuse", YOUNG)
    assert purged().rows == {"record": 18}
    assert "consent_record_first" in tables()
    retention.purge(by="test", now=NOW.replace(year=NOW.year + 9), using="default")
    assert "consent_record_first" not in tables()
    sealing.seal()
    assert verified()[1] == []


def test_a_partition_in_use_is_left_to_batches(caplog: pytest.LogCaptureFixture) -> None:
    """D6: a long read must neither stop a purge, nor make visitors wait behind it."""
    filled(*[OVER] * 19, YOUNG)
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        other = connection.copy("other")
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("SELECT count(*) FROM consent_record_first")
                reading.set()
                done.wait(30)
        finally:
            other.close()

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(30)
    try:
        assert purged().rows == {"record": 19}
    finally:
        done.set()
        reader.join()
    assert "consent_record_first is in use" in caplog.text
    assert "consent_record_first" in tables()
    assert not RemovedRange.objects.exists()


def test_what_a_backup_brought_back_of_a_partition_goes_again() -> None:
    """D6."""
    typed("--size", str(SIZE))
    rows = [decided("refuse", OVER) for _ in range(19)]
    decided("refuse", YOUNG)
    purged()
    run("CREATE TABLE back PARTITION OF consent_record FOR VALUES FROM (MINVALUE) TO (20)")
    guards.install(connection)
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
        Record(**values).save(force_insert=True)
    assert ("restored", "record 7") in named(verified()[1])
    purged()
    assert "back" in tables()
    call_command("consent_purge", "--replay", stdout=io.StringIO())
    assert len(left()) == 1
    purged()
    assert "back" not in tables()
    sealing.seal()
    assert verified()[1] == []


def test_whoever_may_write_still_may(transactional_db: None) -> None:
    """A role of the application's own, which owns nothing."""
    run("DROP ROLE IF EXISTS writer")
    run("CREATE ROLE writer")
    try:
        run("GRANT SELECT, INSERT ON consent_record TO writer")
        run("GRANT USAGE ON SEQUENCE consent_record_id_seq TO writer")
        decided("refuse", YOUNG)
        filled(YOUNG)
        run("SET ROLE writer")
        remember("refuse", YOUNG)
        assert len(left()) == 3
        with pytest.raises(DatabaseError, match="permission denied"):
            run("DELETE FROM consent_record_first")
    finally:
        run("RESET ROLE")
        run("DROP OWNED BY writer")
        run("DROP ROLE writer")


SEALER = (
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO sealer",
    "GRANT INSERT ON consent_leaf, consent_seal, consent_anchor, consent_tally, "
    "consent_answertally, consent_run TO sealer",
    "GRANT UPDATE ON consent_tally, consent_answertally, consent_run TO sealer",
    # Before version 17 nobody may wait for writers who may not write; the triggers refuse it.
    "GRANT UPDATE ON consent_record TO sealer",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO sealer",
)


@pytest.fixture
def sealer() -> Iterator[str]:
    """The alias of a connection whose role is as docs/evidence.md says."""
    run("DROP ROLE IF EXISTS sealer")
    run("CREATE ROLE sealer LOGIN")
    said = (ROOT / "docs/evidence.md").read_text("utf-8")
    for grant in SEALER:
        assert " ".join(grant.split()) in " ".join(said.split())
        run(grant)
    other = connection.copy("sealer")
    other.settings_dict["USER"] = "sealer"
    connections["sealer"] = other
    yield "sealer"
    other.close()
    del connections["sealer"]
    run("DROP OWNED BY sealer")
    run("DROP ROLE sealer")


def test_a_role_of_its_own_seals_and_verifies_and_can_do_nothing_else(sealer: str) -> None:
    """P1: who writes records then writes no seals, and the reverse."""
    row = decided("refuse", YOUNG)
    (seal,) = sealing.seal(using=sealer)
    assert Leaf.objects.filter(kind="record").count() == 1
    report, faults = verified(using=sealer)
    assert (faults, report.last) == ([], seal.number)
    call_command("consent_seal", database=sealer, stdout=io.StringIO())
    for attempt, why in {
        "UPDATE consent_record SET site = 'b'": "evidence",
        "DELETE FROM consent_record": "permission denied",
        "INSERT INTO consent_record SELECT * FROM consent_record": "permission denied",
        "DELETE FROM consent_leaf": "permission denied",
        "UPDATE consent_seal SET root = ''": "permission denied",
        "INSERT INTO consent_removal (kind) VALUES ('erase')": "permission denied",
        "INSERT INTO consent_removedrow (kind) VALUES ('record')": "permission denied",
        "DROP TABLE consent_record": "must be owner",
    }.items():
        with (
            pytest.raises(DatabaseError, match=why),
            transaction.atomic(using=sealer),
            connections[sealer].cursor() as cursor,
        ):
            cursor.execute(attempt)
    assert left() == [row.pk]


def test_writers_go_on_while_the_table_is_divided() -> None:
    """P1: each decision that was acknowledged is there, once."""
    told: list[int] = []
    failed: list[BaseException] = []
    stop = threading.Event()

    def write() -> None:
        try:
            while not stop.is_set():
                told.append(decided("refuse", YOUNG).pk)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        while len(told) < 50:
            assert not failed
        typed("--size=1000000")
        reached = len(told)
        while len(told) < reached + 50:
            assert not failed
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert sorted(told) == left()
    sealing.seal()
    assert verified()[1] == []


@pytest.mark.parametrize("size", ["0", "-5"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    decided("refuse", YOUNG)
    with pytest.raises(CommandError, match="one id at least"):
        typed("--size", size)
    assert tables() == []
    assert len(left()) == 1

"""Sites that ran the first release keep every record when they migrate, forward and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from consent import guards
from consent.core.evidence import commitment, record_bytes, record_key
from consent.core.notice import canonical
from consent.keys import evidence_keys
from consent.models import Notice, Record, Tally
from consent.moments import written
from consent.recording import committed
from tests.evidence import verified
from tests.visiting import answers, worded

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = "0001_initial"  # as release 0.1.0 left it
NEW = ("salt", "commitment")
COUNT = 1000


def migrate(name: str) -> Any:
    """Migrate as somebody types it, checks and all; return the models of then."""
    call_command("migrate", "consent", name, verbosity=0, skip_checks=False)
    executor = MigrationExecutor(connection)
    return executor.loader.project_state([("consent", name)]).apps


@pytest.fixture
def latest() -> Iterator[str]:
    """The newest migration; whatever happens, the tests that follow get its tables."""
    (name,) = (n for app, n in MigrationExecutor(connection).loader.graph.leaf_nodes("consent"))
    yield name
    call_command("migrate", "consent", verbosity=0)


def record(number: int) -> dict[str, Any]:
    """Return what the first release wrote, each time something else."""
    return {
        "site": "clinic",
        "notice": 1,
        "notice_digest": "d" * 64,
        "language": ("en", "es")[number % 2],
        "presentation": "",
        "layer": "banner",
        "means": "save",
        "by": "form",
        "action": "choose",
        "answers": answers(yes=["media"] if number % 3 else []),
        "receipt": f"{number:026}" if number % 3 else "",
        "decided_at": datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=number, microseconds=7),
    }


def rows(model: Any, *without: str) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in without}
        for row in model.objects.order_by("pk").values()
    ]


@pytest.fixture
def first(latest: str) -> Any:
    """The tables and models of the first release, with a thousand records in place."""
    old, shown = migrate(FIRST), worded()
    old_record = old.get_model("consent", "Record")
    old_record.objects.bulk_create([old_record(**record(number)) for number in range(COUNT)])
    old.get_model("consent", "Notice").objects.create(
        site="clinic",
        number=1,
        digest=shown.digest,
        document=canonical(shown.document()).decode(),
        oldest_valid=1,
        material=True,
        published_by="me",
    )
    old.get_model("consent", "Tally").objects.create(
        site="clinic", day="2026-10-01", notice=1, action="refuse", count=7
    )
    return old


def test_every_record_of_the_first_release_is_kept_and_bound(first: Any, latest: str) -> None:
    """P1, P11."""
    before = rows(first.get_model("consent", "Record"))
    assert len(before) == COUNT
    migrate(latest)
    assert rows(Record, *NEW) == before
    key = evidence_keys()[0]
    for row in Record.objects.values():
        assert row["commitment"] == commitment(record_key(key, row["salt"]), record_bytes(row))
    salts = set(Record.objects.values_list("salt", flat=True))
    assert len(salts) == COUNT
    assert (Notice.objects.count(), Tally.objects.get().count) == (1, 7)
    assert guards.missing(connection) == []


def test_migrating_back_keeps_every_record_and_leaves_no_trigger(first: Any, latest: str) -> None:
    """P1, P11: and forward once more."""
    before = rows(first.get_model("consent", "Record"))
    migrate(latest)
    Record.objects.create(**record(COUNT))
    old = migrate(FIRST)
    assert rows(old.get_model("consent", "Record"))[:COUNT] == before
    assert old.get_model("consent", "Record").objects.count() == COUNT + 1
    assert "consent_seal" not in connection.introspection.table_names()
    assert triggers() == []
    old.get_model("consent", "Record").objects.filter(notice=1).delete()
    migrate(latest)
    assert Record.objects.count() == 0
    assert guards.missing(connection) == []


def test_what_is_bound_already_is_not_bound_anew(latest: str) -> None:
    """P6: it may be sealed."""
    Record.objects.create(**record(1), salt="5" * 32, commitment="c" * 64)
    Record.objects.create(**record(2))
    migrate("0003_evidence")
    migrate(latest)
    bound, anew = Record.objects.order_by("pk").values_list(*NEW)
    assert bound == ("5" * 32, "c" * 64)
    assert (len(anew[0]), len(anew[1])) == (32, 64)


WALL = [datetime(2026, 7, 1, 12, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 12, 1, 1, 7)]
"""In Madrid; the one in October comes twice."""
MOMENTS = [
    datetime(2026, 7, 1, 10, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2026, 12, 1, 0, 7, tzinfo=UTC),
]


def as_stored(at: datetime, wall: datetime) -> datetime:
    """Return what the releases before stored; PostgreSQL's columns know the moment."""
    return at if connection.vendor == "postgresql" else wall


def test_what_a_clock_on_the_wall_showed_is_put_into_utc(latest: str, settings: Any) -> None:
    """P1, P6: records say which moment they are bound by; those in UTC, and changed ones, stay."""
    settings.USE_TZ = False
    old = migrate("0006_record_indexes").get_model("consent", "Record").objects
    for number, (wall, at) in enumerate(zip(WALL, MOMENTS, strict=True)):
        values = {**record(number), "decided_at": at}
        old.create(**{**values, **committed(values), "decided_at": as_stored(at, wall)})
    values = {**record(3), "decided_at": MOMENTS[0]}
    in_utc = as_stored(MOMENTS[0], MOMENTS[0].replace(tzinfo=None))
    old.create(**{**values, **committed(values), "decided_at": in_utc})
    changed = as_stored(WALL[0].replace(tzinfo=UTC), WALL[0])
    old.create(**{**values, "decided_at": changed}, salt="5" * 32, commitment="c" * 64)
    migrate(latest)
    said = [
        written(at) for at in Record.objects.order_by("id").values_list("decided_at", flat=True)
    ]
    assert said == [written(at) for at in (*MOMENTS, MOMENTS[0], WALL[0].replace(tzinfo=UTC))]
    assert guards.missing(connection) == []
    faults = {fault.row for fault in verified()[1] if fault.kind == "changed"}
    assert faults == {f"record {Record.objects.latest('id').pk}"}


def test_the_models_are_those_of_the_newest_migration() -> None:
    call_command("makemigrations", "consent", check=True, dry_run=True, verbosity=0)


def triggers() -> list[str]:
    """Return the triggers and functions of ours that a database has."""
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE 'consent%' AND type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'consent%' "
        "UNION SELECT proname FROM pg_proc WHERE proname LIKE 'consent%'",
        "mysql": "SELECT trigger_name FROM information_schema.triggers "
        "WHERE trigger_name LIKE 'consent%' AND trigger_schema = DATABASE()",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return [name for (name,) in cursor.fetchall()]

"""Evidence for the tests: records as visitors make them, and changes behind everybody's back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from consent import guards
from consent.core.decision import Choice, decide
from consent.core.notice import Notice
from consent.core.state import UNDECIDED
from consent.faults import Fault, Report
from consent.models import Record
from consent.recording import Shown, new_receipt, record_decision
from consent.verifying import verify


def recorded(
    notice: Notice,
    action: Any = "accept",
    receipt: str | None = None,
    *,
    presentation: str = "",
) -> Record:
    """Record a decision; a grant gets a receipt of its own."""
    means: Any = {"accept": "accept", "withdraw": "withdraw"}.get(action, "refuse")
    decision = decide(Choice(action, means), notice, UNDECIDED)
    if receipt is None:
        receipt = new_receipt() if action == "accept" else ""
    shown = Shown(language="en", presentation=presentation, layer="banner", by="form")
    return record_decision(decision, notice=notice, shown=shown, receipt=receipt)


def verified(**options: Any) -> tuple[Report, list[Fault]]:
    """Return what verification finds."""
    faults: list[Fault] = []
    return verify(Report(on_fault=faults.append), **options), faults


def named(faults: Iterable[Fault]) -> set[tuple[str, str]]:
    """Return kind and row of faults."""
    return {(fault.kind, fault.row) for fault in faults}


@contextmanager
def behind_everybodys_back() -> Iterator[Any]:
    """Give a cursor to whoever owns the database and has disabled its triggers."""
    # MariaDB ends a transaction where tables change, so that the test would leave its rows behind.
    assert not connection.in_atomic_block, "such a test wants django_db(transaction=True)"
    guards.uninstall(connection)
    with connection.cursor() as cursor:
        yield cursor
    guards.install(connection)


def tampered(table: str, pk: tuple[str, Any], column: str, value: Any) -> None:
    """Change one value of a row, past the ORM and the triggers."""
    quote = connection.ops.quote_name
    with behind_everybodys_back() as cursor:
        cursor.execute(
            f"UPDATE {quote(table)} SET {quote(column)} = %s WHERE {quote(pk[0])} = %s",
            [value, pk[1]],
        )
        assert cursor.rowcount == 1


def records_made_anew() -> None:
    """Make the table of records empty and whole, as migrations do, whatever it was divided into."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE consent_record CASCADE")
    with connection.schema_editor() as editor:
        editor.create_model(Record)
    guards.install(connection)

"""How PostgreSQL finds the records of an export: run by run along their ids, and never sorting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from consent.exports import reading
from consent.exports.reading import Kind
from consent.exports.selection import Selection
from consent.models import Record
from tests.databases.plans import multiply
from tests.remembering import RECEIPT, remember

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, SPAN = 20_000, 5_000
Plans = Callable[[], list[str]]


@pytest.fixture
def plans() -> Plans:
    """Return what gives the plans, as text, of the statements of this connection that read."""
    said: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        for name, value in {"log_min_duration": "0", "log_level": "NOTICE"}.items():
            cursor.execute(f"SET auto_explain.{name} = '{value}'")
    connection.connection.add_notice_handler(lambda notice: said.append(notice.message_primary))
    return lambda: [plan for plan in said if "COPY" in plan]


@pytest.mark.parametrize("is_analyzed", [False, True])
@pytest.mark.parametrize(
    "selection",
    [Selection(), Selection(language="en"), Selection(action="refuse", site="clinic")],
    ids=["all", "language", "decision and site"],
)
def test_a_run_is_read_along_the_ids_whatever_statistics_say(
    plans: Plans, selection: Selection, is_analyzed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No query grows with the table: each reads the rows of its run, in their order."""
    monkeypatch.setitem(reading.SPANS, "postgresql", SPAN)
    remember("accept", 3000, RECEIPT)
    multiply(remember("refuse", 2000), ROWS)
    if is_analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE consent_record")
    upto = Record.objects.latest("id").pk
    found = reading.pieces(selection, Kind(), using="default", after=0, upto=upto)
    assert sum(piece.rows for piece in found) >= ROWS
    assert len(plans()) > ROWS // SPAN
    for plan in plans():
        assert "Index Scan using consent_record_pkey" in plan
        assert "Sort" not in plan

"""The access log: who saw or took out what (P10)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from consent.accesses import note_access
from consent.models import Access, AppendOnlyError

pytestmark = pytest.mark.django_db


def test_a_line_says_who_did_what_to_what_and_when() -> None:
    """P10: nobody reads or exports evidence unseen."""
    entry = note_access("export", who=" ana ", subject="records", count=3, format="csv")
    stored = Access.objects.get(pk=entry.pk)
    assert (stored.what, stored.who, stored.subject, stored.count) == (
        "export",
        "ana",
        "records",
        3,
    )
    assert stored.detail == {"format": "csv"}
    assert stored.at is not None


@pytest.mark.parametrize("who", ["", "  "])
def test_nobody_is_refused(who: str) -> None:
    with pytest.raises(ValueError, match="who"):
        note_access("view", who=who)
    assert not Access.objects.exists()


def test_an_unknown_deed_is_refused() -> None:
    with pytest.raises(ValueError, match="stole"):
        note_access("stole", who="ana")


def test_a_line_can_be_neither_changed_nor_deleted() -> None:
    entry = note_access("view", who="ana", subject="record 1")
    for forbidden in (entry.save, entry.delete, Access.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            forbidden()
    for statement in ("UPDATE consent_access SET who = 'eve'", "DELETE FROM consent_access"):
        with (
            pytest.raises(DatabaseError, match="evidence"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Access.objects.get().who == "ana"

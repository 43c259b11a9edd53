"""What was changed behind everybody's back is found, and named; what was not is sound."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models

from consent import anchors, notices, removals, retention, sealing, signing
from consent.core.evidence import removal_code, rows_digest, seal_digest
from consent.core.notice import Notice
from consent.keys import evidence_keys
from consent.models import (
    Anchor,
    Leaf,
    Presentation,
    Record,
    Removal,
    RemovedRange,
    RemovedRow,
    Seal,
)
from consent.models import Notice as StoredNotice
from tests.evidence import behind_everybodys_back, named, recorded, tampered, verified

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]

SEALED: dict[str, type[models.Model]] = {
    "record": Record,
    "notice": StoredNotice,
    "presentation": Presentation,
    "leaf": Leaf,
    "seal": Seal,
    "removal": Removal,
    "anchor": Anchor,
}


def removed(rows: list[tuple[str, int]], kind: str = "erase") -> Removal:
    values: dict[str, Any] = {
        "kind": kind,
        "reason": "asked",
        "removed_by": "test",
        "removed_at": datetime(2026, 11, 25, 12, tzinfo=UTC),
        "count": len(rows),
        "digest": rows_digest(rows),
    }
    entry = Removal.objects.create(**values, mac=removal_code(evidence_keys()[0], values))
    for name, row in rows:
        RemovedRow.objects.create(kind=name, row=row, removal=entry.pk)
    return entry


def erased(record: Record) -> None:
    removed([("record", record.pk)])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [record.pk])


@pytest.fixture
def log(asked: Notice) -> list[Record]:
    """Three seals: records, a presentation; an erased record; an anchor."""
    records = [recorded(asked, action) for action in ("accept", "refuse", "accept", "refuse")]
    html, script, style = "<p>Choose", "let x", "p {}"
    values = {"html": html, "script": script, "style": style, "digest": ""}
    shown = Presentation(**values, site="clinic", notice=1, notice_digest="", language="en")
    shown.digest = shown.text_digest()
    shown.save()
    sealing.seal()
    erased(records[1])
    recorded(asked)
    (second,) = sealing.seal()
    Anchor.objects.create(kind="file", seal=second.number, digest=second.digest, place="/a")
    recorded(asked, "refuse")
    sealing.seal()
    recorded(asked)
    return records


@pytest.mark.usefixtures("log")
def test_what_was_not_changed_is_sound() -> None:
    """P6: also after an erasure, which it tells."""
    report, faults = verified()
    assert faults == []
    assert report.is_sound
    assert (report.first, report.last) == (1, 3)
    assert report.counts["record rows"] == 5
    assert report.counts["record rows erased"] == 1
    assert report.counts["unsealed records"] == 1
    assert report.counts["presentation rows"] == 1


def columns() -> list[tuple[str, str]]:
    return [
        (kind, field.column)
        for kind, model in SEALED.items()
        for field in model._meta.concrete_fields
        if field.name != "id"
    ]


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Return another value that the column can hold."""
    if isinstance(field, models.DateTimeField):
        moved = value.replace(microsecond=(value.microsecond + 1) % 10**6)
        return field.get_db_prep_value(moved, connection)
    if isinstance(field, models.JSONField):
        return '{"media": "yes", "other": "no"}' if value else '["x"]'
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(value, int):
        return value + 1000
    return f"{'0' if value[:1] != '0' else '1'}{value[1:]}" if value else "x"


@pytest.mark.parametrize(("kind", "column"), columns())
@pytest.mark.usefixtures("log")
def test_every_changed_value_of_a_sealed_row_is_found_and_the_row_named(
    kind: str, column: str
) -> None:
    """P6, P1, P2."""
    model: Any = SEALED[kind]
    row = model.objects.order_by("pk").first()
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    key = model._meta.pk.column
    value = getattr(row, field.attname)
    tampered(model._meta.db_table, (key, row.pk), column, other(field, value))
    report, faults = verified()
    assert not report.is_sound
    names = {f"{kind} {row.pk}", f"{kind} {row.pk + 1000}"}  # the latter where its key changed
    assert any(name in str(fault) for fault in faults for name in names), faults


@pytest.mark.parametrize("model", [RemovedRow, RemovedRange], ids=lambda model: model.__name__)
@pytest.mark.parametrize("column", ["kind", "row", "first", "last", "removal"])
def test_every_changed_value_of_what_a_removal_names_is_found(
    log: list[Record], model: Any, column: str
) -> None:
    """P6, D5: and the removal is named."""
    if column not in {field.column for field in model._meta.concrete_fields}:
        return
    why = removals.Why(Removal.Kind.PURGE, "over", "test", datetime(2026, 11, 25, tzinfo=UTC))
    retention.remove_range(("record", log[2].pk, log[3].pk), 2, why, using="default")
    sealing.seal()
    assert verified()[0].counts["record rows purged"] == 2
    row = model.objects.get()
    field = model._meta.get_field(column)
    value = other(field, getattr(row, column))
    tampered(model._meta.db_table, ("id", row.pk), column, value)
    assert ("forged", f"removal {row.removal}") in named(verified()[1])


def test_a_record_that_was_missing_before_its_range_went_is_found(log: list[Record]) -> None:
    """P6, D5: a range lets nobody count as purged what it did not remove."""
    pk = log[2].pk
    with behind_everybodys_back() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [pk])
    why = removals.Why(Removal.Kind.PURGE, "over", "test", datetime(2026, 11, 25, tzinfo=UTC))
    with pytest.raises(RuntimeError, match="2 record rows were to go, but 1 were there"):
        retention.remove_range(("record", pk, log[3].pk), 2, why, using="default")
    assert named(verified()[1]) == {("missing", f"record {pk}")}


@pytest.mark.usefixtures("log")
def test_what_is_sealed_after_the_newest_record_went_is_sound() -> None:
    """P6, D5."""
    for row in Record.objects.order_by("-pk")[:2]:
        sealing.seal()
        erased(row)
        sealing.seal()
    assert verified()[1] == []


def test_a_forged_range_is_found(log: list[Record]) -> None:
    """P6, D5: also one that speaks for a removal that never was."""
    first, last = log[2].pk, log[3].pk
    entry = Removal.objects.get()
    RemovedRange.objects.create(kind="record", first=first, last=last, removal=entry.pk)
    stray = RemovedRange.objects.create(kind="record", first=last, last=last, removal=entry.pk + 1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id BETWEEN %s AND %s", [first, last])
    found = named(verified()[1])
    assert ("forged", f"removal {entry.pk}") in found
    assert ("forged", f"removed range {stray.pk}") in found
    assert {("missing", f"record {first}"), ("missing", f"record {last}")} <= found


@pytest.mark.usefixtures("log")
def test_an_unsealed_records_change_is_found() -> None:
    """P6."""
    newest = Record.objects.order_by("-pk").first()
    assert newest
    tampered("consent_record", ("id", newest.pk), "action", "refuse")
    assert named(verified()[1]) == {("changed", f"record {newest.pk}")}


def test_a_record_that_went_without_a_removal_is_missing(log: list[Record]) -> None:
    """P6: and one whose leaf went as well is told by the leaf."""
    with behind_everybodys_back() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [log[0].pk])
    assert named(verified()[1]) == {("missing", f"record {log[0].pk}")}
    leaf = Leaf.objects.get(kind="record", row=log[0].pk)
    quote = connection.ops.quote_name
    with behind_everybodys_back() as cursor:
        cursor.execute(f"DELETE FROM consent_leaf WHERE {quote('index')} = %s", [leaf.index])
    assert ("missing", f"leaf {leaf.index}") in named(verified()[1])


def test_a_record_slipped_in_among_sealed_ones_is_found(log: list[Record], asked: Notice) -> None:
    """P6: in place of one that was erased."""
    record = recorded(asked)
    with behind_everybodys_back() as cursor:
        cursor.execute("UPDATE consent_record SET id = %s WHERE id = %s", [log[1].pk, record.pk])
    assert f"record {log[1].pk}" in {fault.row for fault in verified()[1]}


def test_two_records_that_changed_places_are_found(log: list[Record]) -> None:
    """P6."""
    with behind_everybodys_back() as cursor:
        for before, after in ((log[0].pk, 900), (log[2].pk, log[0].pk), (900, log[2].pk)):
            cursor.execute("UPDATE consent_record SET id = %s WHERE id = %s", [after, before])
    found = "\n".join(map(str, verified()[1]))
    assert f"record {log[0].pk}" in found
    assert f"record {log[2].pk}" in found


@pytest.mark.usefixtures("log")
def test_two_seals_that_changed_places_are_found() -> None:
    """P6."""
    with behind_everybodys_back() as cursor:
        for before, after in ((1, 900), (2, 1), (900, 2)):
            cursor.execute("UPDATE consent_seal SET number = %s WHERE number = %s", [after, before])
    found = {fault.row for fault in verified()[1]}
    assert {"seal 1", "seal 2"} <= found


@pytest.mark.usefixtures("log")
def test_a_tail_cut_off_past_an_anchor_is_found() -> None:
    """P5, P6."""
    second = Seal.objects.get(number=2)
    quote = connection.ops.quote_name
    with behind_everybodys_back() as cursor:
        cursor.execute(f"DELETE FROM consent_leaf WHERE {quote('index')} >= %s", [second.first])
        cursor.execute("DELETE FROM consent_seal WHERE number >= 2")
        upto = Seal.objects.get(number=1).upto
        cursor.execute("DELETE FROM consent_record WHERE id > %s", [upto])
    assert "unanchored" in {fault.kind for fault in verified()[1]}


@pytest.mark.parametrize("mac", ["0" * 64, ""])
def test_a_forged_removal_is_found(log: list[Record], mac: str) -> None:
    """P6, D5: whoever has the database alone cannot pass a row off as erased."""
    rows = [("record", log[0].pk)]
    forged = Removal.objects.create(
        kind="erase", reason="x", removed_by="x", count=1, digest=rows_digest(rows), mac=mac
    )
    RemovedRow.objects.create(kind="record", row=log[0].pk, removal=forged.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [log[0].pk])
    found = named(verified()[1])
    assert found == {("forged", f"removal {forged.pk}"), ("missing", f"record {log[0].pk}")}


def test_a_row_added_to_a_removal_is_found(log: list[Record]) -> None:
    """P6, D5."""
    entry = Removal.objects.get()
    RemovedRow.objects.create(kind="record", row=log[0].pk, removal=entry.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [log[0].pk])
    found = named(verified()[1])
    assert ("forged", f"removal {entry.pk}") in found
    assert ("missing", f"record {log[0].pk}") in found


def test_a_removed_record_that_is_back_is_told(log: list[Record]) -> None:
    """D5: as after a restore from backup."""
    removed([("record", log[2].pk)])
    assert named(verified()[1]) == {("restored", f"record {log[2].pk}")}


@pytest.fixture
def key(settings: Any) -> str:
    """A key that signs seals; returns its public half."""
    settings.CONSENT_SEAL_KEY, public = signing.new_key()
    return public


def test_a_log_written_anew_without_its_key_is_found(log: list[Record], key: str) -> None:
    """P6: whoever has the database and the evidence key alone cannot sign."""
    recorded_again(log)
    assert verified()[0].counts["seals"] == 1
    before = Seal.objects.get(number=4)
    values = {**vars(before), "key": "", "signature": ""}
    for column, value in (("key", ""), ("signature", ""), ("digest", seal_digest(values))):
        tampered("consent_seal", ("number", 4), column, value)
    assert ("broken", "seal 4") in named(verified()[1])


def test_a_signature_of_another_key_is_none(log: list[Record], key: str, settings: Any) -> None:
    """P6: also after rotation, for which the old public key has to be known."""
    recorded_again(log)
    settings.CONSENT_SEAL_KEY, _ = signing.new_key()
    recorded_again(log)
    report, faults = verified()
    assert faults == []
    assert report.counts["seals with unchecked signature"] == 1
    settings.CONSENT_SEAL_PUBLIC_KEYS = [key]
    assert verified()[0].counts["seals"] == 2
    seal = Seal.objects.get(number=5)
    tampered("consent_seal", ("number", 4), "signature", seal.signature)
    assert named(verified()[1]) == {("broken", "seal 4")}


def test_what_a_file_outside_holds_has_to_be_here(
    log: list[Record], settings: Any, tmp_path: Path
) -> None:
    """P5, P6: the newest seals cut off together with everything that speaks of them."""
    path = tmp_path / "seals.jsonl"
    settings.CONSENT_ANCHORS = [{"to": "file", "path": str(path)}]
    anchors.anchor(Seal.objects.get(number=3))
    assert verified()[0].is_sound
    quote = connection.ops.quote_name
    with behind_everybodys_back() as cursor:
        second = Seal.objects.get(number=2)
        upto = Seal.objects.get(number=1).upto
        cursor.execute("DELETE FROM consent_anchor")
        cursor.execute(f"DELETE FROM consent_leaf WHERE {quote('index')} >= %s", [second.first])
        cursor.execute("DELETE FROM consent_seal WHERE number > 1")
        cursor.execute("DELETE FROM consent_record WHERE id > %s", [upto])
        cursor.execute("DELETE FROM consent_removedrow")
        cursor.execute("DELETE FROM consent_removal")
    assert ("unanchored", "seal 3") in named(verified()[1])


def recorded_again(log: list[Record]) -> None:
    notice = notices.load("clinic", log[0].notice)
    assert notice
    recorded(notice)
    sealing.seal()

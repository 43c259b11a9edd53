"""consent_purge, consent_erase and consent_hold, as they are typed."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from consent import guards, moments, removals, retention, sealing
from consent.core.notice import Notice
from consent.models import Exhibit, Hold, Leaf, Record, Removal, RemovedRange, RemovedRow, Run
from consent.recording import is_withdrawn
from consent.removals import Why
from consent.signals import decision_recorded
from tests.remembering import OTHER, RECEIPT, left, remember
from tests.visiting import Visitor

pytestmark = pytest.mark.django_db
# On MariaDB, to lift the triggers commits.
lifting = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)


def run(command: str, *args: str, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    call_command(command, *args, stdout=out, stderr=out)
    return out.getvalue()


def refused(command: str, *args: str) -> str:
    with pytest.raises(CommandError) as error:
        run(command, *args)
    assert error.value.returncode == 1
    return str(error.value)


def old(action: str = "refuse", receipt: str = "") -> Record:
    return remember(action, 0, receipt, decided_at=LONG_AGO)


def come_back(row: Record) -> None:
    """Insert a row again that was removed, as a restored backup does."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
    Record(**values).save(force_insert=True)


def lose_ledger() -> None:
    """Set the ledger back to before anything was removed."""
    with guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_leaf WHERE kind = 'removal'")
        cursor.execute("DELETE FROM consent_removedrow")
        cursor.execute("DELETE FROM consent_removedrange")
        cursor.execute("DELETE FROM consent_removal")


def test_purging_says_what_went_and_when_it_was_from() -> None:
    """D6."""
    old()
    old("accept", RECEIPT)
    young = remember("refuse", 0, decided_at=moments.now())
    assert run("consent_purge", "--dry-run").splitlines() == [
        "1 record, 0 presentations, 0 notices …",
        "  2001-02-03: 2",
        "Would remove 2 records, 0 presentations, 0 notices.",
    ]
    assert len(left()) == 3
    said = run("consent_purge", "--by", "cron")
    assert said.endswith("  2001-02-03: 2\nRemoved 2 records, 0 presentations, 0 notices.\n")
    assert left() == [young.pk]
    assert set(Removal.objects.values_list("removed_by", flat=True)) == {"cron"}
    assert Run.objects.get().is_sound


def test_progress_is_one_line_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    old()
    said = run("consent_purge", out=Terminal())
    assert said.startswith("\r1 record, 0 presentations, 0 notices …\n")


def test_totals_come_as_json() -> None:
    old()
    out, err = io.StringIO(), io.StringIO()
    call_command("consent_purge", "--json", "--batch=7", stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {
        "records": 1,
        "presentations": 0,
        "notices": 0,
        "days": {"2001-02-03": 1},
        "entries": 1,
        "holds": 0,
        "dry_run": False,
    }


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--ledger=x"], "--ledger goes with --replay"),
        (["--batch=0"], "a batch one row at least"),
        (["--dry-run", "--replay"], "not allowed with"),
        (["--replay", "--ledger=/no/such/file"], "No such file"),
        (["--export-ledger=/no/such/place/file"], "No such file"),
    ],
)
def test_purging_refuses(args: list[str], why: str) -> None:
    old()
    assert why in refused("consent_purge", *args)
    assert len(left()) == 1


@pytest.mark.urls("tests.pages")
def test_erasing_withdraws_a_running_grant_and_leaves_only_leaves(
    visitor: Visitor, asked: Notice
) -> None:
    """D5, P6."""
    visitor.choose("accept")
    visitor.choose("refuse")
    visitor.choose("accept")
    other = Visitor()
    other.choose("accept")
    receipt = Record.objects.order_by("id").last().receipt  # type: ignore[union-attr]  # it is there
    mine = Record.objects.exclude(receipt=receipt).values_list("receipt", flat=True)
    running = mine.order_by("-id")[0]
    before = list(Record.objects.filter(receipt=running).values("pk", "commitment", "salt"))
    heard: list[Record] = []

    def listen(record: Record, **_: Any) -> None:
        heard.append(record)

    decision_recorded.connect(listen)
    try:
        said = run("consent_erase", running.upper(), "--reason", "Asked by e-mail.", "--by", "me")
    finally:
        decision_recorded.disconnect(listen)
    assert said.startswith("Erased 2 records (removal ")
    (withdrawal,) = heard
    assert (withdrawal.action, withdrawal.receipt) == ("withdraw", running)
    assert set(withdrawal.answers.values()) == {"no"}
    assert set(withdrawal.answers) == set(asked.optional_keys)
    assert not Record.objects.filter(receipt=running).exists()
    assert Record.objects.filter(receipt=receipt).exists()
    entry = Removal.objects.get()
    assert (entry.kind, entry.reason, entry.removed_by) == ("erase", "Asked by e-mail.", "me")
    named = removals.rows_named(entry, using="default")
    assert named == [("record", before[0]["pk"]), ("record", withdrawal.pk)]
    leaf = Leaf.objects.get(kind=Exhibit.RECORD, row=before[0]["pk"])
    assert leaf.commitment == before[0]["commitment"]
    assert not _is_anywhere(running)
    assert not _is_anywhere(before[0]["salt"])


def _is_anywhere(text: str) -> bool:
    """Whether any column of any table of the app holds a text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("consent_"):
                cursor.execute(f"SELECT * FROM {table}")
                if any(text in str(value) for row in cursor.fetchall() for value in row):
                    return True
    return False


def test_an_expired_or_withdrawn_grant_is_not_withdrawn_again() -> None:
    """D5."""
    old("accept", RECEIPT)
    now = moments.now()
    for action in ("accept", "withdraw"):
        remember(action, 0, OTHER, decided_at=now)
    run("consent_erase", RECEIPT, "--reason=asked")
    run("consent_erase", OTHER, "--reason=asked")
    assert list(Removal.objects.order_by("id").values_list("count", flat=True)) == [1, 2]


@pytest.mark.urls("tests.pages")
def test_what_an_old_browser_sends_after_the_erasure_can_be_erased_too(
    visitor: Visitor, asked: Notice
) -> None:
    """D5: its cookie still names the receipt, and withdrawing there is recorded anew."""
    visitor.choose("accept")
    receipt = Record.objects.get().receipt
    run("consent_erase", receipt, "--reason=asked")
    assert not is_withdrawn("clinic", receipt)
    visitor.choose("withdraw")
    assert is_withdrawn("clinic", receipt)
    assert "Erased 1 record " in run("consent_erase", receipt, "--reason=asked")
    assert left() == []


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["x", "--reason=r"], "'x' is not a receipt's id"),
        (["8" + "0" * 25, "--reason=r"], "is not a receipt's id"),
        ([OTHER, "--reason=r"], "No record carries this receipt"),
        ([RECEIPT, "--reason= "], "Say why"),
        ([RECEIPT, "--reason=r", "--by= "], "who erases"),
        ([RECEIPT, f"--reason=of {RECEIPT}"], "leave the receipt out"),
        ([RECEIPT], "--reason"),
    ],
)
def test_erasing_refuses(args: list[str], why: str) -> None:
    """D5."""
    row = remember("accept", 0, RECEIPT, decided_at=moments.now())
    assert why in refused("consent_erase", *args)
    assert left() == [row.pk]


def test_a_missing_notice_does_not_stand_in_the_visitors_way() -> None:
    """D5."""
    remember("accept", 0, RECEIPT, decided_at=moments.now())
    assert "Erased 1 record " in run("consent_erase", RECEIPT, "--reason=asked")
    assert left() == []


def test_a_record_that_comes_in_meanwhile_is_erased_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """D5, P6."""
    old("accept", RECEIPT)
    real = sealing.seal
    late: list[Record] = []

    def slow(**options: Any) -> Any:
        sealed = real(**options)
        if not late:
            late.append(old("choose", RECEIPT))
        return sealed

    monkeypatch.setattr(sealing, "seal", slow)
    assert "Erased 2 records" in run("consent_erase", RECEIPT, "--reason=asked")
    assert left() == []


def test_records_that_keep_coming_are_not_erased_by_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """D5."""
    monkeypatch.setattr(sealing, "seal", lambda **_: [])
    row = old("accept", RECEIPT)
    assert "keep coming" in refused("consent_erase", RECEIPT, "--reason=asked")
    assert left() == [row.pk]


def test_after_a_restore_what_went_goes_again_without_a_new_entry() -> None:
    """P6, D5, D6."""
    rows = [old(), old("accept", RECEIPT)]
    erased = remember("withdraw", 0, OTHER, decided_at=moments.now())
    run("consent_purge")
    run("consent_erase", OTHER, "--reason=asked")
    entries = list(Removal.objects.order_by("id").values())
    for row in (*rows, erased):
        come_back(row)
    assert "run consent_purge --replay" in refused("consent_erase", OTHER, "--reason=asked")
    assert run("consent_purge").endswith("Removed 0 records, 0 presentations, 0 notices.\n")
    assert len(left()) == 3
    said = run("consent_purge", "--replay", "--batch=1")
    assert said == "Removed again: 3 records, 0 presentations, 0 notices.\n"
    assert left() == []
    assert list(Removal.objects.order_by("id").values()) == entries
    assert json.loads(run("consent_purge", "--replay", "--json"))["records"] == 0


def test_a_forged_entry_removes_nothing() -> None:
    """P6."""
    row, other = old(), old()
    sealing.seal(using="default")
    forged = Removal(
        kind="erase", reason="r", removed_by="b", count=1, digest="d" * 64, mac="m" * 64
    )
    forged.save()
    RemovedRow(kind="record", row=row.pk, removal=forged.pk).save()
    RemovedRow(kind="record", row=other.pk, removal=forged.pk + 1).save()
    said = refused("consent_purge", "--replay")
    assert f"record {row.pk}, which removal {forged.pk} names: no key of this site's" in said
    assert f"record {other.pk}, which removal {forged.pk + 1} names: there is no such" in said
    assert left() == [row.pk, other.pk]


def test_another_record_under_a_removed_ones_id_stays() -> None:
    """P6."""
    row = old()
    run("consent_purge")
    come_back(_other_under(row.pk))
    assert "another row stands under that id" in refused("consent_purge", "--replay")
    assert left() == [row.pk]


def _other_under(pk: int) -> Record:
    other = old("accept", RECEIPT)
    run("consent_purge")
    other.pk = pk
    return other


@pytest.mark.django_db(transaction=True)
@lifting
def test_a_ledger_outside_forgets_again_what_a_lost_one_named(tmp_path: Path) -> None:
    """P6, D5, D6."""
    purged, erased = old(), remember("withdraw", 0, OTHER, decided_at=moments.now())
    kept = remember("refuse", 0, decided_at=moments.now())
    run("consent_purge", "--by=cron")
    run("consent_erase", OTHER, "--reason=asked", "--by=officer")
    before = list(Removal.objects.order_by("id").values("kind", "reason", "removed_by", "mac"))
    file = str(tmp_path / "ledger.ndjson")
    assert run("consent_purge", "--export-ledger", file) == f"Wrote 2 entries to {file}.\n"
    assert json.loads(run("consent_purge", "--json", "--export-ledger", file))["entries"] == 2
    assert OTHER not in Path(file).read_text("utf-8")
    lose_ledger()
    for row in (purged, erased):
        come_back(row)
    for removed in (2, 0):
        said = run("consent_purge", "--replay", "--ledger", file)
        assert said == f"Removed again: {removed} records, 0 presentations, 0 notices.\n"
    assert left() == [kept.pk]
    # The entries that were lost are there again, to the last character.
    after = Removal.objects.order_by("id").values("kind", "reason", "removed_by", "mac")
    assert list(after) == before


@pytest.mark.django_db(transaction=True)
@lifting
def test_a_ledger_outside_removes_no_record_that_took_an_old_id(tmp_path: Path) -> None:
    """P6: a database that was set back gives ids to others."""
    row, other = old(), old("accept", RECEIPT)
    run("consent_purge")
    file = str(tmp_path / "ledger.ndjson")
    run("consent_purge", "--export-ledger", file)
    lose_ledger()
    other.pk = row.pk
    come_back(other)
    run("consent_purge", "--replay", "--ledger", file)
    assert left() == [row.pk]
    assert not RemovedRow.objects.exists()


def _removed_range(*rows: Record) -> None:
    why = Why(Removal.Kind.PURGE, "over", "cron", moments.now())
    sealing.seal(using="default")
    retention.remove_range(("record", rows[0].pk, rows[-1].pk), len(rows), why, using="default")


def test_what_a_range_named_and_a_backup_brought_back_goes_again() -> None:
    """D6: without a new entry, and nothing that took an old id."""
    rows = [old(), old("accept", RECEIPT), old()]
    _removed_range(*rows)
    entries = list(Removal.objects.values())
    other = _other_under(rows[2].pk)
    for row in (rows[0], rows[1], other):
        come_back(row)
    purged = list(Removal.objects.exclude(pk=entries[0]["id"]))
    assert "another row stands under that id" in refused("consent_purge", "--replay", "--batch=1")
    assert left() == [other.pk]
    assert list(Removal.objects.exclude(pk__in=[p.pk for p in purged]).values()) == entries


def test_a_range_of_a_forged_entry_removes_nothing() -> None:
    """P6."""
    rows = [old(), old()]
    sealing.seal(using="default")
    RemovedRange(kind="record", first=rows[0].pk, last=rows[1].pk, removal=7).save()
    assert "removal 7 names: there is no such removal" in refused("consent_purge", "--replay")
    assert len(left()) == 2


@pytest.mark.django_db(transaction=True)
@lifting
def test_a_ledger_outside_forgets_again_a_range_that_a_lost_one_named(tmp_path: Path) -> None:
    """P6, D6: only as a whole, and as it was sealed; a row that went by itself before stays out."""
    rows = [old(), remember("refuse", 0, decided_at=moments.now()), old("accept", RECEIPT)]
    run("consent_purge")
    come_back(rows[2])
    rows = [rows[1], rows[2]]
    run("consent_purge", "--replay")
    rows = [rows[0], old(), old()]
    _removed_range(*rows)
    file = str(tmp_path / "ledger.ndjson")
    run("consent_purge", "--export-ledger", file)
    assert RECEIPT not in Path(file).read_text("utf-8")
    lose_ledger()
    for row in rows[:2]:
        come_back(row)
    said = refused("consent_purge", "--replay", "--ledger", file)
    assert f"record {rows[0].pk} to {rows[2].pk}: other rows stand there than were sealed" in said
    come_back(rows[2])
    for removed in (3, 0):
        said = run("consent_purge", "--replay", "--ledger", file)
        assert said == f"Removed again: {removed} records, 0 presentations, 0 notices.\n"
    assert left() == []
    assert RemovedRange.objects.count() == 1


def _exported(tmp_path: Path) -> tuple[Path, Record]:
    row = old()
    run("consent_purge")
    old("accept", RECEIPT)
    run("consent_purge")
    file = tmp_path / "ledger.ndjson"
    run("consent_purge", "--export-ledger", str(file))
    lose_ledger()
    come_back(row)
    return file, row


@lifting
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda lines: lines[:-1], "is cut off"),
        (lambda lines: lines[:0], "is cut off"),
        (lambda lines: lines[1:], "Line 1 of .*the file was changed"),
        (lambda lines: [lines[1], lines[0], lines[2]], "Line 1 of .*the file was changed"),
        (lambda lines: [lines[0], lines[0], lines[1], lines[2]], "Line 2 of .*changed"),
        (lambda lines: [*lines, lines[0]], "Line 4 of"),
        (lambda lines: [lines[0].replace('"count": 1', '"count": 2'), *lines[1:]], "changed"),
        (lambda lines: [lines[0].replace("purge", "erase"), *lines[1:]], "changed"),
        (lambda lines: ["[]", *lines], "Line 1 of"),
        (lambda lines: ['{"code": "é"}', *lines], "Line 1 of .*changed"),
        (lambda lines: ["not JSON", *lines], "Line 1 of"),
    ],
)
def test_a_ledger_outside_that_was_changed_is_not_believed_at_all(
    change: Any, why: str, tmp_path: Path
) -> None:
    """P6: nothing is removed, not even what the sound lines name."""
    file, row = _exported(tmp_path)
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == 3
    file.write_text("".join(f"{line}\n" for line in change(lines)), "utf-8")
    with pytest.raises(CommandError, match=why):
        run("consent_purge", "--replay", "--ledger", str(file))
    assert left() == [row.pk]


@lifting
def test_every_byte_of_a_ledger_outside_counts(tmp_path: Path) -> None:
    """P6."""
    file, row = _exported(tmp_path)
    whole = file.read_text("utf-8")
    for at in range(0, len(whole), 7):
        file.write_text(whole[:at] + chr(ord(whole[at]) ^ 1) + whole[at + 1 :], "utf-8")
        if json_equal(file, whole):
            continue  # spaces between values say nothing
        assert str(file) in refused("consent_purge", "--replay", "--ledger", str(file))
    assert left() == [row.pk]


def json_equal(file: Path, whole: str) -> bool:
    try:
        now = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    except ValueError:
        return False
    return now == [json.loads(line) for line in whole.splitlines()]


def test_a_forged_entry_is_not_exported(tmp_path: Path) -> None:
    """P6."""
    old()
    run("consent_purge")
    Removal(kind="erase", reason="r", removed_by="b", count=0, digest="d", mac="m").save()
    file = tmp_path / "ledger.ndjson"
    assert "left out" in refused("consent_purge", "--export-ledger", str(file))
    assert len(file.read_text("utf-8").splitlines()) == 2


def test_holds_are_set_listed_and_lifted() -> None:
    remember("accept", 0, RECEIPT)
    assert run("consent_hold", "list") == "Nothing is held.\n"
    said = run("consent_hold", "set", "--receipt", RECEIPT, "--reason=claim", "--by=me")
    first = Hold.objects.get()
    line = f"{first.pk}: receipt {RECEIPT} (claim), set by me"
    assert said == f"Set: {line}\n"
    run("consent_hold", "set", "--since=2026-01-01", "--until=2026-01-31", "--reason=audit")
    second = Hold.objects.get(receipt="")
    assert timezone.localtime(second.since).isoformat() == "2026-01-01T00:00:00+01:00"
    assert timezone.localtime(second.until).isoformat() == "2026-02-01T00:00:00+01:00"
    listed = run("consent_hold", "list").splitlines()
    assert listed[0] == line
    assert "2025-12-31 23:00 UTC" in listed[1]
    assert "Lifted: " in run("consent_hold", "lift", str(first.pk), "--by=you")
    assert len(run("consent_hold", "list").splitlines()) == 1
    assert "lifted by you" in run("consent_hold", "list", "--all")
    assert len(json.loads(run("consent_hold", "list", "--all", "--json"))) == 2


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["set", "--reason=r"], "either one receipt or one period"),
        (["set", "--reason=r", "--since=yesterday"], "--since takes 2026-01-31"),
        (["set", "--reason=r", "--until=9999-12-31"], "--until takes"),
        (["lift", "17"], "No hold in force has the number 17"),
        ([], "required"),
    ],
)
def test_holding_refuses(args: list[str], why: str) -> None:
    assert why in refused("consent_hold", *args)
    assert not Hold.objects.exists()


def test_a_moment_is_taken_as_it_is() -> None:
    run("consent_hold", "set", "--reason=r", "--until=2026-01-31T12:00+00:00")
    assert moments.written(Hold.objects.get().until) == "2026-01-31T12:00:00+00:00"  # type: ignore[arg-type]  # set

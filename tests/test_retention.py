"""What the clocks let go, what stays, and what is left of what went."""

from __future__ import annotations

import ast
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

import consent
from consent import guards, removals, retention, sealing
from consent.erasing import erase
from consent.faults import Report
from consent.holds import RetentionError
from consent.models import (
    Exhibit,
    Hold,
    Leaf,
    Notice,
    Presentation,
    Record,
    Removal,
    RemovedRow,
    Run,
    Tally,
)
from consent.retention import Totals, delete_named, purge
from consent.verifying import verify
from tests.remembering import NOW, OTHER, RECEIPT, ago, left, old_notice, old_presentation, remember

pytestmark = pytest.mark.django_db

MEMORY, KEPT, REFUSAL = 185, 1095, 185
FIVE_YEARS = 1827


def purged(**options: Any) -> Totals:
    return purge(**{"by": "test", "now": NOW, **options})


def test_a_refusal_goes_once_its_days_are_over() -> None:
    """D6."""
    remember("refuse", REFUSAL)
    young = remember("refuse", REFUSAL - 0.001)
    assert purged().rows == {"record": 1}
    assert left() == [young.pk]


@pytest.mark.parametrize(
    ("chain", "goes"),
    [
        ([("accept", KEPT + MEMORY)], True),
        ([("accept", KEPT + MEMORY - 0.001)], False),
        ([("accept", KEPT + 10), ("withdraw", KEPT)], True),
        ([("accept", KEPT + 10), ("withdraw", KEPT - 0.001)], False),
        ([("accept", 3000), ("choose", KEPT + MEMORY - 1)], False),
        ([("accept", 3000), ("choose", KEPT + MEMORY)], True),
        ([("accept", KEPT + 20), ("withdraw", KEPT + 10), ("accept", KEPT + 5)], False),
        ([("accept", 3000), ("withdraw", 2000), ("accept", KEPT + MEMORY)], True),
        ([("once", KEPT)], True),
        ([("once", KEPT - 0.001)], False),
        ([("accept", KEPT + MEMORY + 5), ("once", KEPT + 5)], True),
        ([("accept", KEPT + MEMORY + 5), ("once", KEPT - 5)], False),
    ],
    ids=str,
)
def test_a_receipts_records_go_together_when_the_last_grant_is_long_over(
    chain: list[tuple[str, float]], goes: bool
) -> None:
    """D6: three years after expiry or withdrawal, whichever ended it; loading once ends at once."""
    rows = [remember(action, days, RECEIPT).pk for action, days in chain]
    running = remember("accept", 1, OTHER).pk
    purged()
    assert left() == ([running] if goes else [*rows, running])


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_what_was_decided_at_the_same_moment_goes_however_small_the_batch(batch: int) -> None:
    """D6."""
    for number in range(4):
        remember("accept", 3000, f"{number:026}")
        remember("refuse", 3000)
    assert purged(batch=batch).rows == {"record": 8}
    assert left() == []


def test_what_is_left_of_a_purged_record_is_its_leaf_and_an_entry_of_this_sites_own() -> None:
    """P6."""
    row = remember("refuse", 400)
    purged(by="cron")
    assert left() == []
    leaf = Leaf.objects.get(kind=Exhibit.RECORD, row=row.pk)
    assert leaf.commitment == row.commitment
    entry = Removal.objects.get()
    assert (entry.kind, entry.removed_by, entry.count) == ("purge", "cron", 1)
    assert (entry.removed_at, entry.reason) == (NOW, "retention is over: records of refusals")
    named = RemovedRow.objects.values_list("kind", "row", "removal")
    assert list(named) == [("record", row.pk, entry.pk)]
    fault = removals.fault_in(removals.values_of(entry), [("record", row.pk)])
    assert fault == ""


# On MariaDB, to lift the triggers commits.
@pytest.mark.django_db(transaction=True)
def test_verification_passes_after_removals_and_says_what_went() -> None:
    """P6, D5: and fails where a row went any other way."""
    replaced, current = old_notice(1, 9000), old_notice(2, 8000)
    first = {"notice": 1, "notice_digest": replaced.digest}
    second = {"notice": 2, "notice_digest": current.digest}
    remember("refuse", 400, **first)
    remember("accept", 3000, RECEIPT, **first)
    remember("accept", 1000, OTHER, **second)
    kept = remember("refuse", 1, **second)
    purged(batch=1)
    erase(OTHER, reason="asked", by="test", now=NOW)
    sealing.seal(using="default")
    report = verify(Report(), using="default")
    assert report.is_sound, report.example
    counts = {name: count for name, count in report.counts.items() if " rows" in name}
    assert counts == {
        "record rows purged": 2,
        "record rows erased": 1,
        "record rows": 1,
        "notice rows purged": 1,
        "notice rows": 1,
        "removal rows": 4,
    }
    with guards.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_record WHERE id = %s", [kept.pk])
    faults = verify(Report(), using="default").faults
    assert faults == {"missing": 1}


def test_an_entry_that_was_changed_is_not_believed() -> None:
    """P6."""
    row = remember("refuse", 400)
    purged()
    values, rows = removals.values_of(Removal.objects.get()), [("record", row.pk)]
    for name, value in {**values, "kind": "erase", "count": 2, "removed_at": ago(1)}.items():
        changed = {**values, name: value if value != values[name] else f"{value}x"}
        assert removals.fault_in(changed, rows) == "no key of this site's wrote it"
    for other in ([], [("record", row.pk + 1)], [*rows, ("record", row.pk + 1)]):
        assert "other rows" in removals.fault_in(values, other)


def test_an_entry_of_an_earlier_key_is_believed(settings: Any) -> None:
    """P6."""
    row = remember("refuse", 400)
    purged()
    values, rows = removals.values_of(Removal.objects.get()), [("record", row.pk)]
    settings.CONSENT_EVIDENCE_KEY = "new"
    assert removals.fault_in(values, rows) == ""
    settings.SECRET_KEY = "another"
    assert removals.fault_in(values, rows) == "no key of this site's wrote it"


def test_what_has_no_leaf_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """P6: a row that no seal covers would vanish without a trace."""
    monkeypatch.setattr(sealing, "seal", lambda **_: [])
    remember("refuse", 400)
    remember("accept", 3000, RECEIPT)
    old_notice(1, 9000)
    old_notice(2, 8000)
    assert purged().rows == {}
    assert len(left()) == 2
    assert not Removal.objects.exists()


def test_whatever_fails_within_a_batch_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P6: neither an entry without its removal nor a removal without its entry."""
    rows = [remember("refuse", 400).pk for _ in range(5)]
    real = retention.delete_named
    calls = []

    def failing(rows: Any, *, using: str) -> None:
        real(rows, using=using)
        calls.append(rows)
        if len(calls) > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(retention, "delete_named", failing)
    with pytest.raises(KeyboardInterrupt):
        purged(batch=2)
    gone = rows[:2]
    assert left() == rows[2:]
    assert list(RemovedRow.objects.order_by("id").values_list("row", flat=True)) == gone
    run = Run.objects.get()
    assert (run.is_sound, run.outcome["records"]) == (False, 2)
    monkeypatch.undo()
    assert purged().rows == {"record": 3}
    assert left() == []


def test_another_purge_at_the_same_time_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    remember("refuse", 400)
    real = removals.write
    tries = []

    def taken_once(*args: Any, **options: Any) -> Removal:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("consent_removed_once")
        return real(*args, **options)

    monkeypatch.setattr(removals, "write", taken_once)
    assert purged().rows == {"record": 1}
    assert Removal.objects.count() == 1


def test_a_dry_run_counts_the_same_and_changes_nothing() -> None:
    for days in (400, 400, 401, 1):
        remember("refuse", days)
    for action, days in (("accept", 3000), ("choose", 2900), ("withdraw", 2800)):
        remember(action, days, RECEIPT)
    before = left()
    dry = purged(dry_run=True, batch=2)
    assert left() == before
    assert not Removal.objects.exists()
    assert not Leaf.objects.exists()
    assert not Run.objects.exists()
    wet = purged(batch=2)
    assert (dry.rows, dry.days) == (wet.rows, wet.days)
    assert wet.rows == {"record": 6}


def test_it_tallies_by_day_and_leaves_the_daily_counts() -> None:
    """D6, P11."""
    for days in (400, 400, 401):
        remember("refuse", days)
    tally = Tally.objects.create(site="b", day=ago(400).date(), notice=1, action="refuse", count=2)
    days = {ago(400).date().isoformat(): 2, ago(401).date().isoformat(): 1}
    totals = purged()
    assert totals.days == days
    run = Run.objects.get()
    assert (run.task, run.is_sound) == ("purge", True)
    assert run.outcome == totals.as_json()
    assert run.outcome["days"] == days
    assert run.ended_at is not None
    assert Tally.objects.filter(pk=tally.pk, count=2).exists()


def test_a_second_purge_finds_nothing_and_the_first_ones_entries_stay() -> None:
    """P11: leaves, entries and what they name never go."""
    remember("refuse", 400)
    purged()
    leaves = Leaf.objects.filter(kind=Exhibit.RECORD).count()
    much_later = NOW + timedelta(days=100_000)
    assert purged(now=much_later).rows == {}
    assert Leaf.objects.filter(kind=Exhibit.RECORD).count() == leaves == 1
    assert Removal.objects.count() == RemovedRow.objects.count() == 1


def test_a_notice_and_its_look_go_long_after_another_took_their_place() -> None:
    """D6."""
    for number, days in ((1, 9000), (2, FIVE_YEARS), (3, FIVE_YEARS - 1), (4, 2)):
        old_notice(number, days)
        old_presentation(number, days)
    totals = purged()
    # Notice 2 was asked about until notice 3 came, which is not yet five years ago.
    assert totals.rows == {"notice": 1, "presentation": 1}
    assert totals.days == {}
    assert list(Notice.objects.order_by("number").values_list("number", flat=True)) == [2, 3, 4]
    assert list(Presentation.objects.order_by("pk").values_list("notice", flat=True)) == [2, 3, 4]


def test_what_a_record_points_to_stays_with_it() -> None:
    """D6, P11: and goes with the last of them."""
    for number, days in ((1, 9000), (2, 8000), (3, 7000)):
        old_notice(number, days)
        old_presentation(number, days)
    row = remember("accept", 1000, RECEIPT, notice=1, presentation=f"{1:064}")
    assert purged().rows == {"notice": 1, "presentation": 1}
    assert Notice.objects.filter(number=1).exists()
    assert Presentation.objects.filter(notice=1).exists()
    assert purged(now=NOW + timedelta(days=500)).rows == {
        "record": 1,
        "notice": 1,
        "presentation": 1,
    }
    assert not Record.objects.filter(pk=row.pk).exists()
    assert Notice.objects.get().number == 3


def test_the_newest_notice_of_a_site_stays_however_old() -> None:
    """D6."""
    old_notice(1, 90_000)
    old_notice(7, 80_000, site="other")
    old_presentation(1, 90_000)
    assert purged().rows == {}


def test_a_look_that_came_later_than_its_notice_counts_by_itself() -> None:
    """D6."""
    old_notice(1, 9000)
    old_notice(2, 8000)
    old_presentation(1, 10, "e" * 64)
    assert purged().rows == {"notice": 1}
    assert Presentation.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["GRANT_RETENTION_DAYS", "REFUSAL_RETENTION_DAYS", "NOTICE_RETENTION_DAYS", "GRANT_DAYS"],
)
def test_settings_that_would_remove_what_must_stay_remove_nothing(name: str, settings: Any) -> None:
    """D6."""
    remember("refuse", 4000)
    setattr(settings, f"CONSENT_{name}", 0)
    with pytest.raises(RetentionError, match="Nothing is removed"):
        purged()
    assert len(left()) == 1


def test_the_database_refuses_what_no_entry_names() -> None:
    """P1, P6."""
    row = remember("refuse", 400)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        delete_named([(Exhibit.RECORD, row.pk)], using="default")
    assert left() == [row.pk]


def test_rows_that_are_not_there_undo_the_whole_removal() -> None:
    """P6."""
    row = remember("refuse", 400)
    why = removals.Why(Removal.Kind.PURGE, "x", "y", NOW)
    with pytest.raises(RuntimeError, match="but 1 were there"):
        retention.remove(
            [(Exhibit.RECORD, row.pk), (Exhibit.RECORD, row.pk + 1)], why, using="default"
        )
    assert left() == [row.pk]
    assert not Removal.objects.exists()


def test_only_the_one_way_out_deletes_evidence() -> None:
    """P1: DESIGN 4.13."""
    root = Path(consent.__file__).parent
    callers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else ""
            deletes = isinstance(text, str) and "DELETE FROM" in text
            if deletes or (isinstance(node, ast.Attribute) and node.attr == "_raw_delete"):
                callers.add(path.relative_to(root).as_posix())
    assert callers == {"retention.py"}


# What purging removes, said slowly.

_DAYS = st.sampled_from(
    [0, 1, 184, 185, 186, 300, 1094, 1095, 1096, 1200, 1279, 1280, 1281, 1500, 3000]
)
_GRANTED = st.tuples(
    st.sampled_from(["accept", "choose", "withdraw", "once"]),
    _DAYS,
    st.sampled_from([RECEIPT, OTHER, "0" * 26]),
)
_REFUSED = st.tuples(st.just("refuse"), _DAYS, st.just(""))
_HISTORY = st.lists(_GRANTED | _REFUSED, max_size=14)
_HOLDS = st.lists(
    st.tuples(st.just(OTHER), st.none(), st.none())
    | st.tuples(st.just(""), _DAYS, st.none() | _DAYS),
    max_size=2,
)


def is_held(row: Record, held: list[Any]) -> bool:
    for receipt, since, until in held:
        if receipt and row.receipt == receipt:
            return True
        after = since is not None and row.decided_at >= ago(since)
        if not receipt and after and (until is None or row.decided_at < ago(until)):
            return True
    return False


def is_over(chain: list[Record]) -> bool:
    ended = max(row.decided_at for row in chain)
    grants = [row.decided_at for row in chain if row.action in ("accept", "choose")]
    for grant in grants:
        withdrawn = any(r.action == "withdraw" and r.decided_at >= grant for r in chain)
        if not withdrawn:
            ended = max(ended, grant + timedelta(days=MEMORY))
    return ended + timedelta(days=KEPT) <= NOW


def should_go(rows: list[Record], held: list[Any]) -> set[int]:
    chains: dict[Any, list[Record]] = defaultdict(list)
    for row in rows:
        chains[row.receipt or row.pk].append(row)
    gone = set()
    for chain in chains.values():
        if any(is_held(row, held) for row in chain):
            continue
        is_refusal = not chain[0].receipt
        over = chain[0].decided_at <= ago(REFUSAL) if is_refusal else is_over(chain)
        gone |= {row.pk for row in chain if over}
    return gone


@given(history=_HISTORY, held=_HOLDS, batch=st.integers(1, 5))
def test_purging_removes_exactly_what_is_over_and_not_held(
    history: list[tuple[str, float, str]], held: list[Any], batch: int
) -> None:
    """D6, P6."""
    before = transaction.savepoint()
    try:
        rows = [remember(*decision) for decision in history]
        for receipt, since, until in held:
            start = None if since is None else ago(since)
            end = None if until is None else ago(until)
            Hold(receipt=receipt, since=start, until=end, reason="x", set_by="y").save()
        expected = should_go(rows, held)
        dry = purged(batch=batch, dry_run=True)
        totals = purged(batch=batch)
        assert {row.pk for row in rows} - set(left()) == expected
        assert totals.rows["record"] == dry.rows["record"] == len(expected)
        named = RemovedRow.objects.filter(kind=Exhibit.RECORD).values_list("row", flat=True)
        assert set(named) == expected
        for entry in Removal.objects.all():
            assert not removals.fault_in(
                removals.values_of(entry), removals.rows_named(entry, using="default")
            )
    finally:
        transaction.savepoint_rollback(before)

"""The commands that look after the evidence, as somebody types them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consent import sealing, tasks
from consent.core.anchor import entry, line
from consent.core.notice import Notice
from consent.models import Record, Run, Seal
from tests.evidence import recorded, tampered

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]


def said(command: str, **options: Any) -> tuple[str, int]:
    """Return what a command prints, and its exit code."""
    out = io.StringIO()
    try:
        call_command(command, stdout=out, stderr=io.StringIO(), **options)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_sealing_says_what_was_sealed(asked: Notice) -> None:
    recorded(asked)
    text, _ = said("consent_seal")
    assert text.startswith("Seal 1: 2 leaves, ")
    assert said("consent_seal") == ("Nothing to seal.\n", 0)
    run = Run.objects.order_by("pk").first()
    assert run
    assert (run.task, run.is_sound, run.outcome) == ("seal", True, {"seals": [1], "leaves": 2})
    assert run.ended_at


def test_verification_says_what_is_sound_and_what_is_wrong(asked: Notice) -> None:
    """P6: every wrong row by name, and exit code 1."""
    rows = [recorded(asked) for _ in range(3)]
    sealing.seal()
    recorded(asked)
    text, code = said("consent_verify")
    assert code == 0
    assert "3 record rows\n" in text
    assert "1 unsealed records\n" in text
    assert text.endswith("Sound.\n")
    for row in rows[:2]:
        tampered("consent_record", ("id", row.pk), "language", "es")
    text, code = said("consent_verify")
    assert code == 1
    for row in rows[:2]:
        assert f"record {row.pk}: changed: its columns give another commitment\n" in text
    assert text.endswith("2 faults.\n")


def test_verification_for_machines(asked: Notice) -> None:
    recorded(asked)
    sealing.seal()
    text, _ = said("consent_verify", json=True)
    report = json.loads(text)
    assert (report["sound"], report["first_seal"], report["last_seal"]) == (True, 1, 1)
    tampered("consent_seal", ("number", 1), "root", "0" * 64)
    text, code = said("consent_verify", json=True)
    assert code == 1
    assert json.loads(text)["first_fault"].startswith("seal 1: ")


def test_verification_takes_a_range_and_goes_on_where_it_was(asked: Notice) -> None:
    for _ in range(4):
        recorded(asked)
        sealing.seal()
    text, _ = said("consent_verify", from_seal=2, to_seal=3)
    assert "2 record rows\n" in text
    assert tasks.last_verified() == 0, "a range that does not begin at the first vouches for none"
    said("consent_verify", to_seal=2)
    assert tasks.last_verified() == 2
    said("consent_verify", resume=True)
    assert tasks.last_verified() == 4
    text, _ = said("consent_verify", resume=True)
    assert "record rows" not in text
    for options in ({"from_seal": 0}, {"from_seal": 3, "to_seal": 2}):
        with pytest.raises(CommandError, match="numbered from 1"):
            call_command("consent_verify", **options)


def test_verification_compares_with_what_stood_outside(asked: Notice, tmp_path: Path) -> None:
    """P5: a log that was written anew from the first seal on is not the one that was anchored."""
    recorded(asked)
    (seal,) = sealing.seal()
    anchor = tmp_path / "anchor.jsonl"
    written = entry(vars(seal))
    anchor.write_text(line(written) + "\n", "utf-8")
    assert said("consent_verify", anchor=[str(anchor)])[1] == 0
    anchor.write_text(line(written._replace(digest="0" * 64)), "utf-8")
    assert said("consent_verify", anchor=[str(anchor)])[1] == 1
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("consent_verify", anchor=[str(tmp_path / "none")])


def test_every_day_all_of_it_is_done_and_kept(asked: Notice) -> None:
    recorded(asked)
    text, code = said("consent_daily")
    assert code == 0
    assert [line.partition(":")[0] for line in text.splitlines()] == [
        "seal",
        "anchor",
        "verify",
        "purge",
    ]
    assert {run.task for run in Run.objects.all()} >= {"seal", "verify"}
    assert Seal.objects.count() == 1


def test_a_fault_makes_the_day_fail_but_stops_nothing(asked: Notice) -> None:
    """P6."""
    row = recorded(asked)
    sealing.seal()
    tampered("consent_record", ("id", row.pk), "language", "es")
    out = io.StringIO()
    recorded(asked)
    with pytest.raises(CommandError, match=r"Failed: verify\."):
        call_command("consent_daily", stdout=out)
    assert f"record {row.pk}" in out.getvalue()
    assert "purge:" in out.getvalue()
    assert Seal.objects.count() == 2
    assert tasks.last_verified() == 0
    assert Record.objects.count() == 2


def test_only_postgresql_divides_records(asked: Notice) -> None:
    """What it does there, tests/databases/test_postgresql.py tells."""
    recorded(asked)
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError, match=r"Nothing was divided: .* need PostgreSQL"):
            call_command("consent_partition")
    assert Record.objects.count() == 1

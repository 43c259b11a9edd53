"""Evidence that travels in fixtures verifies where it arrives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model
from django.test import override_settings

from consent import anchors, sealing
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.erasing import erase
from consent.models import Anchor, Exhibit, Leaf, Presentation, Record, Removal, Seal
from consent.models import Notice as StoredNotice
from consent.presentations import presentation_of, store_presentation
from tests.evidence import named, recorded, verified
from tests.remembering import RECEIPT, remember

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 10, 25, 1, 30, 0, 123_456, tzinfo=UTC)
"""Below the millisecond, and in an hour that comes twice."""
BOUND: list[type[Model]] = [Record, StoredNotice, Presentation, Seal, Removal, Anchor]


@pytest.fixture
def log(asked: Notice, tmp_path: Path, settings: Any) -> Notice:
    """A log with evidence of every kind, sealed, and some that is not sealed yet."""
    settings.CONSENT_ANCHORS = [{"to": "file", "path": str(tmp_path / "anchors.jsonl")}]
    store_presentation(presentation_of(render_dialog(asked, "en")))
    remember("refuse", 0, decided_at=AT, notice_digest=asked.digest)
    remember("withdraw", 0, RECEIPT, decided_at=AT, notice_digest=asked.digest)
    (seal,) = sealing.seal()
    anchors.anchor(seal, using="default")
    erase(RECEIPT, reason="asked", by="me")
    recorded(asked)
    sealing.seal()
    recorded(asked, "refuse")
    assert not verified()[1]
    for model in BOUND:
        assert model._default_manager.exists(), model
    return asked


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return all evidence, column by column."""
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in (*BOUND, Leaf)}


def carry(file: Path, change: Callable[[str], str] = str, **options: Any) -> None:
    """Dump the app's tables, empty them, and load the file."""
    call_command("dumpdata", "consent", output=str(file), **options)
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    call_command("flush", interactive=False, with_evidence=True)
    assert not Record.objects.exists()
    call_command("loaddata", str(file), verbosity=0)


@pytest.mark.parametrize("use_tz", [True, False])
@pytest.mark.parametrize("kind", ["json", "jsonl", "xml"])
@pytest.mark.usefixtures("log")
def test_what_was_dumped_is_loaded_whole(tmp_path: Path, kind: str, use_tz: bool) -> None:
    """P6: no false alarm, whichever way and whatever the setting."""
    before = everything()
    with override_settings(USE_TZ=use_tz):
        carry(tmp_path / f"dump.{kind}", format=kind)
    assert everything() == before
    report, faults = verified()
    assert not faults
    assert report.counts["record rows"] == 2
    assert report.counts["unsealed records"] == 1


def cut_off(text: str) -> str:
    """Return a dump as Django alone writes it: moments to the millisecond."""
    cut, count = re.subn(r"(T\d\d:\d\d:\d\d\.\d{3})\d{3}\+00:00", r"\1Z", text)
    assert count >= len(BOUND)
    return cut


@pytest.mark.usefixtures("log")
def test_an_older_dump_gets_back_what_was_cut_off(tmp_path: Path) -> None:
    """P6: a row, or its leaf, says which moment it was."""
    before = everything()
    carry(tmp_path / "dump.json", cut_off)
    bound = everything()
    loose = {Exhibit.PRESENTATION, Exhibit.NOTICE, Exhibit.ANCHOR}
    sealed = set(Leaf.objects.filter(kind__in=loose).values_list("kind", flat=True))
    assert sealed == loose
    assert bound == before
    assert not verified()[1]


@pytest.mark.parametrize("truncated", [True, False])
def test_what_was_changed_on_the_way_is_still_found(
    log: Notice, tmp_path: Path, truncated: bool
) -> None:
    """P6: another moment, another answer."""
    first, last = Record.objects.order_by("pk").first(), Record.objects.latest("pk")
    assert first

    def change(text: str) -> str:
        rows = json.loads(cut_off(text) if truncated else text)
        for row in rows:
            if row["model"] == "consent.record" and row["pk"] == first.pk:
                at = datetime.fromisoformat(row["fields"]["decided_at"])
                row["fields"]["decided_at"] = (at + timedelta(milliseconds=1)).isoformat()
            if row["model"] == "consent.record" and row["pk"] == last.pk:
                row["fields"]["action"] = "accept"
        return json.dumps(rows)

    carry(tmp_path / "dump.json", change)
    wrong = {row for kind, row in named(verified()[1]) if kind == "changed"}
    assert wrong >= {f"record {first.pk}", f"record {last.pk}"}
    assert Seal.objects.count() == 2


@pytest.mark.usefixtures("log")
def test_a_dump_under_another_key_is_loaded_and_not_vouched_for(
    tmp_path: Path, settings: Any
) -> None:
    """P6: such as on a machine for trying things out."""
    file = tmp_path / "dump.json"
    call_command("dumpdata", "consent", output=str(file))
    file.write_text(cut_off(file.read_text("utf-8")), "utf-8")
    call_command("flush", interactive=False, with_evidence=True)
    settings.SECRET_KEY = "another"
    call_command("loaddata", str(file), verbosity=0)
    assert Record.objects.count() == 3
    assert "changed" in {kind for kind, _row in named(verified()[1])}


@pytest.mark.usefixtures("log")
def test_a_record_that_is_there_is_never_loaded_over(tmp_path: Path) -> None:
    """P1: nothing of the file is loaded then."""
    before = everything()
    file = tmp_path / "dump.json"
    call_command("dumpdata", "consent", output=str(file))
    with pytest.raises(Exception, match=r"cannot be replaced|[Dd]uplicate|UNIQUE"):
        call_command("loaddata", str(file), verbosity=0, stdout=StringIO())
    assert everything() == before


@pytest.mark.usefixtures("log")
def test_a_dump_without_keys_is_refused_in_words(tmp_path: Path) -> None:
    """P6: leaves name rows by them."""
    with pytest.raises(ValueError, match="without --natural-primary"):
        carry(tmp_path / "dump.json", use_natural_primary_keys=True)
    assert not Record.objects.exists()

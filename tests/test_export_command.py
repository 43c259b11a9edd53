"""`consent_export` writes the file that was asked for, or says why not, and can be gone on with."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from consent.exports import files, reading, running
from consent.models import Access
from tests.exports import RECEIPT, exported, row, rows

pytestmark = pytest.mark.django_db

KILLED = """
import os, sys, json, signal
import django
django.setup()
from django.core.management import call_command
from consent.exports import files, reading
reading.FIRST = reading.SPAN = 50
reading.SPANS = {}
def replace(path, text, _replace=files._replace):
    _replace(path, text)
    if json.loads(text).get("done", 0) >= 150:
        # In the middle: some more of the file is out than anybody has noted.
        part = str(path)[:-5]
        with open(part, "ab") as file:
            file.write(b"half a row")
        os.kill(os.getpid(), signal.SIGKILL)
files._replace = replace
call_command("consent_export", out=sys.argv[1], by="Ana")
"""


def export(out: Path, **options: Any) -> Path:
    call_command("consent_export", out=str(out), by="Ana", **options)
    return out


@pytest.fixture
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have many runs of ids of few records."""
    monkeypatch.setattr(reading, "FIRST", 5)
    monkeypatch.setattr(reading, "SPAN", 5)
    monkeypatch.setattr(reading, "SPANS", {})


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_the_file_is_whole_and_the_manifest_beside_it_gives_its_digest(
    tmp_path: Path, form: str
) -> None:
    """P7."""
    rows(12)
    out = export(tmp_path / "out", format=form)
    manifest = json.loads(files.manifest_of(out).read_text("utf-8"))
    assert out.read_bytes() == exported(form)
    assert manifest["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (manifest["file"], manifest["rows"], manifest["complete"]) == ("out", 12, True)
    assert {path.name for path in tmp_path.iterdir()} == {"out", "out.manifest.json"}


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_the_other_formats_are_written_too(tmp_path: Path, form: str) -> None:
    rows(3)
    out = export(tmp_path / "out", format=form)
    assert out.read_bytes()[:2] in {b"PA", b"PK"}


def test_what_was_exported_and_by_whom_is_in_the_access_log(tmp_path: Path) -> None:
    """P10."""
    row(receipt=RECEIPT)
    export(tmp_path / "out", receipt=RECEIPT.upper())
    ended, begun = Access.objects.order_by("-id")
    assert (begun.what, begun.who, begun.detail["selection"]) == (
        "export",
        "Ana",
        {"receipt": True},
    )
    assert (ended.what, ended.count, ended.detail["complete"]) == ("exported", 1, True)
    assert ended.detail["begun"] == begun.pk
    assert ended.detail["sha256"] == hashlib.sha256((tmp_path / "out").read_bytes()).hexdigest()
    assert RECEIPT not in json.dumps([begun.detail, ended.detail])


def test_what_cannot_be_logged_is_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10."""

    def fail(*_args: object, **_options: object) -> None:
        raise DatabaseError("no log")

    row()
    monkeypatch.setattr(running, "note_access", fail)
    with pytest.raises(CommandError, match="no log"):
        export(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert files.part_of(tmp_path / "out").read_bytes() == b""


@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("failing", [1, 3])
def test_what_was_interrupted_goes_on_and_is_the_same_byte_for_byte(
    tmp_path: Path, form: str, failing: int, short_runs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P7."""
    rows(23)
    whole = exported(form)
    out, original, left = tmp_path / "out", files._replace, [failing]

    def replace(path: Path, text: str) -> None:
        original(path, text)
        left[0] -= 1
        if not left[0]:
            raise OSError("the disk is full")

    monkeypatch.setattr(files, "_replace", replace)
    with pytest.raises(CommandError, match="the disk is full"):
        export(out, format=form)
    assert Access.objects.order_by("-id")[0].detail["complete"] is False
    with files.part_of(out).open("ab") as file:
        file.write(b"half a row")
    row()  # what came in since is not in it
    export(out, format=form, resume=True)
    assert out.read_bytes() == whole
    manifest = json.loads(files.manifest_of(out).read_text("utf-8"))
    assert (manifest["rows"], manifest["bytes"]) == (23, len(whole))
    assert manifest["sha256"] == hashlib.sha256(whole).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_a_killed_export_goes_on_and_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    """P7: killed with -9 in the middle."""
    rows(400)
    whole, out = exported(), tmp_path / "out"
    settings = {**connection.settings_dict, "TEST": {}}
    module = tmp_path / "killed_settings.py"
    plain = {k: v for k, v in settings.items() if k in _PLAIN}
    module.write_text(f"from tests.site.settings import *\nDATABASES = {{'default': {plain!r}}}\n")
    if connection.vendor == "mysql":
        module.write_text(
            "import pymysql\npymysql.install_as_MySQLdb()\n" + module.read_text("utf-8")
        )
    if "memory" in str(settings["NAME"]):
        # A database in memory is nobody else's: have a copy of it.
        name = tmp_path / "copy.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM INTO '{name}'")
        module.write_text(
            "from tests.site.settings import *\n"
            f"DATABASES = {{'default': {{**{plain!r}, 'NAME': {str(name)!r}}}}}\n"
        )
    root = Path(__file__).resolve().parents[1]
    where = {"PYTHONPATH": f"{tmp_path}:{root}", "DJANGO_SETTINGS_MODULE": "killed_settings"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(out)], env={**os.environ, **where}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    export(out, resume=True)
    assert out.read_bytes() == whole


_PLAIN = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")


def test_nothing_is_written_over_unless_asked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(CommandError, match="--force"):
        export(out)
    assert out.read_text("utf-8") == "mine"
    export(out, force=True)
    assert out.read_bytes() == exported()


def test_an_interrupted_export_is_not_begun_anew_unasked(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files.part_of(out).write_text("begun")
    with pytest.raises(CommandError, match="--resume goes on"):
        export(out)
    export(out, force=True)
    assert out.read_bytes() == exported()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (None, "is missing"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"done": 1}', "cannot be read"),
        ({"selection": {"site": "other"}}, "another selection"),
        ({"format": "ndjson"}, "another selection or format"),
        ({"bytes": 10_000}, "shorter"),
        ({"sha256": "0" * 64}, "is not what it was"),
    ],
    ids=str,
)
def test_what_cannot_be_gone_on_with_says_why(tmp_path: Path, state: Any, why: str) -> None:
    rows(3)
    out, whole = tmp_path / "out", exported()
    files.part_of(out).write_bytes(whole)
    good = {
        "format": "csv",
        "selection": {},
        "upto": 3,
        "begun_at": "2026-03-01T12:00:00+00:00",
        "done": 3,
        "rows": 3,
        "bytes": len(whole),
        "sha256": hashlib.sha256(whole).hexdigest(),
    }
    text = json.dumps({**good, **state}) if isinstance(state, dict) else state
    if text is not None:
        files.state_of(out).write_text(text)
    with pytest.raises(CommandError, match=why):
        export(out, resume=True)
    assert not out.exists()
    assert files.part_of(out).read_bytes() == whole


def test_with_nothing_begun_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Nothing to go on with"):
        export(tmp_path / "out", resume=True)
    with pytest.raises(CommandError, match="no such folder"):
        export(tmp_path / "none" / "out")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"format": "xlsx", "resume": True}, "cannot be gone on with"),
        ({"since": "yesterday"}, "--since takes"),
        ({"until": "9999-12-31"}, "--until takes"),
        ({"receipt": "what?"}, "is no receipt"),
        ({"answer": "x"}, "An answer is such as"),
        ({"action": "perhaps"}, "is no decision"),
        ({"layer": "perhaps"}, "is no layer"),
        ({"site": "a\x00"}, "NUL"),
        ({"notice": 2**80}, "no notice's number"),
        ({"by": " "}, "--by names"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_said(tmp_path: Path, options: Any, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("consent_export", out=str(tmp_path / "out"), **{"by": "Ana", **options})
    assert list(tmp_path.iterdir()) == []


def test_days_are_those_of_the_site(tmp_path: Path) -> None:
    made = row()
    out = export(tmp_path / "out", since="2026-03-01", until="2026-03-01")
    assert f"\n{made.pk}," in out.read_text("utf-8")
    out = export(tmp_path / "out", since="2026-03-02", force=True)
    assert out.read_text("utf-8").count("\n") == 1

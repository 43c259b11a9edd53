"""A proof that leaves the house: it holds anywhere, and not with a byte changed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import consent
from consent import sealing, signing, verify
from consent.core.anchor import entry, letter, line
from consent.core.evidence import moment
from consent.core.notice import Notice
from consent.management.commands import consent_prove
from consent.models import Presentation, Record, Seal
from consent.proofs import ProofError, prove
from tests.evidence import recorded, tampered
from tests.remembering import RECEIPT, remember

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]


@pytest.fixture
def proof(asked: Notice) -> str:
    """The proof of one record among others, three seals before the newest."""
    recorded(asked, "refuse")
    record = recorded(asked)
    recorded(asked)
    sealing.seal()
    for _ in range(2):
        recorded(asked)
        sealing.seal()
    return prove([record])


def isolated(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the check with Python alone: no packages, no settings, no database."""
    package = Path(consent.__file__).parent
    for name in ("__init__.py", "verify.py", "signatures.py"):
        (cwd / "consent").mkdir(exist_ok=True)
        (cwd / "consent" / name).write_bytes((package / name).read_bytes())
    if not (cwd / "consent" / "core").exists():
        (cwd / "consent" / "core").symlink_to(package / "core")
    command = [sys.executable, "-S", "-m", "consent.verify", *arguments]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_it_holds_on_a_machine_with_python_alone(proof: str, tmp_path: Path) -> None:
    """P5, P7: unsigned, because nothing is there to check a signature with."""
    (tmp_path / "proof.json").write_text(proof, encoding="utf-8")
    done = isolated("proof.json", cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout == "Consistent, signature unchecked: no key was given.\n"
    assert done.returncode == 2


def test_it_holds_what_was_shown_and_chosen_and_where_it_is_sealed(proof: str) -> None:
    """P2, P3, P7, P9."""
    content = json.loads(proof)
    (record,) = content["records"]
    assert record["row"]["answers"]["media"] == "yes"
    assert set(record["receipts"]) == {"iso_27560", "kantara"}
    (notice,) = content["notices"]
    assert json.loads(notice["row"]["document"])["controller"]
    assert [seal["number"] for seal in content["seals"]] == [1, 2, 3]
    assert not {"salt", "id"} & set(record["row"])


def test_any_changed_byte_makes_it_fail(proof: str) -> None:
    """P7."""
    code, _ = verify.check(proof, keys=[], anchors=[])
    assert code == 2
    text = proof.encode()
    chosen = random.Random(0).sample(range(len(text)), 1500)
    for at in (*range(20), *chosen, *range(len(text) - 20, len(text))):
        changed = text[:at] + bytes((text[at] ^ 1,)) + text[at + 1 :]
        with contextlib.suppress(UnicodeDecodeError):  # the command says that it cannot be read
            assert verify.check(changed.decode(), keys=[], anchors=[])[0] == 1, at


def test_a_change_is_found_even_where_the_file_was_closed_anew(proof: str) -> None:
    """P7: whoever writes the digest anew still has no tree that fits."""
    for path, value in (
        (("records", 0, "row", "action"), "refuse"),
        (("records", 0, "row", "decided_at"), "2026-01-01T00:00:00.000000Z"),
        (("records", 0, "opening"), "00" * 32),
        (("records", 0, "leaf", "index"), 0),
        (("records", 0, "receipts"), {}),
        (("notices", 0, "row", "document"), "{}"),
        (("notices", 0, "row", "published_by"), "somebody else"),
        (("notices",), []),
        (("seals", 0, "root"), "00" * 32),
        (("seals", 1, "previous"), "00" * 32),
        (("seals", 2, "count"), 9),
        (("seals",), []),
    ):
        content = json.loads(proof)
        del content["digest"]
        *way, last = path
        place: Any = content
        for step in way:
            place = place[step]
        place[last] = value
        assert verify.check(verify.text_of(content), keys=[], anchors=[])[0] == 1, path


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"format": "consent-proof/1"}', "\0", '{"format": 1}']
)
def test_garbage_is_no_proof(text: str) -> None:
    code, said = verify.check(text, keys=[], anchors=[])
    assert code == 1
    assert said


def test_an_anchor_from_outside_is_compared(proof: str) -> None:
    """P5: the newest seals rolled back and written anew would not fit it."""
    written = entry(vars(Seal.objects.get(number=3)))
    for text in (line(written), letter(written)):
        assert verify.check(proof, keys=[], anchors=[text])[0] == 2
    for other in (written._replace(digest="0" * 64), written._replace(number=9)):
        assert verify.check(proof, keys=[], anchors=[line(other)])[0] == 1
    for garbage in ("no JSON", "", '{"number": 3}', "[]"):
        assert verify.check(proof, keys=[], anchors=[garbage])[0] == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_not_sealed_or_not_as_it_was_is_not_proved(asked: Notice) -> None:
    record = recorded(asked)
    with pytest.raises(ProofError, match="not sealed yet"):
        prove([record])
    sealing.seal()
    prove([record])
    tampered("consent_record", ("id", record.pk), "layer", "link")
    with pytest.raises(ProofError, match="not as it was written"):
        prove([Record.objects.get(pk=record.pk)])


def test_the_presentation_goes_with_it(asked: Notice) -> None:
    """P3."""
    values = {"html": "<p>", "script": "x", "style": "y", "notice_digest": asked.digest}
    shown = Presentation(**values, site="clinic", notice=1, language="en")
    shown.digest = shown.text_digest()
    shown.save()
    record = recorded(asked, presentation=shown.digest)
    sealing.seal()
    text = prove([record])
    assert verify.check(text, keys=[], anchors=[])[0] == 2
    content = json.loads(text)
    assert content["presentations"][0]["row"]["html"] == "<p>"
    del content["digest"]
    assert content["not_stored"] == []
    content["presentations"] = []
    assert verify.check(verify.text_of(content), keys=[], anchors=[])[0] == 1


def test_the_command_writes_one_file_and_none_twice(asked: Notice, tmp_path: Path) -> None:
    """P7: by receipt, or by record where there is none."""
    record, refused = recorded(asked), recorded(asked, "refuse")
    sealing.seal()
    out = tmp_path / "proof.json"
    spelled = f"{record.receipt[:4].upper()}-{record.receipt[4:]}"
    call_command("consent_prove", spelled, out=str(out))
    assert verify.check(out.read_text("utf-8"), keys=[], anchors=[])[0] == 2
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("consent_prove", record.receipt, out=str(out))
    call_command("consent_prove", "--record", str(refused.pk), out=str(out), force=True)
    assert json.loads(out.read_text("utf-8"))["records"][0]["row"]["action"] == "refuse"
    for given, named in (
        (["--record=1000000"], "no such record"),
        ([], "either"),
        (["x", "--record=1"], "either"),
        (["x"], "'x' is not a receipt's id"),
        ([record.receipt[::-1].replace(record.receipt[0], "7")], "no such record|not a receipt"),
    ):
        with pytest.raises(CommandError, match=named):
            call_command("consent_prove", *given)


def test_a_refusal_is_found_by_the_hour_in_which_it_was_made(
    asked: Notice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P7: it has no receipt, so nothing names it more closely to whoever made it."""
    hour = datetime(2026, 1, 31, 14, tzinfo=UTC)
    first, last = hour, hour + timedelta(minutes=59, seconds=59, microseconds=999_999)
    digest = {"notice_digest": asked.digest}
    for at in (first, last):
        remember("refuse", 0, decided_at=at, **digest)
    for at in (first - timedelta(microseconds=1), last + timedelta(microseconds=1)):
        remember("refuse", 0, decided_at=at, **digest)
    remember("accept", 0, RECEIPT, decided_at=hour, **digest)
    sealing.seal()
    out = tmp_path / "proof.json"
    call_command("consent_prove", "--record=2026-01-31T14", out=str(out))
    assert verify.check(out.read_text("utf-8"), keys=[], anchors=[])[0] == 2
    rows = [entry["row"] for entry in json.loads(out.read_text("utf-8"))["records"]]
    assert [row["decided_at"] for row in rows] == [moment(first), moment(last)]
    assert {row["action"] for row in rows} == {"refuse"}
    with pytest.raises(CommandError, match="no such record"):
        call_command("consent_prove", "--record=2026-01-31T16")
    monkeypatch.setattr(consent_prove, "MOST", 1)
    with pytest.raises(CommandError, match="2 refusals are of that hour"):
        call_command("consent_prove", "--record=2026-01-31T14")


@pytest.mark.parametrize(
    "which",
    ["", "x", "-1", "1.5", "2026-01-31", "2026-01-31T25", "2026-02-30T01", "9999-12-31T23", "٣"],
)
def test_what_is_neither_an_id_nor_an_hour_proves_nothing(asked: Notice, which: str) -> None:
    recorded(asked, "refuse")
    sealing.seal()
    with pytest.raises(CommandError, match="neither a record's id nor an hour"):
        call_command("consent_prove", f"--record={which}")


def test_with_the_sites_key_the_signatures_are_checked(
    asked: Notice, settings: Any, tmp_path: Path
) -> None:
    """P5, P7: keys come from outside of the file."""
    settings.CONSENT_SEAL_KEY, public = signing.new_key()
    record = recorded(asked)
    sealing.seal()
    path, pub = tmp_path / "proof.json", tmp_path / "seal.pub"
    path.write_text(prove([record]), "utf-8")
    pub.write_text(public, "utf-8")
    assert verify.main([str(path), "--key", str(pub)]) == 0
    anchor = tmp_path / "seals.jsonl"
    anchor.write_text(line(entry(vars(Seal.objects.get()))), "utf-8")
    assert verify.main([str(path), "--key", str(pub), "--anchor", str(anchor)]) == 0
    pub.write_text(signing.new_key()[1], "utf-8")
    assert verify.main([str(path), "--key", str(pub)]) == 1
    for garbage in ("", "no key", public[:60]):
        pub.write_text(garbage, "utf-8")
        assert verify.main([str(path), "--key", str(pub)]) == 1
    assert verify.main([str(path), "--key", str(tmp_path / "none")]) == 1
    assert verify.main([str(tmp_path / "none")]) == 1


def test_an_unsigned_proof_does_not_pass_a_key(proof: str) -> None:
    """P5."""
    assert verify.check(proof, keys=[signing.new_key()[1]], anchors=[])[0] == 1


def test_a_look_that_was_never_stored_is_told(asked: Notice, settings: Any) -> None:
    """P3."""
    settings.CONSENT_SEAL_KEY, public = signing.new_key()
    record = recorded(asked, presentation="f" * 64)
    sealing.seal()
    text = prove([record])
    assert json.loads(text)["not_stored"] == ["f" * 64]
    code, said = verify.check(text, keys=[public], anchors=[])
    assert code == 0
    assert "was not stored" in said[-1]

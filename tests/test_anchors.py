"""Anchors: what of a seal stands outside the database, and what it says when it is asked again."""

from __future__ import annotations

import base64
import json
import socket
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from consent import timestamps
from consent.anchors import AnchoringError, anchor, check, configured, outside
from consent.core.anchor import Entry, entry, letter, line, parse_line, read
from consent.core.evidence import seal_bytes
from consent.models import Anchor, Seal
from consent.signing import new_key
from tests.authority import Responder, openssl
from tests.sealed import sealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def seal(settings: Any) -> Seal:
    """A signed seal."""
    settings.CONSENT_SEAL_KEY, _ = new_key()
    return sealed()


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """A file that is the only anchor."""
    path = tmp_path / "seals.jsonl"
    settings.CONSENT_ANCHORS = [{"to": "file", "path": path}]
    return path


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Responder]:
    with Responder(tmp_path_factory.mktemp("authority"), "Root").listening() as responder:
        yield responder


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Responder:
    """Another authority, with a root of its own by the same name."""
    return Responder(tmp_path_factory.mktemp("stranger"), "Root")


@pytest.fixture
def stamping(authority: Responder, settings: Any) -> Responder:
    """An authority that is the only anchor."""
    authority.answer, authority.status = authority.stamp, 200
    settings.CONSENT_ANCHORS = [trusting(authority)]
    return authority


def trusting(authority: Responder, **options: Any) -> dict[str, Any]:
    certificates = [str(authority.root)]
    return {"to": "rfc3161", "url": authority.url, "certificates": certificates, **options}


def failure(seal: Seal) -> str:
    """Return why the only anchor fails; nothing is stored then."""
    with pytest.raises(AnchoringError) as error:
        anchor(seal)
    assert error.value.written == ()
    assert not Anchor.objects.exists()
    return str(error.value)


# A file


def test_a_file_gets_one_line_a_seal(file: Path, seal: Seal) -> None:
    """P5."""
    (row,) = anchor(seal)
    assert Anchor.objects.get() == row
    assert (row.kind, row.seal, row.digest, row.place, row.token) == (
        "file", 1, seal.digest, str(file), "",
    )  # fmt: skip
    assert json.loads(file.read_text()) == {
        "number": 1,
        "digest": seal.digest,
        "root": seal.root,
        "sealed_at": "2026-02-03T04:05:06.000007Z",
        "key": seal.key,
        "signature": seal.signature,
    }
    assert check(row, seal) is True


def test_a_file_is_only_ever_added_to(file: Path) -> None:
    """P5."""
    texts = []
    for number in (1, 2, 3):
        anchor(sealed(number))
        texts.append(file.read_bytes())
    assert texts[2].startswith(texts[1])
    assert texts[1].startswith(texts[0])
    assert [entry.number for _, entry in outside()] == [1, 2, 3]


def test_a_line_that_was_cut_off_spoils_no_other(file: Path) -> None:
    file.write_text('{"number": 7, "dig')
    (row,) = anchor(sealed(8))
    assert check(row, sealed(8)) is True
    assert [entry.number for _, entry in outside()] == [8]
    assert file.read_text().startswith('{"number": 7, "dig\n{')


def test_what_is_no_line_of_a_seal_is_passed_over(file: Path) -> None:
    (row,) = anchor(sealed())
    with file.open("ab") as more:
        more.write(b"\xff\xfe\0\n[1]\n{}\n\n" + b'{"number": 1' + b"[" * 100_000 + b"\n")
    assert check(row, sealed()) is True
    assert [entry.number for _, entry in outside()] == [1]


@pytest.mark.parametrize("column", ["root", "sealed_at", "digest", "number", "key", "signature"])
def test_a_file_that_says_something_else_contradicts(file: Path, seal: Seal, column: str) -> None:
    """P5."""
    (row,) = anchor(seal)
    values = json.loads(file.read_text())
    values[column] = 2 if column == "number" else values[column].replace(values[column][:3], "fff")
    file.write_text(json.dumps(values))
    assert check(row, seal) is False


def test_a_file_that_is_gone_contradicts_and_one_that_nobody_names_says_nothing(
    file: Path, settings: Any
) -> None:
    """P5."""
    (row,) = anchor(sealed())
    file.unlink()
    assert check(row, sealed()) is False
    file.mkdir()
    assert check(row, sealed()) is None
    settings.CONSENT_ANCHORS = [{"to": "file", "path": str(file.with_name("another"))}]
    assert check(row, sealed()) is None
    settings.CONSENT_ANCHORS = []
    assert check(row, sealed()) is None


def test_a_row_for_another_seal_is_contradicted_at_once(file: Path) -> None:
    """P5."""
    (row,) = anchor(sealed())
    assert check(row, sealed(2)) is False
    assert check(row, sealed(1, root="cd" * 32)) is False


def test_a_file_that_cannot_be_written_is_named(file: Path, tmp_path: Path) -> None:
    file.mkdir()
    assert "Not anchored: anchor 1 (file): " in failure(sealed())
    assert list(outside()) == []


def test_a_full_disk_is_a_failure(settings: Any) -> None:
    settings.CONSENT_ANCHORS = [{"to": "file", "path": "/dev/full"}]
    assert "No space left" in failure(sealed())


# An e-mail


def test_an_email_can_be_read_and_parsed(seal: Seal, settings: Any) -> None:
    """P5."""
    settings.CONSENT_ANCHORS = [{"to": "email", "address": "notary@example.org"}]
    (row,) = anchor(seal)
    (message,) = mail.outbox
    assert message.to == ["notary@example.org"]
    assert message.subject == f"Seal 1 of clinic: {seal.digest}"
    assert "It names no visitor." in message.body
    expected = entry({name: getattr(seal, name) for name in Entry._fields})
    assert list(read(message.body)) == [expected]
    # As it travels: no mail server has a reason to break these lines.
    sent = message.message().as_bytes().decode()
    assert max(map(len, message.body.splitlines())) <= 78
    assert list(read(sent)) == [expected]
    assert (row.kind, row.place, row.token) == ("email", "notary@example.org", "")
    assert check(row, seal) is None
    assert check(row, sealed(1, root="cd" * 32)) is False


def test_an_email_that_is_not_sent_is_a_failure(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONSENT_ANCHORS = [{"to": "email", "address": "notary@example.org"}]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", unused_port()
    assert "anchor 1 (email): " in failure(sealed())
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda _: 0)
    assert "the mail backend sent nothing" in failure(sealed())


# What is written down

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
SIGNED = st.tuples(HEX.map(lambda text: text[:16]), st.tuples(HEX, HEX).map("".join))
ENTRIES = st.builds(
    lambda number, digest, root, moment, signed: Entry(
        number, digest, root, f"{moment.isoformat()}Z", *signed
    ),
    st.integers(1, 2**63 - 1),
    HEX,
    HEX,
    st.datetimes(),
    SIGNED | st.just(("", "")),
)


@given(ENTRIES, st.sampled_from(["", "> ", "> > "]))
def test_what_is_written_down_is_read_again(found: Entry, quote: str) -> None:
    assert parse_line(line(found)) == found
    text = "".join(f"{quote}{part}\n" for part in letter(found).splitlines())
    assert list(read(f"Dear all,\n{text}\nBest")) == [found]
    assert list(read(f"{line(found)}\nnonsense\n{text}")) == [found, found]


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    assert list(read(text)) == []
    assert parse_line(text) is None


@pytest.mark.parametrize(
    "change",
    [
        {"number": 0}, {"number": True}, {"number": "1"}, {"number": 1.0}, {"digest": "AB" * 32},
        {"digest": "ab"}, {"digest": None}, {"root": 1}, {"signature": ["x"]},
    ],
)  # fmt: skip
def test_a_line_with_the_wrong_types_is_none(change: dict[str, Any]) -> None:
    good = Entry(1, "ab" * 32, "cd" * 32, "2026-02-03T04:05:06.000007Z", "", "")
    assert parse_line(line(good)) == good
    assert parse_line(json.dumps({**good._asdict(), **change})) is None


# A timestamp authority


def test_a_timestamp_is_of_the_seal_s_digest(
    stamping: Responder, seal: Seal, tmp_path: Path
) -> None:
    """P5: and OpenSSL alone can check it, years later."""
    (row,) = anchor(seal)
    assert (row.kind, row.place) == ("rfc3161", stamping.url)
    assert check(row, seal) is True
    assert stamping.sent["Content-Type"] == "application/timestamp-query"
    answer = base64.b64decode(row.token)
    (tmp_path / "token").write_bytes(answer)
    of = ("-digest", seal.digest, "-in", str(tmp_path / "token"))
    assert "OK" in openssl(stamping.folder, "ts", "-verify", *of, "-CAfile", "ca.pem")
    certificates = timestamps.load_certificates(stamping.root.read_text())
    stamped = timestamps.stamped_at(answer, seal.digest, certificates=certificates)
    assert abs((stamped - row.anchored_at).total_seconds()) < 60


def test_certificates_may_be_texts(stamping: Responder, settings: Any) -> None:
    settings.CONSENT_ANCHORS = [trusting(stamping, certificates=[stamping.root.read_text()])]
    (row,) = anchor(sealed())
    assert check(row, sealed()) is True


def test_a_timestamp_by_somebody_else_is_not_stored(
    stamping: Responder, stranger: Responder, settings: Any
) -> None:
    """P5: neither an impostor's, nor one that the given certificate does not vouch for."""
    stamping.answer = stranger.stamp
    assert "cannot be trusted" in failure(sealed())
    stamping.answer = stamping.stamp
    settings.CONSENT_ANCHORS = [trusting(stamping, certificates=[str(stranger.root)])]
    assert "cannot be trusted" in failure(sealed())


def test_a_timestamp_of_another_seal_is_not_stored(stamping: Responder) -> None:
    """P5."""
    other = timestamps.query(b"something else").as_bytes()
    stamping.answer = lambda _: stamping.stamp(other)
    assert "a timestamp of something else" in failure(sealed())


def test_an_earlier_timestamp_of_the_same_seal_is_not_stored(stamping: Responder) -> None:
    """P5: the nonce shows that the answer is to this request."""
    seal = sealed()
    earlier = timestamps.query(seal_bytes(vars(seal))).as_bytes()
    stamping.answer = lambda _: stamping.stamp(earlier)
    assert "Nonce mismatch" in failure(seal)


def test_a_refusal_gives_its_reason(stamping: Responder, tmp_path: Path) -> None:
    openssl(tmp_path, "ts", "-query", "-digest", "ab" * 20, "-sha1", "-out", "weak")
    weak = (tmp_path / "weak").read_bytes()
    stamping.answer = lambda _: stamping.stamp(weak)
    assert "the authority gave no timestamp (status 2" in failure(sealed())


@pytest.mark.parametrize("answer", [b"", b"<html>", b"0\x05" + b"0\x03\x02\x01\0", b"0\x80"])
def test_garbage_is_not_stored(stamping: Responder, answer: bytes) -> None:
    stamping.answer = lambda _: answer
    assert "it is no timestamp" in failure(sealed())


def test_an_answer_without_end_is_not_read(stamping: Responder) -> None:
    stamping.answer = lambda _: bytes(1_000_001)
    assert "too long" in failure(sealed())


def test_an_error_of_the_authority_s_is_named(stamping: Responder) -> None:
    stamping.status = 503
    assert "it answered 503" in failure(sealed())


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_an_authority_that_cannot_be_reached_is_named(authority: Responder, settings: Any) -> None:
    nobody = f"http://127.0.0.1:{unused_port()}/"
    settings.CONSENT_ANCHORS = [trusting(authority, url=nobody)]
    assert "anchor 1 (rfc3161): it cannot be reached" in failure(sealed())


def test_an_authority_that_never_answers_is_given_up(authority: Responder, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        settings.CONSENT_ANCHORS = [trusting(authority, url=url, timeout=0.2)]
        assert "it cannot be reached" in failure(sealed())


def test_a_seal_whose_columns_give_another_digest_is_not_stamped(stamping: Responder) -> None:
    seal = sealed()
    seal.count += 1
    assert "the seal's columns give another digest" in failure(seal)


def test_a_token_that_is_not_this_seal_s_contradicts(
    stamping: Responder, stranger: Responder
) -> None:
    """P5: garbage, cut off, of another seal, by another authority, or forged."""
    (row,), (other,) = anchor(sealed(1)), anchor(sealed(2))
    asked = timestamps.query(seal_bytes(vars(sealed(1)))).as_bytes()
    forged = base64.b64encode(stranger.stamp(asked)).decode()
    for token in ("", "garbage", "ü", row.token[:-8], other.token, forged):
        claimed = Anchor(**{**plain(row), "token": token})
        assert check(claimed, sealed(1)) is False
    assert check(row, sealed(1)) is True


def plain(row: Anchor) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in Anchor._meta.concrete_fields}


def test_the_timestamps_of_an_earlier_authority_hold_while_its_certificate_is_kept(
    stamping: Responder, stranger: Responder, settings: Any
) -> None:
    """P5."""
    (row,) = anchor(sealed())
    elsewhere = "https://stamps.example.org/"
    settings.CONSENT_ANCHORS = [
        trusting(stamping, url=elsewhere, certificates=[str(stranger.root)])
    ]
    assert check(row, sealed()) is None
    both = [str(stranger.root), str(stamping.root)]
    settings.CONSENT_ANCHORS = [trusting(stamping, url=elsewhere, certificates=both)]
    assert check(row, sealed()) is True


def test_without_the_client_it_says_what_to_install(
    stamping: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = anchor(sealed(1))
    ((_, place, _),) = configured()
    assert place
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert place.check(row, sealed(1)) is None
    with pytest.raises(timestamps.MissingTimestampsError, match=r"optin\[timestamps\]"):
        place.write(sealed(1))
    with pytest.raises(AnchoringError, match=r"optin\[timestamps\]"):
        anchor(sealed(1))
    monkeypatch.setitem(sys.modules, "cryptography.x509", None)
    assert check(row, sealed(1)) is None
    with pytest.raises(AnchoringError, match=r"optin\[timestamps\]"):
        anchor(sealed(1))


# Several, and the setting


def test_one_that_fails_does_not_stop_the_others(
    stamping: Responder, tmp_path: Path, settings: Any
) -> None:
    """P5."""
    settings.CONSENT_ANCHORS = [
        {"to": "file", "path": tmp_path / "nowhere" / "seals"},
        {"to": "rfc3161", "url": "ftp://stamps.example.org"},
        trusting(stamping),
        None,
        {"to": "email", "address": "notary@example.org"},
        {"to": "file", "path": tmp_path / "seals"},
    ]
    with pytest.raises(AnchoringError) as error:
        anchor(sealed())
    names = [why.partition(":")[0] for why in error.value.failed]
    assert names == ["anchor 1 (file)", "anchor 2 (rfc3161)", "anchor 4"]
    assert [row.kind for row in error.value.written] == ["rfc3161", "email", "file"]
    assert set(Anchor.objects.all()) == set(error.value.written)
    assert len(mail.outbox) == 1
    assert all(check(row, sealed()) is not False for row in error.value.written)


def test_nothing_configured_is_nothing_written(settings: Any) -> None:
    assert anchor(sealed()) == []
    settings.CONSENT_ANCHORS = ()
    assert (anchor(sealed()), list(outside())) == ([], [])


@pytest.mark.parametrize(
    "value", [None, 7, "file", {"to": "file"}, {"file"}, [["to", "file"]], [{}], [object()]]
)
def test_a_setting_that_is_garbage_is_an_error_and_no_traceback(value: Any, settings: Any) -> None:
    settings.CONSENT_ANCHORS = value
    assert "Not anchored: " in failure(sealed())
    assert list(outside()) == []
    assert check(Anchor(kind="file", seal=1, digest=sealed().digest, place="/x"), sealed()) is None


def test_an_anchor_is_evidence_too(file: Path) -> None:
    """P1: the ORM and the database refuse to change or delete it."""
    from django.db import connection

    anchor(sealed())
    for statement in ("UPDATE consent_anchor SET place = 'x'", "DELETE FROM consent_anchor"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_digest_that_is_stamped_is_that_of_the_seal_s_bytes() -> None:
    seal = sealed()
    assert sha256(seal_bytes(vars(seal))).hexdigest() == seal.digest

"""Signatures of seals: by the site's key, and checked by all keys it has had."""

from __future__ import annotations

import io
import os
import stat
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.core.management import CommandError, call_command

from consent import signing
from consent.signing import SigningError, current_key_id, new_key, sign, verify

DIGEST = sha256(b"a seal").hexdigest()
OTHER = sha256(b"another seal").hexdigest()


@pytest.fixture
def key(settings: Any) -> str:
    """The public half of a key that is in use."""
    settings.CONSENT_SEAL_KEY, public = new_key()
    return public


def test_a_signature_is_over_the_digest_in_its_own_context(key: str) -> None:
    """P5, P6: a signature of a seal says nothing of anything else."""
    name, signature = sign(DIGEST)
    public = load_pem_public_key(key.encode())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(bytes.fromhex(signature), b"consent.seal.v1\0" + bytes.fromhex(DIGEST))
    assert name == sha256(public.public_bytes_raw()).hexdigest()[:16]
    assert name == signing.key_id(public.public_bytes_raw()) == current_key_id()


def test_a_signature_verifies_for_its_digest_and_key_alone(key: str) -> None:
    """P6."""
    name, signature = sign(DIGEST)
    assert verify(DIGEST, name, signature) is True
    assert verify(OTHER, name, signature) is False
    assert verify(DIGEST, name, "00" * 64) is False
    assert verify(DIGEST, "0" * 16, signature) is None


@pytest.mark.parametrize("garbage", ["", "zz", "abc", "ab" * 63, "ü" * 128, "ab" * 65])
def test_garbage_is_no_signature(key: str, garbage: str) -> None:
    assert verify(DIGEST, current_key_id(), garbage) is False
    name, signature = sign(DIGEST)
    assert verify(garbage, name, signature) is False


def test_a_signature_has_one_spelling(key: str) -> None:
    """P6: a column that was changed is found, even where the change means the same."""
    name, signature = sign(DIGEST)
    for spelled in (signature.upper(), f" {signature}", f"{signature[:64]} {signature[64:]}"):
        assert verify(DIGEST, name, spelled) is False


def test_without_a_key_nothing_is_signed(settings: Any) -> None:
    for nothing in ("", None):
        settings.CONSENT_SEAL_KEY = nothing
        assert sign(DIGEST) == ("", "")
        assert current_key_id() == ""
        assert signing.current_public_key() == ""
    assert verify(DIGEST, "", "") is None


def test_an_unsigned_seal_cannot_be_told_from_here(key: str) -> None:
    assert verify(DIGEST, "", "") is None


def test_earlier_keys_still_verify_after_rotation(key: str, settings: Any) -> None:
    """P6."""
    before = sign(DIGEST)
    settings.CONSENT_SEAL_KEY, _ = new_key()
    assert verify(DIGEST, *before) is None
    settings.CONSENT_SEAL_PUBLIC_KEYS = [key]
    assert verify(DIGEST, *before) is True
    assert verify(OTHER, *before) is False
    assert verify(DIGEST, *sign(DIGEST)) is True


def test_public_keys_are_enough_to_verify(key: str, settings: Any) -> None:
    """P5: who checks need not be able to sign."""
    signed = sign(DIGEST)
    settings.CONSENT_SEAL_KEY = ""
    settings.CONSENT_SEAL_PUBLIC_KEYS = key
    assert verify(DIGEST, *signed) is True


def test_keys_may_stand_in_files(tmp_path: Path, settings: Any) -> None:
    private, public = new_key()
    (tmp_path / "seal.pem").write_text(private)
    (tmp_path / "seal.pub").write_text(public)
    settings.CONSENT_SEAL_KEY = tmp_path / "seal.pem"
    signed = sign(DIGEST)
    settings.CONSENT_SEAL_KEY = ""
    settings.CONSENT_SEAL_PUBLIC_KEYS = [str(tmp_path / "seal.pub")]
    assert verify(DIGEST, *signed) is True


def test_a_key_from_the_environment_may_have_its_lines_spelled_out(
    settings: Any,
) -> None:
    private, _ = new_key()
    settings.CONSENT_SEAL_KEY = private.replace("\n", "\\n")
    assert verify(DIGEST, *sign(DIGEST)) is True


def curve_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def encrypted_key() -> str:
    key = load_pem_private_key(new_key()[0].encode(), password=None)
    closed = BestAvailableEncryption(b"password")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed).decode()


GARBAGE = {
    "of another kind": (curve_key, "no Ed25519 key"),
    "public": (lambda: new_key()[1], "no private key in PEM"),
    "encrypted": (encrypted_key, "encrypted"),
    "cut off": (lambda: new_key()[0][:60], "no private key in PEM"),
    "raw": (lambda: "5eC4e7" * 11, "no PEM text, and no file"),
    "with a zero": (lambda: "5eC4e7\0", "no PEM text, and no file"),
    "endless": (lambda: "5eC4e7" * 1000, "no PEM text, and no file"),
    "a folder": (lambda: os.path.dirname(__file__), "no PEM text, and no file"),
    "another file": (lambda: __file__, "holds no PEM text"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_key_that_cannot_sign_says_so_and_never_itself(kind: str, settings: Any) -> None:
    make, why = GARBAGE[kind]
    settings.CONSENT_SEAL_KEY = make()
    for attempt in (lambda: sign(DIGEST), current_key_id, signing.current_public_key):
        with pytest.raises(SigningError, match=why) as error:
            attempt()
        assert "5eC4e7" not in str(error.value)
        assert str(error.value).startswith("CONSENT_SEAL_KEY cannot be used: ")
    assert verify(DIGEST, "0" * 16, "00" * 64) is None
    assert [name for name, _ in signing.problems()] == ["CONSENT_SEAL_KEY"]


def test_garbage_among_the_public_keys_hides_no_other(key: str, settings: Any) -> None:
    signed = sign(DIGEST)
    settings.CONSENT_SEAL_KEY = ""
    settings.CONSENT_SEAL_PUBLIC_KEYS = ["nonsense", curve_key(), new_key()[0], 7, None, key]
    assert verify(DIGEST, *signed) is True
    assert [name for name, _ in signing.problems()] == ["CONSENT_SEAL_PUBLIC_KEYS"]
    settings.CONSENT_SEAL_PUBLIC_KEYS = None
    assert verify(DIGEST, *signed) is None


def test_without_cryptography_nothing_is_signed_and_it_says_what_to_install(
    key: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that means to sign is not left with seals that nobody signed."""
    signed = sign(DIGEST)
    settings.CONSENT_SEAL_PUBLIC_KEYS = [key]
    absent = [name for name in sys.modules if name.split(".")[0] == "cryptography"]
    for name in {"cryptography", *absent}:
        monkeypatch.setitem(sys.modules, name, None)
    assert verify(DIGEST, *signed) is None
    for attempt in (lambda: sign(DIGEST), new_key):
        with pytest.raises(SigningError, match=r"pip install \"django-consent-optin\[seals\]\""):
            attempt()
    assert {name for name, _ in signing.problems()} == {
        "CONSENT_SEAL_KEY",
        "CONSENT_SEAL_PUBLIC_KEYS",
    }
    with pytest.raises(CommandError, match="pip install"):
        keygen()
    settings.CONSENT_SEAL_KEY = ""
    assert sign(DIGEST) == ("", "")


def keygen(*arguments: str) -> str:
    out = io.StringIO()
    call_command("consent_keygen", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_key_that_signs(settings: Any) -> None:
    said = keygen()
    end = "-----END PRIVATE KEY-----"
    settings.CONSENT_SEAL_KEY = said.partition(end)[0] + end
    signed = sign(DIGEST)
    assert "CONSENT_SEAL_KEY" in said
    assert signing.current_public_key() in said
    assert verify(DIGEST, *signed) is True
    assert keygen() != said


def test_the_command_writes_new_files_that_others_cannot_read(
    tmp_path: Path, settings: Any
) -> None:
    path = tmp_path / "seal.pem"
    said = keygen("--out", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"CONSENT_SEAL_KEY = '{path}'" in said
    assert "PRIVATE KEY" not in said
    settings.CONSENT_SEAL_KEY = str(path)
    signed = sign(DIGEST)
    settings.CONSENT_SEAL_KEY = ""
    settings.CONSENT_SEAL_PUBLIC_KEYS = [str(tmp_path / "seal.pem.pub")]
    assert verify(DIGEST, *signed) is True


@pytest.mark.parametrize("taken", ["seal.pem", "seal.pem.pub"])
def test_the_command_overwrites_no_file(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("the only copy")
    with pytest.raises(CommandError, match="left as it is"):
        keygen("--out", str(tmp_path / "seal.pem"))
    assert [file.name for file in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "the only copy"


def test_the_command_follows_no_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "seal.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CommandError, match="left as it is"):
        keygen("--out", str(tmp_path / "seal.pem"))
    assert not (tmp_path / "elsewhere").exists()


def test_the_command_says_where_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be kept"):
        keygen("--out", str(tmp_path / "nowhere" / "seal.pem"))


def test_the_command_says_what_becomes_of_the_key_in_use(key: str, settings: Any) -> None:
    said = keygen()
    assert key in said
    assert f"The key in use now is {current_key_id()}" in said
    assert "CONSENT_SEAL_PUBLIC_KEYS" in said
    settings.CONSENT_SEAL_KEY = "nonsense"
    assert "Warning: CONSENT_SEAL_KEY cannot be used" in keygen()


def test_settings_that_are_read_as_texts() -> None:
    """One text is a list of one: never the keys "a", "b" and "c"."""
    from django.test import override_settings

    from consent.conf import conf

    cases: list[tuple[Any, tuple[str, ...]]] = [
        ("abc", ("abc",)),
        (["a", "", None, "b"], ("a", "b")),
        (None, ()),
    ]
    for value, expected in cases:
        with override_settings(CONSENT_EVIDENCE_KEY_FALLBACKS=value, CONSENT_EVIDENCE_KEY=None):
            assert conf.evidence_key_fallbacks == expected
            assert conf.evidence_key == ""

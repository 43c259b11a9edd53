"""Signing seals with the site's key, and checking what its keys have signed.

Ed25519, through the package ``cryptography`` (``pip install django-consent-optin[seals]``). Only
the machine that seals needs the private key; to check, public keys are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from consent.conf import conf
from consent.memory import Memory
from consent.pem import read_pem
from consent.signatures import (
    MissingCryptographyError,
    is_signed,
    key_id,
    load_public_key,
    signed_bytes,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "SigningError",
    "current_key_id",
    "current_public_key",
    "key_id",
    "new_key",
    "problems",
    "sign",
    "verify",
]

INSTALL = (
    "the package cryptography is not installed: run 'pip install \"django-consent-optin[seals]\"'"
)
_SIGNATURE = re.compile(r"[0-9a-f]{128}")  # one spelling, so that any change of it shows
_PUBLIC: Memory[dict[str, str]] = Memory()


class SigningError(ImproperlyConfigured):
    """``CONSENT_SEAL_KEY`` is set and cannot be used, so that nothing is signed."""


def sign(digest: str) -> tuple[str, str]:
    """Return the key's id and the signature of a seal's digest, all in hexadecimal.

    Both are empty without ``CONSENT_SEAL_KEY``. Raise `SigningError` where there is one that cannot
    be used: a site that means to sign shall not find out years later that it did not.
    """
    key = _current()
    if key is None:
        return "", ""
    signature = key.sign(signed_bytes(digest)).hex()
    return key_id(key.public_key().public_bytes_raw()), signature


def current_key_id() -> str:
    """Return the id of the key that `sign` uses, empty without one; raise as it does."""
    key = _current()
    return "" if key is None else key_id(key.public_key().public_bytes_raw())


def current_public_key() -> str:
    """Return the public half (PEM) of the key that `sign` uses, empty without one."""
    key = _current()
    return "" if key is None else _public_pem(key)


def verify(digest: str, key: str, signature: str) -> bool | None:
    """Whether the key of this id signed a seal's digest; None where that cannot be told.

    It cannot be told without ``cryptography``, without that public key, and of an unsigned seal.
    Never raise: settings that cannot be read are left out, and reported by the system checks.
    """
    if not key and not signature:
        return None
    public = _PUBLIC.get("", _public_keys).get(key)
    if public is None:
        return None
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        return is_signed(digest, key, signature, [public])
    except MissingCryptographyError:
        return None


def new_key() -> tuple[str, str]:
    """Return a new private key and its public half (PEM); raise `SigningError`."""
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise SigningError(f"No key can be made: {INSTALL}.") from None
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), _public_pem(key)


def problems() -> Iterator[tuple[str, str]]:
    """Yield each setting with a key that cannot be used, and why."""
    if conf.seal_key:
        try:
            _load_private_key(conf.seal_key)
        except (ValueError, MissingCryptographyError) as error:
            yield "CONSENT_SEAL_KEY", str(error)
    for value in conf.seal_public_keys:
        try:
            _load_public(value)
        except (ValueError, MissingCryptographyError) as error:
            yield "CONSENT_SEAL_PUBLIC_KEYS", str(error)
            return


def _current() -> Ed25519PrivateKey | None:
    if not conf.seal_key:
        return None
    try:
        return _load_private_key(conf.seal_key)
    except (ValueError, MissingCryptographyError) as error:
        raise SigningError(f"CONSENT_SEAL_KEY cannot be used: {error}.") from None


def _load_private_key(value: str) -> Ed25519PrivateKey:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise MissingCryptographyError(INSTALL) from None
    pem = read_pem(value)
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        raise ValueError("it is encrypted, and there is no setting for a password") from None
    except (ValueError, UnsupportedAlgorithm):
        # What the library says may quote the key.
        raise ValueError("it is no private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is no Ed25519 key")
    return key


def _load_public(value: str) -> tuple[str, str]:
    """Return the id of a public key and its PEM text; raise ValueError."""
    pem = read_pem(value)
    try:
        return load_public_key(pem)[0], pem
    except MissingCryptographyError:
        raise MissingCryptographyError(INSTALL) from None
    except ValueError:
        raise ValueError("one is no Ed25519 public key in PEM") from None


def _public_keys() -> dict[str, str]:
    """Return the public keys (PEM) by id: the present one, and those of earlier seals."""
    found = {}
    for value in conf.seal_public_keys:
        try:
            name, pem = _load_public(value)
        except (ValueError, MissingCryptographyError):
            continue
        found[name] = pem
    try:
        key = _current()
    except SigningError:
        key = None
    if key is not None:
        found[key_id(key.public_key().public_bytes_raw())] = _public_pem(key)
    return found


def _public_pem(key: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives import serialization

    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )

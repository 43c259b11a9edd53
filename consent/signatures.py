"""Signatures of seals: Ed25519 (RFC 8032), through ``cryptography`` where it is installed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

_CONTEXT = b"consent.seal.v1\0"


class MissingCryptographyError(ImportError):
    """The optional package ``cryptography`` is not installed."""


def signed_bytes(digest: str) -> bytes:
    """Return what the signature of a seal's digest, in hexadecimal, signs."""
    return _CONTEXT + bytes.fromhex(digest)


def key_id(public: bytes) -> str:
    """Return the id of a public key, from its 32 raw bytes: 16 characters of its digest."""
    return sha256(public).hexdigest()[:16]


def load_public_key(pem: str) -> tuple[str, Any]:
    """Return a public key (PEM) with its id; raise ValueError if it is no Ed25519 key."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise MissingCryptographyError("Install the package cryptography.") from None
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is no Ed25519 public key")
    return key_id(key.public_bytes_raw()), key


def is_signed(digest: str, key: str, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of the public keys (PEM) signed a seal's digest; ``key`` is the id it names.

    Raise `MissingCryptographyError` without the package, ValueError for what is no key.
    """
    known = dict(map(load_public_key, keys))
    if key not in known:
        return False
    from cryptography.exceptions import InvalidSignature

    try:
        known[key].verify(bytes.fromhex(signature), signed_bytes(digest))
    except (InvalidSignature, ValueError):
        return False
    return True

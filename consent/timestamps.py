"""Timestamps by an authority (RFC 3161), through the package ``rfc3161-client`` where it is there.

What is stamped is the SHA-256 of a seal, so that its digest is the timestamp's own imprint:
``openssl ts -verify -digest DIGEST -in FILE -CAfile CERTIFICATES`` checks the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

_SHA256 = "2.16.840.1.101.3.4.2.1"
INSTALL = (
    "the package rfc3161-client is not installed: run 'pip install "
    '"django-consent-optin[timestamps]"\''
)


class MissingTimestampsError(ImportError):
    """The optional package ``rfc3161-client`` is not installed."""


class TimestampError(ValueError):
    """What an authority answered is not the timestamp that was asked for."""


def query(data: bytes) -> TimeStampRequest:
    """Return a request for a timestamp of the data's SHA-256, with a nonce."""
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError:
        raise MissingTimestampsError(INSTALL) from None
    return TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()


def load_certificates(pem: str) -> list[Certificate]:
    """Return the certificates of a PEM text, at least one; raise ValueError if it has none."""
    try:
        from cryptography.x509 import load_pem_x509_certificates
    except ImportError:
        raise MissingTimestampsError(INSTALL) from None
    try:
        return load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise ValueError("it is no certificate in PEM") from None


def stamped_at(
    answer: bytes, digest: str, *, certificates: Sequence[Certificate], nonce: int | None = None
) -> datetime:
    """Return when an authority stamped a digest (hexadecimal).

    ``answer`` is its whole response (DER). The certificates are those that are trusted: the root
    and what leads from it to the authority. They count if they were valid at that time; whether
    one was revoked is not asked. Raise `TimestampError` for anything but such a timestamp.
    """
    try:
        from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response
    except ImportError:
        raise MissingTimestampsError(INSTALL) from None
    try:
        response = decode_timestamp_response(answer)
        _must_be_granted(response)
        imprint = response.tst_info.message_imprint
        if (imprint.hash_algorithm.dotted_string, imprint.message.hex()) != (_SHA256, digest):
            raise TimestampError("it is a timestamp of something else")
        VerifierBuilder(roots=list(certificates), nonce=nonce).build().verify(
            response, bytes.fromhex(digest)
        )
        return response.tst_info.gen_time
    except VerificationError as error:
        raise TimestampError(f"it cannot be trusted: {error}") from None
    except TimestampError:
        raise
    except ValueError as error:
        raise TimestampError(f"it is no timestamp: {error}") from None


def _must_be_granted(response: TimeStampResponse) -> None:
    from rfc3161_client import PKIStatus

    if response.status != PKIStatus.GRANTED:
        said = " ".join((f"status {response.status}", *response.status_string))
        raise TimestampError(f"the authority gave no timestamp ({said})")

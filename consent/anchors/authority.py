"""The anchor that needs ``rfc3161-client``: a timestamp authority."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException
from typing import TYPE_CHECKING, ClassVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from consent.core.anchor import Entry
from consent.core.evidence import SEAL_FIELDS, seal_bytes
from consent.models import Anchor, Seal
from consent.timestamps import MissingTimestampsError, TimestampError, query, stamped_at

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LONGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who signs, with the time, what they are shown the digest of."""

    url: str
    certificates: tuple[Certificate, ...]
    timeout: float
    kind: ClassVar[Anchor.Kind] = Anchor.Kind.TIMESTAMP

    def write(self, seal: Seal) -> tuple[str, str]:
        """Return the timestamp as the token, after it has been verified."""
        data = seal_bytes({name: getattr(seal, name) for name in SEAL_FIELDS})
        if sha256(data).hexdigest() != seal.digest:
            raise TimestampError("the seal's columns give another digest")
        asked = query(data)
        answer = self._ask(asked.as_bytes())
        stamped_at(answer, seal.digest, certificates=self.certificates, nonce=asked.nonce)
        return self.url, base64.b64encode(answer).decode()

    def check(self, anchor: Anchor, seal: Seal) -> bool | None:
        """Verify the token; of another authority's, these certificates can only say yes."""
        try:
            answer = base64.b64decode(anchor.token, validate=True)
            stamped_at(answer, seal.digest, certificates=self.certificates)
        except MissingTimestampsError:
            return None
        except (TimestampError, binascii.Error, ValueError):
            return False if anchor.place == self.url else None
        return True

    def entries(self) -> Iterator[Entry]:
        """Yield nothing: an authority keeps no list."""
        return iter(())

    def _ask(self, asked: bytes) -> bytes:
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        }
        request = Request(self.url, data=asked, headers=headers)  # noqa: S310 - http, by its check
        try:
            with urlopen(request, timeout=self.timeout) as response:  # noqa: S310 - as above
                answer: bytes = response.read(_LONGEST_ANSWER + 1)
        except HTTPError as error:
            error.close()
            raise TimestampError(f"it answered {error.code} {error.reason}") from None
        except (OSError, HTTPException) as error:
            raise TimestampError(f"it cannot be reached: {error or type(error).__name__}") from None
        if len(answer) > _LONGEST_ANSWER:
            raise TimestampError("its answer is too long to be a timestamp")
        return answer

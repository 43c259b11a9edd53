"""Anchors: seals written to what stands outside the database, and compared with it again.

``CONSENT_ANCHORS`` lists where. Whoever holds the database and the signing key can write another
past, but not into a file, a mailbox or an authority's timestamp that they do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consent.anchors.configured import Configured, configured
from consent.anchors.places import Place
from consent.core.anchor import Entry
from consent.models import Anchor, Seal

__all__ = ["AnchoringError", "Configured", "Place", "anchor", "check", "configured", "outside"]


class AnchoringError(Exception):
    """Some anchors were not written: ``failed`` says which and why, ``written`` holds the rest."""

    def __init__(self, failed: Sequence[str], written: Sequence[Anchor]) -> None:
        super().__init__("\n".join(f"Not anchored: {why}" for why in failed))
        self.failed = tuple(failed)
        self.written = tuple(written)


def anchor(seal: Seal, *, using: str = "default") -> list[Anchor]:
    """Write a seal, which must be committed, to every configured anchor; return their rows.

    One that fails does not keep it from the others. Raise `AnchoringError` at the end, which names
    those that failed; the others are written and stay.
    """
    written, failed = [], []
    for name, place, problem in configured():
        if place is None:
            failed.append(f"{name}: {problem}")
            continue
        try:
            where, token = place.write(seal)
        except Exception as error:  # mail backends raise what they like
            failed.append(f"{name}: {error or type(error).__name__}")
            continue
        row = Anchor(
            kind=place.kind, seal=seal.number, digest=seal.digest, place=where, token=token
        )
        row.save(using=using)
        written.append(row)
    if failed:
        raise AnchoringError(failed, written)
    return written


def check(row: Anchor, seal: Seal) -> bool | None:
    """Whether what stands outside confirms that this seal was anchored.

    False: it contradicts the row, or lacks what it must have. None: that cannot be told from here,
    as with every e-mail, with a file or an authority that the settings do not name any more, and
    without ``rfc3161-client``.
    """
    if (row.seal, row.digest) != (seal.number, seal.digest):
        return False
    places = (place for _, place, _ in configured() if place and place.kind == row.kind)
    answers = [place.check(row, seal) for place in places]
    if True in answers:
        return True
    return False if False in answers else None


def outside() -> Iterator[tuple[str, Entry]]:
    """Yield every seal that the configured files hold, after the name of the file.

    A seal that stands here and not in the database was removed from it. Files that cannot be read
    are passed over: `check` tells of those.
    """
    for name, place, _ in configured():
        for entry in place.entries() if place else ():
            yield name, entry

"""One export: what it is of, how far it is, and its lines in the access log."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from datetime import datetime
from typing import Any

from django.db.models import Max

from consent import __version__, moments
from consent.accesses import note_access
from consent.exports.columns import COLUMNS
from consent.exports.formats import Format, written
from consent.exports.reading import Piece
from consent.exports.selection import Selection
from consent.models import Access, Notice, Record, Seal

SUBJECT = "records"
Plain = dict[str, Any]


class Export:
    """Records on their way out: `begin`, then read all of `pieces`, then `end`.

    Of records that come in meanwhile it takes none: ``upto`` is the newest id at its beginning.
    """

    def __init__(self, selection: Selection, wanted: Format, *, who: str, using: str) -> None:
        self.selection, self.format, self.who, self.using = selection, wanted, who, using
        self.begun: datetime = moments.now()
        self.ended: datetime | None = None
        self.upto: int = Record.objects.using(using).aggregate(last=Max("id"))["last"] or 0
        self.rows = self.size = self.done = 0
        self.complete = False
        self.digest = hashlib.sha256()
        self._entry: Access | None = None

    def begin(self) -> None:
        """Write into the access log who takes out what; raise `django.db.Error` where it cannot."""
        self._entry = note_access(
            "export",
            who=self.who,
            subject=SUBJECT,
            using=self.using,
            selection=self.selection.logged(),
            format=self.format.name,
            upto=self.upto,
        )

    def pieces(self) -> Generator[Piece, None, None]:
        """Yield the file's pieces, and keep the account of them; go on after ``done``."""
        after = self.done
        for piece in written(
            self.format, self.selection, using=self.using, after=after, upto=self.upto
        ):
            self.account(piece.data)
            self.rows += piece.rows
            self.done = max(self.done, piece.done)
            yield piece
        self.done = max(self.done, self.upto)
        self.ended = moments.now()
        self.complete = True

    def account(self, data: bytes) -> None:
        """Count bytes of the file and take them into its digest."""
        self.digest.update(data)
        self.size += len(data)

    def end(self) -> None:
        """Write into the access log how many rows went out, and whether that was all; once."""
        entry, self._entry = self._entry, None
        if entry is None:
            return
        self.ended = self.ended or moments.now()
        note_access(
            "exported",
            who=self.who,
            subject=SUBJECT,
            count=self.rows,
            using=self.using,
            begun=entry.pk,
            complete=self.complete,
            bytes=self.size,
            sha256=self.digest.hexdigest(),
        )

    def manifest(self, file: str) -> Plain:
        """Return what the file holds and how to check it, as plain JSON values."""
        return {
            "file": file,
            "format": self.format.name,
            "columns": list(COLUMNS),
            "rows": self.rows,
            "bytes": self.size,
            "sha256": self.digest.hexdigest(),
            "complete": self.complete,
            "selection": self.selection.document(),
            "exported_by": self.who,
            "begun_at": moments.written(self.begun),
            "ended_at": moments.written(self.ended) if self.ended else None,
            "newest_record": self.upto,
            "newest_seal": _newest_seal(self.using),
            "notices": _notices(self.selection, self.using),
            "application": f"django-consent-optin {__version__}",
        }


def _newest_seal(using: str) -> Plain | None:
    seal = Seal.objects.using(using).order_by("-number").first()
    if seal is None:
        return None
    return {"number": seal.number, "digest": seal.digest, "upto": seal.upto}


def _notices(selection: Selection, using: str) -> list[Plain]:
    """Return the notices that the records may be about: of their site, the oldest first."""
    rows = Notice.objects.using(using).order_by("site", "number")
    if selection.site:
        rows = rows.filter(site=selection.site)
    if selection.notice is not None:
        rows = rows.filter(number=selection.notice)
    found = rows.values_list("site", "number", "digest", "published_at")
    return [
        {"site": site, "number": number, "digest": digest, "published_at": moments.written(at)}
        for site, number, digest, at in found
    ]

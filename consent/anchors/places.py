"""The one interface of all anchors, and the two that need nothing but Django: file and e-mail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from django.core.mail import EmailMessage

from consent.conf import conf
from consent.core.anchor import Entry, entry, letter, line, parse_line
from consent.models import Anchor, Seal

_MODE = 0o640


class Place(Protocol):
    """Something outside the database to which seals are written."""

    kind: ClassVar[Anchor.Kind]

    def write(self, seal: Seal) -> tuple[str, str]:
        """Write a seal; return the place, and the token if it gave one. Raise if it did not."""

    def check(self, anchor: Anchor, seal: Seal) -> bool | None:
        """Whether it confirms the anchor of this seal; None where that cannot be told."""

    def entries(self) -> Iterator[Entry]:
        """Yield the seals that it holds, if they can be read from here."""


def written_down(seal: Seal) -> Entry:
    """Return what is written down of a seal."""
    return entry({name: getattr(seal, name) for name in Entry._fields})


@dataclass(frozen=True, slots=True)
class File:
    """A file to which lines are added, and in which none is ever changed."""

    path: Path
    kind: ClassVar[Anchor.Kind] = Anchor.Kind.FILE

    def write(self, seal: Seal) -> tuple[str, str]:
        """Add one line, and have it on the disk before returning."""
        is_new = not self.path.exists()
        start = "\n" if self._is_cut_off() else ""
        data = f"{start}{line(written_down(seal))}\n".encode()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
        try:
            if os.write(file, data) != len(data):
                raise OSError("the line was cut off: is the disk full?")
            os.fsync(file)
        finally:
            os.close(file)
        if is_new:
            _sync_folder(self.path.parent)
        return str(self.path), ""

    def check(self, anchor: Anchor, seal: Seal) -> bool | None:
        """Look for the line; a file that is gone confirms nothing, and that is a contradiction."""
        if anchor.place != str(self.path):
            return None
        try:
            return written_down(seal) in self._lines()
        except FileNotFoundError:
            return False
        except OSError:
            return None

    def entries(self) -> Iterator[Entry]:
        """Yield the seals in the file."""
        try:
            yield from self._lines()
        except OSError:
            return

    def _lines(self) -> Iterator[Entry]:
        with self.path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                if found := parse_line(text):
                    yield found

    def _is_cut_off(self) -> bool:
        """Whether an earlier line has no end, after a crash or on a full disk."""
        try:
            with self.path.open("rb") as file:
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except OSError:  # new or empty, or ours to write and not to read
            return False


@dataclass(frozen=True, slots=True)
class Email:
    """Somebody's mailbox; nobody here can look into it again."""

    address: str
    kind: ClassVar[Anchor.Kind] = Anchor.Kind.EMAIL

    def write(self, seal: Seal) -> tuple[str, str]:
        """Send a letter that people can read and `consent.core.anchor` can parse."""
        message = EmailMessage(
            subject=f"Seal {seal.number} of {conf.site}: {seal.digest}",
            body=_LETTER.format(site=conf.site, seal=letter(written_down(seal))),
            to=[self.address],
        )
        if not message.send():
            raise OSError("the mail backend sent nothing")
        return self.address, ""

    def check(self, anchor: Anchor, seal: Seal) -> bool | None:  # noqa: ARG002 - of the interface
        """Return None: only the mailbox's owner can compare."""
        return None

    def entries(self) -> Iterator[Entry]:
        """Yield nothing."""
        return iter(())


_LETTER = """\
This is a seal of the consent records of {site}. Keep this message: it proves,
to whoever asks you later, that those records existed now and as they are.

{seal}
It names no visitor. There is nothing to do, and nothing to answer.
"""


def _sync_folder(folder: Path) -> None:
    """Have a new file's name on the disk, where the system knows that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Show again what a visitor was shown."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from consent.core.crockford import parse_receipt
from consent.models import Record
from consent.replays import ReplayError, findings, replay


class Command(BaseCommand):
    """Write the dialog of a record, as it was stored, to one HTML file."""

    help = "Write what a visitor was shown, from what was stored then, to one HTML file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("receipt", nargs="?", default="", help="The receipt, in any spelling.")
        parser.add_argument("--html", required=True, metavar="FILE", help="The file to write.")
        parser.add_argument(
            "--record",
            type=int,
            metavar="ID",
            help="That record, with or without a receipt; by default the receipt's newest.",
        )
        parser.add_argument("--force", action="store_true", help="Overwrite the file.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Find the record, show it again, write the file."""
        target = Path(options["html"])
        found = _records(options["receipt"], options["record"])
        record = found[0]
        try:
            html, faults = replay(record), findings(record)
        except ReplayError as error:
            raise CommandError(str(error)) from None
        _write(target, html, force=options["force"])
        self.stdout.write(f"Written: {target} shows record {record.pk}.")
        if others := ", ".join(str(other.pk) for other in found[1:]):
            self.stdout.write(f"The receipt's other records, for --record: {others}.")
        for finding in faults:
            if not finding.holds:
                self.stderr.write(f"{finding.what}: {finding.text}.")


def _records(receipt: str, pk: int | None) -> list[Record]:
    """Return the records that are meant, newest first; at least one."""
    rows: QuerySet[Record] = Record.objects.order_by("-id")
    if receipt:
        if not (named := parse_receipt(receipt)):
            raise CommandError(f"{receipt!r} is no receipt: those have 26 letters and digits.")
        rows = rows.filter(receipt=named)
    elif pk is None:
        raise CommandError("Name a receipt, or a record with --record.")
    if pk is not None:
        rows = rows.filter(pk=pk)
    if not (found := list(rows)):
        what = " and ".join(filter(None, (receipt, f"id {pk}" if pk is not None else "")))
        raise CommandError(f"There is no record with {what}: it may have been purged or erased.")
    return found


def _write(target: Path, html: str, *, force: bool) -> None:
    try:
        with target.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(html)
    except FileExistsError:
        raise CommandError(f"{target} exists already; --force overwrites it.") from None
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from None

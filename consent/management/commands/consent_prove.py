"""Write a proof that leaves the house."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from consent.core.crockford import parse_receipt
from consent.models import Record
from consent.proofs import ProofError, prove

MOST = 1_000
"""Records in one file at most: all of it is held in memory, also by who checks it."""


class Command(BaseCommand):
    """Write one file that proves a visitor's choice, checked by ``python -m consent.verify``."""

    help = "Write the proof file of a receipt, or of one record, for python -m consent.verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("receipt", nargs="?", default="", help="The receipt's id.")
        parser.add_argument(
            "--record",
            metavar="WHICH",
            help="One record by its id; or the refusals, which have no receipt, of an hour (UTC): "
            "2026-01-31T14.",
        )
        parser.add_argument("--out", metavar="FILE", help="Where to write; else it is printed.")
        parser.add_argument("--force", action="store_true", help="Write over a file.")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write the file, or say why there is none."""
        if bool(options["receipt"]) == (options["record"] is not None):
            raise CommandError("Name either a receipt or, with --record, one record.")
        rows = Record.objects.using(options["database"]).order_by("pk")
        which = options["record"]
        try:
            records = _of_receipt(rows, options["receipt"]) if which is None else _of(rows, which)
            text = prove(records, using=options["database"])
        except ProofError as error:
            raise CommandError(str(error)) from None
        self._write(text, options["out"], is_forced=options["force"])

    def _write(self, text: str, out: str | None, *, is_forced: bool) -> None:
        if not out:
            self.stdout.write(text, ending="")
            return
        try:
            with Path(out).open("w" if is_forced else "x", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}") from None
        self.stdout.write(f"Written: {out}. Check it with: python -m consent.verify {out}")


def _of_receipt(rows: QuerySet[Record], text: str) -> QuerySet[Record]:
    receipt = parse_receipt(text)
    if not receipt:
        raise ProofError(f"{text!r} is not a receipt's id: 26 digits and letters.")
    return rows.filter(receipt=receipt)


def _of(rows: QuerySet[Record], which: str) -> QuerySet[Record]:
    """Return one record by its id, or the refusals of an hour; raise `ProofError` for neither."""
    if re.fullmatch(r"[0-9]{1,18}", which):
        return rows.filter(pk=int(which))
    try:
        hour = datetime.strptime(which, "%Y-%m-%dT%H").replace(tzinfo=UTC)
        refusals = rows.filter(
            receipt="", decided_at__gte=hour, decided_at__lt=hour + timedelta(hours=1)
        )
    except (ValueError, OverflowError):
        raise ProofError(
            f"{which!r} is neither a record's id nor an hour, such as 2026-01-31T14."
        ) from None
    if (count := refusals.count()) > MOST:
        raise ProofError(f"{count:,} refusals are of that hour: name one by its id.")
    return refusals

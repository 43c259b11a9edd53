"""Write a proof that leaves the house."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent.models import Record
from consent.proofs import ProofError, prove


class Command(BaseCommand):
    """Write one file that proves a visitor's choice, checked by ``python -m consent.verify``."""

    help = "Write the proof file of a receipt, or of one record, for python -m consent.verify."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("receipt", nargs="?", default="", help="The receipt's id.")
        parser.add_argument(
            "--record", type=int, metavar="ID", help="A record without a receipt: a refusal."
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
        records = Record.objects.using(options["database"]).order_by("pk")
        if options["receipt"]:
            records = records.filter(receipt=options["receipt"])
        else:
            records = records.filter(pk=options["record"])
        try:
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

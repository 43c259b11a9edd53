"""Remove one visitor's records on request."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent.erasing import erase
from consent.holds import RetentionError
from consent.management.reporting import operator


class Command(BaseCommand):
    """Erase the records of a receipt; their leaves stay, and tell nothing."""

    help = "Erase all records of a receipt. A running grant is withdrawn first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("receipt", help="The receipt's id, as its visitor has it.")
        parser.add_argument(
            "--reason", required=True, help="Why; it is kept for good, so name nobody in it."
        )
        parser.add_argument("--by", default=operator(), help="Who erases (you, by default).")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Erase, and say what went."""
        try:
            entry = erase(
                options["receipt"],
                reason=options["reason"],
                by=options["by"],
                using=options["database"],
            )
        except RetentionError as error:
            raise CommandError(f"Nothing is erased. {error}") from None
        records = "1 record" if entry.count == 1 else f"{entry.count} records"
        self.stdout.write(
            f"Erased {records} (removal {entry.pk}). The browser's own cookie is not within reach: "
            "it lasts until its visitor withdraws there, or until it expires."
        )

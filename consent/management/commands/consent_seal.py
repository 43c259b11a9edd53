"""Seal what was recorded."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent import tasks
from consent.anchors import AnchoringError
from consent.signing import SigningError


class Command(BaseCommand):
    """Seal everything that is committed, and write the newest seal to what stands outside."""

    help = "Seal everything that was recorded; with --anchor, also outside of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--anchor", action="store_true", help="Write the newest seal to CONSENT_ANCHORS."
        )
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Seal, and say what was sealed."""
        try:
            seals = tasks.seal(using=options["database"])
        except SigningError as error:
            raise CommandError(f"Nothing was sealed: {error}") from None
        for seal in seals:
            signed = "signed" if seal.signature else "not signed"
            self.stdout.write(f"Seal {seal.number}: {seal.count} leaves, {signed}, {seal.digest}")
        if not seals:
            self.stdout.write("Nothing to seal.")
        if options["anchor"]:
            try:
                anchors = tasks.anchor_newest(using=options["database"])
            except AnchoringError as error:
                raise CommandError(str(error)) from None
            for anchor in anchors:
                self.stdout.write(f"Seal {anchor.seal} anchored: {anchor.place}")

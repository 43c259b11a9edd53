"""What has to be done every day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent import tasks


class Command(BaseCommand):
    """Seal, anchor, verify what is new, purge; what fails does not stop the rest."""

    help = "Seal, verify what is new, and purge: run it once a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Do all of it, and fail at the end if anything failed."""
        failed = []
        for name, said in tasks.daily(using=options["database"]):
            self.stdout.write(f"{name}: {said}")
            if isinstance(said, tasks.FailedError):
                failed.append(name)
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}.")

"""Divide the records by ranges of ids, on PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, Error, connections

from consent import partitions
from consent.partitions import PartitionError


class Command(BaseCommand):
    """Make partitions of the records, so that a purge drops those that have expired as a whole."""

    help = (
        "Divide the records into partitions by ranges of ids (PostgreSQL; optional). "
        "Run it again to add partitions, or to change the size of those to come."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--size",
            type=int,
            help=f"Ids in a partition (at first {partitions.SIZE:,}; then as the newest has).",
        )
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Divide, and list the partitions there are."""
        using = options["database"]
        try:
            added = {
                partition.table
                for partition in partitions.divide(using=using, size=options["size"])
            }
        except (PartitionError, Error) as error:
            raise CommandError(f"Nothing was divided: {error}") from None
        for partition in partitions.partitions(using):
            new = ", new" if partition.table in added else ""
            ids = f"records {partition.first:,} to {partition.last:,}"
            self.stdout.write(f"{partition.table}: {ids}{new}")

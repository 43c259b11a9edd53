"""Remove what is kept no longer; after a restore, remove it again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent.holds import RetentionError
from consent.ledgerfile import export_ledger
from consent.management.progress import Progress
from consent.management.reporting import operator
from consent.replaying import Replayed, replay, replay_from
from consent.retention import BATCH, Totals, counted, purge


class Command(BaseCommand):
    """Apply the clocks of retention, or the ledger of what went before."""

    help = "Remove records, presentations and notices that are kept no longer; their leaves stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )
        parser.add_argument("--by", default=operator(), help="Who purges (you, by default).")
        parser.add_argument(
            "--batch", type=int, default=BATCH, help="Rows in one transaction, about."
        )
        parser.add_argument("--json", action="store_true", help="Print the totals as JSON.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="Count, and remove nothing.")
        what.add_argument(
            "--replay",
            action="store_true",
            help="After a restore: remove again what the ledger names.",
        )
        what.add_argument("--export-ledger", metavar="FILE", help="Write the ledger to a file.")
        parser.add_argument(
            "--ledger", metavar="FILE", help="With --replay: a ledger newer than the backup."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Do the one thing that was asked for."""
        if options["ledger"] and not options["replay"]:
            raise CommandError("--ledger goes with --replay.")
        try:
            if options["export_ledger"]:
                self._export(options)
            elif options["replay"]:
                self._replay(options)
            else:
                self._purge(options)
        except (RetentionError, OSError) as error:
            raise CommandError(str(error)) from None

    def _purge(self, options: dict[str, Any]) -> None:
        shown = Progress(self.stderr if options["json"] else self.stdout)
        totals = purge(
            by=options["by"],
            using=options["database"],
            batch=options["batch"],
            dry_run=options["dry_run"],
            progress=lambda totals: shown.show(f"{totals} …"),
        )
        shown.end()
        if options["json"]:
            self._print({**totals.as_json(), "dry_run": options["dry_run"]})
            return
        for line in _lines(totals, "Would remove" if options["dry_run"] else "Removed"):
            self.stdout.write(line)

    def _replay(self, options: dict[str, Any]) -> None:
        using = options["database"]
        done = replay(using=using, batch=options["batch"])
        if options["ledger"]:
            lost = replay_from(Path(options["ledger"]), using=using)
            done = Replayed(done.rows + lost.rows, done.faults + lost.faults)
        if options["json"]:
            self._print(done.as_json())
        else:
            self.stdout.write(f"Removed again: {counted(done.rows)}.")
        self._fail("left alone", done.faults)

    def _export(self, options: dict[str, Any]) -> None:
        written = export_ledger(Path(options["export_ledger"]), using=options["database"])
        if options["json"]:
            self._print(written._asdict())
        else:
            self.stdout.write(f"Wrote {written.entries} entries to {options['export_ledger']}.")
        self._fail("left out", written.faults)

    def _print(self, values: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(values, indent=2))

    def _fail(self, how: str, faults: list[str]) -> None:
        if faults:
            raise CommandError("\n".join((f"Not to be believed, and {how}:", *faults)))


def _lines(totals: Totals, removed: str) -> list[str]:
    days = [f"  {day}: {count:,}" for day, count in sorted(totals.days.items())]
    held = [f"Held, and skipped where due: {totals.holds} holds in force."] if totals.holds else []
    return [*days, *held, f"{removed} {totals}."]

"""Recompute all evidence from the rows."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent import tasks
from consent.faults import Fault, Report
from consent.verifying import verify


class Command(BaseCommand):
    """Verify the log; exit with 1 where anything is not as it was sealed."""

    help = "Verify records, seals, removals and anchors; name every row that is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--from-seal", type=int, default=1, metavar="N", help="Begin there.")
        parser.add_argument("--to-seal", type=int, metavar="N", help="End there.")
        parser.add_argument(
            "--resume", action="store_true", help="Begin after the last seal that was found sound."
        )
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="FILE",
            help="Also compare with the seals in a file that stood outside.",
        )
        parser.add_argument("--json", action="store_true", help="Print the report for machines.")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Verify, print every fault as it is found, then the report."""
        using, first = options["database"], options["from_seal"]
        last: int | None = options["to_seal"]
        if first < 1 or (last is not None and last < first):
            raise CommandError("Seals are numbered from 1; --to-seal is not before --from-seal.")
        if options["resume"]:
            first = tasks.last_verified(using=using) + 1
        report = Report(on_fault=self._say if not options["json"] else _keep_quiet)
        with tasks.running("verify", using=using) as run:
            verify(report, using=using, first=first, last=last, progress=self._progress)
            for path in options["anchor"]:
                self._compare(report, path, using)
            tasks.note_verified(run, report)
        self._conclude(report, is_json=options["json"])

    def _compare(self, report: Report, path: str, using: str) -> None:
        try:
            text = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The anchor cannot be read: {error}") from None
        tasks.compare_with_anchor(report, text, using=using)

    def _conclude(self, report: Report, *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            for name, count in sorted(report.counts.items()):
                self.stdout.write(f"{count:,} {name}")
            faults = sum(report.faults.values())
            self.stdout.write("Sound." if report.is_sound else f"{faults:,} faults.")
        if not report.is_sound:
            sys.exit(1)

    def _say(self, fault: Fault) -> None:
        self.stdout.write(str(fault))

    def _progress(self, done: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {of:,} leaves", ending="" if done < of else "\n")


def _keep_quiet(_fault: Fault) -> None:
    """Leave it to the report."""

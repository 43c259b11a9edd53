"""Export records into a file, with its manifest beside it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db import Error as DatabaseError

from consent.core.crockford import parse_receipt
from consent.exports import files
from consent.exports.formats import FORMATS, Format, FormatError, find_format
from consent.exports.running import Export
from consent.exports.selection import Selection, SelectionError
from consent.management.moments import parsed_moment
from consent.management.progress import Progress
from consent.management.reporting import operator


class Command(BaseCommand):
    """Write the selected records into one file; go on where that was interrupted."""

    help = "Export records as CSV, NDJSON, Parquet or XLSX, with a manifest; it is logged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--out", required=True, metavar="FILE", help="Where to write.")
        parser.add_argument("--format", default="csv", choices=tuple(FORMATS), help="In what form.")
        parser.add_argument("--since", metavar="WHEN", help="From this day or moment on.")
        parser.add_argument(
            "--until", metavar="WHEN", help="To the end of this day, or before this moment."
        )
        parser.add_argument("--site", default="", help="Of this site only.")
        parser.add_argument("--notice", type=int, metavar="N", help="About this notice only.")
        parser.add_argument("--language", default="", help="In this language only.")
        parser.add_argument("--layer", default="", help="From there only: banner, preferences, …")
        parser.add_argument("--action", default="", help="Of this decision only: refuse, …")
        parser.add_argument(
            "--answer", default="", metavar="KEY=ANSWER", help="Only with it: statistics=yes."
        )
        parser.add_argument("--receipt", default="", help="Of this receipt only.")
        parser.add_argument("--resume", action="store_true", help="Go on where it was interrupted.")
        parser.add_argument("--force", action="store_true", help="Write over a file.")
        parser.add_argument("--by", default=operator(), help="Who exports (you, by default).")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write the file, or say why there is none."""
        out = Path(options["out"])
        wanted = _format(options)
        _check_place(out, is_forced=options["force"], is_resumed=options["resume"])
        if not options["by"].strip():
            raise CommandError("--by names who exports.")
        export = Export(_selection(options), wanted, who=options["by"], using=options["database"])
        progress = Progress(self.stderr)
        try:
            files.write(
                export,
                out,
                resume=options["resume"],
                tell=lambda export: progress.show(_how_far(export)),
            )
        except FileNotFoundError as error:
            raise CommandError(f"Nothing to go on with, or no such folder: {error}") from None
        except (OSError, DatabaseError, files.ResumeError) as error:
            raise CommandError(f"{error} Nothing more was written.") from None
        finally:
            progress.end()
        self.stdout.write(
            f"Written: {out} ({export.rows:,} records, {export.size:,} bytes, "
            f"SHA-256 {export.digest.hexdigest()})"
        )


def _format(options: dict[str, Any]) -> Format:
    try:
        found = find_format(options["format"])
    except FormatError as error:
        raise CommandError(str(error)) from None
    if options["resume"] and not found.can_resume:
        raise CommandError(f"{found.name} cannot be gone on with: begin anew, without --resume.")
    return found


def _selection(options: dict[str, Any]) -> Selection:
    receipt = parse_receipt(options["receipt"])
    if options["receipt"] and not receipt:
        raise CommandError(f"{options['receipt']!r} is no receipt.")
    try:
        return Selection(
            **{name: options[name] for name in ("site", "notice", "language", "layer")},
            action=options["action"],
            answer=options["answer"],
            since=parsed_moment("--since", options["since"]),
            until=parsed_moment("--until", options["until"], day_after=True),
            receipt=receipt,
        )
    except SelectionError as error:
        raise CommandError(str(error)) from None


def _check_place(out: Path, *, is_forced: bool, is_resumed: bool) -> None:
    if out.exists() and not is_forced:
        raise CommandError(f"{out} exists already; --force writes over it.")
    if files.part_of(out).exists() and not (is_forced or is_resumed):
        raise CommandError(
            f"{files.part_of(out)} is of an export that was interrupted: --resume goes on with "
            "it, --force begins anew."
        )


def _how_far(export: Export) -> str:
    share = export.done / export.upto if export.upto else 1
    filled = round(share * 20)
    return f"[{'#' * filled}{'.' * (20 - filled)}] {share:4.0%}  {export.rows:,} records"

"""Hold records against purge and erasure; list holds; lift them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

from consent import holds
from consent.management.moments import parsed_moment
from consent.management.reporting import operator
from consent.models import Hold


class Command(BaseCommand):
    """Set, list and lift holds."""

    help = "Hold the records of a receipt or a period; while a hold is in force, they stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what can be done, and the options of each."""
        what = parser.add_subparsers(dest="what", required=True)
        new = what.add_parser("set", help="Hold records.")
        new.add_argument("--receipt", default="", help="All records of this receipt.")
        new.add_argument("--since", help="Records from this day or moment on.")
        new.add_argument("--until", help="Records to the end of this day, or before this moment.")
        new.add_argument("--reason", required=True, help="Why.")
        shown = what.add_parser("list", help="List the holds in force.")
        shown.add_argument("--all", action="store_true", help="Lifted ones too.")
        shown.add_argument("--json", action="store_true", help="As JSON.")
        lift = what.add_parser("lift", help="Let the records go when their time comes.")
        lift.add_argument("number", type=int, help="The hold's number, as list shows it.")
        for each in (new, lift):
            each.add_argument("--by", default=operator(), help="Who does it (you, by default).")
        for each in (new, shown, lift):
            each.add_argument(
                "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
            )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Do the one thing that was asked for."""
        try:
            {"set": self._set, "list": self._list, "lift": self._lift}[options["what"]](options)
        except holds.RetentionError as error:
            raise CommandError(str(error)) from None

    def _set(self, options: dict[str, Any]) -> None:
        row = holds.hold(
            receipt=options["receipt"],
            since=parsed_moment("--since", options["since"]),
            until=parsed_moment("--until", options["until"], day_after=True),
            reason=options["reason"],
            by=options["by"],
            using=options["database"],
        )
        self.stdout.write(f"Set: {_line(row)}")

    def _list(self, options: dict[str, Any]) -> None:
        rows = Hold.objects.using(options["database"]).order_by("pk")
        if not options["all"]:
            rows = rows.filter(lifted_at=None)
        if options["json"]:
            self.stdout.write(json.dumps(list(rows.values()), indent=2, default=str))
            return
        for row in rows:
            self.stdout.write(_line(row))
        if not rows:
            self.stdout.write("Nothing is held.")

    def _lift(self, options: dict[str, Any]) -> None:
        row = holds.lift(options["number"], by=options["by"], using=options["database"])
        self.stdout.write(f"Lifted: {_line(row)}")


def _line(row: Hold) -> str:
    if row.receipt:
        what = f"receipt {row.receipt}"
    else:
        since = f"from {_minute(row.since)} " if row.since else ""
        until = f"before {_minute(row.until)}" if row.until else ""
        what = f"decisions {since}{until}".strip()
    lifted = f"; lifted by {row.lifted_by}" if row.lifted_at else ""
    return f"{row.pk}: {what} ({row.reason}), set by {row.set_by}{lifted}"


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

"""Write the dossier of a period for an auditor."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent.conf import conf
from consent.dossiers import LANGUAGE, DossierError, dossier


class Command(BaseCommand):
    """Write one HTML file that an auditor reads without login, network or script."""

    help = "Write the dossier of a period: notices, looks, counts, removals, verification, Art. 30."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--from", dest="since", required=True, metavar="DAY", help="The first day: 2026-01-01."
        )
        parser.add_argument(
            "--to", dest="until", required=True, metavar="DAY", help="The last day: 2026-03-31."
        )
        parser.add_argument("--out", required=True, metavar="FILE", help="Where to write.")
        parser.add_argument("--force", action="store_true", help="Write over a file.")
        parser.add_argument("--site", default="", help="Its key; CONSENT_SITE by default.")
        parser.add_argument(
            "--language", default=LANGUAGE, help="The notices' language, where they have it."
        )
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write the file, or say why there is none."""
        since, until = _day(options["since"], "--from"), _day(options["until"], "--to")
        out = Path(options["out"])
        if out.exists() and not options["force"]:  # before all the work; the writing asks again
            raise CommandError(f"{out} exists already; --force writes over it.")
        try:
            text = dossier(
                since,
                until,
                site=options["site"] or conf.site,
                using=options["database"],
                language=options["language"],
            )
        except DossierError as error:
            raise CommandError(str(error)) from None
        try:
            with out.open("w" if options["force"] else "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}") from None
        self.stdout.write(f"Written: {out}")


def _day(given: str, option: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CommandError(f"{option} takes a day such as 2026-01-31, not {given!r}.") from None

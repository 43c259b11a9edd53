"""Write what the notice in force says for the record of processing (Art. 30)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from consent.conf import conf
from consent.exports.processing import FORMS, ProcessingError, processing_document, processing_text


class Command(BaseCommand):
    """Write who processes what, for which purpose, for whom, how long."""

    help = "Write what the notice in force says for the record of processing, as CSV or JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--format", default="csv", choices=FORMS, help="In what form.")
        parser.add_argument("--language", default="en", help="In this language of the notice.")
        parser.add_argument("--site", default="", help="Its key; CONSENT_SITE by default.")
        parser.add_argument("--out", metavar="FILE", help="Where to write; else it is printed.")
        parser.add_argument("--force", action="store_true", help="Write over a file.")
        parser.add_argument(
            "--database", default=DEFAULT_DB_ALIAS, choices=tuple(connections), help="Where."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write or print it, or say why there is nothing."""
        site = options["site"] or conf.site
        try:
            document = processing_document(site, options["language"], using=options["database"])
        except ProcessingError as error:
            raise CommandError(str(error)) from None
        text = processing_text(document, options["format"])
        if not options["out"]:
            self.stdout.write(text, ending="")
            return
        out = Path(options["out"])
        try:
            with out.open("w" if options["force"] else "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            raise CommandError(f"{out} exists already; --force writes over it.") from None
        except OSError as error:
            raise CommandError(f"Nothing was written: {error}") from None
        self.stdout.write(f"Written: {out}")

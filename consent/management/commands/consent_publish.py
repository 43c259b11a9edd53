"""Publish the registry as the next notice."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.management.reporting import describe, next_steps, operator, outcome
from consent.publishing import (
    Preview,
    PublishingError,
    preview,
    publish,
    refusals,
    unexplained,
)


class Command(BaseCommand):
    """Show what changed since the notice in force, and publish it as the next one."""

    help = "Publish the registry as the next notice; print what changed and whether it is material."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--reason", default="", help="Why; every notice but the first needs it."
        )
        parser.add_argument("--by", default=operator(), help="Who publishes (you, by default).")
        parser.add_argument(
            "--correction",
            default="",
            metavar="REASON",
            help="Why earlier grants hold although the change is material.",
        )
        parser.add_argument(
            "--override",
            action="append",
            default=[],
            metavar="CODE=REASON",
            help="Overrule a finding (CODE or CODE@WHERE) for a reason that is stored.",
        )
        parser.add_argument(
            "--drop-language",
            action="append",
            default=[],
            metavar="LANGUAGE",
            help="Publish without a language that the notice in force speaks.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Print, and publish nothing.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Print the preview, then publish."""
        overrides = dict(_parse_overrides(options["override"]))
        correction, dropped = options["correction"].strip(), options["drop_language"]
        seen = preview(correction=correction)
        missing = unexplained(seen, by=options["by"], reason=options["reason"])
        if missing and not options["dry_run"]:
            raise CommandError(_refused(missing))  # before it is lost behind all that changed
        for line in describe(seen):
            self.stdout.write(line)
        for line in next_steps(seen):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write(_forecast(seen, overrides, dropped))
            return
        try:
            row = publish(
                by=options["by"],
                reason=options["reason"],
                correction=correction,
                overrides=overrides,
                drop_languages=dropped,
            )
        except PublishingError as error:
            raise CommandError(_refused(error.problems)) from None
        self.stdout.write(outcome(row) if row else "Nothing has changed: nothing to publish.")


def _parse_overrides(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for text in given:
        code, separator, reason = text.partition("=")
        if not separator or not code.strip() or not reason.strip():
            raise CommandError(f"--override takes CODE=REASON, not {text!r}.")
        yield code.strip(), reason.strip()


def _forecast(seen: Preview, overrides: dict[str, str], dropped: list[str]) -> str:
    if problems := refusals(seen, overrides, [language.lower() for language in dropped]):
        raise CommandError(_refused(problems))
    if seen.notice is None or not seen.is_new:
        return "Nothing has changed: nothing to publish."
    again = seen.previous is not None and seen.notice.oldest_valid == seen.notice.number
    asked = "earlier grants would be asked again" if again else "earlier grants would hold"
    return f"Would publish notice {seen.notice.number}; {asked}."


def _refused(problems: Iterable[str]) -> str:
    return "\n".join(("Not published.", *(f"  {problem}" for problem in problems)))

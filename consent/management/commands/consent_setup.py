"""Set the app up: seeds, permission groups, controller, notice 1."""

from __future__ import annotations

import os
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError, transaction

from consent import models, registry, seeds
from consent.conf import conf
from consent.management.mapping import gpc_hint, mapped
from consent.management.reporting import describe, next_steps, operator, outcome
from consent.publishing import Preview, PublishingError, preview, publish, store_presentations
from consent.routing import RoutingError, require_one_database

QUESTIONS = {
    "name": "Who asks for consent: the full name of the company or person",
    "address": "Postal address",
    "contact": "Email address or telephone number",
    "dpo": "Data protection officer and how to reach them (empty: none)",
    "authority": "Supervisory authority that takes complaints",
    "jurisdiction": "Country whose law applies",
    "policy_url": "Address of the privacy policy (empty: none)",
}
OPTIONAL = frozenset({"dpo", "policy_url"})
_STOPPED = "Stopped: nothing has been set up."


class Command(BaseCommand):
    """Declare what every Django site uses, ask who the controller is, publish notice 1."""

    help = (
        "Seed categories, cookies, the consent log and permission groups, name the controller, "
        "and publish notice 1 when nothing is missing. Never overwrites what is there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        for field, question in QUESTIONS.items():
            parser.add_argument(f"--{field.replace('_', '-')}", default="", help=f"{question}.")
        parser.add_argument("--by", default=operator(), help="Who publishes (you, by default).")
        parser.add_argument("--draft", action="store_true", help="Leave the notice unpublished.")
        parser.add_argument(
            "--complete-groups",
            action="store_true",
            help="Give the permission groups that exist what they lack of their standard set.",
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="GROUP=CATEGORY",
            help="Your own cookie group that stands for a category (GROUP= for none of them).",
        )
        parser.add_argument("--no-input", "--noinput", action="store_true", help="Ask no question.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Run every step; each leaves alone what exists."""
        try:
            require_one_database()
        except RoutingError as error:
            raise CommandError(str(error)) from None
        try:
            published = models.Notice.objects.filter(site=conf.site).exists()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"Run the command migrate first: {error}") from None
        values = {field: options[field].strip() for field in QUESTIONS}
        is_asking = not options["no_input"] and sys.stdin is not None and sys.stdin.isatty()
        places = self._map(options["map"], is_asking=is_asking and not published)
        if is_asking:
            values |= self._ask(values)
        self._declare(values, published, places)
        self._compare_groups(is_completing=options["complete_groups"])
        seen = preview()
        for line in describe(seen):
            self.stdout.write(line)
        if published:
            self._keep(seen)
        elif options["draft"]:
            self._report([*seen.problems, *map(str, seen.findings)])
            self.stdout.write("The notice is left unpublished; consent_publish publishes it.")
        else:
            self._publish(options["by"])
        for line in next_steps(seen):
            self.stdout.write(line)
        self.stdout.write(f"Run every day, such as by cron:\n{_cron_line()}")

    def _map(self, given: Iterable[str], *, is_asking: bool) -> Mapping[str, str]:
        """Return which of the site's own groups stand for what would be added beside them."""
        try:
            places, said = mapped(seeds.categories(), given, input if is_asking else None)
        except (EOFError, KeyboardInterrupt):
            raise CommandError(_STOPPED) from None
        for line in (*said, *gpc_hint(places)):
            self.stdout.write(line)
        return places

    def _declare(
        self, values: Mapping[str, str], published: bool, places: Mapping[str, str]
    ) -> None:
        with transaction.atomic():
            added = registry.plant(seeds.categories(), new_categories=not published, places=places)
            added += seeds.ensure_groups()
            try:
                registry.fill_controller(values)
            except ValidationError as error:
                problems = (
                    f"--{field.replace('_', '-')}: {' '.join(messages)}"
                    for field, messages in error.message_dict.items()
                )
                raise CommandError("\n".join(problems)) from None
        for name in added:
            self.stdout.write(f"Added: {name}")

    def _compare_groups(self, *, is_completing: bool) -> None:
        """Say what groups lack that somebody has changed, or that an older version made."""
        for name, lacks in seeds.missing_permissions().items():
            said = "Completed" if is_completing else "Incomplete"
            hint = "" if is_completing else " (--complete-groups adds it)"
            self.stdout.write(f"{said}: {name}: {', '.join(lacks)}{hint}")
        if is_completing:
            seeds.complete_groups()

    def _ask(self, given: Mapping[str, str]) -> dict[str, str]:
        """Ask for what neither the options nor the database name."""
        row = models.Controller.objects.first() or models.Controller()
        open_fields = [f for f in QUESTIONS if not given[f] and not getattr(row, f)]
        if row.pk:
            open_fields = [field for field in open_fields if field not in OPTIONAL]
        try:
            return {field: _answer(field) for field in open_fields}
        except (EOFError, KeyboardInterrupt):
            raise CommandError(_STOPPED) from None

    def _keep(self, seen: Preview) -> None:
        """Leave a published notice in force, whatever the draft says by now."""
        if seen.previous is None:
            raise CommandError(
                "The notice in force cannot be read: somebody wrote into it. See consent_verify, "
                "then publish the next with consent_publish."
            )
        try:
            store_presentations(seen.previous)
        except PublishingError as error:
            raise CommandError(str(error)) from None
        self._report(seen.problems)
        differs = "; consent_publish publishes what has changed" if seen.is_new else ""
        self.stdout.write(f"Notice {seen.previous.number} stays in force{differs}.")

    def _publish(self, by: str) -> None:
        try:
            row = publish(by=by, reason="First set-up")
        except PublishingError as error:
            self._report(error.problems)
            raise CommandError(
                "Nothing is published yet: the registry is a draft. Complete it in the admin, or "
                "run consent_setup again with the missing options."
            ) from None
        self.stdout.write(outcome(row) if row else "Nothing has changed.")

    def _report(self, problems: Iterable[str]) -> None:
        for problem in problems:
            self.stdout.write(problem)


def _cron_line() -> str:
    """Return the line of a crontab that does what has to be done every day."""
    here, *command = map(shlex.quote, (os.getcwd(), sys.executable, sys.argv[0]))
    return f"17 3 * * *  cd {here} && {' '.join(command)} consent_daily"


def _answer(field: str) -> str:
    while True:
        text = input(f"{QUESTIONS[field]}: ").strip()
        if text or field in OPTIONAL:
            return text

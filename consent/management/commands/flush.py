"""Empty the tables of a test; keep evidence from being emptied anywhere else."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.commands.flush import Command as FlushCommand
from django.db import connections
from django.test import utils

from consent import guards


class Command(FlushCommand):
    """Django's ``flush``, which the triggers on evidence would refuse."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the flag that says that evidence may go."""
        super().add_arguments(parser)
        parser.add_argument(
            "--with-evidence",
            action="store_true",
            help="Also empty the tables of evidence: what visitors chose can then not be proved.",
        )

    def handle(self, **options: Any) -> None:
        """Flush under Django's test environment, or where the flag says so."""
        # Set while tests run, and by nothing else.
        is_test = hasattr(utils._TestState, "saved_data")
        if not (is_test or options.get("with_evidence")):
            raise CommandError(
                "This would remove the records of what visitors chose, and with them the proof. "
                "If you mean that, add --with-evidence."
            )
        if options["interactive"] and not _is_sure(options["database"]):
            self.stdout.write("Flush cancelled.")
            return
        # Not before the question is answered: meanwhile evidence would be unguarded.
        with guards.lifted(connections[options["database"]]):
            super().handle(**{**options, "interactive": False})


def _is_sure(alias: str) -> bool:
    name = connections[alias].settings_dict["NAME"]
    return (
        input(
            f"This removes every row of the database {str(name)!r}, the evidence of what visitors "
            "chose among them. There is no way back.\n"
            "Type 'yes' to go on, anything else to cancel: "
        )
        == "yes"
    )

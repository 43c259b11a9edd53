"""Make a key that signs seals."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent import signing

_PRIVATE, _PUBLIC = 0o600, 0o644


class Command(BaseCommand):
    """Print a new key, or put it into new files, and say how to set it."""

    help = "Make an Ed25519 key for CONSENT_SEAL_KEY. Changes no setting and overwrites no file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--out",
            default="",
            metavar="FILE",
            help="Write the private key to FILE and the public key to FILE.pub; both must be new.",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Make the key, then print what to do with it."""
        try:
            private, public = signing.new_key()
        except signing.SigningError as error:
            raise CommandError(str(error)) from None
        if options["out"]:
            self._keep(Path(options["out"]).absolute(), private, public)
        else:
            self.stdout.write(f"{private}\n{public}")
            self.stdout.write("CONSENT_SEAL_KEY is the private key: its text, or a file's path.")
        self.stdout.write(
            "Keep the private key out of the database, its backups and the repository.\n"
            "Give the public key to whoever shall check your proofs."
        )
        self._retire()

    def _keep(self, path: Path, private: str, public: str) -> None:
        beside = path.with_name(f"{path.name}.pub")
        for file in (path, beside):
            if os.path.lexists(file):
                raise CommandError(f"{file} exists, and is left as it is. Choose another name.")
        try:
            _create(path, private, _PRIVATE)
            _create(beside, public, _PUBLIC)
        except OSError as error:
            raise CommandError(f"The key cannot be kept: {error}") from None
        self.stdout.write(f"Private key: {path}\nPublic key: {beside}\n\n{public}")
        self.stdout.write(f"CONSENT_SEAL_KEY = {str(path)!r}")

    def _retire(self) -> None:
        """Say what becomes of the key that is in use now."""
        try:
            public = signing.current_public_key()
        except signing.SigningError as error:
            self.stdout.write(f"Warning: {error}")
            return
        if public:
            self.stdout.write(
                f"\nThe key in use now is {signing.current_key_id()}. When you replace it, add its "
                f"public half to CONSENT_SEAL_PUBLIC_KEYS, so that earlier seals can be checked:\n"
                f"\n{public}"
            )


def _create(path: Path, text: str, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)

#!/usr/bin/env python3
"""Run the demonstration site's commands from anywhere, without installing the repository."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Put the repository's root on the path in place of this folder, then hand over to Django."""
    here = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here]
    sys.path.insert(0, str(here.parents[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.site.settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

"""Run the suite on every database, except what needs a browser.

``python -m tests.databases --on mariadb tests/test_models.py -x``: the rest is for pytest.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys

from tests.databases.servers import SERVERS, Database

PYTEST = [
    *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
    *("-p", "tests.databases.plugin", "--ds=tests.databases.settings"),
    "--hypothesis-profile=databases",
    *("-n", "auto", "--maxprocesses", "4"),
]


def main() -> int:
    """Run pytest on one database after another; return 0 only if it passed on each."""
    parser = argparse.ArgumentParser(prog="python -m tests.databases", description=__doc__)
    parser.add_argument("--on", choices=SERVERS, action="append", help="only on these")
    chosen, options = parser.parse_known_args()
    for stopped in (signal.SIGINT, signal.SIGTERM):
        # An exception, so that the servers are stopped before we end.
        signal.signal(stopped, lambda number, _frame: sys.exit(128 + number))
    codes = {}
    for name in chosen.on or SERVERS:
        with SERVERS[name]() as database:
            codes[database.title] = run_tests(database, options)
    for title, code in codes.items():
        print(f"{'failed' if code else 'passed'} on {title}")  # noqa: T201 - a command
    return 1 if any(codes.values()) else 0


def run_tests(database: Database, options: list[str]) -> int:
    """Run pytest on a database; return its exit code."""
    described = {
        "TEST_DATABASE": json.dumps(database.settings),
        "TEST_DATABASE_TITLE": database.title,
    }
    command = [*PYTEST, *options]
    return subprocess.run(command, check=False, env={**os.environ, **described}).returncode


if __name__ == "__main__":
    sys.exit(main())

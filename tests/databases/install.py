"""Find the servers' programs, or install them; run as a module by ``make test-databases``.

Root on Debian gets the distribution's packages, without their system-wide servers being started;
anybody else is told what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import packages

PROGRAMS = {
    "PostgreSQL": (("initdb",), ("postgres",)),
    "MariaDB": (("mariadb-install-db", "mysql_install_db"), ("mariadbd", "mysqld")),
}
"""What each server needs: of every group one program, by any of its names."""

PACKAGES = {
    "PostgreSQL": ("postgresql",),
    "MariaDB": ("mariadb-server-core", "mariadb-client-core"),
}
POLICY = Path("/usr/sbin/policy-rc.d")


def programs(server: str) -> list[str]:
    """Return the paths of a server's programs, in the order of `PROGRAMS`, as far as found."""
    found = (next(filter(None, map(_find, names)), None) for names in PROGRAMS[server])
    return [path for path in found if path]


def _find(name: str) -> str | None:
    # Debian keeps PostgreSQL's off the PATH, one folder a version: the newest is taken.
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    folders = [*newest_first, *os.get_exec_path(), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name, path=os.pathsep.join(map(str, folders)))


def missing() -> list[str]:
    """Return the names of the servers whose programs are not on this machine."""
    return [server for server in PROGRAMS if len(programs(server)) < len(PROGRAMS[server])]


def install(servers: list[str]) -> None:
    """Install the packages of these servers; raise if that fails."""
    with _nothing_started():
        packages.install(*(package for server in servers for package in PACKAGES[server]))


@contextmanager
def _nothing_started() -> Iterator[None]:
    """Keep packages from starting services, the way Debian provides for."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def main() -> int:
    """Make sure there are PostgreSQL and MariaDB; say in one line if there cannot be."""
    if missing() and packages.may_install():
        try:
            install(missing())
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"The database servers could not be installed: {error}", file=sys.stderr)  # noqa: T201 - a command
    for server in missing():
        names = " and ".join(names[0] for names in PROGRAMS[server])
        print(  # noqa: T201 - a command
            f"{server} is missing: install {', '.join(PACKAGES[server])} (as Debian calls them), "
            f"or put {names} on the PATH.",
            file=sys.stderr,
        )
    return 1 if missing() else 0


if __name__ == "__main__":
    sys.exit(main())

"""Programs that tests drive: found on the machine, or installed as the distribution's packages.

Root on Debian gets them installed, anybody else is told what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def find_program(variable: str, names: tuple[str, ...]) -> str | None:
    """Return the path of a program: as an environment variable says, or on the PATH."""
    named = os.environ.get(variable)
    if named:
        return named if Path(named).exists() else None
    return next(filter(None, map(shutil.which, names)), None)


def may_install() -> bool:
    """Whether this user can install the distribution's packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> None:
    """Install Debian's packages; raise if that fails."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-y", "-qq", "--no-install-recommends"]
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    subprocess.run(["apt-get", "install", *options, *packages], check=True, env=quiet)


def provide(name: str, is_there: Callable[[], object], get: Callable[[], None], hint: str) -> int:
    """Make sure of a program; return 0, or 1 after saying in one line why there is none."""
    if not is_there():
        try:
            get()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} could not be installed: {error}", file=sys.stderr)  # noqa: T201 - a command
    if is_there():
        return 0
    print(f"{name} is missing: {hint}", file=sys.stderr)  # noqa: T201 - a command
    return 1

"""Find LibreOffice's Calc, or install it; run as a module by ``make test``.

Root on Debian gets the distribution's package without a screen, anybody else is told what to
install.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.packages import find_program, install, may_install, provide

PACKAGE = "libreoffice-calc-nogui"
NAMES = ("soffice", "libreoffice")
_SECONDS = 180


def find_libreoffice() -> str | None:
    """Return the path of LibreOffice: ``SOFFICE``, or on the PATH."""
    return find_program("SOFFICE", NAMES)


def converted(file: Path, where: Path) -> str:
    """Open a file in LibreOffice as somebody would, and return it as it understood it, as XML."""
    program = find_libreoffice()
    if program is None:
        raise FileNotFoundError("LibreOffice is missing: make libreoffice installs it.")
    profile = f"-env:UserInstallation=file://{where}/profile"
    # Its filter's options: commas, quotes, UTF-8, from the first line, and formulas evaluated.
    reading = "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"
    csv = [reading] if file.suffix == ".csv" else []
    command = [program, profile, "--headless", "--norestore", *csv, "--convert-to", "fods"]
    subprocess.run([*command, "--outdir", str(where), str(file)], check=True, timeout=_SECONDS)
    made = sorted(where.glob(f"{file.stem}*.fods"))
    return "\n".join(path.read_text("utf-8") for path in made)


def install_libreoffice() -> None:
    """Install the distribution's package where this user may; raise if that fails."""
    if may_install():
        install(PACKAGE)


def main() -> int:
    """Make sure there is LibreOffice; say in one line if there cannot be."""
    hint = f"install {PACKAGE} (as Debian calls it), or set SOFFICE to its path."
    return provide("LibreOffice", find_libreoffice, install_libreoffice, hint)


if __name__ == "__main__":
    sys.exit(main())

"""The app's admin works under django-unfold and beside Wagtail, in a process with each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QUIET = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]


@pytest.mark.parametrize(
    ("skin", "files"), [("unfold", ["walk.py"]), ("wagtail", ["walk.py", "cms.py"])]
)
def test_every_screen_works_within(skin: str, files: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", *QUIET, f"--ds=tests.skins.{skin}"]
    done = subprocess.run(
        [*command, *(f"tests/skins/{name}" for name in files)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr

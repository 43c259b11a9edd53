"""Build the wheel, install it in a clean environment, and serve a page with the dialog from it.

The source distribution is unpacked, and a part of the tests is run in it; what the package index
shows of both must lead nowhere that is not there.

Run as a module by ``make test-wheel``. The project is the smallest that a developer could write,
so what is missing in the wheel (templates, static files, migrations, translations) shows here.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]

PROJECT = Path(__file__).parent / "project"

CONTROLLER = [
    "--name=Example Ltd",
    "--address=1 Example Street, Dublin",
    "--contact=privacy@example.com",
    "--authority=Data Protection Commission",
    "--jurisdiction=Ireland",
]


DECLARE = """
from cookie_consent.models import Cookie, CookieGroup
from consent.models import TrackerDetails, Translation
group = CookieGroup.objects.get(varname="statistics")
cookie = Cookie.objects.create(cookiegroup=group, name="_visits", description="Counts visits.")
TrackerDetails.objects.create(tracker=cookie, lifetime=3600)
Translation.objects.create(tracker=cookie, field="description", language="es", text="Cuenta.")
"""


def main() -> None:
    """Do all of it; raise at the first thing that is not as it should be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _check_source(_build(folder, "sdist"), folder)
        wheel = _build(folder, "wheel", REPOSITORY_URL="https://host.example/consent/")
        _check_links(wheel, "https://host.example/consent")
        wheel = _build(folder, "wheel", REPOSITORY_URL="")
        _check_links(wheel)
        python = _install(wheel, folder)
        project = folder / "project"
        shutil.copytree(PROJECT, project)
        for command in (["check"], ["migrate", "-v0"], ["consent_setup", *CONTROLLER]):
            _manage(python, project, *command)
        _serve(python, project, {"/": "nothing optional", "/privacy/": "nothing optional"})
        _manage(python, project, "shell", "-v0", "-c", DECLARE)
        _manage(python, project, "consent_publish", "--reason=Statistics")
        _serve(python, project, {"/": "Reject all", "/privacy/": "Reject all"})
        _serve(python, project, {"/": "Rechazar todo", "/privacy/": "Rechazar todo"}, "es")
    print("The wheel serves its dialog in English and Spanish.")  # noqa: T201 - a command


def _manage(python: str, project: Path, *command: str) -> None:
    subprocess.run([python, "manage.py", *command], cwd=project, check=True)


def _build(folder: Path, kind: str, **environment: str) -> Path:
    out = Path(tempfile.mkdtemp(dir=folder))
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(out), str(ROOT)]
    known = {**os.environ, **environment}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=known)
    [built] = out.iterdir()
    return built


def _check_source(archive: Path, folder: Path) -> None:
    """Run some tests where the archive was unpacked, as whoever packages it does."""
    with tarfile.open(archive) as source:
        source.extractall(folder / "source", filter="data")
    [root] = (folder / "source").iterdir()
    for name in (
        "Makefile",
        ".ci/run",
        ".ci/hatch_build.py",
        "docs/index.md",
        "tests/site/manage.py",
    ):
        if not (root / name).is_file():
            raise SystemExit(f"The source distribution lacks {name}.")
    tests = ["tests/test_docs.py", "tests/core", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=root, check=True, env=environment)


def _check_links(wheel: Path, repository: str = "") -> None:
    """Read what the index would show: no link leads to a file that it does not have."""
    with zipfile.ZipFile(wheel) as opened:
        [name] = [name for name in opened.namelist() if name.endswith("/METADATA")]
        metadata = opened.read(name).decode()
    if "\nAuthor:" not in metadata or ("\nProject-URL:" in metadata) != bool(repository):
        raise SystemExit(f"Author or URLs are wrong:\n{metadata[:3000]}")
    links = re.findall(r"\]\(([^)]+)\)", metadata)
    lost = [link for link in links if not link.startswith("https://")]
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", metadata)
    if lost or any(not link.startswith(f"{repository}/raw/v") for link in pictures):
        raise SystemExit(f"The index would show links that lead nowhere: {lost or pictures}")
    if bool(pictures) != bool(repository):
        raise SystemExit("The picture belongs where it can be seen, and only there.")


def _install(wheel: Path, folder: Path) -> str:
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, cwd=folder)
    return python


def _serve(python: str, project: Path, expected: Mapping[str, str], language: str = "en") -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    environment = {**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:consent"}
    server = subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        base = f"http://127.0.0.1:{port}"
        _expect(base + "/", "Hello", attempts=60)
        for path, text in expected.items():
            _expect(base + path, text, language=language)
        for asset in ("dialog.js", "dialog.css", "state.js"):
            _expect(f"{base}/static/consent/{asset}", "consent")
    finally:
        server.terminate()
        server.wait(10)


def _expect(url: str, text: str, *, language: str = "en", attempts: int = 1) -> None:
    for attempt in range(attempts):
        try:
            with urlopen(Request(url, headers={"Accept-Language": language}), timeout=10) as answer:
                body = answer.read().decode()
            break
        except OSError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.25)
    if text not in body:
        raise SystemExit(f"{url} does not hold {text!r}:\n{body[:2000]}")


if __name__ == "__main__":
    main()

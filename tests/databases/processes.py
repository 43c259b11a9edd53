"""Programs that work in a folder of their own, as nobody where they refuse root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


@contextmanager
def folder(kept: Path | None = None) -> Iterator[Path]:
    """Yield a folder that the programs may write to: an empty one, which goes, or one to keep."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
    path = kept or Path(tempfile.mkdtemp(prefix="consent-databases-"))
    try:
        if account := _account():
            os.chown(path, account["user"], account["group"])
        yield path
    finally:
        if not kept:
            shutil.rmtree(path)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def run(command: list[str], where: Path) -> None:
    """Run a program to its end; raise with what it printed if it fails."""
    done = subprocess.run(
        command,
        **_surroundings(where),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')}")


@contextmanager
def running(command: list[str], where: Path, answer: Callable[[], str]) -> Iterator[str]:
    """Start a server, yield what it answers as soon as it does, and stop it whatever happens.

    ``answer`` raises OSError for as long as the server is not ready.
    """
    log = where / "log"
    with log.open("wb") as output:
        # In a session of its own: Ctrl-C is for the tests, and we stop the server after them.
        server = subprocess.Popen(
            command,
            **_surroundings(where),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _first_answer(server, answer, log)
    finally:
        _stop(server)


def _first_answer(server: subprocess.Popen[bytes], answer: Callable[[], str], log: Path) -> str:
    until = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < until:
        try:
            return answer()
        except OSError:
            time.sleep(0.05)
    said = log.read_text(errors="replace")
    raise RuntimeError(f"{server.args} does not answer:\n{said}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    # PostgreSQL waits for its clients on SIGTERM, not on SIGINT; MariaDB stops on SIGTERM only.
    is_postgresql = "postgres" in Path(server.args[0]).name
    server.send_signal(signal.SIGINT if is_postgresql else signal.SIGTERM)
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _surroundings(where: Path) -> dict[str, Any]:
    environment = {**os.environ, "HOME": str(where), "TMPDIR": str(where), "LC_ALL": "C"}
    return {"cwd": where, "env": environment, "stdin": subprocess.DEVNULL, **_account()}


def _account() -> dict[str, Any]:
    """Return nobody's account as `subprocess` takes it where we are root, whom servers refuse."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

"""The demonstration's one command, run as a person runs it."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

MANAGE = Path(__file__).resolve().parent / "manage.py"


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


@contextmanager
def demo(tmp_path: Path, **ports: object) -> Iterator[subprocess.Popen[str]]:
    """Start the command from another folder; it is killed if the test leaves it running."""
    env = {**os.environ, "DEMO_DATABASE": str(tmp_path / "demo.sqlite3"), "PYTHONUNBUFFERED": "1"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    process = subprocess.Popen(
        [sys.executable, str(MANAGE), "demo"],
        cwd=tmp_path,
        env={**env, **{name: str(port) for name, port in ports.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def printed(process: subprocess.Popen[str]) -> str:
    """What the command says until it is ready."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    return "".join(lines)


def read(address: str) -> str:
    with urlopen(address, timeout=30) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("variable", ["PORT", "THIRD_PARTY_PORT"])
def test_taken_port_gives_one_line_and_exit_1(tmp_path: Path, variable: str) -> None:
    with taken_port() as taken:
        ports = {"PORT": free_port(), "THIRD_PARTY_PORT": free_port(), variable: taken}
        with demo(tmp_path, **ports) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert f"Port {taken} cannot be used" in errors
    assert f"{variable}=" in errors
    assert not (tmp_path / "demo.sqlite3").exists()


def test_senseless_port_gives_one_line_and_exit_1(tmp_path: Path) -> None:
    with demo(tmp_path, PORT="eighty", THIRD_PARTY_PORT=free_port()) as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == "CommandError: PORT is 'eighty'; it must be a port from 1 to 65535.\n"


def test_demo_serves_both_sites_ends_quietly_and_runs_twice(tmp_path: Path) -> None:
    port, third = free_port(), free_port()
    passwords = []
    for _ in range(2):
        with demo(tmp_path, PORT=port, THIRD_PARTY_PORT=third) as process:
            said = printed(process)
            base = f"http://127.0.0.1:{port}/"
            for path in ("", "en/", "es/", "before/", "admin/"):
                assert re.search(rf" {re.escape(base + path)} ", said)
            passwords += re.findall(r"log in as auditor, editor, officer, password (\S+)", said)
            assert 'data-consent-dialog="banner"' in read(base + "es/")
            assert f"http://localhost:{third}/embed/results" in read(base + "en/before/")
            assert ":root" in read(base + "static/site/site.css")
            assert "<svg" in read(f"http://localhost:{third}/embed/results")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert errors == ""
    assert len(passwords) == 2
    with sqlite3.connect(tmp_path / "demo.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM consent_notice").fetchone() == (1,)
        (decisions,) = database.execute("SELECT count(*) FROM consent_record").fetchone()
        assert decisions > 800, "an auditor's room is not empty"
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        roles = database.execute(
            "SELECT u.username, g.name FROM auth_user u "
            "JOIN auth_user_groups m ON m.user_id = u.id "
            "JOIN auth_group g ON g.id = m.group_id ORDER BY 1"
        ).fetchall()
    assert roles == [(name, f"Consent {name}s") for name in ("auditor", "editor", "officer")]
    database.close()

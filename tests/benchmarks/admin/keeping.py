"""Databases of many records that stay between runs, for as long as they would be filled alike."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from tests.benchmarks.admin import millions
from tests.benchmarks.processes import SQLITE, Described, processes

SETTINGS = "tests.benchmarks.admin_settings"
READY = "ready"
TUNED = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "2GB",
    "jit": "off",
}
"""What whoever has ten million rows has set, and the tests' servers have not."""
_ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def kept(server: str, sizes: Mapping[str, int]) -> Iterator[dict[str, Described] | None]:
    """Yield databases of so many records by their names; None where the server is missing."""
    folder = _cache() / f"{server}-{fingerprint(sizes)}"
    is_ready = (folder / READY).exists()
    for old in folder.parent.glob(f"{server}-*"):
        if old != folder or not is_ready:
            shutil.rmtree(old)
    if server == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        found = {name: {**SQLITE, "NAME": str(folder / f"{name}.sqlite3")} for name in sizes}
        _filled(folder, found, sizes)
        yield found
        return
    try:
        servers = import_module("tests.databases.servers")
    except ImportError:  # no driver
        yield None
        return
    if len(servers.programs("PostgreSQL")) < 2:
        yield None
        return
    with (
        patch.object(servers, "POSTGRESQL", {**servers.POSTGRESQL, **TUNED}),
        servers.postgresql(folder) as started,
    ):
        found = {name: {**started.settings, "NAME": name} for name in sizes}
        _filled(folder, found, sizes)
        yield found


def fingerprint(sizes: Mapping[str, int]) -> str:
    """Return what stays the same for as long as the databases would be filled alike."""
    sources = [
        Path(millions.__file__),
        *sorted((_ROOT / "consent" / "migrations").glob("*.py")),
    ]
    found = sha256(repr(sorted(sizes.items())).encode())
    for source in sources:
        found.update(source.read_bytes())
    return found.hexdigest()[:12]


def _filled(folder: Path, found: Mapping[str, Described], sizes: Mapping[str, int]) -> None:
    if (folder / READY).exists():
        return
    for name, described in found.items():
        with processes(described, 1, SETTINGS) as [process]:
            process.submit(millions.fill, sizes[name]).result()
    (folder / READY).touch()


def _cache() -> Path:
    # Servers run as nobody where we are root, whose own folder nobody may enter.
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path("/var/cache" if os.geteuid() == 0 else home) / "consent-benchmarks"

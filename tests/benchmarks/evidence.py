"""What evidence costs once it is written: sealing, verifying, proving.

``seal.rows`` is how many records a second are sealed. ``verify.vs_read`` is what verification's
rate is of reading the same rows by the same query and hashing their canonical bytes once, which
nobody can do without; the median of the ratios within a round. ``prove.ms`` is one inclusion proof
in a full seal: its leaves read and the path worked out. By the clock, because a server works too;
figures in ``pg`` are of a private PostgreSQL, the others of a file of SQLite.

``verify.memory`` is by how much a process of its own grows at most while it verifies many records,
as a ratio to what another grows that verifies ten thousand. How many stands with the figure.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from statistics import median

from tests.benchmarks import exhibits
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import database, processes
from tests.benchmarks.rates import in_turn, share
from tests.benchmarks.timing import scaled

GIVES = ("seal", "verify", "prove")
"""What the figures' names begin with."""

RECORDS = 100_000
ROUNDS = 5
PROOFS = 50
FEW = 10_000
MANY = 5_000_000
PEER = "reading and hashing them"
SERVERS = {"": "sqlite", ".pg": "postgresql"}

Taken = dict[str, list[float]]


def run() -> list[Figure]:
    """Return all figures."""
    figures = [f for suffix, server in SERVERS.items() for f in _figures(suffix, _taken(server))]
    return [*figures, *_memory()]


def _figures(suffix: str, taken: Taken | None) -> list[Figure]:
    def middle(name: str) -> float | None:
        return median(taken[name]) if taken else None

    ratio = share(taken, "verify", of="read") if taken else None
    return [
        figure(f"seal.rows{suffix}", middle("seal"), "rows/s", target=">= 100000"),
        figure(f"verify.vs_read{suffix}", ratio, "ratio", target=">= 0.5", peer=PEER),
        figure(f"verify.rows{suffix}", middle("verify"), "rows/s"),
        figure(f"verify.read{suffix}", middle("read"), "rows/s", peer=PEER),
        figure(f"prove.ms{suffix}", middle("prove"), "ms", target="<= 25"),
    ]


def _taken(server: str) -> Taken | None:
    with database(server) as described:
        if described is None:
            return None
        with processes(described, 1) as [process]:
            return {"seal": [_sealed(process) for _ in range(ROUNDS)], **_in_depth(process)}


def _sealed(process: ProcessPoolExecutor) -> float:
    process.submit(exhibits.fill, scaled(RECORDS)).result()
    return process.submit(exhibits.sealed).result()


def _in_depth(process: ProcessPoolExecutor) -> Taken:
    """Verify, and read, what is sealed next; prove some of the fullest seal."""
    first = process.submit(exhibits.next_seal).result()
    _sealed(process)
    compared = in_turn(
        {
            "verify": lambda: process.submit(exhibits.verified, first).result(),
            "read": lambda: process.submit(exhibits.read, first).result(),
        },
        ROUNDS,
    )
    return {**compared, "prove": process.submit(exhibits.proved, PROOFS).result()}


def _memory() -> list[Figure]:
    many = max(scaled(MANY), FEW)
    grown = {count: _growth(count) for count in (FEW, many)}
    few_mb, many_mb = (grown[count] and grown[count] / 1e6 for count in (FEW, many))
    ratio = many_mb / few_mb if many_mb and few_mb else None
    unit = f"ratio, {many:,} records to {FEW:,}"
    return [
        figure("verify.memory", ratio, unit, target="<= 1.2"),
        figure("verify.memory.few", few_mb, f"MB, {FEW:,} records"),
        figure("verify.memory.many", many_mb, f"MB, {many:,} records"),
    ]


def _growth(count: int) -> float | None:
    with database("sqlite") as described:
        assert described is not None
        with processes(described, 1) as [filling]:
            filling.submit(exhibits.fill, count).result()
            filling.submit(exhibits.sealed).result()
        with processes(described, 1) as [verifying]:
            return verifying.submit(exhibits.growth).result()

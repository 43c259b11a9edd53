"""What the guard costs a purge, and why a record's key is a number.

``purge.guarded`` is the rate at which records that the ledger names are deleted, a thousand in a
transaction, with the triggers in place, as a ratio to the rate without them: in turn, on a private
PostgreSQL as durable as in production, and both after every row was named.

``purge.partition`` is the rate at which `consent_purge` removes a partition of 200,000
refusals that are all due, entry in the ledger and every check included, as a ratio to its rate
where one more that is not due makes it remove them in batches: in turn, on the same table.
``purge.partition_vs_delete`` holds it against the guarded deletion alone, in batches, of rows that
the ledger named before.

``keys`` are insertions into tables that differ in their primary key alone, ten thousand in a
transaction, in turn, and what the key's index takes in the end: an identity, as records have;
a UUID in the order of time; a random one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

from tests.benchmarks import deleting, dropping
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import database, processes
from tests.benchmarks.rates import Rates, in_turn, share
from tests.benchmarks.timing import rounds, scaled

GIVES = ("purge", "keys")
"""What the figures' names begin with."""

ROUNDS = 20
BATCHES = 5
PARTITIONS = 5
SIZE = 200_000
KEYS = 5_000_000
RUNS = 10
UNGUARDED = "no triggers"
PARTS = {"batches": "the same rows in batches", "delete": "deletion alone"}
PEERS = {"bigint": "", "uuid7": "UUIDv7", "uuid4": "UUIDv4"}


def run() -> list[Figure]:
    """Return all figures."""
    return [*_purge(), *_partitions(), *_keys()]


def _purge() -> list[Figure]:
    found = _purged()
    guarded, bare = (_rate(found, name) for name in ("guarded", "unguarded"))
    ratio = share(found, "guarded", of="unguarded") if found else None
    return [
        figure("purge.guarded", ratio, "ratio", target=">= 0.7", peer=UNGUARDED),
        figure("purge.guarded.rows", guarded, "rows/s"),
        figure("purge.unguarded.rows", bare, "rows/s", peer=UNGUARDED),
    ]


def _purged() -> Rates | None:
    with database("postgresql") as described:
        if described is None:
            return None
        with processes(described, 1) as [process]:
            rows = 2 * (rounds(ROUNDS) + 1) * BATCHES * deleting.BATCH
            process.submit(deleting.name_all, rows).result()

            def delete(guarded: bool) -> float:
                return process.submit(deleting.deleted, BATCHES, guarded=guarded).result()

            cases = {"guarded": partial(delete, True), "unguarded": partial(delete, False)}
            return in_turn(cases, ROUNDS)


def _partitions() -> list[Figure]:
    found = _dropped()
    rates = {name: _rate(found, name) for name in ("partition", "batches", "delete")}
    shares = [share(found, "partition", of=peer) if found else None for peer in PARTS]
    return [
        figure("purge.partition", shares[0], "ratio", target=">= 5", peer=PARTS["batches"]),
        figure("purge.partition_vs_delete", shares[1], "ratio", peer=PARTS["delete"]),
        figure("purge.partition.rows", rates["partition"], "rows/s"),
        figure("purge.batches.rows", rates["batches"], "rows/s", peer=PARTS["batches"]),
        figure("purge.delete.rows", rates["delete"], "rows/s", peer=PARTS["delete"]),
    ]


def _dropped() -> Rates | None:
    with database("postgresql") as described:
        if described is None:
            return None
        with processes(described, 1) as [process]:
            process.submit(dropping.prepare, SIZE).result()
            cases: dict[str, Callable[[], float]] = {
                "partition": lambda: process.submit(dropping.dropped).result(),
                "batches": lambda: process.submit(dropping.batched).result(),
                "delete": lambda: process.submit(dropping.deleted).result(),
            }
            return in_turn(cases, PARTITIONS)


def _keys() -> list[Figure]:
    rows = max(scaled(KEYS), RUNS)
    with database("postgresql") as described:
        if described is None:
            return _key_figures(rows, None, {})
        with processes(described, 1) as [process]:
            process.submit(deleting.prepare_keys, rows).result()
            found: dict[str, list[float]] = {name: [] for name in deleting.KEYS}
            run = rows // RUNS
            for turn in range(RUNS):
                for name in found:
                    begun = process.submit(deleting.inserted, name, turn * run + 1, run)
                    found[name].append(begun.result())
            sizes = {name: process.submit(deleting.index_size, name).result() for name in found}
    return _key_figures(rows, found, sizes)


def _key_figures(rows: int, found: Rates | None, sizes: Mapping[str, int]) -> list[Figure]:
    figures = []
    for name in deleting.KEYS:
        peer = PEERS[name]
        size = sizes[name] / 1e6 if sizes else None
        figures += [
            figure(f"keys.{name}.rows", _rate(found, name), f"rows/s, {rows:,} rows", peer=peer),
            figure(f"keys.{name}.index", size, f"MB, {rows:,} rows", peer=peer),
        ]
    return figures


def _rate(found: Rates | None, name: str) -> float | None:
    return median(found[name]) if found else None

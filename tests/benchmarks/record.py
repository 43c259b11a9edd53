"""What it costs to write a record: ``record_decision()`` beside one row of an equal table.

The other row has a record's columns and indexes without salt and commitment, its table no triggers,
and Django's ORM creates it. Writers are processes of their own, on private servers that are as
durable as in production, and on a file of SQLite with a WAL; the number at the end of a name is how
many write at the same time. Rates are by the clock, and each figure is the median of the ratios
within a round of a quarter of a second each. Both commit each row by itself; in figures that end in
``_atomic`` both do so inside of ``transaction.atomic()``. ``record.pg8_sealing`` holds records with
a sealer at work in another process, four seals a second, against records without.
"""

from __future__ import annotations

from functools import partial
from statistics import median

from tests.benchmarks import writing
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import Described, database, processes
from tests.benchmarks.rates import Rates, in_turn, share, together

ROUNDS = 24
SECONDS = 0.25
SEALED_ROUNDS = 12
SEALED_SECONDS = 1.0
EVERY = 0.25
MANY = 8
SERVERS = {"pg": "postgresql", "mariadb": "mariadb", "sqlite": "sqlite"}
TARGETS = {"pg": ">= 0.90", "mariadb": ">= 0.90", "sqlite": ">= 0.85"}
PEER = "an ORM create"


def run() -> list[Figure]:
    """Return all figures."""
    shares: list[Figure] = []
    rates: list[Figure] = []
    for name, server in SERVERS.items():
        with database(server) as described:
            one = _rates(described, 1, ["record", "bare", "record_atomic", "bare_atomic"])
            many = _rates(described, MANY, ["record", "bare"])
            shares += _shares(name, one, many)
            if name == "pg":
                shares.append(_sealing(described))
            rates += [*_absolute(f"{name}1", one), *_absolute(f"{name}{MANY}", many)]
    return [*shares, *rates]


def _rates(described: Described | None, writers: int, tasks: list[str]) -> Rates | None:
    if described is None:
        return None
    with processes(described, writers) as begun:
        cases = {task: partial(together, begun, task, SECONDS) for task in tasks}
        return in_turn(cases, ROUNDS)


def _shares(name: str, one: Rates | None, many: Rates | None) -> list[Figure]:
    return [
        _share(f"record.{name}1", one, name),
        _share(f"record.{name}{MANY}", many, name),
        _share(f"record.{name}1_atomic", one, name, "_atomic"),
    ]


def _share(identity: str, found: Rates | None, name: str, mode: str = "") -> Figure:
    value = found and share(found, f"record{mode}", of=f"bare{mode}")
    return figure(identity, value or None, "ratio", target=TARGETS[name], peer=PEER)


def _sealing(described: Described | None) -> Figure:
    value = None
    if described is not None:
        with processes(described, MANY + 1) as [sealer, *writers]:

            def alone() -> float:
                # What was written without a sealer is not for the next sealer to catch up with.
                rate = together(writers, "record", SEALED_SECONDS)
                sealer.submit(writing.seal_for, 0.001, 0).result()
                return rate

            def sealed() -> float:
                sealing = sealer.submit(writing.seal_for, SEALED_SECONDS, EVERY)
                rate = together(writers, "record", SEALED_SECONDS)
                sealing.result()
                return rate

            found = in_turn({"alone": alone, "sealed": sealed}, SEALED_ROUNDS)
            value = share(found, "sealed", of="alone")
    peer = "no sealer"
    return figure(f"record.pg{MANY}_sealing", value, "ratio", target=">= 0.80", peer=peer)


def _absolute(name: str, found: Rates | None) -> list[Figure]:
    def rate(task: str) -> float | None:
        return median(found[task]) if found else None

    return [
        figure(f"record.{name}.records", rate("record"), "rows/s"),
        figure(f"record.{name}.bare", rate("bare"), "rows/s", peer=PEER),
    ]

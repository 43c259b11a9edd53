"""What the overview's figures cost, beside aggregating the rows.

``overview.vs_rows`` is how many times faster `consent.reports` gives the figures of the past thirty
days than the database groups the records of those days itself: by day, notice, language, layer,
decision and answers, which is what the figures are made of. All records are of those days; how many
stands with the figure. They were sealed as they came, but for the last thousand, and the database
has counted its tables. By the clock; figures in ``pg`` are of a private PostgreSQL, the others of a
file of SQLite.
"""

from __future__ import annotations

from statistics import median

from tests.benchmarks import aggregates, exhibits
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import database, processes
from tests.benchmarks.timing import scaled

RECORDS = 1_000_000
TAIL = 1_000
ROUNDS = 3
PEER = "aggregating the rows"
SERVERS = {"": "sqlite", ".pg": "postgresql"}


def run() -> list[Figure]:
    """Return all figures."""
    return [figure for suffix, server in SERVERS.items() for figure in _figures(suffix, server)]


def _figures(suffix: str, server: str) -> list[Figure]:
    count = scaled(RECORDS)
    taken = _taken(server, count)
    rows, figures = (taken[name] if taken else None for name in ("rows", "figures"))
    ratio = rows / figures if rows and figures else None
    unit = f"ms, {count:,} records"
    return [
        figure(f"overview.vs_rows{suffix}", ratio, "ratio", target=">= 30", peer=PEER),
        figure(f"overview.ms{suffix}", figures and figures * 1000, unit),
        figure(f"overview.rows_ms{suffix}", rows and rows * 1000, unit, peer=PEER),
    ]


def _taken(server: str, count: int) -> dict[str, float] | None:
    with database(server) as described:
        if described is None:
            return None
        with processes(described, 1) as [process]:
            process.submit(aggregates.begin).result()
            process.submit(aggregates.fill, count).result()
            process.submit(exhibits.sealed).result()
            process.submit(exhibits.fill, TAIL).result()
            process.submit(aggregates.analyze).result()
            found: dict[str, list[float]] = {"figures": [], "rows": []}
            for _ in range(ROUNDS):
                found["figures"].append(process.submit(aggregates.by_tallies).result())
                found["rows"].append(process.submit(aggregates.by_rows).result())
            return {name: median(seconds) for name, seconds in found.items()}

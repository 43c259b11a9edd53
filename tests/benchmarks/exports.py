"""What it takes to get all records out, in every format.

``export.csv_vs_copy``, ``export.ndjson`` and ``export.parquet`` are rates in rows a second, as a
ratio to a bare COPY of the same columns by the same driver, on a private PostgreSQL: runs of ids,
cells neutralised, moments in UTC and the digest included. ``export.sqlite`` and ``export.mariadb``
are those of CSV to ``values_list().iterator()`` through ``csv.writer``. Both write into nothing;
medians of the ratios within a round. ``export.peer`` is django-import-export, of fifty thousand
rows.

``export.memory`` is by how much more a process of its own grows at most while it exports many
records than while it exports ten thousand, on PostgreSQL. How many stands with the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import median

from tests.benchmarks import exhibits, exporting
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import Described, database, processes
from tests.benchmarks.rates import Rates, in_turn, share
from tests.benchmarks.timing import scaled

GIVES = ("export",)
"""What the figures' names begin with."""

RECORDS = 500_000
FEWER = 100_000
ROUNDS = 5
FEW = 10_000
MANY = 5_000_000
COPY, ITERATOR = "bare COPY", "values_list().iterator(), csv.writer"
PEER = "django-import-export"
TARGETS = {"csv": ("csv_vs_copy", 0.80), "ndjson": ("ndjson", 0.30), "parquet": ("parquet", 0.60)}
MEMORY = {"csv": 20, "ndjson": 20, "parquet": 150}
"""Megabytes that it may grow."""


def run() -> list[Figure]:
    """Return all figures."""
    return [*_copied(), *_iterated("sqlite"), *_iterated("mariadb"), *_memory()]


def _copied() -> list[Figure]:
    found = _taken("postgresql", scaled(RECORDS), {**_formats(), "copy": exporting.copied})
    figures = [
        figure(
            f"export.{name}",
            share(found, form, of="copy") if found else None,
            "ratio",
            target=f">= {least}",
            peer=COPY,
        )
        for form, (name, least) in TARGETS.items()
    ]
    rates = [figure(f"export.{form}.rows", _rate(found, form), "rows/s") for form in TARGETS]
    return [*figures, *rates, figure("export.copy.rows", _rate(found, "copy"), "rows/s", peer=COPY)]


def _iterated(server: str) -> list[Figure]:
    cases: dict[str, Callable[[], float]] = {
        "csv": partial(exporting.ours, "csv"),
        "ndjson": partial(exporting.ours, "ndjson"),
        "iterator": exporting.iterated,
    }
    if server == "sqlite":
        cases |= {"xlsx": partial(exporting.ours, "xlsx"), "peer": exporting.imported}
    found = _taken(server, scaled(FEWER), cases)
    ratio = share(found, "csv", of="iterator") if found else None
    figures = [
        figure(f"export.{server}", ratio, "ratio", target=">= 1", peer=ITERATOR),
        figure(f"export.{server}.csv", _rate(found, "csv"), "rows/s"),
        figure(f"export.{server}.ndjson", _rate(found, "ndjson"), "rows/s"),
        figure(f"export.{server}.iterator", _rate(found, "iterator"), "rows/s", peer=ITERATOR),
    ]
    if server == "sqlite":
        figures.append(figure("export.xlsx.rows", _rate(found, "xlsx"), "rows/s"))
        figures.append(figure("export.peer", _rate(found, "peer"), "rows/s", peer=PEER))
    return figures


def _formats() -> dict[str, Callable[[], float]]:
    return {name: partial(exporting.ours, name) for name in TARGETS}


def _taken(server: str, rows: int, cases: Mapping[str, Callable[[], float]]) -> Rates | None:
    with database(server) as described:
        if described is None:
            return None
        with processes(described, 1) as [process]:
            process.submit(exhibits.fill, rows).result()
            return in_turn({name: _in(process, case) for name, case in cases.items()}, ROUNDS)


def _in(process: ProcessPoolExecutor, case: Callable[[], float]) -> Callable[[], float]:
    return lambda: process.submit(case).result()


def _memory() -> list[Figure]:
    many = max(scaled(MANY), FEW)
    grown: dict[str, list[float | None]] = {form: [] for form in MEMORY}
    with database("postgresql") as described:
        if described is not None:
            for rows in (FEW, many - FEW):
                with processes(described, 1) as [filling]:
                    filling.submit(exhibits.fill, rows).result()
                for form, found in grown.items():
                    found.append(_growth(described, form))
    return [
        figure(
            f"export.memory{'' if form == 'csv' else f'.{form}'}",
            _difference(grown[form]),
            f"MB more, {many:,} records than {FEW:,}",
            target=f"< {most}",
        )
        for form, most in MEMORY.items()
    ]


def _growth(described: Described, form: str) -> float | None:
    with processes(described, 1) as [process]:
        return process.submit(exporting.growth, form).result()


def _difference(grown: list[float | None]) -> float | None:
    few, many = grown if len(grown) == 2 else (None, None)
    return None if few is None or many is None else (many - few) / 1e6


def _rate(found: Rates | None, name: str) -> float | None:
    return median(found[name]) if found else None

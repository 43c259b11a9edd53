"""How long the admin's pages take where there are many records: ten million, and a thousand.

Two years of decisions in six notices, two sites and four languages, in PostgreSQL and, two million
of them, in SQLite; kept from one run to the next. Each is a page as Django's test client gets it,
rendered whole, for somebody logged in, once everything is warm: the median of several, by the
clock, with those of a thousand records on the same server taken in turn. ``admin.page_ms`` and
``admin.db_ms`` are the slowest page's, and the time that any page spends in the database: but for
the overview of a whole year, which reads a year's tallies, however few or many records they count,
and stands by itself (``admin.year_db_ms``).
``admin.growth`` is the highest ratio of a page to the same page where there are a thousand, of
those that list as many rows there: a thousand records of two years have none of today, and a page
of a hundred rows takes longer to render than an empty one. The others' cells are empty.

``admin.vs_stock`` is how much longer a plain `ModelAdmin` takes for the same page of the same
table, with the same columns, filters, search and indexes: the lowest ratio of those for which it
needs more than five seconds. Its pages are taken once, and no statement longer than a minute;
``BENCHMARK_STOCK=0`` leaves them out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import NamedTuple

from tests.benchmarks.admin import keeping, pages
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import processes
from tests.benchmarks.timing import scaled

MANY = {"postgresql": 10_000_000, "sqlite": 2_000_000}
FEW = 1_000
ROUNDS = 9
WARM_UP = 2
SLOW_MS = 5_000
PEER = "the stock ModelAdmin"
_HEAD = ("page", "ms", "of them database", "to a thousand", "stock, ms")


class Page(NamedTuple):
    """What a page takes, in milliseconds: in all, in the database, and where there are few."""

    ms: float
    db_ms: float
    growth: float | None
    stock_ms: float | None = None


Pages = dict[str, Page]
_TAKEN: dict[str, Pages] = {}
"""By server, for the table of all pages."""


def run() -> list[Figure]:
    """Return all figures."""
    on_postgresql, on_sqlite = _pages("postgresql"), _pages("sqlite")
    return [*_figures(on_postgresql), *_sqlite_figures(on_sqlite)]


def details() -> str:
    """Return a table of all pages that were measured last."""
    return "\n".join(
        f"{size:,} records in {server}:\n\n{_table(_TAKEN[server])}"
        for server, size in MANY.items()
        if _TAKEN.get(server)
    )


def _figures(taken: Pages | None) -> list[Figure]:
    every = list(taken.values()) if taken else []
    usual = [page.db_ms for name, page in (taken or {}).items() if name != pages.YEAR]
    ratios = [p.stock_ms / p.ms for p in every if p.stock_ms and p.stock_ms > SLOW_MS]
    return [
        figure("admin.page_ms", max((p.ms for p in every), default=None), "ms", target="<= 150"),
        figure("admin.db_ms", max(usual, default=None), "ms", target="<= 10"),
        figure("admin.year_db_ms", taken[pages.YEAR].db_ms if taken else None, "ms"),
        figure("admin.growth", _growth(every), "ratio", target="<= 1.5"),
        figure("admin.vs_stock", min(ratios, default=None), "ratio", target=">= 50", peer=PEER),
    ]


def _sqlite_figures(taken: Pages | None) -> list[Figure]:
    every = list(taken.values()) if taken else []
    slowest = max((page.ms for page in every), default=None)
    return [
        figure("admin.page_ms.sqlite", slowest, "ms", target="<= 150"),
        figure("admin.growth.sqlite", _growth(every), "ratio"),
    ]


def _growth(every: Iterable[Page]) -> float | None:
    return max((page.growth for page in every if page.growth), default=None)


def _pages(server: str) -> Pages | None:
    # A first look takes fewer records too, which are kept apart.
    sizes = {"few": FEW, "many": max(FEW, scaled(MANY[server]))}
    with keeping.kept(server, sizes) as found:
        if found is None:
            return None
        with (
            processes(found["many"], 1, keeping.SETTINGS) as [many],
            processes(found["few"], 1, keeping.SETTINGS) as [few],
        ):
            taken = dict(_compared(many, few))
            if server == "postgresql":
                taken = _beside_stock(taken, many)
    _TAKEN[server] = taken
    return taken


def _compared(many: ProcessPoolExecutor, few: ProcessPoolExecutor) -> Iterator[tuple[str, Page]]:
    """Take every page in turn where there are many and where there are few."""
    theirs = few.submit(pages.addresses).result()
    for name, address in many.submit(pages.addresses).result().items():
        rounds = [
            (
                many.submit(pages.timed, address).result(),
                few.submit(pages.timed, theirs[name]).result(),
            )
            for _ in range(WARM_UP + ROUNDS)
        ][WARM_UP:]
        ms, db_ms = (median(at[0][n] for at in rounds) for n in (0, 1))
        is_alike = rounds[0][0][2] == rounds[0][1][2]
        ratio = median(at[0][0] / at[1][0] for at in rounds)
        yield name, Page(ms, db_ms, ratio if is_alike else None)


def _beside_stock(taken: Pages, many: ProcessPoolExecutor) -> Pages:
    if os.environ.get("BENCHMARK_STOCK") == "0":
        return taken
    for name, address in many.submit(pages.stock_addresses).result().items():
        stock_ms = many.submit(pages.stock_timed, address).result()
        taken[name] = taken[name]._replace(stock_ms=stock_ms)
    return taken


def _table(taken: Mapping[str, Page]) -> str:
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for name, page in taken.items():
        growth = "" if page.growth is None else f"{page.growth:.2f}"
        stock = "" if page.stock_ms is None else f"{page.stock_ms:,.0f}"
        rows.append((name, f"{page.ms:.0f}", f"{page.db_ms:.1f}", growth, stock))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"

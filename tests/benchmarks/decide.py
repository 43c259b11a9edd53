"""What a decision costs as a whole, beside a view that inserts one row and answers 200.

Both through Django's own handler, from the server's request on. Ours has the app's middlewares,
checks the post's origin, parses and validates the form, counts the client's decisions, records
"Accept all", signs the cookie and answers the script; the other view has no middleware, reads
nothing of the same request and creates a row of an equal table without evidence. Every request is
one of a visitor with an address of its own, who chose on the page that is served now. The figure is
what our rate is of the other's, by the clock, in rounds of a quarter of a second each; of the two
databases the worse.
"""

from __future__ import annotations

from functools import partial
from statistics import median

from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.processes import database, processes
from tests.benchmarks.rates import Rates, in_turn, share, together

ROUNDS = 24
SECONDS = 0.25
SERVERS = {"pg": "postgresql", "sqlite": "sqlite"}
PEER = "a view that inserts a row"


def run() -> list[Figure]:
    """Return all figures."""
    found = {name: _rates(server) for name, server in SERVERS.items()}
    shares = {
        name: share(rates, "decide", of="view") if rates else None for name, rates in found.items()
    }
    measured = [value for value in shares.values() if value is not None]
    return [
        figure("decide.vs_bare", min(measured), "ratio", target=">= 0.6", peer=PEER),
        *(figure(f"decide.vs_bare.{name}", v, "ratio", peer=PEER) for name, v in shares.items()),
        *(f for name, rates in found.items() for f in _absolute(name, rates)),
    ]


def _rates(server: str) -> Rates | None:
    with database(server) as described:
        if described is None:
            return None
        with processes(described, 1) as begun:
            tasks = ("decide", "view")
            return in_turn({t: partial(together, begun, t, SECONDS) for t in tasks}, ROUNDS)


def _absolute(name: str, found: Rates | None) -> list[Figure]:
    def rate(task: str) -> float | None:
        return median(found[task]) if found else None

    return [
        figure(f"decide.{name}.requests", rate("decide"), "requests/s"),
        figure(f"decide.{name}.bare", rate("view"), "requests/s", peer=PEER),
    ]

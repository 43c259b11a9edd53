"""Rates of several writers at once, taken in turn, so that those of one round can be compared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import median

from tests.benchmarks import writing
from tests.benchmarks.timing import rounds

Rates = Mapping[str, Sequence[float]]
"""Rates by case, and within each by round."""


def in_turn(cases: Mapping[str, Callable[[], float]], count: int) -> dict[str, list[float]]:
    """Return the rate of every case in every round, each round in an order of its own."""
    order, shuffled = list(cases), random.Random(0)
    found: dict[str, list[float]] = {name: [] for name in cases}
    for name in order:
        cases[name]()
    for _ in range(rounds(count)):
        shuffled.shuffle(order)
        for name in order:
            found[name].append(cases[name]())
    return found


def share(found: Rates, name: str, *, of: str) -> float:
    """Return the median of what one case's rate is of another's in the same round."""
    return median(a / b for a, b in zip(found[name], found[of], strict=True))


def together(writers: Iterable[ProcessPoolExecutor], task: str, seconds: float) -> float:
    """Return how often a second several writers do a task at the same time."""
    begun = [writer.submit(writing.rate, task, seconds) for writer in writers]
    return sum(future.result() for future in begun)

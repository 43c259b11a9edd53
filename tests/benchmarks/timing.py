"""Times that can be compared: taken in turn, in one run, without the garbage collector."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from time import thread_time_ns

Case = Callable[[], Callable[[], object]]
"""Prepares one call, untimed, and returns what is timed."""

WARM_UP = 20
COLLECT_EVERY = 50


def rounds(count: int) -> int:
    """Return how many rounds to take: ``count``, or its share in ``BENCHMARK_SCALE``."""
    return max(5, scaled(count))


def scaled(count: int) -> int:
    """Return ``count``, of rows for instance, or its share in ``BENCHMARK_SCALE``."""
    return max(1, round(count * float(os.environ.get("BENCHMARK_SCALE", "1"))))


def interleaved(cases: Mapping[str, Case], count: int) -> dict[str, list[float]]:
    """Return seconds by case and round, so that differences within a round mean something.

    Processor time, which other processes do not spend; another order each round, so that what one
    case leaves in the caches helps and harms all alike.
    """
    order, shuffled = list(cases), random.Random(0)
    taken: dict[str, list[float]] = {name: [] for name in cases}
    with _undisturbed():
        for name in order * WARM_UP:
            cases[name]()()
        for turn in range(rounds(count)):
            shuffled.shuffle(order)
            for name in order:
                taken[name].append(_seconds(cases[name]()))
            if turn % COLLECT_EVERY == 0:
                gc.collect()
    return taken


def added(taken: Mapping[str, list[float]], name: str, *, to: str) -> float:
    """Return the median of what one case takes beyond another in the same round."""
    return median(a - b for a, b in zip(taken[name], taken[to], strict=True))


def _seconds(call: Callable[[], object]) -> float:
    start = thread_time_ns()
    call()
    return (thread_time_ns() - start) / 1e9


@contextmanager
def _undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

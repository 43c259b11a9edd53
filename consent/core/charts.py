"""Where the bars of a chart stand: numbers in, rectangles out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_STEPS = (1, 2, 5, 10)


class Bar(NamedTuple):
    """A rectangle of a series; lengths in the chart's own units, from the top and the left."""

    series: str
    x: float
    y: float
    width: float
    height: float


class Mark(NamedTuple):
    """A value on the scale, and where it stands from the top."""

    value: int
    y: float


def stacked(
    columns: Sequence[Sequence[tuple[str, int]]], *, width: float, height: float
) -> list[Bar]:
    """Return the bars of columns side by side, each a stack of series from the bottom up.

    The highest mark of `scale` is the chart's height. Nothing is drawn for a count of nothing.
    """
    top = scale(columns, height=height)[-1].value
    step = width / max(len(columns), 1)
    gap = min(step * 0.2, 4.0)
    bars = []
    for at, column in enumerate(columns):
        y = height
        for series, count in column:
            length = height * max(count, 0) / top
            y -= length
            if length:
                x = at * step + gap / 2
                bars.append(Bar(series, *_rounded(x, y, step - gap, length)))
    return bars


def scale(columns: Iterable[Sequence[tuple[str, int]]], *, height: float) -> list[Mark]:
    """Return the marks from nothing to what no column exceeds: round numbers, five at most."""
    most = max((sum(count for _, count in column) for column in columns), default=0)
    unit = _round_step(most)
    last = max(1, -(-most // unit))
    return [Mark(n * unit, _rounded(height - height * n / last)[0]) for n in range(last + 1)]


def _round_step(most: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … of which four reach so far."""
    power = 1
    while power * 40 < most:
        power *= 10
    return next(step * power for step in _STEPS if step * power * 4 >= most or step == _STEPS[-1])


def labelled(count: int, *, most: int = 6) -> list[int]:
    """Return which of so many columns carry a label, evenly spread from the first."""
    every = max(1, -(-count // most))
    return list(range(0, count, every))


def _rounded(*numbers: float) -> tuple[float, ...]:
    return tuple(round(number, 2) for number in numbers)

"""One figure, in the shape of the results' file, and whether it meets its target."""

from __future__ import annotations

import operator
import re
from typing import Any

Figure = dict[str, Any]

FIELDS = ("id", "value", "unit", "target", "holds", "peer")
"""What every figure holds.

``target`` is a comparison such as ``"<= 0.10"``, or None; ``value`` is None where it could not be
measured here; ``holds`` is None without a target or a value; ``peer`` is what the value belongs to
or is held against, empty for the app itself.
"""

_TARGET = re.compile(r"(<=|<|=|>=|>) (\d+(?:\.\d+)?)")
_COMPARE = {
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def figure(
    identity: str, value: float | None, unit: str, *, target: str | None = None, peer: str = ""
) -> Figure:
    """Return a figure, held against its target before it is rounded."""
    holds = None if value is None or target is None else meets(value, target)
    shown = None if value is None else rounded(value)
    return dict(zip(FIELDS, (identity, shown, unit, target, holds, peer), strict=True))


def meets(value: float, target: str) -> bool:
    """Whether a value meets a target; raise `ValueError` for one that cannot be read."""
    match = _TARGET.fullmatch(target)
    if match is None:
        raise ValueError(f"No target: {target!r}. Write one such as '<= 0.10'.")
    return bool(_COMPARE[match[1]](value, float(match[2])))


def rounded(value: float) -> float:
    """Return a value with three significant digits, or as a whole number from a hundred on."""
    short = float(f"{value:.3g}") if abs(value) < 100 else round(value)
    return int(short) if short == int(short) else short


def settled(found: Figure) -> Figure:
    """Return a module's figure as it is written: no empty targets, nothing held without one.

    Raise `ValueError` if it is not one.
    """
    if set(found) != set(FIELDS):
        raise ValueError(f"A figure holds {', '.join(FIELDS)}; this one is {found!r}.")
    target = found["target"] or None
    judged = target is not None and found["value"] is not None
    return {**found, "target": target, "holds": bool(found["holds"]) if judged else None}

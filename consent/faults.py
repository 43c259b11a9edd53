"""What verification can find: a fault and the row that has it, or how much is sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Fault(NamedTuple):
    """One row that is not as it was sealed.

    ``kind`` is "changed", "missing", "inserted", "restored" (removed once, and back), "forged" (a
    removal that no key of the site's wrote), "broken" (a seal), "gap", "unanchored" or "miscounted"
    (a daily tally); ``row`` names the row, such as ``record 17``.
    """

    kind: str
    row: str
    why: str

    def __str__(self) -> str:
        return f"{self.row}: {self.kind}: {self.why}"


@dataclass(slots=True)
class Report:
    """What was verified, and what was found.

    ``counts`` holds how many rows are sound, purged, erased, unsealed, and how many seals are
    signed, unsigned or unchecked; ``first`` and ``last`` are the seals that were looked at.
    """

    on_fault: Callable[[Fault], None] = field(default=lambda _: None)
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    first: int = 0
    last: int = 0
    example: Fault | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def find(self, kind: str, row: str, why: str) -> None:
        """Note a fault."""
        fault = Fault(kind, row, why)
        self.faults[kind] += 1
        self.example = self.example or fault
        self.on_fault(fault)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "sound": self.is_sound,
            "first_seal": self.first,
            "last_seal": self.last,
            "counts": dict(sorted(self.counts.items())),
            "faults": dict(sorted(self.faults.items())),
            "first_fault": str(self.example) if self.example else None,
        }

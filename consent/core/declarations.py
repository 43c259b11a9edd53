"""What a declaration must say before anybody may be asked about it; forms and drafts ask here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

_EEA = """
AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
"""
EEA = frozenset(_EEA.split())
"""Countries to which a transfer needs no basis of its own."""

Fault = Literal["lifetime", "criterion", "reason", "optional too", "exempt too", "not exempt"]


def lacks_provider(*, role: str, provider: str) -> bool:
    """Whether a third party has no name (G3)."""
    return role != "own" and not provider.strip()


def lacks_transfer(*, country: str, transfer: str) -> bool:
    """Whether a transfer out of the EEA names no basis (G4)."""
    return bool(country) and country not in EEA and not transfer.strip()


def tracker_faults(
    *, kind: str, lifetime: int | None, criterion: str, reason: str, exempt: bool, elsewhere: bool
) -> Iterator[Fault]:
    """Yield what a tracker lacks (G3, X1), or why it cannot stand where it stands (X2).

    ``exempt``: its category is required; ``elsewhere``: it is declared in one that is the opposite.
    """
    if kind == "cookie" and lifetime is None:
        yield "lifetime"
    if not exempt:
        if criterion:
            yield "not exempt"
        if elsewhere:
            yield "exempt too"
        return
    if not criterion:
        yield "criterion"
    if not reason.strip():
        yield "reason"
    if elsewhere:
        yield "optional too"


def is_same_tracker(name: str, domain: str, other_name: str, other_domain: str) -> bool:
    """Whether two declarations are of one tracker: the empty domain is any."""
    domains = {domain, other_domain}
    return name == other_name and (len(domains) == 1 or "" in domains)

"""What may load, what is held, and for which service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from consent.core.hosts import Keys, Place, Places, place_of
from consent.core.markup.urls import Address

_LOWER = bytes(range(256)).lower()

Verdict = Keys
"""Empty: may load. ``category:service`` keys: held until all are granted. `BLOCKED`: for good."""

MAY_LOAD: Verdict = ()
BLOCKED: Verdict = ("",)


@dataclass(frozen=True, slots=True)
class Rules:
    """The hosts and texts of a visitor's state; build it once per state and keep it.

    ``held`` maps what services declare (`consent.core.hosts`) to the key, or all keys, that it
    needs, of which some may be ``granted``; ``passing`` needs nothing, and ``own`` comes before
    both. ``patterns`` pairs the text that identifies an inline script with its
    ``category:service`` key.

    Derived: ``places`` finds the keys of an address, ``texts`` are the patterns as bytes
    (``folded_texts``: as the prefilter compares them), ``harmless`` the hosts on which nothing is
    held or undeclared, whatever the port and path; ``hold_nothing`` says that no markup could be
    held, blocked or reported.
    """

    held: Mapping[str, str | Keys] = field(default_factory=dict)
    granted: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    patterns: tuple[tuple[str, str], ...] = ()
    undeclared: Literal["report", "allow", "block"] = "report"
    places: Places = field(init=False, repr=False, compare=False)
    texts: tuple[tuple[bytes, str], ...] = field(init=False, repr=False, compare=False)
    folded_texts: tuple[bytes, ...] = field(init=False, repr=False, compare=False)
    harmless: frozenset[str] = field(init=False, repr=False, compare=False)
    hold_nothing: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Merge what is declared into one table."""
        declared: dict[Place, Keys] = {}
        for host, keys in self.held.items():
            declared[place_of(host)] = (keys,) if isinstance(keys, str) else keys
        free = [place_of(host) for host in (*self.passing, *self.own)]
        declared |= dict.fromkeys(free, MAY_LOAD)
        object.__setattr__(self, "places", Places(declared))
        texts = tuple((text.encode(), key) for text, key in self.patterns if text)
        object.__setattr__(self, "texts", texts)

        object.__setattr__(self, "folded_texts", tuple(fold(text) for text, _ in texts))
        odd = {place.host for place, keys in declared.items() if self.missing(keys) or place.path}
        harmless = frozenset(place.origin for place in free if place.host not in odd)
        object.__setattr__(self, "harmless", harmless)
        is_held = any(map(self.missing, declared.values()))
        nothing = not is_held and not texts and self.undeclared == "allow"
        object.__setattr__(self, "hold_nothing", nothing)

    def needed(self, address: Address) -> Keys | None:
        """Return all keys that an address needs; None where nobody declares it."""
        return self.places.find(address.host, address.port, address.path)

    def missing(self, keys: Keys) -> Verdict:
        """Return those of the keys that are not granted."""
        return tuple(key for key in keys if key not in self.granted) if self.granted else keys

    def keys_of(self, text: bytes) -> list[str]:
        """Return the services whose pattern stands in an inline script."""
        return list(dict.fromkeys(key for literal, key in self.texts if literal in text))


def fold(text: bytes) -> bytes:
    """Return bytes in lower case, without the tabs and newlines that addresses lose."""
    return text.translate(_LOWER, b"\t\n\r")

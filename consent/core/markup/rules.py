"""What may load, what is held, and for which service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from consent.core.markup.urls import Address, ascii_host

_LOWER = bytes(range(256)).lower()

Verdict = str | None
"""None: may load. A ``category:service`` key: held for it. Empty: blocked, declared by nobody."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The hosts and texts of a visitor's state; build it once per state and keep it.

    A host pattern is ``host``, ``host:port`` or ``*.host`` (any sub-domain, optionally with a
    port); without a port it means any port. The most specific pattern decides; among equals
    ``own`` comes before ``passing`` before ``held``. ``patterns`` pairs the text that identifies
    an inline script with its ``category:service`` key.

    Derived: ``table`` maps every pattern to its verdict, ``texts`` are the patterns as bytes
    (``folded_texts``: as the prefilter compares them),
    ``harmless`` the patterns of hosts of which no port is held.
    """

    held: Mapping[str, str] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    patterns: tuple[tuple[str, str], ...] = ()
    undeclared: Literal["report", "allow", "block"] = "report"
    table: dict[str, Verdict] = field(init=False, repr=False, compare=False)
    texts: tuple[tuple[bytes, str], ...] = field(init=False, repr=False, compare=False)
    folded_texts: tuple[bytes, ...] = field(init=False, repr=False, compare=False)
    harmless: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Merge the patterns into one table."""
        table: dict[str, Verdict] = {_pattern(host): key for host, key in self.held.items()}
        table.update(dict.fromkeys(map(_pattern, self.passing)))
        table.update(dict.fromkeys(map(_pattern, self.own)))
        object.__setattr__(self, "table", table)
        texts = tuple((text.encode(), key) for text, key in self.patterns if text)
        object.__setattr__(self, "texts", texts)

        object.__setattr__(self, "folded_texts", tuple(fold(text) for text, _ in texts))
        held = {_pattern(host).partition(":")[0] for host in self.held}
        free = (_pattern(host) for host in self.own | self.passing)
        harmless = frozenset(host for host in free if host.partition(":")[0] not in held)
        object.__setattr__(self, "harmless", harmless)

    @property
    def hold_nothing(self) -> bool:
        """Whether no markup could be held, blocked or reported."""
        return not self.held and not self.texts and self.undeclared == "allow"

    def declared(self, address: Address) -> tuple[bool, Verdict]:
        """Return whether anybody declares a host, and then its verdict."""
        host, table = address.host, self.table
        names = [host]
        at = host.find(".")
        while at >= 0:
            names.append("*" + host[at:])
            at = host.find(".", at + 1)
        for name in names:
            for pattern in (f"{name}:{address.port}", name):
                if pattern in table:
                    return True, table[pattern]
        return False, None

    def keys_of(self, text: bytes) -> list[str]:
        """Return the services whose pattern stands in an inline script."""
        return list(dict.fromkeys(key for literal, key in self.texts if literal in text))


def fold(text: bytes) -> bytes:
    """Return bytes in lower case, without the tabs and newlines that addresses lose."""
    return text.translate(_LOWER, b"\t\n\r")


def _pattern(host: str) -> str:
    host = host.strip()
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal() and not host.endswith("]"):
        return f"{ascii_host(name)}:{int(port)}"
    return ascii_host(host)

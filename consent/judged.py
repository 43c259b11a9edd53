"""What the scanner may let pass, by notice and grant; and known markup that it lets pass."""

from __future__ import annotations

from typing import Literal, cast

from consent.core.markup import Rules, Scanner
from consent.core.notice import Notice
from consent.memory import Memory

Undeclared = Literal["report", "allow", "block"]


class Judged:
    """Rules, and which texts, by themselves, hold nothing that they would make inert."""

    def __init__(self, rules: Rules, page: str) -> None:
        self.rules = rules
        self._page = page
        self._passing: Memory[bool] = Memory()

    def passes(self, html: str) -> bool:
        """Whether markup leaves the scanner as it came to it: unchanged, whole, and told nothing.

        Relative addresses are the site's own wherever no ``<base>`` names another host.
        """
        return self._passing.get(html, lambda: self._passes(html))

    def _passes(self, html: str) -> bool:
        told: list[str] = []
        scanner = Scanner(self.rules, page=self._page, report=told.append)
        markup = html.encode()
        return scanner.feed(markup) == markup and scanner.is_at_rest and not told


_JUDGED: Memory[Judged] = Memory(256)


def judged(
    notice: Notice | None, granted: frozenset[str], own: tuple[str, ...], undeclared: str
) -> Judged:
    """Return the rules of a notice for a grant; ``own`` begins with the host that was asked."""
    key = (notice.digest if notice else "", granted, own, undeclared)
    page = f"https://{own[0]}/"
    return _JUDGED.get(key, lambda: Judged(_compiled(notice, granted, own, undeclared), page))


def _compiled(
    notice: Notice | None, granted: frozenset[str], own: tuple[str, ...], undeclared: str
) -> Rules:
    held: dict[str, str] = {}
    passing: set[str] = set()
    patterns: list[tuple[str, str]] = []
    for category in notice.categories if notice else ():
        for service in category.services:
            key = f"{category.key}:{service.key}"
            if category.required or key in granted:
                passing.update(service.hosts)
                continue
            held |= dict.fromkeys(service.hosts, key)
            patterns += ((text, key) for text in service.patterns)
    return Rules(
        held={host: key for host, key in held.items() if host not in passing},
        passing=frozenset(passing),
        own=frozenset(own),
        patterns=tuple(patterns),
        undeclared=cast(Undeclared, undeclared),
    )

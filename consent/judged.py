"""What the scanner may let pass, by notice and grant; and known markup that it lets pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, cast
from urllib.parse import urlsplit

from django.conf import settings

from consent.conf import conf
from consent.core.enforcement import is_host_declared, verdict_on
from consent.core.hosts import owners
from consent.core.markup import Rules, Scanner
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState
from consent.memory import Memory
from consent.models import Seen
from consent.pieces import Piece

Undeclared = Literal["report", "allow", "block"]


class Judged:
    """Rules, and which pieces, by themselves, hold nothing that they would make inert."""

    def __init__(self, rules: Rules, page: str) -> None:
        self.rules = rules
        self._page = page
        self._passing: Memory[bool] = Memory()
        self._pages: Memory[bool] = Memory()

    def pass_all(self, pieces: Iterable[Piece]) -> bool:
        """Whether all pieces leave the scanner as they came to it: unchanged, whole, untold.

        Relative addresses are the site's own wherever no ``<base>`` names another host.
        """
        sources = tuple(piece.sources for piece in pieces)
        return self._pages.get(sources, lambda: all(map(self._passes, chain(*sources))))

    def _passes(self, html: str) -> bool:
        return self._passing.get(html, lambda: self._scan(html))

    def _scan(self, html: str) -> bool:
        told: list[str] = []
        scanner = Scanner(self.rules, page=self._page, report=told.append)
        markup = html.encode()
        return scanner.feed(markup) == markup and scanner.is_at_rest and not told


class Judges:
    """The rules of a notice for pages of one host, by what is granted."""

    def __init__(self, notice: Notice | None, host: str) -> None:
        self._notice = notice
        self._host = host
        self._granting: Memory[Judged] = Memory(64)
        self.closed = self._judged(frozenset())

    def granting(self, state: ConsentState) -> Judged:
        """Return what holds while a state is in force."""
        notice = self._notice
        if notice is None or not state.is_grant:
            return self.closed
        key = (state.granted, state.refused)
        return self._granting.get(key, lambda: self._judged(state.granted_keys(notice)))

    def _judged(self, granted: frozenset[str]) -> Judged:
        own = frozenset((self._host, *own_hosts()))
        return Judged(_rules(self._notice, granted, own), f"https://{self._host}/")


_JUDGES: Memory[Judges] = Memory(256)


def judges(notice: Notice | None, host: str) -> Judges:
    """Return the rules of a notice for pages of the host that was asked, which is the site's."""
    host = host.lower()
    key = (notice.digest if notice else "", host)
    return _JUDGES.get(key, lambda: Judges(notice, host))


def is_settled(kind: str, name: str, notice: Notice | None) -> bool:
    """Whether what was met undeclared is declared by now, or named among the site's own hosts."""
    if kind == Seen.HOST and name in own_hosts():
        return True
    if notice is None:
        return False
    if kind == Seen.HOST:
        return is_host_declared(name, notice)
    return verdict_on(name, UNDECIDED, notice) != "undeclared"


def own_hosts() -> Iterator[str]:
    """Yield the hosts that are the site's own besides the one that was asked."""
    files = (settings.STATIC_URL, settings.MEDIA_URL)
    hosts = (*conf.own_hosts, *(urlsplit(str(url or "")).netloc for url in files))
    return (host.lower() for host in hosts if host)


def _rules(notice: Notice | None, granted: frozenset[str], own: frozenset[str]) -> Rules:
    of = owners(notice) if notice else {}
    return Rules(
        held={place.text: keys for place, keys in of.items() if keys},
        granted=granted,
        passing=frozenset(place.text for place, keys in of.items() if not keys),
        own=own,
        patterns=tuple(_patterns(notice, granted)) if notice else (),
        undeclared=cast(Undeclared, conf.undeclared_hosts),
    )


def _patterns(notice: Notice, granted: frozenset[str]) -> Iterator[tuple[str, str]]:
    for category in notice.optional:
        for service in category.services:
            key = f"{category.key}:{service.key}"
            if key not in granted:
                yield from ((text, key) for text in service.patterns)

"""Judges the addresses of one document: its rules, its base address, and whom to tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import lru_cache

from consent.core.hosts import Keys
from consent.core.markup.characters import unescape
from consent.core.markup.rules import BLOCKED, MAY_LOAD, Rules, Verdict
from consent.core.markup.urls import PORTS, Address, absolute, candidates, resolve

_ABSOLUTE = re.compile(rb"[:\\&]|//|/[\t\n\r]")
"""What a relative address has not; where none of it stands, nothing needs to be decoded."""

_PLAIN = re.compile(rb"(?:(https?):)?//([-a-z0-9.]*+(?<=[a-z0-9]))(?=[/?#]|\Z)").match
"""The usual spelling of an absolute address, which needs no decoding."""

_KNOWN = 1024
"""Hosts, as they are usually spelled, whose verdict is remembered."""


def tell_nobody(_host: str) -> None:
    """Report to nobody."""


class Judge:
    """Says of every address of a page whether it may load.

    ``page`` is the page's absolute address; ``report`` is told each undeclared host once.
    ``is_wary`` says that relative addresses lead away from the site, by a ``<base>``.
    """

    def __init__(self, rules: Rules, page: str, report: Callable[[str], None]) -> None:
        self.rules = rules
        self.base = page
        self.is_based = False
        self._report = report
        self._told: set[str] = set()
        self._plain: dict[bytes, Verdict | None] = {}
        self._page = self._base = _page_address(page)
        self.is_wary = False
        self._gates: list[str] = []

    def enter(self, key: str) -> None:
        """Take what follows for the content of a gate: its key, if granted, says whose it is."""
        self._gates.append(key if key in self.rules.granted else "")
        self._plain = {}

    def leave(self) -> None:
        """End the innermost gate, if there is one."""
        if self._gates:
            self._gates.pop()
            self._plain = {}

    def copy(self) -> Judge:
        """Return a judge for a document inside this one, which may have its own ``<base>``."""
        other = copy(self)
        other._plain = {}
        other.is_based = False
        return other

    def rebase(self, href: bytes) -> None:
        """Take the first ``<base href>``; its raw value."""
        if self.is_based:
            return
        self.is_based = True
        text = _text(href)
        address, _ = resolve(text, self._page)
        if address is not None:
            self._plain = {}
            self._base, self.base = address, absolute(text, self.base)
            self.is_wary = not address.is_at(self._page)

    def attribute(self, value: bytes) -> Verdict:
        """Return the verdict on an attribute's raw value, a URL."""
        plain = _PLAIN(value)
        if plain:
            return self.place(plain[0], value[plain.end() :])
        if not self.is_wary and not _ABSOLUTE.search(value):
            return MAY_LOAD
        return self.url(_text(value))

    def place(self, place: bytes, path: bytes) -> Verdict:
        """Return the verdict on a URL whose beginning, up to the host, is spelled as usual.

        ``path`` is the raw rest; it is looked at only where the path decides.
        """
        known = self._plain.get(place)
        if known is not None:
            return known
        address = _plain_address(place, self._base.scheme)
        if self.rules.places.has_paths(address.host, address.port):
            return self._address(address._replace(path=_text(path)))
        verdict = self._address(address)
        if len(self._plain) < _KNOWN:
            self._plain[place] = verdict
        return verdict

    def srcset(self, value: bytes) -> list[str]:
        """Return the keys for which a raw ``srcset`` is held."""
        if not self.is_wary and not _ABSOLUTE.search(value):
            return []
        verdicts = map(self.url, candidates(_text(value)))
        return list(dict.fromkeys(key for verdict in verdicts for key in verdict))

    def absolute(self, value: bytes) -> str:
        """Return the absolute form of a raw attribute's URL."""
        return absolute(_text(value), self.base)

    def url(self, url: str) -> Verdict:
        """Return the verdict on a URL, as text."""
        encoded = url.encode("utf-8", "replace")
        plain = _PLAIN(encoded)
        if plain:
            return self.place(plain[0], encoded[plain.end() :])
        address, strict = resolve(url, self._base)
        verdict = self._address(address)
        if not verdict and strict is not None and strict is not address:
            return self._missing(self.rules.needed(strict) or MAY_LOAD)
        return verdict

    def _address(self, address: Address | None) -> Verdict:
        if address is None or address.is_at(self._page):
            return MAY_LOAD
        needed = self.rules.needed(address)
        if needed is not None or self.rules.undeclared == "allow":
            return self._missing(needed or MAY_LOAD)
        if address.host not in self._told:
            self._told.add(address.host)
            self._report(address.host)
        return BLOCKED if self.rules.undeclared == "block" else MAY_LOAD

    def _missing(self, needed: Keys) -> Verdict:
        if any(_answers(gate, key) for gate in self._gates for key in needed):
            return MAY_LOAD
        return self.rules.missing(needed)


def _answers(gate: str, key: str) -> bool:
    """Whether a gate is of a service, or of the service's category as a whole."""
    return gate == key or (":" not in gate and key.startswith(f"{gate}:"))


def _text(value: bytes) -> str:
    return unescape(value).decode("utf-8", "replace")


@lru_cache(maxsize=_KNOWN)
def _plain_address(place: bytes, scheme: str) -> Address:
    """Return where the usual spelling of a URL's beginning leads on a page of that scheme."""
    own, _, host = place.decode().rpartition("//")
    scheme = own[:-1] or scheme
    return Address(scheme, host, PORTS[scheme])


@lru_cache(maxsize=128)
def _page_address(page: str) -> Address:
    scheme = page.partition(":")[0].lower()
    own = Address(scheme if scheme in PORTS else "https", "", 0)
    address = resolve(page, own._replace(scheme=""))[0]
    return address if address and address.scheme else own

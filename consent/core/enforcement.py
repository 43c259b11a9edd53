"""From a state and a notice to what may stay in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from itertools import chain
from typing import Literal, NamedTuple

from consent.core.hosts import place_of
from consent.core.notice import Category, Notice, Tracker
from consent.core.places import (
    CookiePlace,
    declared_domain,
    declared_path,
    declared_places,
    guessed_places,
)
from consent.core.state import ConsentState

Verdict = Literal["exempt", "granted", "declined", "undeclared"]
"""What a notice and a state say about a cookie's name; only a grant makes "granted"."""

_NOTICES_HELD = 8
_NAMES_HELD = 256
_LONGEST_NAME_HELD = 128
_WILDCARDS = frozenset("*?[")


class _Rule(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    category: str
    service: str
    path: str
    domain: str


_Claims = tuple[_Rule, ...] | None
"""The optional trackers that answer to a name; None for an exempt one."""


@dataclass(slots=True)
class _Rules:
    optional: tuple[_Rule, ...]
    exempt: re.Pattern[str] | None
    homes: Mapping[str, frozenset[str]]
    names: dict[str, _Claims] = field(default_factory=dict)

    def learn(self, name: str) -> _Claims:
        """Work out whose a name is, and keep the answer: names come again."""
        found: _Claims = tuple(rule for rule in self.optional if rule.pattern.match(name))
        if self.exempt and self.exempt.match(name):
            found = None
        if len(name) <= _LONGEST_NAME_HELD:
            if len(self.names) >= _NAMES_HELD:
                self.names.clear()  # they come from outside, and must not fill the memory
            self.names[name] = found
        return found

    def elsewhere(self, path: str) -> Iterator[str]:
        """Yield the names without wildcards that are declared for paths that this one is not in."""
        for home, names in self.homes.items():
            if not f"{path}/".startswith(home):
                yield from names


_compiled: dict[str, _Rules] = {}
"""Patterns by the digest of their notice: a pure function's memory."""


def is_exempt(name: str, notice: Notice | None) -> bool:
    """Whether a cookie of that name (globs such as ``_ga_*`` match) needs no consent."""
    return notice is not None and _claims(name, notice) is None


def verdict_on(name: str, state: ConsentState, notice: Notice | None) -> Verdict:
    """Return what may become of a cookie of that name; without a notice nothing is declared.

    A name that any tracker exempts is exempt; one that any grant covers is granted.
    """
    if notice is None:
        return "undeclared"
    claims = _claims(name, notice)
    if not claims:
        return "exempt" if claims is None else "undeclared"
    return "granted" if _is_granted(claims, state) else "declined"


def is_host_declared(host: str, notice: Notice) -> bool:
    """Whether any service of a notice names a host, whatever the port and path."""
    services = chain.from_iterable(category.services for category in notice.categories)
    return any(_names(entry, host) for service in services for entry in service.hosts)


def _names(entry: str, host: str) -> bool:
    name = place_of(entry).host
    return host == name or (name.startswith("*.") and host.endswith(name[1:]))


def any_declined(names: Iterable[str], state: ConsentState, notice: Notice) -> bool:
    """Whether any cookie of these names must go."""
    for name in names:
        claims = _claims(name, notice)
        if claims and not _is_granted(claims, state):
            return True
    return False


def cookies_to_delete(
    names: Iterable[str], state: ConsentState, notice: Notice, *, host: str = "", path: str = "/"
) -> Iterator[CookiePlace]:
    """Yield every place from which a cookie that the browser sends must go.

    A name (globs such as ``_ga_*`` match) that any tracker exempts or any grant covers stays.
    The places that are declared come first, for all names; then those that nobody declared but
    that a page of this host (``host`` or ``host:port``) and path may have used.
    """
    declined: dict[str, tuple[_Rule, ...]] = {}
    for name in names:
        claims = _claims(name, notice)
        if claims and not _is_granted(claims, state):
            declined[name] = claims
    if declined:
        yield from _places(declined, host, path)


def cookies_out_of_sight(state: ConsentState, notice: Notice, path: str) -> Iterator[CookiePlace]:
    """Yield the declared places of cookies that are not granted and that this path never gets.

    Browsers send them elsewhere only, so no request to this path tells whether they are there.
    """
    for name in dict.fromkeys(_rules(notice).elsewhere(path)):
        claims = _claims(name, notice)
        if claims and not _is_granted(claims, state):
            yield from declared_places(name, [(rule.path, rule.domain) for rule in claims])


def _places(declined: dict[str, tuple[_Rule, ...]], host: str, path: str) -> Iterable[CookiePlace]:
    declared = {name: [(c.path, c.domain) for c in claims] for name, claims in declined.items()}
    places = chain(
        (declared_places(name, where) for name, where in declared.items()),
        (guessed_places(name, where, host=host, path=path) for name, where in declared.items()),
    )
    return dict.fromkeys(chain.from_iterable(places))


def _is_granted(claims: tuple[_Rule, ...], state: ConsentState) -> bool:
    if not state.granted:
        return False
    for rule in claims:  # noqa: SIM110 - for every cookie: a generator takes as long again
        if state.is_granted(rule.category, rule.service):
            return True
    return False


def _claims(name: str, notice: Notice) -> _Claims:
    try:
        return _compiled[notice.digest].names[name]
    except KeyError:
        return _rules(notice).learn(name)


def _rules(notice: Notice) -> _Rules:
    rules = _compiled.get(notice.digest)
    if rules is None:
        if len(_compiled) >= _NOTICES_HELD:
            _compiled.clear()
        rules = _compiled[notice.digest] = _compile(notice)
    return rules


def _compile(notice: Notice) -> _Rules:
    optional = tuple(
        _Rule(
            tracker.name,
            re.compile(translate(tracker.name)),
            category.key,
            service,
            declared_path(tracker.path),
            declared_domain(tracker.domain),
        )
        for category in notice.optional
        for service, tracker in _cookies(category)
    )
    names = [t.name for c in notice.categories if c.required for _, t in _cookies(c)]
    exempt = re.compile("|".join(map(translate, names))) if names else None
    return _Rules(optional, exempt, _homes(optional))


def _homes(rules: Iterable[_Rule]) -> dict[str, frozenset[str]]:
    """Return the names by the path that they are declared for, which ends with a slash.

    Patterns are left out, because they cannot be deleted unseen.
    """
    homes: dict[str, frozenset[str]] = {}
    for rule in rules:
        if not _WILDCARDS.intersection(rule.name):
            home = f"{rule.path.rstrip('/')}/"
            homes[home] = homes.get(home, frozenset()) | {rule.name}
    return homes


def _cookies(category: Category) -> Iterator[tuple[str, Tracker]]:
    for tracker in category.trackers:
        if tracker.kind == "cookie":
            yield "", tracker
    for service in category.services:
        for tracker in service.trackers:
            if tracker.kind == "cookie":
                yield service.key, tracker

"""From a state and a notice to what may stay in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from typing import NamedTuple

from consent.core.notice import Category, Notice, Tracker
from consent.core.state import ConsentState


class CookiePlace(NamedTuple):
    """Where a cookie lives; an empty domain is host-only."""

    name: str
    path: str
    domain: str


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    category: str
    service: str
    path: str
    domain: str


_Rules = tuple[tuple[_Rule, ...], re.Pattern[str] | None]
_NOTICES_HELD = 8
_compiled: dict[str, _Rules] = {}
"""Patterns by the digest of their notice: a pure function's memory."""


def cookies_to_delete(
    names: Iterable[str], state: ConsentState, notice: Notice
) -> Iterator[CookiePlace]:
    """Yield every place from which a cookie that the browser sends must go.

    A name (globs such as ``_ga_*`` match) that any tracker exempts or any grant covers stays.
    """
    rules, exempt = _rules(notice)
    for name in names:
        found = [rule for rule in rules if rule.pattern.match(name)]
        if not found or (exempt and exempt.match(name)):
            continue
        if any(state.answer(rule.category, rule.service) == "yes" for rule in found):
            continue
        for rule in found:
            yield from _places(name, rule)


def _places(name: str, rule: _Rule) -> Iterator[CookiePlace]:
    for path in dict.fromkeys((rule.path, "/")):
        yield CookiePlace(name, path, "")
        if rule.domain:
            yield CookiePlace(name, path, rule.domain)


def _rules(notice: Notice) -> _Rules:
    rules = _compiled.get(notice.digest)
    if rules is None:
        if len(_compiled) >= _NOTICES_HELD:
            _compiled.clear()
        rules = _compiled[notice.digest] = _compile(notice)
    return rules


def _compile(notice: Notice) -> _Rules:
    rules = tuple(
        _Rule(re.compile(translate(t.name)), category.key, service, t.path or "/", t.domain)
        for category in notice.optional
        for service, t in _cookies(category)
    )
    names = [t.name for c in notice.categories if c.required for _, t in _cookies(c)]
    return rules, re.compile("|".join(map(translate, names))) if names else None


def _cookies(category: Category) -> Iterator[tuple[str, Tracker]]:
    for tracker in category.trackers:
        if tracker.kind == "cookie":
            yield "", tracker
    for service in category.services:
        for tracker in service.trackers:
            if tracker.kind == "cookie":
                yield service.key, tracker

"""What the guard in the page is told of a notice: hosts and names by the key that frees them."""

from __future__ import annotations

from collections.abc import Iterable

from consent.core.notice import Category, Notice, Tracker

Guarded = dict[str, dict[str, list[str]]]
"""``category`` or ``category:service`` to ``hosts`` and, by kind, patterns of trackers' names."""

_STORES = ("cookie", "local", "session", "indexeddb", "cache")


def guarded(notice: Notice) -> Guarded:
    """Return what may neither load nor be stored until a visitor grants it, by key.

    The empty key stands for what never needs a grant.
    """
    required = [category for category in notice.categories if category.required]
    rules: Guarded = {"": _rule(required)}
    for category in notice.optional:
        rules[category.key] = _named([], category.trackers)
        for service in category.services:
            rules[f"{category.key}:{service.key}"] = _named(service.hosts, service.trackers)
    return {key: rule for key, rule in rules.items() if rule}


def _rule(categories: Iterable[Category]) -> dict[str, list[str]]:
    hosts = [host for each in categories for service in each.services for host in service.hosts]
    return _named(hosts, [tracker for each in categories for tracker in each.all_trackers()])


def _named(hosts: Iterable[str], trackers: Iterable[Tracker]) -> dict[str, list[str]]:
    named = {"hosts": list(hosts)}
    for tracker in trackers:
        if tracker.kind in _STORES:
            named.setdefault(tracker.kind, []).append(tracker.name)
    return {kind: names for kind, names in named.items() if names}

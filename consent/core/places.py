"""Where a cookie may live: browsers keep one for each name, path and domain.

The leading dot of a domain means nothing to browsers, and a domain that is not the host or above
it, or that is a public suffix, makes them ignore the line: a guess too many does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class CookiePlace(NamedTuple):
    """Where a cookie lives; an empty domain is host-only, ``partitioned`` one a jar of its own."""

    name: str
    path: str
    domain: str
    partitioned: bool = False


Declared = Sequence[tuple[str, str]]
"""The path and domain of every tracker that answers to a name."""


def declared_places(name: str, declared: Declared) -> Iterator[CookiePlace]:
    """Yield the places that a cookie's declarations name."""
    if _is_bound_to_host(name):
        yield CookiePlace(name, "/", "")
        return
    paths = dict.fromkeys((*(path for path, _domain in declared), "/"))
    domains = dict.fromkeys(("", *(domain for _path, domain in declared)))
    for at in paths:
        for domain in domains:
            yield CookiePlace(name, at, domain)


def guessed_places(name: str, declared: Declared, *, host: str, path: str) -> Iterator[CookiePlace]:
    """Yield the places that a page may have used all the same: its path, the domains above it."""
    if not _is_bound_to_host(name):
        known = {domain.lstrip(".").lower() for _path, domain in declared}
        above = [domain for domain in host_domains(host) if domain not in known]
        domains = dict.fromkeys(("", *(domain for _path, domain in declared), *above))
        paths = dict.fromkeys(("/", *(at for at, _domain in declared), *page_paths(path)))
        for at in paths:
            for domain in domains:
                yield CookiePlace(name, at, domain)
    yield CookiePlace(name, "/", "", partitioned=True)


def host_domains(host: str) -> list[str]:
    """Return a host and the domains above it, without a single label; none for an address."""
    bare = host.lower().partition(":")[0].strip(".")  # an IPv6 address becomes "["
    labels = bare.split(".")
    if labels[-1].isdigit() or not all(labels):
        return []
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def page_paths(path: str) -> list[str]:
    """Return a page's own path, and the one that browsers take where a script names none."""
    if not path.startswith("/"):
        return ["/"]
    return [path, path.rpartition("/")[0] or "/"]


def _is_bound_to_host(name: str) -> bool:
    """Whether browsers keep a cookie of that name in one place only."""
    return name.lower().startswith("__host-")

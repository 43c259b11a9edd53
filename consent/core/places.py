"""Where a cookie may live: browsers keep one for each name, path and domain.

The leading dot of a domain means nothing to browsers, and a domain that is not the host or above
it, or that is a public suffix, makes them ignore the line: a guess too many does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import quote

LONGEST_NAMED = 200
"""Characters of a page's directory that a deletion names; without a path it means the same."""
_PATH_SAFE = "/:@!$&'()*+,=~"
_DOMAIN = re.compile(r"[-.\w]+", re.ASCII)


class CookiePlace(NamedTuple):
    """Where a cookie lives; ``partitioned`` is a jar of its own.

    An empty domain is host-only, an empty path the directory of the page.
    """

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


def twin_places(name: str, domain: str, *, host: str) -> Iterator[CookiePlace]:
    """Yield where else a cookie may be that is written to a domain, or to the host alone."""
    if not _is_bound_to_host(name):
        written = domain.lstrip(".").lower()
        for other in ("", *host_domains(host)):
            if other != written:
                yield CookiePlace(name, "/", other)


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
    directory = path.rpartition("/")[0] or "/"
    return [path, directory if len(directory) <= LONGEST_NAMED else ""]


def path_in_address(path: str) -> str:
    """Return a path, not yet encoded, as browsers have it in addresses."""
    return quote(path, safe=_PATH_SAFE)


def declared_path(path: str) -> str:
    """Return a declared path as browsers have it in addresses; the root's where there is none."""
    return quote(path, safe=f"%{_PATH_SAFE}") or "/"


def declared_domain(domain: str) -> str:
    """Return a declared domain as browsers have it; none for what no header can carry."""
    bare = domain.removeprefix(".")
    try:
        found = bare.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return domain.removesuffix(bare) + found if _DOMAIN.fullmatch(found) else ""


def in_turn(places: Sequence[CookiePlace], turn: int) -> Iterator[CookiePlace]:
    """Yield all places in the order in which one response tries them.

    The first ones are the surest, and go first. Every fourth turn starts at another: where more
    is sent than a response has room for, what cannot be deleted must not keep the others back.
    """
    start, rotates = divmod(turn, 4)
    start = 0 if rotates or not places else start % len(places)
    return chain(islice(places, start, None), islice(places, start))


def _is_bound_to_host(name: str) -> bool:
    """Whether browsers keep a cookie of that name in one place only."""
    return name.lower().startswith("__host-")

"""Whose an address is: which services have to be granted before anything loads from there.

A service declares hosts: ``host``, ``host:port`` or ``*.host`` (any sub-domain, not it itself),
each optionally followed by a path, ``host/maps``, which stands for itself and all below it. The
most exact declaration decides: the host before a wildcard, a longer wildcard before a shorter one,
a port before none, the longest path. What several services declare alike needs all of them, and so
does an address of a host of which they declare other paths only: nothing tells whose it is.

``guard.js`` and ``enforce.js`` decide alike; `tests/core/hosts.json` holds both to that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from consent.core.notice import Notice, Service

_LABEL = r"[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\*\.{_LABEL}(?:\.{_LABEL})+)(?::(?P<port>[0-9]{{1,5}}))?"
_PLACE = re.compile(rf"{_HOST}(?P<path>(?:/[-a-zA-Z0-9._~!$&()*+=:@%]+)*/?)", re.ASCII)
_UNRESERVED = re.compile(r"%([2-7][0-9a-fA-F])")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180e\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")


class Place(NamedTuple):
    """A declared place: ASCII host, perhaps ``*.host``; port (0: any); path (empty: any)."""

    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """The host, with the port where it names one."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def text(self) -> str:
        """The place as a service declares it."""
        return self.origin + self.path


def is_host(text: str) -> bool:
    """Whether a text is ``host``, ``host:port`` or ``*.host`` (any sub-domain, not it itself)."""
    return "/" not in text and is_place(text)


def is_place(text: str) -> bool:
    """Whether a text is what a service may declare: a host, perhaps with a path."""
    match = _PLACE.fullmatch(text)
    return match is not None and (match["port"] is None or 0 < int(match["port"]) < 65536)


@lru_cache(maxsize=4096)
def place_of(text: str) -> Place:
    """Return the place that a declaration means; total, whatever the text."""
    host, slash, path = text.strip().partition("/")
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal() and not host.endswith("]"):
        return Place(ascii_host(name), int(port), plain_path(slash + path))
    return Place(ascii_host(host), 0, plain_path(slash + path))


@lru_cache(maxsize=4096)
def ascii_host(host: str) -> str:
    """Return a host as the browser compares it: decoded, lower case, ASCII, no final dot."""
    if "%" in host:
        host = unquote(host, errors="replace")
    if not host.isascii():
        host = ".".join(map(_ascii_label, _DOTS.split(_IGNORED.sub("", host))))
    return host.lower().rstrip(".")


def _ascii_label(label: str) -> str:
    label = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def plain_path(path: str) -> str:
    """Return a path as places are compared: no query, dots resolved, plain letters, no end slash.

    Slashes are not merged: what a server makes of several is its own affair.
    """
    path = re.split(r"[?#]", path, maxsplit=1)[0].replace("\\", "/")
    steps: list[str] = []
    for step in _UNRESERVED.sub(_letter, path).split("/"):
        if step == "..":
            del steps[max(len(steps) - 1, 1) :]
        elif step != ".":
            steps.append(step)
    return "/".join(steps).rstrip("/")


def _letter(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter.isalnum() or letter in "-._~" else found[0]


Keys = tuple[str, ...]
"""The ``category:service`` of each that must be granted; none: nothing has to be."""


class Places:
    """Keys by declared place, found by address.

    Where a host is declared with paths alone, what lies outside of them needs all their keys.
    """

    def __init__(self, declared: Mapping[Place, Keys]) -> None:
        self._paths: dict[tuple[str, int], list[tuple[str, Keys]]] = {}
        for place, keys in declared.items():
            self._paths.setdefault(place[:2], []).append((place.path, keys))
        for paths in self._paths.values():
            paths.sort(key=lambda each: len(each[0]), reverse=True)
            if paths[-1][0]:
                paths.append(("", tuple(dict.fromkeys(key for _, keys in paths for key in keys))))

    def find(self, host: str, port: int, path: str) -> Keys | None:
        """Return the keys of the most exact declaration; None where nobody declares it."""
        paths = self._declared(host, port)
        if paths is None:
            return None
        if len(paths) == 1:
            return paths[0][1]
        path = plain_path(path)
        return next(keys for start, keys in paths if f"{path}/".startswith(f"{start}/"))

    def has_paths(self, host: str, port: int) -> bool:
        """Whether the path decides there."""
        paths = self._declared(host, port)
        return paths is not None and len(paths) > 1

    def _declared(self, host: str, port: int) -> list[tuple[str, Keys]] | None:
        name, at = host, host.find(".")
        while True:
            found = self._paths.get((name, port)) or self._paths.get((name, 0))
            if found or at < 0:
                return found
            name, at = "*" + host[at:], host.find(".", at + 1)


def owners(notice: Notice) -> dict[Place, Keys]:
    """Return whose grant each declared place needs: of every optional service that declares it."""
    found: dict[Place, Keys] = {}
    for key, service, is_required in _services(notice):
        for place in map(place_of, service.hosts):
            found[place] = found.get(place, ()) + (() if is_required else (key,))
    return {place: tuple(dict.fromkeys(keys)) for place, keys in found.items()}


def shared(notice: Notice) -> dict[str, Keys]:
    """Return what several services declare alike, and their keys: none loads without the others."""
    found: dict[Place, dict[str, None]] = {}
    for key, service, _ in _services(notice):
        for place in map(place_of, service.hosts):
            found.setdefault(place, {})[key] = None
    return {place.text: tuple(keys) for place, keys in found.items() if len(keys) > 1}


def covers(wide: str, narrow: str) -> bool:
    """Return whether one declaration allows all that another allows."""
    outer, inner = place_of(wide), place_of(narrow)
    is_below = outer.host.startswith("*.") and inner.host.endswith(outer.host[1:])
    return (
        (outer.host == inner.host or is_below)
        and outer.port in (0, inner.port)
        and f"{inner.path}/".startswith(f"{outer.path}/")
    )


def _services(notice: Notice) -> Iterable[tuple[str, Service, bool]]:
    for category in notice.categories:
        for service in category.services:
            yield f"{category.key}:{service.key}", service, category.required

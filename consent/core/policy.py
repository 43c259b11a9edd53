"""Content-Security-Policy: which hosts a page's policy may list, and where they go in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from consent.core.notice import Notice, Service
from consent.core.state import ConsentState

_DEFAULT = ("default-src",)
FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "default-src": (),
    "child-src": _DEFAULT,
    "connect-src": _DEFAULT,
    "font-src": _DEFAULT,
    "frame-src": ("child-src", *_DEFAULT),
    "img-src": _DEFAULT,
    "manifest-src": _DEFAULT,
    "media-src": _DEFAULT,
    "object-src": _DEFAULT,
    "script-src": _DEFAULT,
    "script-src-elem": ("script-src", *_DEFAULT),
    "style-src": _DEFAULT,
    "style-src-elem": ("style-src", *_DEFAULT),
    "worker-src": ("child-src", "script-src", *_DEFAULT),
}
"""Every directive that takes hosts, and where a browser looks when a policy does without it."""

FRAMES = frozenset({"child-src", "frame-src"})
"""Frames may be loaded once, into a page whose policy can no longer change."""

_LABEL = r"[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?"
_HOST = re.compile(
    rf"(?:{_LABEL}(?:\.{_LABEL})*|\*\.{_LABEL}(?:\.{_LABEL})+)(?::([0-9]{{1,5}}))?", re.ASCII
)
_NONE = "'none'"


def is_host(text: str) -> bool:
    """Whether a text is ``host``, ``host:port`` or ``*.host`` (any sub-domain, not it itself)."""
    match = _HOST.fullmatch(text)
    return match is not None and (match[1] is None or 0 < int(match[1]) < 65536)


def check_directive(directive: str) -> None:
    """Raise ValueError for what is no directive that takes hosts."""
    if directive not in FALLBACKS:
        raise ValueError(
            f"{directive!r} is not a policy's directive that takes hosts; those are: "
            f"{', '.join(FALLBACKS)}."
        )


def sources(notice: Notice, state: ConsentState | None, directive: str) -> tuple[str, ...]:
    """Return the declared hosts that a directive may list, each once, in the notice's order.

    Those of granted and of exempt services; of every service for frames, and where no ``state``
    is given. They carry no scheme: the browser allows the page's own and safer ones. Whatever is
    not a plain host is left out. Raise ValueError for an unknown directive.
    """
    check_directive(directive)
    if directive in FRAMES:
        state = None
    hosts = (host for service in _services(notice, state) for host in service.hosts)
    return tuple(dict.fromkeys(host for host in hosts if is_host(host)))


def _services(notice: Notice, state: ConsentState | None) -> Iterator[Service]:
    for category in notice.categories:
        for service in category.services:
            if (
                state is None
                or category.required
                or state.answer(category.key, service.key) == "yes"
            ):
                yield service


def extensions(
    policy: Mapping[str, Any],
    directives: Iterable[str],
    sources_for: Callable[[str], Iterable[str]],
) -> dict[str, tuple[Any, ...]]:
    """Return the directives of a policy that change once hosts are added, with all their values.

    A directive that the policy does without starts from what governs it instead; what nothing
    governs is not restricted and stays so. Values are kept as they are, but for ``'none'``.
    """
    changed: dict[str, tuple[Any, ...]] = {}
    for directive in _named(policy, directives):
        governing = (policy.get(name) for name in (directive, *FALLBACKS[directive]))
        found = next((values for values in governing if values not in (None, False)), None)
        added = tuple(sources_for(directive)) if found is not None else ()
        values = tuple(value for value in _values(found) if value != _NONE)
        if missing := tuple(source for source in added if source not in values):
            changed[directive] = (*values, *missing)
    return changed


def _named(policy: Mapping[str, Any], directives: Iterable[str]) -> Iterator[str]:
    """Yield the directives, and those more special ones that would overrule them."""
    for directive in dict.fromkeys(directives):
        yield directive
        if policy.get(special := f"{directive}-elem") not in (None, False):
            yield special


def _values(values: Any) -> tuple[Any, ...]:
    if isinstance(values, (set, frozenset)):
        return tuple(sorted(values, key=str))
    return tuple(values) if isinstance(values, (list, tuple)) else (values,)

"""Content-Security-Policy: which hosts a page's policy may list, and where they go in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from consent.core.hosts import Place, is_place, owners
from consent.core.notice import Notice
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

_NONE = "'none'"


def check_directive(directive: str) -> None:
    """Raise ValueError for what is no directive that takes hosts."""
    if directive not in FALLBACKS:
        raise ValueError(
            f"{directive!r} is not a policy's directive that takes hosts; those are: "
            f"{', '.join(FALLBACKS)}."
        )


def sources(notice: Notice, state: ConsentState | None, directive: str) -> tuple[str, ...]:
    """Return the declared hosts that a directive may list, each once, in the notice's order.

    Those of exempt services and those for which all is granted; of every service for frames, and
    where no ``state`` is given. They carry no scheme: the browser allows the page's own and safer
    ones. A path is listed for itself and for what is below it. Whatever is no declaration of a
    host is left out. Raise ValueError for an unknown directive.
    """
    check_directive(directive)
    granted = None if state is None or directive in FRAMES else state.granted_keys(notice)
    listed: dict[str, None] = {}
    for place, keys in owners(notice).items():
        if granted is None or granted.issuperset(keys):
            listed |= dict.fromkeys(_sources(place))
    return tuple(listed)


def _sources(place: Place) -> Iterator[str]:
    if is_place(place.text):
        yield place.text
        if place.path:
            yield place.text + "/"


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

"""Vendors that are told what a visitor granted: the types each knows, and the keys that grant them.

What a site writes is read with doubt: whatever is not understood grants nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

Types = tuple[str, ...]
Routes = dict[str, dict[str, list[str]]]
"""Vendor to type to the keys (``category`` or ``category:service``) of which any grants it."""

SINGLE = "consent"
"""The type of a vendor that has only one, and is then named alone."""

VENDORS: Mapping[str, Types] = {
    "google": (
        "ad_storage",
        "ad_user_data",
        "ad_personalization",
        "analytics_storage",
        "functionality_storage",
        "personalization_storage",
    ),
    "uet": ("ad_storage",),
    "clarity": ("ad_Storage", "analytics_Storage"),
    "matomo": (SINGLE,),
}
"""Those that the shipped script speaks to; Google's ``security_storage`` is always granted."""

_NAME = re.compile(r"[-\w]{1,64}", re.ASCII)


class Entry(NamedTuple):
    """One line of the mapping; ``written`` is the vendor's type as the site wrote it."""

    key: str
    vendor: str
    type: str
    written: str


def is_well_formed(value: object) -> bool:
    """Whether a value maps texts to lists of texts; a bare text is a list of letters."""
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and _is_list(names) and all(isinstance(name, str) for name in names)
        for key, names in value.items()
    )


def are_vendors(value: object) -> bool:
    """Whether a value declares vendors: plain names, none of them ours, to lists of plain names."""
    return is_well_formed(value) and len(declared(value)) == len(VENDORS) + len(value)  # type: ignore[arg-type]  # a mapping


def declared(value: object) -> dict[str, Types]:
    """Return the types of every vendor: ours, and those of a site's own that can be understood."""
    own: dict[str, Types] = {}
    for name, types in value.items() if isinstance(value, Mapping) else ():
        plain = isinstance(name, str) and _is_list(types) and all(map(_is_name, (name, *types)))
        if plain and name not in VENDORS:
            own[name] = tuple(types) or (SINGLE,)
    return {**VENDORS, **own}


def entries(value: object) -> Iterator[Entry]:
    """Yield every line that can be read of a mapping from keys to vendors' types."""
    for key, names in value.items() if isinstance(value, Mapping) else ():
        for written in names if _is_list(names) else ():
            if isinstance(key, str) and isinstance(written, str):
                vendor, _, kind = written.partition(":")
                yield Entry(key, vendor, kind or SINGLE, written)


def routes(value: object, vendors: Mapping[str, Types], asked: Collection[str]) -> Routes:
    """Return what grants each type of every vendor named; ``asked`` are the keys of the notice.

    A vendor that is named has all its types: one that nothing grants stays denied.
    """
    found: Routes = {}
    for entry in entries(value):
        if entry.vendor not in vendors:
            continue
        types = found.setdefault(entry.vendor, {kind: [] for kind in vendors[entry.vendor]})
        if entry.type in types and entry.key in asked and entry.key not in types[entry.type]:
            types[entry.type].append(entry.key)
    return found


def unknown_vendors(value: object, vendors: Mapping[str, Types]) -> list[str]:
    """Return the vendors named that nobody declares, each once."""
    return list(dict.fromkeys(e.vendor for e in entries(value) if e.vendor not in vendors))


def unknown_types(value: object, vendors: Mapping[str, Types]) -> list[str]:
    """Return the types named that a known vendor does not have, as written, each once."""
    known = (entry for entry in entries(value) if entry.vendor in vendors)
    return list(dict.fromkeys(e.written for e in known if e.type not in vendors[e.vendor]))


def _is_list(value: object) -> bool:
    # A set has another order in every process, and pages would differ by it.
    return isinstance(value, (list, tuple))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None

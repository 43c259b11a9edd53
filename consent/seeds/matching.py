"""Which of a site's own cookie groups stands for which category of a fresh installation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

_WORDS = {
    "necessary": """
        necessary essential essentials required strict strictly technical system basic core
        necesarias esenciales técnicas
    """,
    "preferences": """
        preferences preference functional functionality functionalities personalization
        personalisation settings comfort preferencias funcionales
    """,
    "statistics": """
        statistics statistic stats analytics analytic analytical analysis performance measurement
        metrics tracking estadísticas analíticas
    """,
    "marketing": """
        marketing advertising advertisement advertisements ads ad targeting remarketing publicidad
        publicitarias
    """,
    "media": """
        media embed embeds embedded external externals video videos maps multimedia
    """,
}
NAMES: Mapping[str, frozenset[str]] = {
    category: frozenset(words.split()) for category, words in _WORDS.items()
}
"""Words by which people call each category."""

COOKIES: Mapping[str, tuple[str, ...]] = {
    "statistics": (
        "_ga", "_ga_*", "_gid", "_gat*", "__utm*", "_pk_*", "mtm_*", "_hj*", "_clck", "_clsk",
        "ajs_*", "mp_*", "amp_*", "plausible_*", "_ym_*", "optimizely*",
    ),
    "marketing": (
        "_fbp", "_fbc", "fr", "_gcl_*", "IDE", "test_cookie", "NID", "_uet*", "MUID", "_ttp",
        "_pin_*", "li_*", "lidc", "bcookie", "_scid", "__adroll*", "cto_*", "hubspotutk",
    ),
    "media": (
        "YSC", "VISITOR_INFO1_LIVE", "VISITOR_PRIVACY_METADATA", "vuid", "player", "sp_t",
        "__Secure-YEC",
    ),
}  # fmt: skip
"""Cookies that are known to belong to each."""


@dataclass(frozen=True, slots=True)
class Group:
    """A cookie group of the site's own: its key, its name, and the names of its cookies."""

    key: str
    name: str
    required: bool
    cookies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a group stands for a category, and how that was known."""

    group: Group
    category: str
    because: str


def propose(groups: Iterable[Group], *, necessary: Collection[str]) -> list[Proposal]:
    """Return what the groups seem to stand for, in their order; nothing for those one cannot tell.

    ``necessary`` are the cookies that Django itself sets. No optional group stands for what is
    exempt, and no required one for what must be asked about. One group is where exempt cookies go.
    """
    found = [proposal for group in groups if (proposal := _proposal(group, necessary))]
    exempt = [proposal for proposal in found if proposal.category == "necessary"]
    return [each for each in found if each not in exempt[1:]]


def _proposal(group: Group, necessary: Collection[str]) -> Proposal | None:
    words = frozenset(re.findall(r"[^\W_]+", f"{group.key} {group.name}".lower()))
    allowed = [key for key in NAMES if (key == "necessary") == group.required]
    for category in allowed:
        if words & NAMES[category]:
            return Proposal(group, category, "by its name")
    counts = {
        category: sum(_is_of(name, category, necessary) for name in group.cookies)
        for category in allowed
    }
    best = max(counts, key=lambda category: counts[category])
    return Proposal(group, best, "by its cookies") if counts[best] else None


def _is_of(name: str, category: str, necessary: Collection[str]) -> bool:
    if category == "necessary":
        return name in necessary
    return any(fnmatchcase(name, pattern) for pattern in COOKIES.get(category, ()))

"""Which of the site's own cookie groups stand for the categories that set-up would add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.core.management.base import CommandError

from consent import registry, seeds
from consent.conf import conf
from consent.core.notice import Category

NONE = "-"
"""Typed for a group that stands for none of them."""

Places = dict[str, str]
"""A category of the seeds to the site's own group that stands for it."""


def mapped(
    categories: Iterable[Category], given: Iterable[str], ask: Callable[[str], str] | None
) -> tuple[Places, list[str]]:
    """Return what stands for what, and what to say about it.

    ``given`` holds ``GROUP=CATEGORY``, or ``GROUP=`` for none of them. What it does not tell is
    asked, where there is somebody to ask, else taken as it is proposed. Raise `CommandError` for
    what cannot be.
    """
    required = {category.key: category.required for category in categories}
    existing = registry.existing_categories()
    places, said = registry.places(), []
    chosen = dict(_parsed(given))
    _refuse_wrong(chosen, existing, required, places)
    settled = {*required, *places.values(), *chosen}
    groups = [seeds.Group(*row) for row in registry.groups_of_the_site(settled)]
    open_to_choose = {key for key in required if key not in existing and key not in places}
    necessary = [t.name for category in categories for t in category.trackers]
    for proposal, group in _proposals(groups, necessary):
        wanted = proposal.category if proposal and proposal.category in open_to_choose else ""
        if ask is not None and open_to_choose:
            chosen[group.key] = _asked(ask, group, wanted, open_to_choose, required)
        elif wanted and proposal:
            chosen[group.key] = wanted
            said.append(
                f"{group.key} stands for {wanted} ({proposal.because}); "
                f"--map {group.key}= says otherwise."
            )
        if (taken := chosen.get(group.key)) and required[taken]:
            open_to_choose.discard(taken)
    fresh = {category: group for group, category in reversed(chosen.items()) if category}
    return fresh, said


def gpc_hint(places: Mapping[str, str]) -> Iterator[str]:
    """Yield what to set, so that the browser's signal refuses what stands for its categories."""
    wanted = [places.get(key, key) for key in conf.gpc_categories]
    if wanted != list(conf.gpc_categories):
        yield (
            "So that Global Privacy Control refuses the same as before, write into your settings: "
            f"CONSENT_GPC_CATEGORIES = {wanted}"
        )


def _parsed(given: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in given:
        group, separator, category = (part.strip() for part in text.partition("="))
        if not separator or not group:
            raise CommandError(f"--map takes GROUP=CATEGORY, not {text!r}.")
        yield group, category


def _refuse_wrong(
    chosen: Mapping[str, str],
    existing: Mapping[str, bool],
    required: Mapping[str, bool],
    places: Mapping[str, str],
) -> None:
    """Raise for what cannot stand for something; nothing is half done."""
    problems = []
    for group, category in chosen.items():
        if group not in existing:
            problems.append(f"There is no cookie group {group!r}.")
        elif category and category not in required:
            problems.append(f"{category!r} is none of: {', '.join(required)}.")
        elif category and existing[group] != required[category]:
            need = "is required" if required[category] else "needs consent"
            has = "is" if existing[group] else "is not"
            problems.append(
                f"{group!r} {has} marked as required, and {category} {need}. Change that in the "
                "admin first, or map it to another."
            )
        elif category and category in existing and category != group:
            problems.append(f"There is a category {category!r} beside {group!r} already.")
        elif category and places.get(category, group) not in (group, category):
            problems.append(f"{places[category]!r} stands for {category!r} already.")
    exempt = [group for group, category in chosen.items() if required.get(category)]
    if len(exempt) > 1:
        problems.append(f"Only one group can take what is necessary, not {', '.join(exempt)}.")
    if problems:
        raise CommandError("\n".join(problems))


def _proposals(
    groups: list[seeds.Group], necessary: list[str]
) -> Iterator[tuple[seeds.Proposal | None, seeds.Group]]:
    found = {each.group.key: each for each in seeds.propose(groups, necessary=necessary)}
    for group in groups:
        yield found.get(group.key), group


def _asked(
    ask: Callable[[str], str],
    group: seeds.Group,
    wanted: str,
    open_to_choose: Iterable[str],
    required: Mapping[str, bool],
) -> str:
    """Return what somebody says that a group stands for; the empty line takes what is proposed."""
    fitting = [key for key in required if key in open_to_choose and required[key] == group.required]
    if not fitting:
        return ""
    holds = f" ({', '.join(group.cookies)})" if group.cookies else ""
    question = (
        f"Your cookie group {group.key!r}{holds} stands for one of {', '.join(fitting)}, "
        f"or {NONE} for none [{wanted or NONE}]: "
    )
    while True:
        answer = ask(question).strip() or wanted or NONE
        if answer == NONE:
            return ""
        if answer in fitting:
            return answer

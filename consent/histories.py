"""What one receipt's records say in turn: each decision, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS

from consent import models
from consent.core.notice import Category, MalformedNoticeError, Notice, Service


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer by the name that the visitor read, or by its key where that is not known.

    ``answer`` is ``yes``, ``no`` or ``unasked``, or whatever else somebody wrote into the row;
    ``services`` are the answers about a category's services.
    """

    key: str
    name: str
    answer: str
    services: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that is another than before; ``before`` is empty where there was none."""

    key: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """One record of a receipt, and what it changed since the record before.

    A single load changes nothing: what it let through stands in its answers.
    """

    record: models.Record
    answers: tuple[Answer, ...]
    changes: tuple[Change, ...]


def history(receipt: str, *, using: str = DEFAULT_DB_ALIAS, limit: int | None = None) -> list[Step]:
    """Return what was decided under a receipt, the oldest first: ``limit`` newest, or all of it.

    Of the oldest among them everything counts as changed. Empty for no receipt.
    """
    if not receipt:
        return []
    found = models.Record.objects.using(using).filter(receipt=receipt).order_by("-id")
    records: list[models.Record] = list(found[:limit])[::-1]
    notices = notices_of(records, using=using)
    steps: list[Step] = []
    before: object = {}
    for record in records:
        names = names_in(notices.get((record.site, record.notice)), record.language)
        is_once = record.action == models.Action.ONCE
        changes = () if is_once else tuple(_changes(before, record.answers, names))
        steps.append(Step(record, answers_in(record, names), changes))
        before = before if is_once else record.answers
    return steps


def notices_of(
    records: Iterable[models.Record], *, using: str = DEFAULT_DB_ALIAS
) -> dict[tuple[str, int], Notice]:
    """Return the notices that some records point to, by site and number, those that are there."""
    wanted = {(record.site, record.notice) for record in records}
    rows = models.Notice.objects.using(using).filter(
        site__in={site for site, _ in wanted}, number__in={number for _, number in wanted}
    )
    read = {(row.site, row.number): read_notice(row) for row in rows if wanted}
    return {place: notice for place, notice in read.items() if notice and place in wanted}


def read_notice(row: models.Notice) -> Notice | None:
    """Return what a stored notice says, or None where its document cannot be read any more."""
    try:
        return _parsed(row.document)
    except MalformedNoticeError:
        return None


@lru_cache(maxsize=64)
def _parsed(document: str) -> Notice:
    # By the text itself: what somebody wrote into a row is another one.
    return Notice.parse(document)


def names_in(notice: Notice | None, language: str) -> dict[str, str]:
    """Return the names of all that a notice asks about, by key, in the language of a record."""
    if notice is None:
        return {}
    spoken = notice.language_for(language) or language
    names = {}
    for category in notice.optional:
        names[category.key] = _name(category, spoken)
        for service in category.services:
            names[f"{category.key}:{service.key}"] = _name(service, spoken)
    return names


def answers_in(record: models.Record, names: Mapping[str, str]) -> tuple[Answer, ...]:
    """Return a record's answers in the order of its notice, services below their categories.

    A service whose category has no answer stands by itself.
    """
    said = _ordered(record.answers, names)
    flat = {key: Answer(key, names.get(key, key), answer) for key, answer in said.items()}
    below: dict[str, list[Answer]] = {}
    for key, answer in flat.items():
        category, colon, _ = key.partition(":")
        below.setdefault(category if colon and category in flat else key, []).append(answer)
    return tuple(
        Answer(key, flat[key].name, flat[key].answer, tuple(a for a in kept if a.key != key))
        for key, kept in below.items()
    )


def _ordered(answers: object, names: Mapping[str, str]) -> dict[str, str]:
    """Return answers in the order of names: databases store them in one of their own."""
    if not isinstance(answers, Mapping):
        return {}
    order = {key: number for number, key in enumerate(names)}
    keys = sorted(answers, key=lambda key: order.get(key, len(order)))
    return {str(key): str(answers[key]) for key in keys}


def _changes(before: object, after: object, names: Mapping[str, str]) -> Iterable[Change]:
    old, new = _ordered(before, names), _ordered(after, names)
    for key, answer in new.items():
        if (was := old.get(key, "")) != answer:
            yield Change(key, names.get(key, key), was, answer)
    for key, was in old.items():
        if key not in new:
            yield Change(key, names.get(key, key), was, "")


def _name(of: Category | Service, language: str) -> str:
    return of.name.get(language) or of.key

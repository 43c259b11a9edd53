"""What a change is about, in people's names instead of paths such as ``media:youtube.country``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consent.core.notice import Notice, Text, Tracker


@dataclass(frozen=True, slots=True)
class Subject:
    """What a path names: whose field, and in which language.

    ``part`` is "controller", "wording", "language", "category", "service" or "tracker";
    ``category``, ``service`` and ``tracker`` are names as people read them, empty where there is
    none; ``field`` is empty where the part itself was added or removed.
    """

    part: str
    category: str = ""
    service: str = ""
    tracker: str = ""
    field: str = ""
    language: str = ""


Subjects = dict[str, Subject]
"""The path of every part to what it names."""


def subjects_of(*notices: Notice, language: str) -> Subjects:
    """Return what the parts of notices are called in a language; the last one's names count."""
    found: Subjects = {"controller": Subject("controller"), "language": Subject("language")}
    found["wording"] = Subject("wording")
    for notice in notices:
        found |= dict(_parts(notice, language))
    return found


def subject_of(where: str, subjects: Subjects) -> Subject:
    """Return what the path of a change names; what nobody knows is named by its path."""
    if where in subjects:
        return subjects[where]
    part, _, last = where.rpartition(".")
    if part in subjects:
        spoken = part == "language"
        return replace(subjects[part], **{"language" if spoken else "field": last})
    owner, _, field = part.rpartition(".")
    if owner in subjects:
        return replace(subjects[owner], field=field, language=last)
    return Subject("", field=where)


def _parts(notice: Notice, language: str) -> Iterator[tuple[str, Subject]]:
    for category in notice.categories:
        named = Subject("category", category=_said(category.name, notice, language, category.key))
        yield category.key, named
        yield from _trackers(category.key, category.trackers, named)
        for service in category.services:
            where = f"{category.key}:{service.key}"
            name = _said(service.name, notice, language, service.key)
            inner = replace(named, part="service", service=name)
            yield where, inner
            yield from _trackers(where, service.trackers, inner)


def _trackers(
    where: str, trackers: tuple[Tracker, ...], owner: Subject
) -> Iterator[tuple[str, Subject]]:
    for tracker in trackers:
        named = replace(owner, part="tracker", tracker=tracker.name)
        yield f"{where}/{tracker.name}@{tracker.domain}{tracker.path}", named
        yield f"{where}/{tracker.name}", named


def _said(text: Text, notice: Notice, language: str, key: str) -> str:
    chosen = notice.language_for(language) or notice.languages[0]
    return text.get(chosen) or key

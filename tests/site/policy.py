"""The cookie policy's content: the notice in force, put into one language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from consent.core.notice import Category, Notice, Service, Tracker
from consent.texts import lifetime_text
from tests.site.content import CONTENT

Facts = list[tuple[str, str]]
"""Label and value, in the order in which they are read."""


def declared(notice: Notice | None, language: str) -> dict[str, Any] | None:
    """Return what the policy page shows of a notice, or None where there is none to show."""
    spoken = notice and notice.language_for(language)
    if notice is None or not spoken:
        return None
    words = CONTENT[language]["policy"]
    return {
        "number": notice.number,
        "controller": _facts(notice.controller, words["controller_fields"], spoken),
        "required": [_category(c, words, spoken) for c in notice.categories if c.required],
        "optional": [_category(c, words, spoken) for c in notice.optional],
    }


def _facts(owner: object, fields: Iterable[tuple[str, str]], language: str) -> Facts:
    texts = ((label, getattr(owner, field).get(language, "")) for field, label in fields)
    return [(label, text) for label, text in texts if text]


def _category(category: Category, words: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "name": category.name[language],
        "purpose": category.purpose[language],
        "trackers": [_tracker(t, words, language) for t in category.trackers],
        "services": [_service(s, words, language) for s in category.services],
    }


def _service(service: Service, words: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "name": service.name[language],
        "purpose": service.purpose[language],
        "facts": _facts(service, words["service_fields"], language),
        "trackers": [_tracker(t, words, language) for t in service.trackers],
    }


def _tracker(tracker: Tracker, words: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "name": tracker.name,
        "kind": words["kinds"][tracker.kind],
        "provider": tracker.provider.get(language, "") or words["own"],
        "purpose": tracker.purpose.get(language, ""),
        "reason": tracker.reason.get(language, ""),
        "lifetime": lifetime_text(tracker.lifetime, language),
        "third_party": tracker.third_party,
    }

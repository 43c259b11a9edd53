"""A whole notice to read, in one language."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from consent.core.notice import Notice
from consent.models import Kind, Role
from consent.texts import lifetime_text

_WORDS = {"role": dict(Role.choices), "kind": dict(Kind.choices)}


def summary_of(notice: Notice) -> str:
    """Return a notice as HTML, in the reader's language or its first."""
    language = notice.language_for(get_language() or "") or notice.languages[0]
    document = _spoken(notice.document(), language, frozenset(notice.languages))
    context = {"notice": document, "language": language, "languages": notice.languages}
    return render_to_string("admin/consent/notice_summary.html", context)


def _spoken(value: Any, language: str, languages: frozenset[str]) -> Any:
    """Return a document with each text in one language; lifetimes, roles, kinds in words."""
    if isinstance(value, list):
        return [_spoken(item, language, languages) for item in value]
    if not isinstance(value, dict):
        return value
    if languages.issuperset(value):
        return value.get(language, "")
    spoken = {key: _spoken(item, language, languages) for key, item in value.items()}
    if "lifetime" in spoken:
        spoken["lifetime"] = lifetime_text(value["lifetime"], language)
    for name, words in _WORDS.items():
        if name in spoken:
            spoken[name] = words.get(spoken[name], spoken[name])
    return spoken

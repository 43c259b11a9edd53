"""The registry's texts in one language, beside what they translate: what is missing, and saving."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from consent import models
from consent.draft import Rows, is_idle, must_be_translated, parents


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to translate: ``text`` is the language's own, ``inherited`` its base's.

    ``mandatory`` texts keep a language that lacks them out of the notice.
    """

    owner: str
    pk: int
    field: str
    about: str
    label: str
    source: str
    text: str
    inherited: str
    mandatory: bool

    @property
    def name(self) -> str:
        """The name of its input."""
        return f"{self.owner}-{self.pk}-{self.field}"

    @property
    def is_missing(self) -> bool:
        """Whether the language has no text of its own, nor one to take."""
        return not (self.text or self.inherited)

    @property
    def is_needed(self) -> bool:
        """Whether the language is left out for it."""
        return self.mandatory and self.is_missing


def entries(rows: Rows, language: str) -> list[Entry]:
    """Return every text that has a source, what is missing first and mandatory before optional."""
    found = [
        entry for owner, row in _owners(rows) for entry in _entries(rows, owner, row, language)
    ]
    return sorted(found, key=lambda entry: (not entry.is_needed, not entry.is_missing))


def same_wording(language: str) -> frozenset[str]:
    """Return the messages of the dialog that, as somebody decided, a language says as English."""
    rows = models.SameWording.objects.filter(language=language)
    return frozenset(rows.values_list("message", flat=True))


def save_same_wording(language: str, messages: Collection[str]) -> None:
    """Store which of the dialog's messages a language says as English does, and no others."""
    with transaction.atomic():
        rows = models.SameWording.objects.filter(language=language)
        rows.exclude(message__in=messages).delete()
        for message in set(messages) - same_wording(language):
            rows.create(language=language, message=message)


def save_texts(language: str, changed: Mapping[Entry, str]) -> int:
    """Store the texts of a language, delete those that are empty; return how many changed."""
    with transaction.atomic():
        for entry, text in changed.items():
            key: dict[str, Any] = {
                f"{entry.owner}_id": entry.pk,
                "field": entry.field,
                "language": language,
            }
            if text:
                models.Translation.objects.update_or_create(**key, defaults={"text": text})
            else:
                models.Translation.objects.filter(**key).delete()
    return len(changed)


def _owners(rows: Rows) -> Iterator[tuple[str, Any]]:
    if rows.controller is not None:
        yield "controller", rows.controller
    for group in rows.groups:
        yield "category", group
        for service in rows.services:
            if service.category_id == group.pk:
                yield "service", service
        for cookie in rows.cookies:
            if cookie.cookiegroup_id == group.pk:
                yield "tracker", cookie


def _entries(rows: Rows, owner: str, row: Any, language: str) -> Iterable[Entry]:
    translations = rows.translations
    is_left_out = owner == "category" and is_idle(rows, row)
    details: Any = getattr(row, "consent_details", None) if owner == "tracker" else None
    for name in models.TRANSLATABLE[owner]:
        holder = row if hasattr(row, name) else details
        source = str(getattr(holder, name, "")).strip()
        needed = must_be_translated(owner, name, row)
        if not source or (name == "reason" and not needed):
            continue
        found = (translations.get((owner, row.pk, name, tag), "") for tag in parents(language)[1:])
        yield Entry(
            owner=owner,
            pk=row.pk,
            field=name,
            about=str(getattr(row, "name", "") or row),
            label=str(holder._meta.get_field(name).verbose_name),
            source=source,
            text=translations.get((owner, row.pk, name, language), ""),
            inherited=next((text for text in found if text), ""),
            mandatory=needed and not is_left_out,
        )

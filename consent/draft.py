"""The draft registry as values: the rows read, what they say, and what they lack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent import models
from consent.core.notice import Category, Controller

TranslationKey = tuple[str, int, str, str]
"""Owner, the owner's primary key, field, language."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing or wrong: ``what`` of ``where``, in a language."""

    where: str
    language: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} ({self.language}): {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Everything declared: DCC's groups and cookies are ``Any`` on this side."""

    controller: models.Controller | None
    groups: list[Any]
    services: list[models.Service]
    cookies: list[Any]
    translations: Mapping[TranslationKey, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The registry as it stands; ``languages`` are those of the site that lack nothing.

    ``idle`` are the keys of those categories that nobody is asked about, because they hold nothing.
    """

    source: str
    languages: tuple[str, ...]
    controller: Controller | None
    categories: tuple[Category, ...]
    gaps: tuple[Gap, ...]
    idle: tuple[str, ...] = ()


def is_idle(rows: Rows, group: Any) -> bool:
    """Whether a category is optional and holds no service or tracker: there is nothing to ask."""
    if group.is_required:
        return False
    held = (
        *(row.category_id for row in rows.services),
        *(cookie.cookiegroup_id for cookie in rows.cookies),
    )
    return group.pk not in held


def parents(language: str) -> list[str]:
    """Return a language and those that it may take a text from: ``es-mx``, then ``es``."""
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def must_be_translated(owner: str, name: str, row: Any) -> bool:
    """Whether a language that lacks this text is left out; a reason counts where it is shown."""
    mandatory = models.TRANSLATABLE[owner][name]
    return mandatory and (name != "reason" or bool(row.cookiegroup.is_required))

"""What is published, looked up in the database (``manage.py check --database default``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, router, transaction

from consent.checks.messages import W030, W031, about
from consent.conf import conf
from consent.core.notice import Notice as Published
from consent.models import Notice


@register("consent", Tags.database)
def check_notice_published(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report that visitors cannot be asked yet."""
    in_force = _in_force(databases)
    return [] if in_force is None or in_force else [about(W030, site=conf.site)]


@register("consent", Tags.database)
def check_languages_covered(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report languages of the site that the notice in force does not speak."""
    in_force = _in_force(databases)
    if not in_force:
        return []
    notice = Published.from_document(json.loads(in_force))
    silent = [tag for tag in _site_languages() if notice.language_for(tag) is None]
    return [about(W031, languages=", ".join(silent))] if silent else []


def _in_force(databases: Sequence[str] | None) -> str | None:
    """Return the newest notice's document; "" if none; None where the database is not asked.

    A table that is not there yet is no finding: these checks run before every migration.
    """
    alias = router.db_for_read(Notice)
    if alias not in (databases or ()):
        return None
    newest = Notice.objects.using(alias).filter(site=conf.site).order_by("-number")
    try:
        with transaction.atomic(using=alias):
            document: str | None = newest.values_list("document", flat=True).first()
    except DatabaseError:
        return None
    return document or ""


def _site_languages() -> list[str]:
    """Return the languages of the app's settings, then others that the project's pages have."""
    pages = settings.LANGUAGES if settings.LANGUAGES != global_settings.LANGUAGES else ()
    return list(dict.fromkeys((*conf.languages, *(code.lower() for code, _ in pages))))

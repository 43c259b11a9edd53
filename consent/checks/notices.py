"""What is published, looked up in the database (``manage.py check --database default``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, router, transaction

from consent.checks.messages import about
from consent.checks.values import gpc_categories_written
from consent.checks.warnings import W030, W031, W032, W033, W040, W050, W060, W071
from consent.conf import conf
from consent.core import vendors
from consent.core.enforcement import verdict_on
from consent.core.hosts import shared
from consent.core.notice import MalformedNoticeError
from consent.core.notice import Notice as Published
from consent.core.state import UNDECIDED
from consent.models import Notice
from consent.seeds.trackers import trackers
from consent.texts import language_name


@register("consent", Tags.database)
def check_notice_published(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report that visitors cannot be asked yet."""
    newest = _newest(databases)
    if newest is None or any(map(_parsed, newest)):
        return []
    return [about(W032 if newest else W030, site=conf.site)]


@register("consent", Tags.database)
def check_languages_covered(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report languages of the site that the notice in force does not speak."""
    notice = _in_force(databases)
    if notice is None:
        return []
    silent = [tag for tag in _site_languages() if notice.language_for(tag) is None]
    named = (f"{language_name(tag)} ({tag})" for tag in silent)
    return [about(W031, languages=", ".join(named))] if silent else []


@register("consent", Tags.database)
def check_hosts_told_apart(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report what several services declare alike (G1)."""
    notice = _in_force(databases)
    found = shared(notice) if notice else {}
    said = (f"{host} ({', '.join(keys)})" for host, keys in found.items())
    return [about(W033, hosts="; ".join(said))] if found else []


@register("consent", Tags.database)
def check_framework_cookies_declared(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Report cookies of Django's that the site would hold back."""
    notice = _in_force(databases) if conf.undeclared_cookies == "block" else None
    if notice is None:
        return []
    try:
        seeded = {tracker.name for tracker in trackers()}
    except ImportError:
        return []  # Django itself says what cannot be imported, and says it better.
    needed = sorted(seeded & conf.framework_cookies)
    missing = [name for name in needed if verdict_on(name, UNDECIDED, notice) == "undeclared"]
    return [about(W040, names=", ".join(missing))] if missing else []


@register("consent", Tags.database)
def check_signals_asked(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report vendors' types that hang on a category or service that visitors cannot grant."""
    notice = _in_force(databases) if conf.signals else None
    if notice is None:
        return []
    named = dict.fromkeys(entry.key for entry in vendors.entries(conf.signals))
    idle = [key for key in named if key not in notice.optional_keys]
    return [about(W050, keys=", ".join(idle))] if idle else []


@register("consent", Tags.database)
def check_gpc_categories_known(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Report keys that a site wrote itself and that its notice does not ask about (S4)."""
    notice, written = _in_force(databases), gpc_categories_written()
    if notice is None or not written:
        return []
    unknown = sorted(set(written) - {category.key for category in notice.optional})
    return [about(W060, keys=", ".join(unknown))] if unknown else []


@register("consent", Tags.database)
def check_sensitive_sentence(
    databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Report a notice that was published before the app had the sentence that is asked for."""
    notice = _in_force(databases) if conf.sensitive else None
    if notice is None:
        return []
    silent = [language for language, said in notice.wording.items() if not said.get("sensitive")]
    return [about(W071, languages=", ".join(silent))] if silent else []


def _in_force(databases: Sequence[str] | None) -> Published | None:
    """Return the newest notice, where the database is asked and has one that can be read."""
    return next(map(_parsed, _newest(databases) or ()), None)


def _parsed(document: str) -> Published | None:
    try:
        return Published.parse(document)
    except MalformedNoticeError:
        return None


def _newest(databases: Sequence[str] | None) -> list[str] | None:
    """Return the newest notice's document, if there is one; None where the database is not asked.

    A table that is not there yet is no finding: these checks run before every migration.
    """
    alias = router.db_for_read(Notice)
    if alias not in (databases or ()):
        return None
    newest = Notice.objects.using(alias).filter(site=conf.site).order_by("-number")
    try:
        with transaction.atomic(using=alias):
            return list(newest.values_list("document", flat=True)[:1])
    except DatabaseError:
        return None


def _site_languages() -> list[str]:
    """Return the languages of the app's settings, then others that the project's pages have."""
    pages = settings.LANGUAGES if settings.LANGUAGES != global_settings.LANGUAGES else ()
    return list(dict.fromkeys((*conf.languages, *(code.lower() for code, _ in pages))))

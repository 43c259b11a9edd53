"""The permission groups of a fresh installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps

from consent.models import Seeded


def _viewing(*models: str) -> tuple[str, ...]:
    return tuple(f"consent.view_{model}" for model in models)


_REGISTRY = {
    "consent": ("controller", "service", "trackerdetails", "translation"),
    "cookie_consent": ("cookiegroup", "cookie"),
}
_EDITING = tuple(
    f"{app}.{verb}_{model}"
    for app, models in _REGISTRY.items()
    for model in models
    for verb in ("view", "add", "change", "delete")
)
_FIGURES = _viewing("tally", "answertally", "run", "seal", "anchor")
_SHOWN = _viewing("notice", "presentation")
GROUPS: dict[str, tuple[str, ...]] = {
    "Consent auditors": (
        *_viewing("record", "leaf", "removal", "removedrow", "removedrange", "sighting", "access"),
        "consent.view_hold",
        *_FIGURES,
        *_SHOWN,
        "consent.export_record",
        "consent.verify_seal",
    ),
    "Consent editors": (
        *_EDITING,
        *_FIGURES,
        *_SHOWN,
        "consent.view_sighting",
        "consent.publish_notice",
    ),
    "Consent officers": (
        *_viewing("record", "removal", "access"),
        *_FIGURES,
        *_SHOWN,
        *(f"consent.{verb}_subjectrequest" for verb in ("view", "add", "change")),
        *(f"consent.{verb}_hold" for verb in ("view", "add", "change")),
    ),
}


def ensure_groups() -> list[str]:
    """Create the groups that do not exist yet; return their names. Others keep what they have.

    One that was made before and is there no more has been deleted, and stays so.
    """
    if not _has_groups():
        return []
    added = []
    for name, permissions in GROUPS.items():
        _, is_first = Seeded.objects.get_or_create(path=f"group {name}")
        if not is_first and not _groups().filter(name=name).exists():
            continue
        group, created = _groups().get_or_create(name=name)
        if created:
            group.permissions.set(_existing(permissions).values())
            added.append(name)
    return added


def missing_permissions() -> dict[str, list[str]]:
    """Return what groups that exist lack of their standard set, by the group's name, sorted."""
    lacking = {}
    for group in _groups().filter(name__in=GROUPS) if _has_groups() else ():
        held = group.permissions.values_list("content_type__app_label", "codename")
        wanted = set(_existing(GROUPS[group.name]))
        if lacks := wanted - {f"{app}.{codename}" for app, codename in held}:
            lacking[group.name] = sorted(lacks)
    return lacking


def complete_groups() -> None:
    """Add what groups that exist lack of their standard set; take nothing away."""
    for name, lacks in missing_permissions().items():
        _groups().get(name=name).permissions.add(*_existing(lacks).values())


def _has_groups() -> bool:
    return apps.is_installed("django.contrib.auth")


def _groups() -> Any:
    return apps.get_model("auth", "Group")._default_manager


def _existing(names: Iterable[str]) -> dict[str, int]:
    """Return the ids of those permissions, of some, that the database knows."""
    manager: Any = apps.get_model("auth", "Permission")._default_manager
    wanted = set(names)
    codenames = {name.partition(".")[2] for name in wanted}
    rows = manager.filter(codename__in=codenames)
    rows = rows.values_list("content_type__app_label", "codename", "pk")
    known = {f"{app}.{codename}": pk for app, codename, pk in rows}
    return {name: pk for name, pk in known.items() if name in wanted}

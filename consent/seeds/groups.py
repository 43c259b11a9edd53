"""The permission groups of a fresh installation."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps


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
    """Create the groups that do not exist yet; return their names. Others keep what they have."""
    if not apps.is_installed("django.contrib.auth"):
        return []
    manager = apps.get_model("auth", "Group")._default_manager
    added = []
    for name, permissions in GROUPS.items():
        group, created = manager.get_or_create(name=name)
        if created:
            group.permissions.set(_existing(permissions))
            added.append(name)
    return added


def _existing(names: Iterable[str]) -> list[int]:
    manager = apps.get_model("auth", "Permission")._default_manager
    rows = manager.values_list("content_type__app_label", "codename", "pk")
    wanted = set(names)
    return [pk for app, codename, pk in rows if f"{app}.{codename}" in wanted]

"""The permission groups of a fresh installation."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps

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
GROUPS: dict[str, tuple[str, ...]] = {
    "Consent auditors": ("consent.view_record", "consent.view_notice", "consent.view_presentation"),
    "Consent editors": (
        *_EDITING,
        "consent.view_notice",
        "consent.view_sighting",
        "consent.publish_notice",
    ),
    "Consent officers": ("consent.view_record",),
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

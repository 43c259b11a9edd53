"""All tables of the app and of its registry stand in one database; what routers send elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, router
from django.db.models import Model

_APPS = ("consent", "cookie_consent")


class RoutingError(ImproperlyConfigured):
    """A router sends some of the tables to another database: nothing is written."""


def strays() -> dict[str, list[str]]:
    """Return the names of models by the database that they are written to, if not the default's.

    Under the empty name are those whose tables no router lets the default database have.
    """
    found: dict[str, list[str]] = {}
    for model in _models():
        alias = router.db_for_write(model)
        if alias == DEFAULT_DB_ALIAS and not router.allow_migrate_model(alias, model):
            alias = ""
        if alias != DEFAULT_DB_ALIAS:
            found.setdefault(alias, []).append(model._meta.label)
    return found


def read_elsewhere() -> set[str]:
    """Return the databases beside the default that routers read these models from."""
    return {router.db_for_read(model) for model in _models()} - {DEFAULT_DB_ALIAS}


def require_one_database(using: str = DEFAULT_DB_ALIAS) -> None:
    """Raise `RoutingError` where what is about to be written would stand in several databases."""
    found = strays()
    if not found:
        return
    if set(found) != {using} or len(found[using]) != sum(1 for _ in _models()):
        raise RoutingError(
            f"DATABASE_ROUTERS sends {described(found)}, which is not supported: all tables of "
            "'consent' and 'cookie_consent' must be in one database. Nothing was written."
        )


def described(found: dict[str, list[str]]) -> str:
    """Return in words what goes where."""
    return "; ".join(
        f"{', '.join(labels)} to {alias!r}" if alias else f"{', '.join(labels)} nowhere"
        for alias, labels in found.items()
    )


def _models() -> Iterator[type[Model]]:
    for label in _APPS:
        if label in apps.app_configs:  # another check says that one is missing
            yield from apps.get_app_config(label).get_models()

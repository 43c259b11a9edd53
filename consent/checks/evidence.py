"""Whether the database guards what is evidence (``manage.py check --database default``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError, connections

from consent import guards, partitions
from consent.checks.messages import about
from consent.checks.warnings import W043, W044


@register("consent", Tags.database)
def check_guards(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report tables of evidence without their triggers: a restored dump, or ``--fake``."""
    tables: set[str] = set()
    for alias in databases or ():
        try:
            if guards.is_due(connections[alias]):
                tables.update(guard.table for guard in guards.missing(connections[alias]))
        except DatabaseError:
            continue  # what cannot be asked is reported by Django
    return [about(W043, tables=", ".join(sorted(tables)))] if tables else []


@register("consent", Tags.database)
def check_partitions(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report records for which no partition was ready."""
    found = []
    for alias in databases or ():
        try:
            found += [alias] if partitions.has_strays(alias) else []
        except DatabaseError:
            continue  # what cannot be asked is reported by Django
    return [about(W044, databases=", ".join(found))] if found else []

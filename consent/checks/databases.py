"""Where the tables stand: a second database is not supported, and half of it would be lost."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, register

from consent import routing
from consent.checks.errors import E090
from consent.checks.messages import about
from consent.checks.warnings import W045


@register("consent")
def check_one_database(**_: Any) -> list[CheckMessage]:
    """Report models that a router writes to another database, or keeps from having tables."""
    found = routing.strays()
    return [about(E090, what=routing.described(found))] if found else []


@register("consent")
def check_reads(**_: Any) -> list[CheckMessage]:
    """Report models that a router reads from another database, such as a replica."""
    found = routing.read_elsewhere()
    if not found or routing.strays():
        return []
    return [about(W045, databases=", ".join(sorted(found)))]

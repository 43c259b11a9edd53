"""The tag that puts the overview on the app's front page in the admin."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django import template
from django.db import DatabaseError, connections, router, transaction
from django.template.context import Context

from consent.models import Tally
from consent.overview import overview

register = template.Library()


@register.inclusion_tag("admin/consent/overview.html", takes_context=True)
def consent_overview(context: Context) -> dict[str, Any]:
    """Show the overview to whoever may view tallies; a sentence where the database cannot say."""
    request = context.get("request")
    user: Any = getattr(request, "user", None)
    if request is None or user is None or not user.has_perm("consent.view_tally"):
        return {"is_shown": False}
    using = router.db_for_read(Tally)
    shared = {"is_shown": True, "csrf_token": context.get("csrf_token")}
    try:
        with _kept_apart(using):
            return {**shared, **overview(request, using=using)}
    except DatabaseError:
        return {**shared, "is_broken": True}


def _kept_apart(using: str) -> AbstractContextManager[Any]:
    """Let a failure leave a request's own transaction be; none is begun, as it might lock."""
    in_one = connections[using].in_atomic_block
    return transaction.atomic(using=using) if in_one else nullcontext()

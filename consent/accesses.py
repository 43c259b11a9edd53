"""The one way into the access log: whoever reads evidence or takes it out leaves a line."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from consent.models import Access


def note_access(
    what: str,
    *,
    who: str,
    subject: str = "",
    count: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
    **detail: Any,
) -> Access:
    """Write one line of the access log and return it.

    ``what`` is one of `Access.What`; ``who`` a user's name, or who runs a command; ``subject``
    names a row without a receipt, such as ``record 12``; ``count`` is how many rows; what else
    there is to say goes into ``detail`` as plain JSON values. Raise ValueError without a name, and
    `django.db.Error` where nothing could be written: what is not logged must not be shown.
    """
    if not who.strip():
        raise ValueError("Nobody is named: the access log says who.")
    entry: Access = Access.objects.using(using).create(
        what=Access.What(what).value,
        who=who.strip()[:200],
        subject=subject,
        count=count,
        detail=detail,
    )
    return entry

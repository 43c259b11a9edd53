"""Days and moments as commands take them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.management.base import CommandError
from django.utils import timezone


def parsed_moment(option: str, text: str | None, *, day_after: bool = False) -> datetime | None:
    """Return a moment of the site's time zone; of a day its beginning, or that of the next."""
    if not text:
        return None
    try:
        try:
            moment = datetime.combine(date.fromisoformat(text), time.min)
            moment += timedelta(days=day_after)
        except ValueError:
            moment = datetime.fromisoformat(text)
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    except (ValueError, OverflowError):
        raise CommandError(
            f"{option} takes 2026-01-31 or 2026-01-31T12:00, not {text!r}."
        ) from None

"""Moments: when something happened, with the zone that it is said in, whatever ``USE_TZ`` says.

Django's own clock is naive without ``USE_TZ``, and its databases then store what a clock on the
wall shows. Evidence binds moments, so here they always know their zone; `consent.models.moments`
stores them in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as FixedZone  # noqa: N812 - Django has a module of that name

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the present moment."""
    at = timezone.now()
    # A naive one shows the system's own zone, in which Python reads it.
    return at if timezone.is_aware(at) else in_current_zone(at.astimezone(UTC))


def today() -> date:
    """Return the present day in the current time zone."""
    return timezone.localdate(now())


def day_in_utc(moment: datetime) -> date:
    """Return the day of a moment in UTC, by which decisions are counted and kept."""
    return moment.astimezone(UTC).date()


def today_in_utc() -> date:
    """Return the present day in UTC."""
    return day_in_utc(now())


def written(moment: datetime) -> str:
    """Return a moment as files and commands write it: in UTC, in ISO 8601."""
    return moment.astimezone(UTC).isoformat()


def midnight(day: date) -> datetime:
    """Return the moment in which a day begins in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def known(value: datetime) -> datetime:
    """Return a moment that knows its zone; without ``USE_TZ`` a naive one is in the current one."""
    if settings.USE_TZ or timezone.is_aware(value):
        return value
    return in_current_zone(timezone.make_aware(value))


def in_current_zone(moment: datetime) -> datetime:
    """Return a moment as a clock on the wall shows it, with how far that is from UTC.

    Without ``USE_TZ`` templates show it as it stands. The distance is fixed, because Python
    compares and adds within a zone by the clock on the wall, and an hour every autumn is there
    twice.
    """
    local = moment.astimezone(timezone.get_current_timezone())
    return local.replace(tzinfo=FixedZone(local.utcoffset() or timedelta()), fold=0)

"""Where a moment becomes a column and comes back: in UTC, with or without ``USE_TZ``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import TruncDate
from django.utils import timezone

from consent.moments import in_current_zone, known, now, written

_IN_UTC = "({} AT TIME ZONE 'UTC')"


class MomentField(models.DateTimeField):  # type: ignore[type-arg]  # Django's has none
    """A `DateTimeField` whose values always know their zone.

    Without ``USE_TZ`` Django takes naive times only, and stores what a clock on the wall shows:
    an hour every autumn is there twice. This one stores UTC then too, so that nothing moves where
    the setting changes, and gives moments in the current time zone. The columns are the same.
    """

    def deconstruct(self) -> Any:
        """Describe it to migrations as what it is to a database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def get_default(self) -> Any:
        """Return the default, the present moment as a rule."""
        return now() if self.default is timezone.now else super().get_default()

    def to_python(self, value: Any) -> Any:
        """Return a moment; what is written without a zone is in the current one."""
        found = super().to_python(value)
        return found if found is None else known(found)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        """Return what the database stores."""
        if not prepared:
            value = self.get_prep_value(value)
        # PostgreSQL's column knows moments; the others keep what they are given.
        if isinstance(value, datetime) and not settings.USE_TZ and _is_naive(connection):
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().get_db_prep_value(value, connection, prepared=True)

    def get_db_converters(
        self,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> list[Callable[..., Any]]:
        """Return what makes a moment of a database's value; nothing where Django does it."""
        return [] if settings.USE_TZ else [_known]

    def select_format(self, compiler: Any, sql: str, params: Any) -> Any:
        """Ask PostgreSQL for UTC, because what it gives in local time may be one of two moments."""
        if settings.USE_TZ or _is_naive(compiler.connection) or compiler.query.subquery:
            return sql, params
        return _IN_UTC.format(sql), params


class BoundMomentField(MomentField):
    """A moment that evidence is bound by: fixtures keep all of it.

    Django's JSON cuts off what is below the millisecond, and the row would no longer verify.
    """

    def value_from_object(self, obj: models.Model) -> Any:
        """Return the text that fixtures hold; what is no moment goes as it is."""
        value = super().value_from_object(obj)
        return written(value) if isinstance(value, datetime) else value

    def value_to_string(self, obj: models.Model) -> str:
        """Return the same text."""
        return str(self.value_from_object(obj))


class DayInUtc(TruncDate):
    """The day of a moment in UTC."""

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, tzinfo=UTC)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        """Convert to UTC on PostgreSQL without ``USE_TZ`` too, where Django does not."""
        if settings.USE_TZ:
            return super().as_sql(compiler, connection)
        sql, params = compiler.compile(self.lhs)
        return f"{_IN_UTC.format(sql)}::date", params


def _is_naive(connection: BaseDatabaseWrapper) -> bool:
    return connection.vendor != "postgresql"


def _known(value: Any, _expression: Any, _connection: BaseDatabaseWrapper) -> Any:
    if not isinstance(value, datetime) or timezone.is_aware(value):
        return value
    return in_current_zone(value.replace(tzinfo=UTC))

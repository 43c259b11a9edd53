"""Another time for everything that asks Django for it: two months of a log, lived in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `django.utils.timezone.now` be a moment, whoever took hold of it when."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one
            return moment.astimezone(tz) if tz else moment.astimezone().replace(tzinfo=None)

    with patch("django.utils.timezone.datetime", Clock):
        yield

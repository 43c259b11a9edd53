"""What the checks say, about this or that."""

from __future__ import annotations

from typing import TypeVar

from django.core.checks import Error, Warning  # noqa: A004 - Django's own name

Message = TypeVar("Message", Error, Warning)


def about(message: Message, **values: object) -> Message:
    """Return the message with its ``%(name)s`` parts filled in."""
    return type(message)(message.msg % values, hint=message.hint, id=message.id)

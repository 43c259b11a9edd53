"""What was worked out once for all page views: bounded, and forgotten when a setting changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.core.signals import setting_changed
from django.dispatch import receiver

Value = TypeVar("Value")
_MEMORIES: WeakSet[Memory[Any]] = WeakSet()


class Memory(Generic[Value]):
    """Values by key. Keys come from visitors too, so a full memory starts anew."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._values: dict[Hashable, Value] = {}
        _MEMORIES.add(self)

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under the key; make and keep it where there is nothing yet."""
        try:
            return self._values[key]
        except KeyError:
            pass
        value = make()  # outside of the clause above: what it raises has no other cause
        if len(self._values) >= self._limit:
            self._values.clear()
        self._values[key] = value
        return value

    def forget(self) -> None:
        """Let go of everything."""
        self._values.clear()


@receiver(setting_changed, dispatch_uid="consent.memory")
def forget(**_signal: object) -> None:
    """Let go of everything in every memory, because settings show in what is rendered."""
    for memory in _MEMORIES:
        memory.forget()

"""The visitor's cookies as installed code sees them: DCC's own tells the state in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Notation = Callable[[], str | None]
"""Gives the state in DCC's notation, or None where it must read undecided."""


class VisitorCookies(dict[str, str]):
    """``request.COOKIES`` in which DCC's cookie tells the state in force.

    The notation is made when it is asked for, because asking makes the response private.
    """

    def __init__(self, cookies: Mapping[str, str], name: str, notation: Notation) -> None:
        super().__init__(cookies)
        self._name = name
        self._notation = notation
        super().pop(name, None)

    def __getitem__(self, name: str) -> str:
        value: str | None = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """Return a cookie's value; DCC's is told from the state in force."""
        if name == self._name:
            notation = self._notation()
            return default if notation is None else notation
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        if name == self._name:
            return self._notation() is not None
        return super().__contains__(name)

    def copy(self) -> VisitorCookies:
        """Return another jar that tells the same."""
        return VisitorCookies(self, self._name, self._notation)

    __copy__ = copy

    def __deepcopy__(self, _memo: object) -> VisitorCookies:
        """Return another jar; names and values are texts, and whom it asks is not copied."""
        return self.copy()

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        """Become a plain mapping where it is pickled: what it tells at that moment."""
        notation = self._notation()
        told = {} if notation is None else {self._name: notation}
        return dict, ({**self, **told},)

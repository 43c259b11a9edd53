"""The names of countries, in every language that Unicode's CLDR has them in (by Babel)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

_FALLBACK = "en"
_NONE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""What CLDR names beside countries: unions, the rest of Oceania, tests, and the unknown."""


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, else in English; an unknown code as it is."""
    return str(_names(language).get(code) or _names(_FALLBACK).get(code, code))


def is_country(code: str) -> bool:
    """Whether a text is the ISO 3166 code of a country or territory, in capital letters."""
    return len(code) == 2 and code.isalpha() and code in _names(_FALLBACK) and code not in _NONE


def country_words(codes: Iterable[str], language: str) -> dict[str, str]:
    """Return the names of countries as a notice keeps them: by ``country_`` and the code."""
    return {f"country_{code}": country_name(code, language) for code in sorted(set(codes)) if code}


@lru_cache(maxsize=64)
def _names(language: str) -> Any:
    # Read when somebody publishes, and not by page views: importing it takes a moment.
    babel = import_module("babel.core")
    tag = language.replace("-", "_")
    for known in (tag, tag.partition("_")[0], _FALLBACK):
        try:
            return babel.Locale.parse(known).territories
        except (ValueError, babel.UnknownLocaleError):
            continue
    return {}

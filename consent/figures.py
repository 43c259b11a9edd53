"""Counts as people read them: numbers, shares, tables."""

from __future__ import annotations

from typing import Any

from consent.counting import Counts
from consent.models.record import Action, Layer


def table_of(number: int, counts: Counts, *, is_in_force: bool) -> dict[str, Any]:
    """Return the decisions about one notice as a table of words: columns, rows, totals."""
    layers, languages = counts.used_layers(), counts.used_languages()
    actions, names = counts.used_actions(), dict(Action.choices)
    total = counts.total

    def cells(*of: str) -> list[str]:
        by_layer = (sum(counts.layers[action, each] for action in of) for each in layers)
        by_language = (sum(counts.languages[action, each] for action in of) for each in languages)
        return [amount(cell) for cell in (*by_layer, *by_language)]

    return {
        "number": str(number),
        "is_in_force": is_in_force,
        "layers": [str(dict(Layer.choices).get(each, each)) or "counted only" for each in layers],
        "languages": [each or "not kept" for each in languages],
        "rows": [
            {
                "action": str(names.get(action, action)),
                "count": amount(counts.actions[action]),
                "share": share(counts.actions[action], total),
                "cells": cells(action),
            }
            for action in actions
        ],
        "total": amount(total),
        "totals": cells(*actions),
    }


def amount(count: int) -> str:
    """Return a number as people read it in any language: groups of three, a narrow space."""
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def share(count: int, total: int) -> str:
    """Return a part of a total in per cent."""
    return f"{count / total:.1%}" if total else ""


def counted_words(count: int, noun: str) -> tuple[str, str]:
    """Return a number, and the noun's first word in the number that goes with it."""
    first, _, rest = noun.partition(" ")
    return amount(count), " ".join(filter(None, (first if count == 1 else f"{first}s", rest)))

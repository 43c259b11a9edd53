"""The two languages in which seeds are written."""

from __future__ import annotations

from consent.core.notice import Text

NONE: Text = {}


def both(english: str, spanish: str) -> Text:
    """Return a text in the languages of the seeds."""
    return {"en": english, "es": spanish}

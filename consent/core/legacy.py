"""DCC's own notation: told truthfully to its helpers, and read with doubt where it is found.

The notation is ``varname=version|varname=-1``. DCC compares versions as strings, so a version
later than any date reads as accepted.
"""

from __future__ import annotations

from collections.abc import Mapping

from consent.core.notice import Notice
from consent.core.state import Answer

ACCEPTED = "9999-12-31T23:59:59+00:00"


def to_notation(notice: Notice, answers: Mapping[str, Answer], decline: str) -> str:
    """Return DCC's notation of explicit answers; a partly granted category reads declined."""
    pairs = []
    for category in notice.optional:
        keys = [category.key, *(f"{category.key}:{s.key}" for s in category.services)]
        given = {answers[key] for key in keys}
        if given == {"unasked"}:
            continue
        pairs.append(f"{category.key}={ACCEPTED if given == {'yes'} else decline}")
    return "|".join(pairs)


def is_refusal(notation: str, notice: Notice, decline: str) -> bool:
    """Whether a notation that a browser sends declines every optional category of the notice."""
    pairs = [pair.split("=") for pair in notation.split("|")]
    if not all(len(pair) == 2 and pair[1] == decline for pair in pairs):
        return False
    optional = {category.key for category in notice.optional}
    return bool(optional) and optional <= {pair[0] for pair in pairs}

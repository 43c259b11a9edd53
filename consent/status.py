"""What is in force, in a notice's own words."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime

from django.utils.formats import get_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import override

from consent.core.localized import (
    granted_names,
    localized,
    names_elsewhere,
    said,
    signal_sentence,
)
from consent.core.notice import Notice
from consent.core.state import ConsentState
from consent.memory import Memory
from consent.rendering import moment_text

_MESSAGES: Memory[str] = Memory()
_ELSEWHERE: Memory[str] = Memory()
_SINCES: Memory[str] = Memory()
_TELLING: Memory[bool] = Memory()
_SECONDS = re.compile(r"(?<!\\)[sucrU]")
"""The letters of a date's format that tell more than the minute."""


def status_of(
    notice: Notice, language: str, state: ConsentState, *, refused: Collection[str] = ()
) -> dict[str, str]:
    """Return what a state puts in force, in the words of a notice: message, since and receipt.

    ``refused`` holds the categories that the browser's signal refuses. Since is empty while
    undecided; a refusal, which carries only its day, shows no time.
    """
    known = (notice.digest, language, state.is_decided, state.granted, state.refused, *refused)
    return {
        "message": _MESSAGES.get(known, lambda: _message(notice, language, state, refused)),
        "since": _since(notice, language, state) if state.is_decided else "",
        "receipt": state.receipt,
    }


def _message(notice: Notice, language: str, state: ConsentState, refused: Collection[str]) -> str:
    granted = state.granted_keys(notice)
    message = _in_force(notice, language, granted, is_decided=state.is_decided)
    held_off = set(refused) - {key.partition(":")[0] for key in granted}
    if sentence := signal_sentence(notice, language, "status_signal", held_off):
        return f"{message} {sentence}"
    return message


def _in_force(notice: Notice, language: str, granted: Collection[str], *, is_decided: bool) -> str:
    context = localized(notice, language, granted)
    if names := granted_names(context["optional"]):
        everything = all(category["checked"] for category in context["optional"])
        key = "status_all" if everything else "status_some"
    else:
        key = "status_none" if is_decided else "status_undecided"
    sentence: str = context["w"][key]
    return said(sentence, names=", ".join(names))


def _since(notice: Notice, language: str, state: ConsentState) -> str:
    # Many decide in the same minute, and few languages tell its seconds. Zones are whole minutes
    # apart.
    unit = 1 if tells_seconds(language) else 60
    decided, is_grant = state.decided // unit * unit, state.is_grant

    def say() -> str:
        moment = datetime.fromtimestamp(decided, UTC)
        if not is_grant:  # a day of UTC's, which is the day before in the west
            moment = moment.replace(tzinfo=None)
        date = moment_text(moment, language, day_only=not is_grant)
        return notice.wording[language]["status_since"].format(date=date)

    return _SINCES.get((notice.digest, language, decided, is_grant, get_current_timezone()), say)


def tells_seconds(language: str) -> bool:
    """Whether the language's form of a moment tells more than the minute."""
    return _TELLING.get(language, lambda: _tells_seconds(language))


def _tells_seconds(language: str) -> bool:
    with override(language):
        return _SECONDS.search(get_format("DATETIME_FORMAT")) is not None


def elsewhere_text(notice: Notice, language: str, keys: Collection[str]) -> str:
    """Return what cannot be deleted from here once these keys are withdrawn; often nothing."""
    if not keys:
        return ""

    def say() -> str:
        names = names_elsewhere(localized(notice, language)["optional"], keys)
        if not names:
            return ""
        return said(notice.wording[language]["status_elsewhere"], names=", ".join(names))

    return _ELSEWHERE.get((notice.digest, language, frozenset(keys)), say)

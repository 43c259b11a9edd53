"""What is in force, in a notice's own words."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.utils.timezone import get_current_timezone

from consent.core.localized import granted_names, localized, names_elsewhere, signal_sentence
from consent.core.notice import Notice
from consent.core.state import ConsentState
from consent.memory import Memory
from consent.rendering import moment_text

_MESSAGES: Memory[str] = Memory()
_ELSEWHERE: Memory[str] = Memory()
_STATUSES: Memory[dict[str, str]] = Memory()


def status_of(
    notice: Notice, language: str, state: ConsentState, *, refused: Collection[str] = ()
) -> dict[str, str]:
    """Return what a state puts in force, in the words of a notice: message, since and receipt.

    ``refused`` holds the categories that the browser's signal refuses.
    """
    key = (notice.digest, language, state, *refused, get_current_timezone())
    return dict(_STATUSES.get(key, lambda: _status(notice, language, state, refused)))


def _status(
    notice: Notice, language: str, state: ConsentState, refused: Collection[str]
) -> dict[str, str]:
    decided = datetime.fromtimestamp(state.decided, UTC) if state.is_decided else None
    granted = state.granted_keys(notice)
    status = status_text(
        notice, language, granted=granted, decided_at=decided, receipt=state.receipt
    )
    held_off = set(refused) - {key.partition(":")[0] for key in granted}
    if held_off and (sentence := signal_sentence(notice, language, "status_signal", held_off)):
        status["message"] += f" {sentence}"
    return status


def status_text(
    notice: Notice,
    language: str,
    *,
    granted: Collection[str] = (),
    decided_at: datetime | None = None,
    receipt: str = "",
) -> dict[str, str]:
    """Return what is in force in words: message, since and receipt.

    ``decided_at`` is None while undecided; a refusal, which carries only its day, shows no time.
    """
    wording = notice.wording[language]
    since = ""
    if decided_at:
        moment = moment_text(decided_at, language, day_only=not granted)
        since = wording["status_since"].format(date=moment)
    message = _in_force(notice, language, frozenset(granted), decided_at is not None)
    return {"message": message, "since": since, "receipt": receipt}


def elsewhere_text(notice: Notice, language: str, keys: Collection[str]) -> str:
    """Return what cannot be deleted from here once these keys are withdrawn; often nothing."""
    if not keys:
        return ""

    def say() -> str:
        names = names_elsewhere(localized(notice, language)["optional"], keys)
        if not names:
            return ""
        return notice.wording[language]["status_elsewhere"].format(names=", ".join(names))

    return _ELSEWHERE.get((notice.digest, language, frozenset(keys)), say)


def _in_force(notice: Notice, language: str, granted: frozenset[str], is_decided: bool) -> str:
    def say() -> str:
        context = localized(notice, language, granted)
        if names := granted_names(context["optional"]):
            everything = all(category["checked"] for category in context["optional"])
            key = "status_all" if everything else "status_some"
        else:
            key = "status_none" if is_decided else "status_undecided"
        sentence: str = context["w"][key]
        return sentence.format(names=", ".join(names))

    return _MESSAGES.get((notice.digest, language, granted, is_decided), say)

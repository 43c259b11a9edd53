"""The visitor's state: what the one cookie says, and whether it still holds.

The value is ``v1.<notice>.<decided>.<answers>.<receipt>.<signature>``. The parser is total: any
text gives a state, and what is doubtful gives `UNDECIDED`. Only a refusal is believed unsigned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from consent.core.notice import Notice

Answer = Literal["yes", "no", "unasked"]
Verify = Callable[[str, str], bool]
"""``(payload, signature) -> whether the signature is the site's own``."""

LIMIT = 1000
"""Characters of the longest value that is read."""

DAY = 86_400
REFUSAL_ANSWERS = "-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

KEY = r"(?!-+(?![-\w]))[-_a-zA-Z0-9]{1,32}"
KEY_RE = re.compile(KEY, re.ASCII)
"""A category's or service's key: DCC's characters, but never dashes alone."""

_VALUE = re.compile(
    r"(v1\.([1-9][0-9]{0,8})\.(0|[1-9a-z][0-9a-z]{0,6})"
    r"\.([-!:?~0-9A-Z_a-z]+)"
    r"\.([0-7][0-9a-hjkmnp-tv-z]{25}|))\.([-0-9A-Z_a-z]{43}|)"
)
_ANSWER = rf"[!?]?{KEY}(?::{KEY})?"
_ANSWERS = re.compile(rf"{_ANSWER}(?:~{_ANSWER})*", re.ASCII)
_Answers = tuple[frozenset[str], frozenset[str], frozenset[str]]
_ANSWERS_HELD = 256


# A tuple: every request makes one, and a frozen dataclass takes three times as long to make.
class ConsentState(NamedTuple):
    """What is in force for one browser; the default is undecided.

    ``decided`` is in seconds since the epoch (a refusal's is its day's midnight, UTC).
    ``granted`` holds ``category`` and ``category:service``, ``refused`` the services refused
    alone inside a granted category, ``unasked`` the categories that no control has named yet.
    """

    notice: int = 0
    decided: int = 0
    granted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()
    receipt: str = ""
    signed: bool = False

    @property
    def is_decided(self) -> bool:
        """Whether the visitor has chosen anything."""
        return self.notice > 0

    @property
    def is_grant(self) -> bool:
        """Whether anything optional is granted."""
        return bool(self.granted)

    @property
    def is_refusal(self) -> bool:
        """Whether everything optional is refused."""
        return self.is_decided and not self.granted

    def answer(self, category: str, service: str = "") -> Answer:
        """Return the answer for a category, or for one of its services.

        A category in which a service was refused alone answers "no" as a whole.
        """
        if not self.is_decided:
            return "unasked"
        if self.is_granted(category, service):
            return "yes"
        if category in self.granted or f"{category}:{service}" in self.refused:
            return "no"
        return "unasked" if category in self.unasked else "no"

    def is_granted(self, category: str, service: str = "") -> bool:
        """Whether a category, or one of its services, is granted: its answer is "yes"."""
        if not self.is_decided:
            return False
        if service:
            key = f"{category}:{service}"
            return key in self.granted or (category in self.granted and key not in self.refused)
        if category not in self.granted:
            return False
        return not (self.refused and any(key.startswith(f"{category}:") for key in self.refused))

    def answers(self, notice: Notice) -> dict[str, Answer]:
        """Return an explicit answer for every optional category and service of a notice."""
        if not self.granted and not self.unasked:
            return dict.fromkeys(notice.optional_keys, "no" if self.is_decided else "unasked")
        parts = notice.optional_parts
        return {key: self.answer(category, service) for key, category, service in parts}

    def granted_keys(self, notice: Notice) -> frozenset[str]:
        """Return every optional ``category`` and ``category:service`` that is granted."""
        if not self.granted:
            return frozenset()
        parts = notice.optional_parts
        return frozenset(
            [key for key, category, service in parts if self.is_granted(category, service)]
        )

    def payload(self) -> str:
        """Return the cookie's value up to, and without, the signature's dot."""
        if self.granted:
            marked = (
                *sorted(self.granted),
                *(f"!{key}" for key in sorted(self.refused)),
                *(f"?{key}" for key in sorted(self.unasked)),
            )
            decided, answers = base36(self.decided), "~".join(marked)
        else:
            decided, answers = base36(self.decided // DAY), REFUSAL_ANSWERS
        return f"v1.{self.notice}.{decided}.{answers}.{self.receipt}"


UNDECIDED = ConsentState()


def refusal(notice: int, now: int) -> ConsentState:
    """Return the refusal of a notice at a time in seconds; the same for everybody that day."""
    return ConsentState(notice=notice, decided=now // DAY * DAY)


def newest(states: Sequence[ConsentState]) -> ConsentState:
    """Return the state that was decided last, `UNDECIDED` of none.

    A refusal tells its day alone and has that day's last word: doubt means no.
    """
    if len(states) < 2:  # as nearly always: to compare takes longer than all else
        return states[0] if states else UNDECIDED
    return max(states, key=_moment)


def _moment(state: ConsentState) -> tuple[int, bool, bool, str]:
    end = DAY - 1 if state.is_refusal else 0
    return state.decided + end, state.is_refusal, state.signed, state.payload()


def parse_state(value: str, verify: Verify) -> ConsentState:
    """Return the state that a cookie's value proves; `UNDECIDED` for anything doubtful."""
    match = _VALUE.fullmatch(value) if len(value) <= LIMIT else None
    if match is None:
        return UNDECIDED
    payload, number, decided, answers, receipt, signature = match.groups()
    if signature and not verify(payload, signature):
        return UNDECIDED
    if answers == REFUSAL_ANSWERS and not receipt:
        return ConsentState(int(number), int(decided, 36) * DAY, signed=bool(signature))
    if not (receipt and signature):
        return UNDECIDED
    granted, refused, unasked = _sorted_out(answers)
    if not granted:
        return UNDECIDED
    return ConsentState(int(number), int(decided, 36), granted, refused, unasked, receipt, True)


@lru_cache(maxsize=_ANSWERS_HELD)
def _sorted_out(answers: str) -> _Answers:
    """Return what is granted, refused and unasked; nothing is granted where the form is wrong.

    Visitors answer alike, so the sets are kept, and shared; asked for signed answers only, the
    memory holds none that a visitor made up.
    """
    granted, refused, unasked = set(), set(), set()
    if _ANSWERS.fullmatch(answers):
        for key in answers.split("~"):
            if key[0] == "!":
                refused.add(key[1:])
            elif key[0] == "?":
                unasked.add(key[1:])
            else:
                granted.add(key)
    return frozenset(granted), frozenset(refused), frozenset(unasked)


@dataclass(frozen=True, slots=True)
class Validity:
    """What a state is held against: the newest notice, the oldest whose grants hold, and ages."""

    number: int
    oldest_valid: int
    grant_days: int
    refusal_days: int

    def in_force(self, state: ConsentState, now: int) -> ConsentState:
        """Return the state if it holds at ``now`` (seconds), else `UNDECIDED`.

        A refusal lasts out, whatever was published since, and one that script wrote may come from a
        clock that is wrong by as long as it holds; a grant needs a valid notice.
        """
        days = self.grant_days if state.granted else self.refusal_days
        ahead = days if state.is_refusal and not state.signed else 1
        if not -ahead * DAY < now - state.decided < days * DAY:
            return UNDECIDED
        if state.granted and not self.oldest_valid <= state.notice <= self.number:
            return UNDECIDED
        return state


def longest_value(notice: Notice) -> int:
    """Return how many characters a state of this notice can take at most."""
    answers = sum(
        len(category.key) + 2 + sum(len(category.key) + len(s.key) + 3 for s in category.services)
        for category in notice.optional
    )
    return len("v1.") + 10 + 8 + answers + 27 + 44


def base36(number: int) -> str:
    """Return a number of zero or more in base 36, lower case."""
    digits = ""
    while number >= 36:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return _DIGITS[number] + digits

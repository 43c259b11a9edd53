"""What a decision's form holds: one parser, which is total, for whatever was posted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, cast

from consent.core.decision import ACTION_OF, ACTIONS, LAYERS, MEANS, MEANS_OF, Action, Choice, Means
from consent.core.state import LIMIT

CONTROLS: Mapping[Action, frozenset[Means]] = MappingProxyType(
    {
        "accept": frozenset({"accept"}),
        "refuse": frozenset({"refuse", "close"}),
        "choose": frozenset({"save", "placeholder"}),
        "withdraw": frozenset({"withdraw", "refuse"}),
        "once": frozenset({"placeholder"}),
    }
)
"""Which controls can stand for an action; closing never grants."""

Reason = Literal[
    "required", "word", "number", "form", "digest", "long", "null", "nothing", "control", "several"
]
"""Why a field, or the form as a whole (the last three), cannot be taken."""

LONGEST = MappingProxyType({"next": 2000, "state": LIMIT})
"""Characters that a free text may have."""

_WORDS: Mapping[str, frozenset[str]] = {
    "action": frozenset(ACTIONS),
    "means": frozenset(MEANS),
    "layer": frozenset(LAYERS),
    "by": frozenset({"form", "script"}),
    "signal": frozenset({"1"}),
}
_FORMS: Mapping[str, tuple[re.Pattern[str], Reason]] = {
    "notice": (re.compile(r"[1-9][0-9]{0,8}"), "number"),
    "language": (re.compile(r"(?=.{2,20}\Z)[a-z]{2,8}(-[a-z0-9]{1,8})*"), "form"),
    "presentation": (re.compile(r"[0-9a-f]{64}"), "digest"),
}
_REQUIRED = frozenset({"notice", "language", "layer"})
_FIELDS = (
    "action",
    "means",
    "notice",
    "language",
    "presentation",
    "layer",
    "by",
    "next",
    "signal",
    "state",
)


class Fault(NamedTuple):
    """Why a field cannot be taken; no field stands for the form. ``value`` is what was sent."""

    field: str
    reason: Reason
    value: str = ""


class Submission(NamedTuple):
    """A decision as submitted, and how it was asked for; what was not sent is empty.

    ``signal`` says that the dialog named what the browser's signal refuses. ``state`` is the value
    of a cookie whose withdrawal script kept while it could not be delivered.
    """

    choice: Choice
    notice: int
    language: str
    presentation: str
    layer: str
    by: str
    next: str
    signal: bool
    state: str


def parse_submission(post: Mapping[str, Sequence[str]]) -> Submission | tuple[Fault, ...]:
    """Return what a form says, from the values of each field, or everything that is wrong with it.

    Of a field that is sent several times the last counts, but each ``grant`` is one. ``action`` may
    be left out where ``means`` implies it, and the other way round.
    """
    sent = {name: post[name][-1] for name in _FIELDS if post.get(name)}
    for name in LONGEST:
        if name in sent:
            sent[name] = sent[name].strip()
    faults = tuple(fault for name in _FIELDS if (fault := _fault(name, sent.get(name, ""))))
    if faults:
        return faults
    choice = _choice(sent.get("action", ""), sent.get("means", ""), post.get("grant", ()))
    if isinstance(choice, Fault):
        return (choice,)
    return Submission(
        choice,
        int(sent["notice"]),
        sent["language"],
        sent.get("presentation", ""),
        sent["layer"],
        sent.get("by", ""),
        sent.get("next", ""),
        bool(sent.get("signal")),
        sent.get("state", ""),
    )


def _fault(name: str, value: str) -> Fault | None:
    if not value:
        return Fault(name, "required") if name in _REQUIRED else None
    if words := _WORDS.get(name):
        return None if value in words else Fault(name, "word", value)
    if name in _FORMS:
        form, reason = _FORMS[name]
        return None if form.fullmatch(value) else Fault(name, reason, value)
    if len(value) > LONGEST[name]:
        return Fault(name, "long", value)
    return Fault(name, "null", value) if "\0" in value else None


def _choice(action: str, means: str, grants: Sequence[str]) -> Choice | Fault:
    """Complete action and means from each other; refuse what no control can send."""
    if not action and not means:
        return Fault("", "nothing")
    done = cast(Action, action) if action else ACTION_OF[cast(Means, means)]
    control = cast(Means, means) if means else MEANS_OF[done]
    if control not in CONTROLS[done]:
        return Fault("", "control")
    granted = frozenset(grants)
    if done == "once" and len(granted) != 1:
        return Fault("", "several")
    return Choice(done, control, granted)

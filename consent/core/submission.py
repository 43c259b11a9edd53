"""What a decision's form holds: one parser, which is total, for whatever was posted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, cast
from urllib.parse import parse_qs

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

LONGEST = MappingProxyType({"next": 2000, "state": LIMIT, "control": 1000})
"""Characters that a free text may have."""

_Rule = tuple[Callable[[str], object], Reason]


def _word(*words: str) -> _Rule:
    return frozenset(words).__contains__, "word"


def _form(pattern: str, reason: Reason) -> _Rule:
    return re.compile(pattern).fullmatch, reason


def _text(limit: int) -> tuple[_Rule, _Rule]:
    return (lambda text: len(text) <= limit, "long"), (lambda text: "\0" not in text, "null")


_RULES: Mapping[str, Sequence[_Rule]] = {
    "action": [_word(*ACTIONS)],
    "means": [_word(*MEANS)],
    "notice": [_form(r"[1-9][0-9]{0,8}", "number")],
    "language": [_form(r"(?=.{2,20}\Z)[a-z]{2,8}(-[a-z0-9]{1,8})*", "form")],
    "presentation": [_form(r"[0-9a-f]{64}", "digest")],
    "layer": [_word(*LAYERS)],
    "by": [_word("form", "script")],
    "next": _text(LONGEST["next"]),
    "signal": [_word("1")],
    "state": _text(LONGEST["state"]),
    "attempt": [_form(r"[0-9]{4,40}", "form")],
    "gate": [_form(r"consent-gate-[0-9]{1,9}", "form")],
    "control": _text(LONGEST["control"]),
    "obstacle": [_word("framed", "cookies")],
}
"""What must be true of every field that is sent and not empty, and the reason where it is not."""
_REQUIRED = ("notice", "language", "layer")


class Fault(NamedTuple):
    """Why a field cannot be taken; no field stands for the form. ``value`` is what was sent."""

    field: str
    reason: Reason
    value: str = ""


class Submission(NamedTuple):
    """A decision as submitted, and how it was asked for; what was not sent is empty.

    ``signal`` says that the dialog named what the browser's signal refuses. ``state`` is the value
    of a cookie whose withdrawal script kept while it could not be delivered. ``attempt`` is the
    number that script drew for a press that grants, and by which it knows the answer to it.
    ``obstacle`` is what script sees in the way of a grant: another site's page around this one, or
    a browser that keeps no cookies.
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
    attempt: str = ""
    obstacle: str = ""

    @property
    def asks_for_a_grant(self) -> bool:
        """Whether anything could be granted; a refusal grants nothing whatever is ticked."""
        action = self.choice.action
        return action == "accept" or (action in ("choose", "once") and bool(self.choice.grants))


def parse_submission(post: Mapping[str, Sequence[str]]) -> Submission | tuple[Fault, ...]:
    """Return what a form says, from the values of each field, or everything that is wrong with it.

    Of a field that is sent several times the last counts, but each ``grant`` is one. ``action`` may
    be left out where ``means`` implies it, and the other way round. ``control`` is a button that
    says several fields by itself, as a query does; they outweigh the form's. ``gate`` names the
    place on the page to come back to.
    """
    post = _unfolded(post)
    sent = {name: value for name in _RULES if (value := _value(post.get(name), name))}
    if faults := tuple(_faults(sent)):
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
        sent.get("attempt", ""),
        sent.get("obstacle", ""),
    )


def _unfolded(post: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    control = _value(post.get("control"), "control")
    if not control or len(control) > LONGEST["control"]:
        return post
    said: dict[str, Sequence[str]] = {**post, **parse_qs(control, keep_blank_values=True)}
    if gate := _value(said.get("gate"), "gate"):
        page = _value(said.get("next"), "next").partition("#")[0]
        said["next"] = [f"{page}#{gate}"]
    return said


def _value(values: Sequence[str] | None, name: str) -> str:
    if not values:
        return ""
    return values[-1].strip() if name in LONGEST else values[-1]


def _faults(sent: Mapping[str, str]) -> Iterator[Fault]:
    for name in _REQUIRED:
        if name not in sent:
            yield Fault(name, "required")
    for name, value in sent.items():
        for is_right, reason in _RULES[name]:
            if not is_right(value):
                yield Fault(name, reason, value)
                break


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

"""A decision: from a submitted choice and the notice it was shown, to explicit answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from consent.core.notice import Category, Notice
from consent.core.state import Answer, ConsentState, refusal

Action = Literal["accept", "refuse", "choose", "withdraw", "once"]
Means = Literal["accept", "refuse", "save", "close", "placeholder", "withdraw"]

ACTIONS: tuple[Action, ...] = ("accept", "refuse", "choose", "withdraw", "once")
MEANS: tuple[Means, ...] = ("accept", "refuse", "save", "close", "placeholder", "withdraw")
LAYERS = ("banner", "preferences", "placeholder", "link")

ACTION_OF: Mapping[Means, Action] = MappingProxyType(
    {
        "accept": "accept",
        "refuse": "refuse",
        "save": "choose",
        "close": "refuse",
        "placeholder": "choose",
        "withdraw": "withdraw",
    }
)
"""The action that a control stands for where the form names the control alone."""

MEANS_OF: Mapping[Action, Means] = MappingProxyType(
    {
        "accept": "accept",
        "refuse": "refuse",
        "choose": "save",
        "withdraw": "withdraw",
        "once": "placeholder",
    }
)
"""The control that an action comes from where the form names the action alone."""


class UnknownGrantError(ValueError):
    """A choice grants what the notice does not ask about."""


class Choice(NamedTuple):
    """What was submitted: an action, the control used, the keys that were ticked."""

    action: Action
    means: Means
    grants: frozenset[str] = frozenset()


class Decision(NamedTuple):
    """What a visitor chose about a notice; ``answers`` names every optional key."""

    action: Action
    means: Means
    answers: Mapping[str, Answer]

    @property
    def grants(self) -> bool:
        """Whether anything optional is granted."""
        return "yes" in self.answers.values()

    def state(self, notice: Notice, *, now: int, receipt: str) -> ConsentState:
        """Return the state that the decision puts in force, unsigned."""
        if not self.grants:
            return refusal(notice.number, now)
        granted: set[str] = set()
        unasked: set[str] = set()
        for category in notice.optional:
            answer = self.answers[category.key]
            if answer == "yes":
                granted.add(category.key)
                continue
            if answer == "unasked":
                unasked.add(category.key)
            services = (f"{category.key}:{service.key}" for service in category.services)
            granted.update(key for key in services if self.answers[key] == "yes")
        return ConsentState(
            notice.number, now, frozenset(granted), frozenset(), frozenset(unasked), receipt
        )


def refused_by_signal(notice: Notice, keys: Collection[str]) -> tuple[str, ...]:
    """Return the optional categories of a notice that the browser's signal refuses, in order.

    ``keys`` are those that the site names; what the notice does not ask about is left out.
    """
    return tuple(category.key for category in notice.optional if category.key in keys)


def decide(
    choice: Choice, notice: Notice, previous: ConsentState, *, refused: Collection[str] = ()
) -> Decision:
    """Return the decision that a choice makes.

    ``previous`` is the state in force when it was made (`UNDECIDED` if none). ``refused`` holds
    the categories that the browser's signal refuses and that the dialog did not name beside
    "Accept all": that control leaves them refused, and what was granted before stays granted.
    Every other control names what it grants. Raise `UnknownGrantError` for a key that the notice
    does not ask about.
    """
    unknown = choice.grants.difference(notice.optional_keys)
    if unknown:
        raise UnknownGrantError(min(unknown))
    answers = _answers(choice, notice, previous)
    if refused and choice.action == "accept":
        answers |= _kept_refused(notice, previous, refused)
    return Decision(_outcome(choice, answers, previous), choice.means, MappingProxyType(answers))


def _kept_refused(
    notice: Notice, previous: ConsentState, refused: Collection[str]
) -> dict[str, Answer]:
    """Return the answers that "Accept all" does not reach: no, but for what is in force."""
    return {
        key: "yes" if answer == "yes" else "no"
        for key, answer in previous.answers(notice).items()
        if key.partition(":")[0] in refused
    }


def _answers(choice: Choice, notice: Notice, previous: ConsentState) -> dict[str, Answer]:
    if choice.action == "accept":
        return dict.fromkeys(notice.optional_keys, "yes")
    if choice.action in ("refuse", "withdraw"):
        return dict.fromkeys(notice.optional_keys, "no")
    if choice.action == "once":
        asked: dict[str, Answer] = dict.fromkeys(notice.optional_keys, "unasked")
        return asked | dict.fromkeys(choice.grants, "yes")
    if choice.means == "placeholder":
        named = (k for k in notice.optional_keys if choice.grants & {k, k.partition(":")[0]})
        return previous.answers(notice) | dict.fromkeys(named, "yes")
    chosen: dict[str, Answer] = {}
    for category in notice.optional:
        chosen |= _chosen(category, choice.grants, previous)
    return chosen


def _chosen(
    category: Category, grants: frozenset[str], previous: ConsentState
) -> dict[str, Answer]:
    """Return a saved form's answers for one category.

    Without script a category's box cannot move its services' boxes. So a category that is
    ticked anew, its services left as they were, takes them all along; in one that was granted
    before, a service whose box is empty was unticked: no. One that was unticked, its services left
    ticked, takes them along too.
    """
    keys = [f"{category.key}:{service.key}" for service in category.services]
    ticked = category.key in grants
    before = {key for key in keys if previous.answer(*key.split(":")) == "yes"}
    anew = previous.answer(category.key) != "yes" and grants.intersection(keys) == before
    whole = ticked and (anew or len(keys) == 1)
    undone = not ticked and previous.answer(category.key) == "yes" and grants.issuperset(keys)
    answers: dict[str, Answer] = {
        key: "yes" if whole or (key in grants and not undone) else "no" for key in keys
    }
    everything = ticked and "no" not in answers.values()
    return {category.key: "yes" if everything else "no", **answers}


def _outcome(choice: Choice, answers: Mapping[str, Answer], previous: ConsentState) -> Action:
    if choice.action == "once":
        return "once"
    given = set(answers.values())
    if "yes" not in given:
        return "withdraw" if previous.is_grant else "refuse"
    return "accept" if given == {"yes"} else "choose"

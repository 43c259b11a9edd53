"""From a submitted choice to explicit answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.decision import (
    ACTIONS,
    MEANS,
    Choice,
    Decision,
    UnknownGrantError,
    decide,
    refused_by_signal,
)
from consent.core.state import UNDECIDED, ConsentState, refusal
from tests.core.notices import notice

NOW = 1_790_000_000
RECEIPT = "3zkq8v0h2m4n6p8r0s2t4v6w8x"
NOTICE = notice()
KEYS = NOTICE.optional_keys


def save(*grants: str, previous: ConsentState = UNDECIDED):  # type: ignore[no-untyped-def]  # a Decision
    return decide(Choice("choose", "save", frozenset(grants)), NOTICE, previous)


def granted(*keys: str, unasked: tuple[str, ...] = ()) -> ConsentState:
    return ConsentState(
        1, NOW, frozenset(keys), frozenset(), frozenset(unasked), RECEIPT, signed=True
    )


choices = st.builds(
    Choice,
    st.sampled_from(ACTIONS),
    st.sampled_from(MEANS),
    st.frozensets(st.sampled_from(KEYS)),
)
previous_states = (
    st.just(UNDECIDED)
    | st.just(refusal(1, NOW))
    | st.builds(
        lambda choice: decide(choice, NOTICE, UNDECIDED).state(NOTICE, now=NOW, receipt=RECEIPT),
        choices.filter(lambda choice: choice.action != "once"),
    )
)


@given(choices, previous_states)
def test_every_optional_key_has_an_answer(choice: Choice, previous: ConsentState) -> None:
    """P9: granted, refused and unasked purposes are all explicit."""
    answers = decide(choice, NOTICE, previous).answers
    assert tuple(answers) == KEYS
    assert set(answers.values()) <= {"yes", "no", "unasked"}


@given(choices.filter(lambda choice: choice.action != "once"), previous_states)
def test_the_state_carries_exactly_the_answers(choice: Choice, previous: ConsentState) -> None:
    decision = decide(choice, NOTICE, previous)
    state = decision.state(NOTICE, now=NOW, receipt=RECEIPT)
    assert state.is_grant is decision.grants
    if decision.grants:
        assert state.answers(NOTICE) == decision.answers
    else:
        assert set(state.answers(NOTICE).values()) == {"no"}


@given(choices, previous_states)
def test_nothing_is_granted_that_no_control_named(choice: Choice, previous: ConsentState) -> None:
    """B3, G1: every yes comes from this choice, or was in force before."""
    for key, answer in decide(choice, NOTICE, previous).answers.items():
        if answer == "yes" and choice.action != "accept":
            category = key.partition(":")[0]
            named = {key, category} & choice.grants
            assert named or previous.answers(NOTICE)[key] == "yes"


@given(previous_states)
def test_refusing_and_withdrawing_refuse_everything(previous: ConsentState) -> None:
    for action in ("refuse", "withdraw"):
        decision = decide(Choice(action, "refuse", frozenset(KEYS)), NOTICE, previous)  # type: ignore[arg-type]  # a literal
        assert set(decision.answers.values()) == {"no"}
        assert decision.action == ("withdraw" if previous.is_grant else "refuse")


refusals = st.frozensets(st.sampled_from([category.key for category in NOTICE.optional]))
ACCEPT = Choice("accept", "accept")


def yes(decision: Decision) -> set[str]:
    return {key for key, answer in decision.answers.items() if answer == "yes"}


@given(choices, previous_states, refusals)
def test_the_signal_never_adds_a_yes(
    choice: Choice, previous: ConsentState, refused: frozenset[str]
) -> None:
    """S4."""
    heard = decide(choice, NOTICE, previous, refused=refused)
    assert yes(heard) <= yes(decide(choice, NOTICE, previous))
    assert tuple(heard.answers) == KEYS


@given(choices.filter(lambda choice: choice.action != "accept"), previous_states, refusals)
def test_a_control_that_names_what_it_grants_outweighs_the_signal(
    choice: Choice, previous: ConsentState, refused: frozenset[str]
) -> None:
    """S4: switches, placeholders and "Load once"."""
    heard = decide(choice, NOTICE, previous, refused=refused)
    assert heard == decide(choice, NOTICE, previous)


@given(previous_states, refusals)
def test_accepting_all_reaches_exactly_what_the_signal_leaves(
    previous: ConsentState, refused: frozenset[str]
) -> None:
    """S4: of what the signal refuses, yes is what was granted before, and the rest is no."""
    decision = decide(ACCEPT, NOTICE, previous, refused=refused)
    before = previous.answers(NOTICE)
    for key, answer in decision.answers.items():
        is_refused = key.partition(":")[0] in refused
        assert answer == ("yes" if not is_refused or before[key] == "yes" else "no")


@given(previous_states, refusals)
def test_the_signal_turns_no_grant_off(previous: ConsentState, refused: frozenset[str]) -> None:
    """S4."""
    decision = decide(ACCEPT, NOTICE, previous, refused=refused)
    assert previous.granted_keys(NOTICE) <= yes(decision)
    state = decision.state(NOTICE, now=NOW, receipt=RECEIPT)
    assert state.answers(NOTICE) == decision.answers


@pytest.mark.parametrize(
    ("refused", "action"),
    [((), "accept"), (("marketing",), "choose"), (("statistics", "marketing", "media"), "refuse")],
)
def test_the_record_s_action_follows_the_answers(refused: tuple[str, ...], action: str) -> None:
    """S4, P9."""
    assert decide(ACCEPT, NOTICE, UNDECIDED, refused=refused).action == action


@pytest.mark.parametrize(
    ("keys", "refused"),
    [
        (("marketing", "statistics"), ("statistics", "marketing")),
        (("marketing", "unheard", "media:video"), ("marketing",)),
        (("necessary",), ()),
        ((), ()),
    ],
)
def test_the_signal_refuses_only_optional_categories_of_the_notice(
    keys: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    """S4."""
    assert refused_by_signal(NOTICE, keys) == refused


def test_accepting_grants_everything() -> None:
    decision = decide(Choice("accept", "accept"), NOTICE, UNDECIDED)
    assert decision.action == "accept"
    assert set(decision.answers.values()) == {"yes"}


def test_one_category_leaves_the_rest_as_no() -> None:
    """G1: a separate choice per purpose."""
    decision = save("statistics")
    assert decision.action == "choose"
    assert [key for key, answer in decision.answers.items() if answer == "yes"] == [
        "statistics",
        "statistics:visits",
    ]


def test_saving_nothing_is_a_refusal_and_reduces_a_grant_to_a_withdrawal() -> None:
    assert save().action == "refuse"
    assert save(previous=granted("media")).action == "withdraw"


def test_saving_everything_is_an_acceptance() -> None:
    assert save(*KEYS).action == "accept"


def test_a_category_ticked_anew_takes_its_services_along() -> None:
    assert save("media").answers["media:maps"] == "yes"
    assert save("media", "media:video", previous=granted("media:video")).answers["media"] == "yes"


def test_a_service_unticked_in_a_granted_category_is_refused() -> None:
    """B10: without script the category's box stays ticked."""
    decision = save("media", "media:video", previous=granted("media"))
    assert decision.answers["media:video"] == "yes"
    assert decision.answers["media:maps"] == "no"
    assert decision.answers["media"] == "no"
    assert not save("media", previous=granted("media")).grants


def test_a_category_unticked_takes_its_ticked_services_along() -> None:
    """B10: without script the services' boxes stay ticked, out of sight."""
    decision = save("media:video", "media:maps", previous=granted("media"))
    assert not decision.grants


def test_once_answers_for_its_service_and_changes_nothing_else() -> None:
    """V2: recorded as such; everything else stays unasked."""
    decision = decide(Choice("once", "placeholder", frozenset({"media:video"})), NOTICE, UNDECIDED)
    assert decision.action == "once"
    assert {key for key, answer in decision.answers.items() if answer != "unasked"} == {
        "media:video"
    }


def test_always_answers_for_its_service_only() -> None:
    """V2: "always" leaves the rest unasked, or as it was."""
    always = Choice("choose", "placeholder", frozenset({"media:video"}))
    fresh = decide(always, NOTICE, UNDECIDED)
    assert fresh.answers["media:video"] == "yes"
    assert fresh.answers["media"] == fresh.answers["media:maps"] == "unasked"
    later = decide(always, NOTICE, granted("statistics"))
    assert later.answers["statistics"] == "yes"
    assert later.answers["marketing"] == "no"


def test_always_for_a_category_takes_its_services_along() -> None:
    always = Choice("choose", "placeholder", frozenset({"media"}))
    assert decide(always, NOTICE, UNDECIDED).answers["media:maps"] == "yes"


@pytest.mark.parametrize("key", ["necessary", "media:none", "", "media:", "-", "Media"])
def test_a_grant_the_notice_does_not_ask_about_is_an_error(key: str) -> None:
    with pytest.raises(UnknownGrantError):
        save(key)

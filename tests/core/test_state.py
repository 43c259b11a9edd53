"""The cookie's value: total on garbage, exact on the round trip, and nothing grants unsigned."""

from __future__ import annotations

import copy
import hashlib
import hmac
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consent.core.state import (
    DAY,
    KEY_RE,
    UNDECIDED,
    ConsentState,
    Validity,
    base36,
    longest_value,
    newest,
    parse_state,
    refusal,
)
from tests.core.notices import category, notice, service

NOW = 1_790_000_000
RECEIPT = "3zkq8v0h2m4n6p8r0s2t4v6w8x"


def sign(payload: str) -> str:
    digest = hmac.new(b"secret", payload.encode(), hashlib.sha256).hexdigest()
    return digest[:43]


def verify(payload: str, signature: str) -> bool:
    return hmac.compare_digest(sign(payload).encode(), signature.encode())


def signed(state: ConsentState) -> str:
    payload = state.payload()
    return f"{payload}.{sign(payload)}"


NOTICE = notice()
keys = st.from_regex(KEY_RE, fullmatch=True)
pairs = st.tuples(keys, keys).map(":".join)
receipts = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=25, max_size=25).map("3".__add__)
grants = st.builds(
    ConsentState,
    notice=st.integers(1, 999_999_999),
    decided=st.integers(0, 36**7 - 1),
    granted=st.frozensets(keys | pairs, min_size=1, max_size=4),
    refused=st.frozensets(pairs, max_size=2),
    unasked=st.frozensets(keys, max_size=2),
    receipt=receipts,
    signed=st.just(True),
)
answering = st.builds(
    ConsentState,
    notice=st.just(1),
    granted=st.frozensets(st.sampled_from(NOTICE.optional_keys)),
    refused=st.frozensets(st.sampled_from(["media:maps", "media:video", "statistics:visits"])),
    unasked=st.frozensets(st.sampled_from(["statistics", "marketing", "media"])),
)
refusals = st.builds(refusal, st.integers(1, 999_999_999), st.integers(0, 36**6))


@given(st.text())
def test_any_text_is_undecided_and_raises_nothing(value: str) -> None:
    """B7: unknown and malformed state is denial."""
    assert parse_state(value, verify) == UNDECIDED


@given(st.binary())
def test_any_bytes_are_undecided_and_raise_nothing(value: bytes) -> None:
    """B7: whatever a browser sends, decoded as WSGI decodes it."""
    assert parse_state(value.decode("latin-1"), verify) == UNDECIDED


@given(grants)
def test_a_grant_survives_the_round_trip(state: ConsentState) -> None:
    assert parse_state(signed(state), verify) == state


@given(
    st.just(UNDECIDED) | st.builds(refusal, st.just(1), st.just(0)) | answering,
)
def test_all_answers_are_those_of_each_key(state: ConsentState) -> None:
    """P9."""
    answers = {key: state.answer(*key.split(":")) for key in NOTICE.optional_keys}
    assert list(state.answers(NOTICE).items()) == list(answers.items())
    assert state.granted_keys(NOTICE) == {key for key in answers if answers[key] == "yes"}


@given(refusals, st.booleans())
def test_a_refusal_survives_the_round_trip_signed_or_not(
    state: ConsentState, with_signature: bool
) -> None:
    value = signed(state) if with_signature else state.payload() + "."
    parsed = parse_state(value, verify)
    assert parsed.payload() == state.payload()
    assert parsed.is_refusal
    assert parsed.signed is with_signature


@given(grants, st.data())
def test_any_mutation_of_a_grant_grants_nothing(state: ConsentState, data: st.DataObject) -> None:
    """B7: only a valid signature grants."""
    value = signed(state)
    at = data.draw(st.integers(0, len(value) - 1))
    kind = data.draw(st.sampled_from(["replace", "insert", "delete", "cut"]))
    other = data.draw(st.characters())
    mutated = {
        "replace": value[:at] + other + value[at + 1 :],
        "insert": value[:at] + other + value[at:],
        "delete": value[:at] + value[at + 1 :],
        "cut": value[:at],
    }[kind]
    if mutated != value:
        assert not parse_state(mutated, verify).granted


@given(grants)
def test_an_unsigned_grant_is_undecided(state: ConsentState) -> None:
    assert parse_state(state.payload() + ".", verify) == UNDECIDED


def test_a_refusal_with_a_false_signature_is_undecided() -> None:
    assert parse_state(refusal(1, NOW).payload() + "." + "A" * 43, verify) == UNDECIDED


def test_a_refusal_is_the_same_for_everybody_on_one_day() -> None:
    """D2: a refusal carries no id."""
    midnight = NOW // DAY * DAY
    values = {signed(refusal(3, midnight + second)) for second in (0, 1, DAY - 1)}
    assert len(values) == 1
    assert refusal(3, NOW).receipt == ""


@pytest.mark.parametrize(
    "value",
    [
        "v1.1.0.-..",
        "v1.1.g0v.-.." + "",
        "v1.0.g0v.-..",
        "v1.01.g0v.-..",
        "v2.1.g0v.-..",
        "v1.1.g0v.--..",
        "v1.1.g0v.!media..",
        "v1.1.g0v.-." + RECEIPT + ".",
        "v1.1.g0v.~..",
        "v1.1.g0v...",
        "v1.1.G0V.-..",
        "v1.1.g0v.-..\n",
        "v1.\u0661.g0v.-..",
    ],
)
def test_only_the_exact_form_is_believed(value: str) -> None:
    well_formed = value in ("v1.1.0.-..", "v1.1.g0v.-..")
    assert parse_state(value, verify).is_refusal is well_formed


@pytest.mark.parametrize("receipt", [RECEIPT, ""])
@pytest.mark.parametrize(
    "answers",
    [
        "-",
        "--",
        "~",
        "media~",
        "~media",
        "media~~ads",
        "media~--",
        "media~-",
        "media:",
        ":media",
        "media:--",
        "media:maps:deep",
        "media:!maps",
        "!!media~ads",
        "ads~media!",
        "!media",
        "?media",
        "m" * 33,
        "media~" + "m" * 33,
    ],
)
def test_a_signature_makes_no_grant_of_answers_in_another_form(answers: str, receipt: str) -> None:
    """B7: also not of a payload that the site itself would have signed."""
    payload = f"v1.1.g0v.{answers}.{receipt}"
    assert not parse_state(f"{payload}.{sign(payload)}", verify).granted


def test_a_signed_grant_without_a_receipt_is_undecided() -> None:
    payload = "v1.1.g0v.media."
    assert parse_state(f"{payload}.{sign(payload)}", verify) == UNDECIDED


def test_a_signed_refusal_with_a_receipt_is_undecided() -> None:
    payload = f"v1.1.g0v.-.{RECEIPT}"
    assert parse_state(f"{payload}.{sign(payload)}", verify) == UNDECIDED


def test_more_answers_than_are_held_are_read_all_the_same() -> None:
    """B7: visitors choose them, and the memory for them is limited."""
    for turn in range(2):
        for number in range(600):
            keys = frozenset({f"media{number}"})
            state = ConsentState(1, NOW + turn, keys, receipt=RECEIPT, signed=True)
            assert parse_state(signed(state), verify) == state


@given(grants | refusals)
def test_a_state_is_a_value(state: ConsentState) -> None:
    assert ConsentState(*state) == state
    assert hash(ConsentState(*state)) == hash(state)
    assert pickle.loads(pickle.dumps(state)) == copy.deepcopy(state) == copy.copy(state) == state
    assert isinstance(copy.copy(state), ConsentState)
    assert f"notice={state.notice}, decided={state.decided}, granted=" in repr(state)


@pytest.mark.parametrize("name", [*ConsentState._fields, "other"])
def test_a_state_cannot_be_changed(name: str) -> None:
    """B7: states are shared between requests."""
    with pytest.raises(AttributeError):
        setattr(UNDECIDED, name, 1)


def test_the_default_state_is_undecided() -> None:
    """B1."""
    assert ConsentState() == UNDECIDED
    assert not UNDECIDED.is_decided
    assert not UNDECIDED.granted
    assert not UNDECIDED.signed


@given(st.integers(0, 36**8))
def test_base_36_is_read_back_by_python(number: int) -> None:
    assert int(base36(number), 36) == number


def test_a_service_can_differ_from_its_category() -> None:
    state = ConsentState(1, NOW, frozenset({"media", "ads:own"}), frozenset({"media:maps"}))
    assert state.answer("media", "video") == "yes"
    assert state.answer("media", "maps") == "no"
    assert state.answer("media") == "no"
    assert state.answer("ads") == "no"
    assert state.answer("ads", "own") == "yes"
    assert UNDECIDED.answer("media") == "unasked"


def test_a_service_refused_in_another_category_makes_no_category_partial() -> None:
    state = ConsentState(1, NOW, frozenset({"media", "ads"}), frozenset({"ads:own"}))
    assert state.answer("media") == "yes"
    assert state.answer("ads") == "no"


@given(
    st.builds(
        ConsentState,
        notice=st.integers(0, 1),
        granted=st.frozensets(st.sampled_from(["media", "media:maps", "ads:own"])),
        refused=st.frozensets(st.sampled_from(["media:maps", "media:film", "ads:own"])),
        unasked=st.frozensets(st.sampled_from(["media", "ads"])),
    ),
    st.sampled_from([("media", ""), ("media", "maps"), ("media", "film"), ("ads", "own")]),
)
def test_an_answer_is_yes_exactly_where_something_is_granted(
    state: ConsentState, asked: tuple[str, str]
) -> None:
    """B1: judged here by the long way round."""
    category, service = asked
    alone = {key for key in state.refused if key.startswith(f"{category}:")}
    if service:
        key = f"{category}:{service}"
        expected = key in state.granted or (category in state.granted and key not in alone)
    else:
        expected = category in state.granted and not alone
    expected = expected and state.is_decided
    assert state.is_granted(*asked) == expected
    assert (state.answer(*asked) == "yes") == expected
    if not state.is_decided:
        assert state.answer(*asked) == "unasked"


def test_answers_name_every_optional_key() -> None:
    """P9: granted, refused and unasked are all explicit."""
    state = ConsentState(
        1, NOW, frozenset({"media:video"}), frozenset(), frozenset({"media", "marketing"}), RECEIPT
    )
    assert state.answers(notice()) == {
        "statistics": "no",
        "statistics:visits": "no",
        "marketing": "unasked",
        "media": "unasked",
        "media:video": "yes",
        "media:maps": "unasked",
    }


VALIDITY = Validity(number=5, oldest_valid=3, grant_days=185, refusal_days=185)


def grant(number: int, decided: int) -> ConsentState:
    return ConsentState(number, decided, frozenset({"media"}), receipt=RECEIPT, signed=True)


@pytest.mark.parametrize(
    ("state", "holds"),
    [
        (grant(5, NOW), True),
        (grant(3, NOW), True),
        (grant(2, NOW), False),
        (grant(6, NOW), False),
        (grant(5, NOW - 185 * DAY + 1), True),
        (grant(5, NOW - 185 * DAY), False),
        (grant(5, NOW + 2 * DAY), False),
        (refusal(1, NOW), True),
        (refusal(9, NOW), True),
        (refusal(1, NOW - 184 * DAY), True),
        (refusal(1, NOW - 186 * DAY), False),
        (refusal(1, NOW + 30 * DAY), True),
        (refusal(1, NOW + 186 * DAY), False),
        (refusal(1, NOW + 2 * DAY)._replace(signed=True), False),
    ],
)
def test_what_holds_follows_age_and_notice(state: ConsentState, holds: bool) -> None:
    """W5, W7: a refusal lasts as long as a grant; only a grant falls with its notice."""
    assert VALIDITY.in_force(state, NOW) == (state if holds else UNDECIDED)


@given(grants | refusals, st.integers(-(2**60), 2**60))
@example(UNDECIDED, NOW)
def test_validity_never_invents_a_state(state: ConsentState, now: int) -> None:
    assert VALIDITY.in_force(state, now) in (state, UNDECIDED)


moments = st.integers(NOW - 200 * DAY, NOW + 2 * DAY)
choices = st.lists(
    st.builds(grant, st.integers(3, 5), moments) | st.builds(refusal, st.integers(1, 9), moments)
)


@given(choices, st.randoms())
def test_of_several_choices_the_newest_wins_in_whatever_order_they_come(
    states: list[ConsentState], random: object
) -> None:
    """B7: as browsers send them after a change of the cookie's domain."""
    found = newest(states)
    random.shuffle(states)  # type: ignore[attr-defined]
    assert newest(states) == found
    if not states:
        assert found == UNDECIDED
        return
    last = max(state.decided // DAY for state in states)
    assert found.decided // DAY == last
    assert found.is_refusal == any(s.is_refusal for s in states if s.decided // DAY == last)
    if found.is_grant:
        assert found.decided == max(state.decided for state in states if state.is_grant)


def test_a_refusal_has_the_last_word_of_its_day() -> None:
    """B7: doubt means no."""
    midnight = NOW // DAY * DAY
    late, refused = grant(5, midnight + DAY - 1), refusal(5, midnight)
    assert newest([late, refused]) == newest([refused, late]) == refused
    tomorrow = grant(5, midnight + DAY)
    assert newest([tomorrow, refused]) == tomorrow
    assert newest([]) == newest([UNDECIDED]) == UNDECIDED


def test_a_refusal_is_remembered_for_at_least_six_months() -> None:
    """W5: at least 184 days after any moment of the day it was made."""
    late = refusal(1, NOW // DAY * DAY + DAY - 1)
    assert VALIDITY.in_force(late, NOW // DAY * DAY + DAY - 1 + 184 * DAY) == late


def test_eight_categories_of_ten_characters_fit_in_two_hundred_bytes() -> None:
    state = ConsentState(
        999, NOW, frozenset(f"category{n:02}" for n in range(8)), receipt=RECEIPT, signed=True
    )
    assert len(signed(state).encode()) <= 200


@given(st.data())
def test_the_longest_value_is_never_passed(data: st.DataObject) -> None:
    big = notice(*(category(f"category{n}", service("aa"), service("bb")) for n in range(4)))
    chosen = data.draw(st.sets(st.sampled_from(big.optional_keys), min_size=1))
    split = [key for key in chosen if ":" not in key]
    state = ConsentState(
        999_999_999,
        36**7 - 1,
        frozenset(key for key in chosen if ":" in key) or frozenset({"category0"}),
        unasked=frozenset(split),
        receipt=RECEIPT,
    )
    assert len(signed(state)) <= longest_value(big)

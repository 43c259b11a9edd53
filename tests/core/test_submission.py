"""What a decision's form may hold, and what is said of everything else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consent.core.decision import ACTION_OF, ACTIONS, LAYERS, MEANS, MEANS_OF, Choice
from consent.core.state import LIMIT
from consent.core.submission import CONTROLS, LONGEST, Fault, Submission, parse_submission

DIGEST = "0123456789abcdef" * 4
ACCEPTED: dict[str, list[str]] = {
    "means": ["accept"],
    "notice": ["12"],
    "language": ["es-mx"],
    "layer": ["banner"],
}
FIELDS = ("action", "means", "notice", "language", "presentation", "layer")
FIELDS += ("by", "next", "signal", "state", "attempt", "obstacle", "grant")
SAID = "action=once&means=placeholder&grant=media:video&gate=consent-gate-2&notice=7&language=es"
SAID += f"&presentation={DIGEST}&layer=placeholder"
"""What a button of a placeholder says by itself."""

pairs = st.sampled_from(
    [(action, means) for action in ACTIONS for means in sorted(CONTROLS[action])]
)
free_text = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=200)
submissions = st.builds(
    Submission,
    choice=st.builds(
        lambda pair, grants, one: Choice(*pair, one if pair[0] == "once" else grants),
        pairs,
        st.frozensets(st.text(max_size=20)),
        st.text(max_size=20).map(lambda key: frozenset({key})),
    ),
    notice=st.integers(1, 999_999_999),
    language=st.from_regex(r"\A[a-z]{2,8}(-[a-z0-9]{1,8}){0,1}\Z"),
    presentation=st.just("") | st.from_regex(r"\A[0-9a-f]{64}\Z"),
    layer=st.sampled_from(LAYERS),
    by=st.sampled_from(["", "form", "script"]),
    next=free_text.map(str.strip),
    signal=st.booleans(),
    state=free_text.map(str.strip),
    obstacle=st.sampled_from(["", "framed", "cookies"]),
    attempt=st.just("") | st.from_regex(r"\A[0-9]{4,40}\Z"),
)
words = st.sampled_from([*ACTIONS, *MEANS, *LAYERS, "form", "script", "1", "0", "en", DIGEST, "\0"])


def posted(said: Submission) -> dict[str, list[str]]:
    """Return what a browser posts to submit this."""
    fields: dict[str, Any] = {**said._asdict(), "signal": "1" if said.signal else ""}
    choice = fields.pop("choice")
    fields |= {"action": choice.action, "means": choice.means}
    return {"grant": list(choice.grants), **{name: [str(v)] for name, v in fields.items()}}


@given(submissions)
def test_whatever_a_form_can_say_is_read_as_it_was_said(said: Submission) -> None:
    assert parse_submission(posted(said)) == said


@given(
    st.dictionaries(
        st.sampled_from((*FIELDS, "gate", "control")), st.lists(words | st.text(), max_size=3)
    )
)
def test_any_post_is_either_said_or_said_to_be_wrong(post: dict[str, list[str]]) -> None:
    """B7: nothing raises, and nothing passes that a field does not allow."""
    found = parse_submission(post)
    if isinstance(found, Submission):
        assert parse_submission(posted(found)) == found
        assert found.choice.means in CONTROLS[found.choice.action]
        assert found.layer in LAYERS
    else:
        assert found
        assert all(type(fault) is Fault for fault in found)


@given(submissions, st.sampled_from(FIELDS[:-1]), st.text(max_size=60))
def test_a_field_that_is_changed_is_read_as_changed_or_named(
    said: Submission, name: str, value: str
) -> None:
    found = parse_submission({**posted(said), name: ["first", value]})
    if isinstance(found, Submission):
        assert posted(found)[name] == [value.strip() if name in ("next", "state") else value] or (
            value == "" and name in ("action", "means")
        )
    else:
        assert [fault.field for fault in found] in ([name], [""])


@pytest.mark.parametrize("means", MEANS)
def test_a_control_alone_says_the_action(means: Any) -> None:
    found = parse_submission({**ACCEPTED, "means": [means]})
    assert isinstance(found, Submission)
    assert found.choice == Choice(ACTION_OF[means], means)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_alone_says_the_control(action: Any) -> None:
    found = parse_submission({**ACCEPTED, "means": [], "action": [action], "grant": ["media"]})
    assert isinstance(found, Submission)
    assert found.choice == Choice(action, MEANS_OF[action], frozenset({"media"}))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("action", "grant", "word"),
        ("means", "Accept", "word"),
        ("layer", "footer", "word"),
        ("layer", "", "required"),
        ("by", "robot", "word"),
        ("signal", "0", "word"),
        ("notice", "", "required"),
        ("notice", "0", "number"),
        ("notice", "-1", "number"),
        ("notice", "1e3", "number"),
        ("notice", "1000000000", "number"),
        ("notice", "1\n", "number"),
        ("notice", "\u0661", "number"),
        ("language", "", "required"),
        ("language", "EN", "form"),
        ("language", "en\n", "form"),
        ("language", "aa-aaaaaaaa-aaaaaaaaa", "form"),
        ("language", "aa-aaaaaaaa-aaaaaaaa-a", "form"),
        ("presentation", DIGEST.upper(), "digest"),
        ("presentation", f"{DIGEST}\n", "digest"),
        ("next", "/" * 2001, "long"),
        ("next", "/\0", "null"),
        ("state", "x" * (LIMIT + 1), "long"),
        ("state", "x\0", "null"),
    ],
)
def test_a_fault_names_its_field_and_why(field: str, value: str, reason: Any) -> None:
    sent = value if reason != "required" else ""
    assert parse_submission({**ACCEPTED, field: [value]}) == (Fault(field, reason, sent),)


def test_the_longest_texts_are_taken() -> None:
    longest = {"next": ["/" * 2000], "state": ["x" * LIMIT], "language": ["aa-aaaaaaaa-aaaaaaaa"]}
    assert isinstance(parse_submission({**ACCEPTED, **longest}), Submission)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"means": [""]}, "nothing"),
        ({"means": ["close"], "action": ["accept"]}, "control"),
        ({"means": [], "action": ["once"]}, "several"),
        ({"means": [], "action": ["once"], "grant": ["a", "b"]}, "several"),
    ],
)
def test_what_no_control_can_send_is_a_fault_of_the_form(fields: Any, reason: Any) -> None:
    """U7."""
    assert parse_submission({**ACCEPTED, **fields}) == (Fault("", reason),)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = parse_submission({"means": ["zzz"], "notice": ["0"], "by": ["robot"]})
    assert isinstance(found, tuple)
    fields = ["language", "layer", "means", "notice", "by"]
    assert [fault[0] for fault in found] == fields


def test_a_button_says_by_itself_what_was_shown() -> None:
    """P1: whatever the form says that it belongs to; the page and what is of it stay the form's."""
    form = {"language": ["en"], "next": ["/page/?q=1#part"], "by": ["script"]}
    assert parse_submission({**form, "control": [SAID]}) == Submission(
        Choice("once", "placeholder", frozenset({"media:video"})),
        7,
        "es",
        DIGEST,
        "placeholder",
        "script",
        "/page/?q=1#consent-gate-2",
        False,
        "",
    )


@given(submissions)
def test_a_button_can_say_whatever_a_form_can(said: Submission) -> None:
    control = urlencode(posted(said), doseq=True)
    assume(len(control) <= LONGEST["control"])
    assert parse_submission({"control": [control]}) == said


@pytest.mark.parametrize(
    ("control", "fault"),
    [
        (SAID.replace("notice=7", "notice=x"), Fault("notice", "number", "x")),
        (SAID.replace("&layer=placeholder", ""), Fault("layer", "required")),
        (SAID.replace("gate=consent-gate-2", "gate=other"), Fault("gate", "form", "other")),
        (SAID.replace("media:video", "a&grant=b"), Fault("", "several")),
        (f"{SAID}&state=%00", Fault("state", "null", "\0")),
    ],
)
def test_what_a_button_cannot_say_is_named(control: str, fault: Fault) -> None:
    assert parse_submission({"control": [control]}) == (fault,)


def test_a_button_that_says_too_much_is_not_read() -> None:
    long = f"{SAID}&next={'/' * LONGEST['control']}"
    assert parse_submission({**ACCEPTED, "control": [long]}) == (Fault("control", "long", long),)

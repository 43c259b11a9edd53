"""DCC's notation: told truthfully, and believed only where it refuses."""

from __future__ import annotations

import pytest
from cookie_consent.util import parse_cookie_str
from hypothesis import given
from hypothesis import strategies as st

from consent.core.legacy import ACCEPTED, is_refusal, to_notation
from consent.core.state import Answer
from tests.core.notices import notice

NOTICE = notice()
REFUSED = "statistics=-1|marketing=-1|media=-1"


def told(**changed: Answer) -> dict[str, str]:
    """Return what DCC reads of a state in which all is refused but for what changed."""
    answers: dict[str, Answer] = dict.fromkeys(NOTICE.optional_keys, "no")
    answers |= {key.replace("__", ":"): answer for key, answer in changed.items()}
    return parse_cookie_str(to_notation(NOTICE, answers, "-1"))


def test_every_category_is_told() -> None:
    assert told() == {"statistics": "-1", "marketing": "-1", "media": "-1"}
    assert told(marketing="yes") == {"statistics": "-1", "marketing": ACCEPTED, "media": "-1"}


def test_a_category_granted_in_part_reads_declined() -> None:
    assert told(media__video="yes")["media"] == "-1"
    assert told(media="yes", media__video="yes")["media"] == "-1"
    assert told(media="yes", media__video="yes", media__maps="yes")["media"] == ACCEPTED


def test_a_category_that_was_not_asked_is_left_out() -> None:
    unasked = told(media="unasked", media__video="unasked", media__maps="unasked")
    assert unasked == {"statistics": "-1", "marketing": "-1"}
    assert told(media="unasked", media__video="yes", media__maps="unasked")["media"] == "-1"


def test_the_accepted_version_is_later_than_any_that_dcc_compares_it_with() -> None:
    assert ACCEPTED > "2199-12-31T23:59:59.999999+00:00" > ""


def test_all_declined_is_a_refusal() -> None:
    assert is_refusal(REFUSED, NOTICE, "-1")
    assert is_refusal(f"{REFUSED}|gone=-1", NOTICE, "-1")
    assert is_refusal(REFUSED.replace("-1", "no"), NOTICE, "no")


@pytest.mark.parametrize(
    "notation",
    [
        "",
        "-1",
        "statistics=-1|marketing=-1",
        "statistics=-1|marketing=-1|media=zzz",
        f"statistics=-1|marketing=-1|media={ACCEPTED}",
        f"{REFUSED}|gone=2020-01-01",
        f"{REFUSED}|",
        "statistics=-1=|marketing=-1|media=-1",
        "statistics|marketing|media",
    ],
)
def test_anything_else_is_doubtful(notation: str) -> None:
    """B7."""
    assert not is_refusal(notation, NOTICE, "-1")


def test_where_nothing_is_optional_nothing_is_refused() -> None:
    only_necessary = notice(NOTICE.categories[0])
    assert not is_refusal("necessary=-1", only_necessary, "-1")


@given(st.text(alphabet="statisicmrkegd=|-1 é", max_size=60))
def test_no_text_raises(notation: str) -> None:
    """B7."""
    assert is_refusal(notation, NOTICE, "-1") in (True, False)


@given(st.fixed_dictionaries(dict.fromkeys(NOTICE.optional_keys, st.sampled_from(["yes", "no"]))))
def test_what_is_told_accepted_was_granted_as_a_whole(answers: dict[str, Answer]) -> None:
    for key, version in parse_cookie_str(to_notation(NOTICE, answers, "-1")).items():
        whole = {a for k, a in answers.items() if k.partition(":")[0] == key} == {"yes"}
        assert (version == ACCEPTED) == whole

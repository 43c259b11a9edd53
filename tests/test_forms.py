"""Why a decision's form cannot be taken, in words."""

from __future__ import annotations

from typing import get_args

import pytest
from django.http import QueryDict
from django.utils.translation import override

from consent.core.submission import Fault, Reason, Submission
from consent.forms import read_decision, reason_text


def test_a_posted_form_is_read() -> None:
    post = QueryDict(
        "means=save&notice=1&language=en&layer=banner&grant=a&grant=b%3Ac&next=%2Fp%2F"
    )
    sent = read_decision(post)
    assert isinstance(sent, Submission)
    assert (sent.choice.grants, sent.next) == ({"a", "b:c"}, "/p/")


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    text = reason_text([Fault("next", reason, "x" * 2001)])
    assert text.startswith("next: ")
    assert text.endswith(".")
    assert "%" not in text


def test_reasons_stand_in_one_line_with_their_fields() -> None:
    faults = [Fault("layer", "required"), Fault("next", "long", "/" * 2001), Fault("", "control")]
    assert reason_text(faults) == (
        "layer: This field is required. "
        "next: Ensure this value has at most 2000 characters (it has 2001). "
        "This control cannot stand for this action."
    )


def test_a_word_that_is_none_is_named() -> None:
    said = reason_text([Fault("means", "word", "zz%s")])
    assert said == "means: Select a valid choice. zz%s is not one of the available choices."


def test_reasons_are_told_in_the_active_language() -> None:
    with override("es"):
        assert reason_text([Fault("layer", "required")]) == "layer: Este campo es obligatorio."

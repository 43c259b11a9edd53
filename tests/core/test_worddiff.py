"""A text beside the one before it, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.worddiff import MAX_WORDS, Piece, compare_words

TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["we", "count", "visits", " ", ", ", ".", "\n", "más"]), max_size=30
).map("".join)


@given(TEXTS, TEXTS)
def test_the_pieces_give_back_both_texts(old: str, new: str) -> None:
    """A reader of the difference has read everything."""
    pieces = compare_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate != "added") == old
    assert "".join(piece.text for piece in pieces if piece.fate != "removed") == new


@given(TEXTS)
def test_a_text_that_stays_has_no_difference(text: str) -> None:
    assert {piece.fate for piece in compare_words(text, text)} <= {"same"}


def test_words_are_compared_whole() -> None:
    assert compare_words("Counts visits.", "Counts visitors.") == (
        Piece("same", "Counts "),
        Piece("removed", "visits"),
        Piece("added", "visitors"),
        Piece("same", "."),
    )


@pytest.mark.parametrize("text", ["word " * MAX_WORDS])
def test_a_very_long_text_is_replaced_whole(text: str) -> None:
    assert [piece.fate for piece in compare_words(text, text + "more")] == ["removed", "added"]

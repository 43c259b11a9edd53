"""Receipt ids as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.crockford import ALPHABET, parse_receipt

receipts = st.builds(
    str.__add__, st.sampled_from(ALPHABET[:8]), st.text(ALPHABET, min_size=25, max_size=25)
)


@given(receipts, st.lists(st.sampled_from(" -"), min_size=26, max_size=26))
def test_every_spelling_is_read_as_the_same_receipt(receipt: str, between: list[str]) -> None:
    """D4."""
    spelt = "".join(map("".join, zip(receipt, between, strict=True)))
    letters = receipt.translate(str.maketrans("01", "OL"))
    for text in (receipt, receipt.upper(), spelt, letters, letters.replace("L", "i")):
        assert parse_receipt(text) == receipt


@given(st.text())
def test_anything_else_is_no_receipt(text: str) -> None:
    """It never raises; what it returns has the one form."""
    found = parse_receipt(text)
    assert found == "" or (len(found) == 26 and set(found) <= set(ALPHABET))


@pytest.mark.parametrize(
    "wrong", ["", "0" * 25, "0" * 27, "8" + "0" * 25, "u" * 26, "0" * 25 + "\0"]
)
def test_what_no_receipt_can_be_is_none(wrong: str) -> None:
    assert parse_receipt(wrong) == ""

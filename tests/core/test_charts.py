"""Charts are true to their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.charts import labelled, scale, stacked

COLUMNS = st.lists(
    st.lists(st.tuples(st.sampled_from(["accept", "refuse"]), st.integers(0, 10**9)), max_size=5),
    max_size=90,
)


@given(COLUMNS)
def test_every_bar_lies_within_the_chart_and_is_as_long_as_its_count(columns) -> None:
    marks = scale(columns, height=200)
    assert 2 <= len(marks) <= 5
    assert (marks[0].y, marks[-1].y) == (200, 0)
    top = marks[-1].value
    assert top >= max((sum(count for _, count in column) for column in columns), default=0)
    bars = stacked(columns, width=700, height=200)
    for bar in bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= 700.01
        assert bar.y >= -0.1
        assert bar.y + bar.height <= 200.1
    total = sum(count for column in columns for _, count in column)
    drawn = sum(bar.height for bar in bars)
    assert drawn == pytest.approx(200 * total / top, abs=0.02 * len(bars) + 5 * len(columns) * 0.01)


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (41, [0, 20, 40, 60]),
        (900, [0, 500, 1000]),
    ],
)
def test_the_scale_has_round_numbers(most: int, marks: list[int]) -> None:
    assert [mark.value for mark in scale([[("accept", most)]], height=100)] == marks


@given(st.integers(0, 400))
def test_labels_are_few_and_begin_with_the_first(count: int) -> None:
    found = labelled(count)
    assert len(found) <= 6
    assert found[:1] == [0][:count]

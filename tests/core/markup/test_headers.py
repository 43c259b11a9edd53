"""The Link header."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.core.markup import link_header
from tests.core.markup.pages import BLOCKING, PAGE, RULES

HELD = "<https://video.example/a>; rel=preload; as=style"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (HELD, ""),
        ("<//video.example>;rel=preconnect", ""),
        (f"{HELD}, </own.css>; rel=preload", "</own.css>; rel=preload"),
        (f"</a>; rel=preload, {HELD} , </b>; rel=next", "</a>; rel=preload, </b>; rel=next"),
        (f'</a,b>; rel=x; title="a, <b>; \\"c", {HELD}', '</a,b>; rel=x; title="a, <b>; \\"c"'),
        ('<https://video.example/a>; title="rel=next"; REL="preload"', ""),
        ('</a>; rel=preload; imagesrcset="//video.example/a 1x"', ""),
        ("<\\\\video.example>; rel=preload; rel=canonical", ""),
    ],
)
def test_links_to_held_hosts_are_dropped(value: str, kept: str) -> None:
    """B2: browsers load them before any markup."""
    assert link_header(value, RULES, page=PAGE) == kept


@pytest.mark.parametrize(
    "value",
    [
        "",
        "junk",
        "</a>; rel=preload",
        "<https://video.example/a>",
        "<https://video.example/a>; rel=canonical",
        '<https://video.example/a>; rel="next prev"',
        "<https://other.example/a>; rel=preload",
        "<https://video.example/a; rel=preload",
    ],
)
def test_other_links_stay_as_they_are(value: str) -> None:
    assert link_header(value, RULES, page=PAGE) is value


def test_undeclared_hosts_are_reported_or_blocked() -> None:
    """B4."""
    told: list[str] = []
    value = "<https://other.example/a>; rel=preload"
    assert link_header(value, RULES, page=PAGE, report=told.append) == value
    assert told == ["other.example"]
    assert link_header(value, BLOCKING, page=PAGE) == ""


@settings(deadline=None)
@given(st.text(alphabet='<>"\\,;= /avideo.xmplr'))
def test_no_header_stops_it(value: str) -> None:
    link_header(value, RULES, page=PAGE)

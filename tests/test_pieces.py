"""What the tags put in is known, so pages of nothing else cost no scan; it is still no way in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import content, dialog, memory
from consent.pieces import Piece, rest_of
from consent.testing import grant
from tests.conftest import Publish
from tests.core.notices import category, service, text
from tests.test_content import body
from tests.untagged import BODY, FRAME, IMAGE
from tests.visiting import Visitor, worded

pytestmark = pytest.mark.urls("tests.untagged")

FILM = '{% consent "media" service="video" placeholder=True %}'
STATISTICS = '{% consent "statistics" service="stats" %}'
END = "{% endconsent %}"
COUNTER = '<img src="https://stats.example/1.gif">'
OTHERS = [
    f"{FILM}{FRAME}{COUNTER}{END}",
    f"{FILM.replace(' placeholder=True', '')}{FRAME}<svg>{END}<image href='https://stats.example/1.gif'></image>",
    f"{FILM}{FRAME}<noscript>{END}{COUNTER}</noscript>",
    f"<base href='https://stats.example/'>{FILM}<img src='1.gif'>{END}",
]
"""Gates of a film with something of the statistics in them, or behind them."""
ESCAPING = [
    f"{STATISTICS}</template>{COUNTER}{END}",
    f"{STATISTICS}</TEMPLATE >{COUNTER}{END}",
    f"<svg>{STATISTICS}<image href='https://stats.example/1.gif'></image>{END}</svg>",
    f"<SVG>{STATISTICS}<image href='https://stats.example/1.gif'></image>{END}</SVG>",
    f"<math>{STATISTICS}{COUNTER}{END}</math>",
    f"{{% filter lower %}}{STATISTICS}</template>{COUNTER}{END}{{% endfilter %}}",
]
"""Gates that are none to a browser."""


@pytest.fixture(autouse=True)
def _empty_body() -> Any:
    yield
    BODY.clear()
    BODY["html"] = FRAME


@pytest.fixture
def notice(publish: Publish) -> Any:
    return publish(
        worded(
            category("media", service("video", name=text("Film"), hosts=("player.example",))),
            category("statistics", service("stats", hosts=("stats.example",))),
        )
    )


@pytest.fixture
def scanned(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The pages that were scanned whole."""
    pages: list[bytes] = []
    rewrite = content.rewrite

    def noting(html: bytes, *args: Any, **options: Any) -> bytes:
        pages.append(html)
        return rewrite(html, *args, **options)

    monkeypatch.setattr(content, "rewrite", noting)
    return pages


@pytest.mark.parametrize("granted", [(), ("media",), ("media", "statistics")])
@pytest.mark.parametrize("is_cacheable", [False, True])
@pytest.mark.usefixtures("notice")
def test_a_page_of_tags_alone_is_not_scanned_again(
    visitor: Visitor,
    scanned: list[bytes],
    settings: Any,
    granted: tuple[str, ...],
    is_cacheable: bool,
) -> None:
    settings.CONSENT_CACHEABLE_PAGES = is_cacheable
    if granted:
        grant(visitor, *granted)
    html = f"<svg><path/></svg>{FILM}{FRAME}{END}<p>Café</p>{STATISTICS}{COUNTER}{END}"
    for _ in range(2):
        assert FRAME.partition("src")[2] in body(visitor, "/tagged/", html)
    assert scanned == []


@pytest.mark.usefixtures("notice")
def test_what_nobody_tagged_beside_tags_is_held(visitor: Visitor, scanned: list[bytes]) -> None:
    """B2, B4."""
    got = body(visitor, "/tagged/", f"{STATISTICS}{COUNTER}{END}{IMAGE}")
    assert IMAGE not in got
    assert len(scanned) == 1


@pytest.mark.parametrize("html", OTHERS)
@pytest.mark.usefixtures("notice")
def test_an_open_gate_lets_no_other_service_in(visitor: Visitor, html: str) -> None:
    """G1: also where something begins in it that ends behind it."""
    grant(visitor, "media", "statistics")
    assert "data-consent-held" not in body(visitor, "/tagged/", html)
    other = Visitor()
    grant(other, "media")
    assert "data-consent-held" in body(other, "/tagged/", html)


@pytest.mark.parametrize("html", ESCAPING)
@pytest.mark.usefixtures("notice")
def test_what_only_looks_like_a_gate_is_held(visitor: Visitor, html: str) -> None:
    """B2."""
    assert "data-consent-held" in body(visitor, "/tagged/", html)


@pytest.mark.usefixtures("notice")
def test_a_site_whose_own_dialog_loads_something_is_told_and_held(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B2: templates may be overridden."""
    rendered = dialog.rendered
    monkeypatch.setattr(dialog, "rendered", lambda *args: rendered(*args) + COUNTER)
    memory.forget()
    assert "data-consent-held" in body(visitor, "/tagged/", "<p>Text</p>")
    memory.forget()


def _encoded(parts: list[str]) -> list[bytes]:
    return [part.encode() for part in ("§", *parts)]


_TEXTS = st.text('<>/abc "é', max_size=12).map(str.encode)


_PIECES = st.lists(st.text("<>xyzé", max_size=120), max_size=4)
"""Of several parts: the first is searched for."""


@given(st.lists(st.tuples(_TEXTS, _PIECES.map(_encoded))), _TEXTS)
def test_the_rest_is_the_page_without_its_pieces(
    parts: list[tuple[bytes, list[bytes]]], end: bytes
) -> None:
    page = b"".join(before + b"".join(piece) for before, piece in parts) + end
    pieces = [Piece(piece, ()) for _, piece in parts]
    expected = b" ".join((*(before for before, _ in parts), end))
    assert rest_of(page, pieces) == expected
    assert rest_of(page + b"!", [*pieces, Piece((b"never there",), ())]) is None


@pytest.mark.parametrize("before", ["<svg>", "<SvG x>", "<math><mi>", "<svg/>"])
def test_a_piece_inside_svg_or_mathml_is_not_known(before: str) -> None:
    piece = Piece((b"<template>", b"x</template>"), ())
    html = b"".join(piece.parts)
    assert rest_of(before.encode() + html, [piece]) is None
    assert rest_of(b"<svg></svg>" + html, [piece]) == b"<svg></svg> "

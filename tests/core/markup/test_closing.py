"""What a gate holds goes out so that no engine fetches anything of it ahead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from consent.core.markup import Rules, closed, rewrite
from tests.core.markup.pages import BYTES, ELEMENTS, PAGE

P = "data-consent-held-"
NO_TYPE = 'type="data-consent-held"'

FETCHED_AHEAD = {
    "<img src=/a srcset='/b 1x' alt=a>": f"<img {P}src=/a {P}srcset='/b 1x' alt=a>",
    "<picture><source srcset=/a><img></picture>": (
        f"<picture><source {P}srcset=/a><img></picture>"
    ),
    "<video poster=/a></video>": f"<video {P}poster=/a></video>",
    "<q>q</q><script async src=/a type=module></script>": (
        f"<q>q</q><script {NO_TYPE} async src=/a {P}type=module></script>"
    ),
    "<link rel=stylesheet href=/a>": f"<link rel=stylesheet {P}href=/a>",
    "<link rel=preload as=image imagesrcset=/a>": (
        f"<link rel=preload as=image {P}imagesrcset=/a>"
    ),
    "<link rel=modulepreload href=/a>": f"<link rel=modulepreload {P}href=/a>",
    "<link rel=preconnect href=//a.example>": f"<link rel=preconnect {P}href=//a.example>",
    "<style>@import '/a'; p { background: url(/b) }</style>": (
        "<style>@consent-import '/a'; p { background: consent-url(/b) }</style>"
    ),
    "<svg><image href=/a /><image xlink:href=/b /></svg>": (
        f"<svg><image {P}href=/a /><image {P}xlink:href=/b /></svg>"
    ),
    "<svg><filter><feImage href=/a /></filter></svg>": (
        f"<svg><filter><feImage {P}href=/a /></filter></svg>"
    ),
    "<svg><script href=/a></script></svg>": f"<svg><script {NO_TYPE} href=/a></script></svg>",
    "<svg><style>@import '/a';</style></svg>": "<svg><style>@consent-import '/a';</style></svg>",
    "<noscript><img src=/a></noscript>": f"<noscript><img {P}src=/a></noscript>",
    "<noscript><!--</noscript><img src=/a>": f"<noscript><!--</noscript><img {P}src=/a>",
    "<template><img src=/a></template>": f"<template><img {P}src=/a></template>",
    "<iframe src=/a></iframe>": f"<iframe {P}src=/a></iframe>",
    "<input type=image src=/a>": f"<input type=image {P}src=/a>",
    "<table background=/a></table>": f"<table {P}background=/a></table>",
    "<IMG\nSRC = '/a'": "<IMG\nSRC = '/a'",
}


@pytest.mark.parametrize(("html", "inert"), FETCHED_AHEAD.items())
def test_what_firefox_fetches_out_of_templates_has_no_address(html: str, inert: str) -> None:
    """B2, B15: the site's own hosts too, for a site may run its statistics itself."""
    assert closed(html) == inert


UNTOUCHED = (
    "<p>text &amp; é \ud83d</p>",
    "<a href=/a ping=/b>a</a>",
    "<link rel=canonical href=/a>",
    "<script>const html = '<img src=/a>'</script>",
    "<script type=application/json>{'src': '/a'}</script>",
    "<textarea><img src=/a></textarea>",
    "<!-- <img src=/a> -->",
    "<p style='background: url(/a)' fill='url(#a)'>",
    "<iframe srcdoc='<img src=/a>'></iframe>",
    "<embed src=/a>",
    "<object data=/a></object>",
)


@pytest.mark.parametrize("html", UNTOUCHED)
def test_what_no_engine_fetches_ahead_stays_as_it_is(html: str) -> None:
    """Trusted Types would not let a frame's document, an embed or an object have theirs back."""
    assert closed(html) == html


@settings(deadline=None)
@given(ELEMENTS)
def test_what_is_closed_stays_as_it_is(html: str) -> None:
    """Also by whoever scans the page around it."""
    once = closed(html)
    assert closed(once) == once
    gate = f'<template data-consent-category="media" id="a">{once}'.encode()
    assert rewrite(gate, Rules(undeclared="block"), page=PAGE) == gate


@settings(deadline=None)
@given(BYTES)
def test_nothing_stops_it(html: bytes) -> None:
    closed(html.decode("utf-8", "replace"))


def test_a_gate_written_by_hand_is_closed_by_the_middleware() -> None:
    """B15."""
    html = "<template data-consent-category=media><p></p><img src={}></template>"
    page = html.format("//video.example/1.gif").encode()
    rules = Rules(held={"video.example": "media:video"})
    inert = rewrite(page, rules, page=PAGE).decode()
    assert inert == html.format("//video.example/1.gif").replace("src=", f"{P}src=")

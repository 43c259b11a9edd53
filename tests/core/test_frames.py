"""What a frame's host learns of the page: its origin at most."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.frames import NO_ADDRESS, POLICY, with_referrer_policy


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<iframe></iframe>", f"<iframe {POLICY}></iframe>"),
        ("<IFrame\n src=x>", f"<IFrame {POLICY}\n src=x>"),
        ("<iframe/>", f"<iframe {POLICY}/>"),
        ("<p>a < b</p><iframe src='a>b'>", f"<p>a < b</p><iframe {POLICY} src='a>b'>"),
        ("<iframe title=it's><iframe>", f"<iframe {POLICY} title=it's><iframe>"),
        ('<iframe data-referrerpolicy="x">', f'<iframe {POLICY} data-referrerpolicy="x">'),
        ("<noscript><iframe></noscript>", f"<noscript><iframe {POLICY}></noscript>"),
        ("<template><iframe></template>", f"<template><iframe {POLICY}></template>"),
        ("<!-- <iframe> --><iframe>", f"<!-- <iframe> --><iframe {POLICY}>"),
        ("<!--><iframe>", f"<!--><iframe {POLICY}>"),
        ("<!doctype html><?x?></ y><iframe>", f"<!doctype html><?x?></ y><iframe {POLICY}>"),
        ("<script>'<iframe>'</script><iframe>", f"<script>'<iframe>'</script><iframe {POLICY}>"),
        ("</iframe x><iframe>", f"</iframe x><iframe {POLICY}>"),
        ("<iframe></iframe><iframe>", f"<iframe {POLICY}></iframe><iframe {POLICY}>"),
    ],
)  # fmt: skip
def test_a_frame_gets_the_policy(before: str, after: str) -> None:
    """G7."""
    assert with_referrer_policy(before) == after


@pytest.mark.parametrize("value", ['="unsafe-url"', "=unsafe-url", "", '=""', " = 'x'"])
def test_a_policy_that_gives_the_address_away_is_replaced(value: str) -> None:
    """G7."""
    frame = f"<iframe src=x referrerpolicy{value} title=t>"
    assert with_referrer_policy(frame) == f"<iframe src=x {POLICY} title=t>"


@pytest.mark.parametrize("value", sorted(NO_ADDRESS))
@pytest.mark.parametrize(
    "form", ['referrerpolicy="{}"', "REFERRERPOLICY = {}", "referrerpolicy='{}'"]
)
def test_a_policy_that_keeps_the_address_is_the_site_s_own(value: str, form: str) -> None:
    """G7."""
    frame = f"<iframe src=x {form.format(value.upper())}></iframe>"
    assert with_referrer_policy(frame) == frame


@pytest.mark.parametrize(
    "html",
    [
        "",
        "iframe",
        "<iframes>",
        "<p title='<iframe>'></p>",
        '<p title="<iframe>',
        "<p title=<iframe></p>",
        "<!-- <iframe>",
        "<!-- --!<iframe>",
        "<script>'<iframe>'",
        "<script><!-- <script></script><iframe>--></script>",
        "<style><iframe></style>",
        "<textarea><iframe></textarea>",
        "<title><iframe></title>",
        "<plaintext><iframe>",
        "<iframe",
        "<iframe src='",
        "<? <iframe",
    ],
)
def test_what_is_no_frame_is_left_as_it_is(html: str) -> None:
    assert with_referrer_policy(html) == html


class Frames(HTMLParser):
    """Collects the referrer policies of the frames."""

    def __init__(self) -> None:
        super().__init__()
        self.policies: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.policies.append(dict(reversed(attrs)).get("referrerpolicy"))


bits = st.sampled_from(
    [
        *("<iframe", "</iframe>", "<p ", "<script>", "</script>", "<style>", "</style>"),
        *("<!--", "-->", "<", "!", ">", "/", " ", "=", '"', "'"),
        *("src", "referrerpolicy", "unsafe-url", "no-referrer"),
    ]
)
attributes = st.lists(
    st.sampled_from(
        [
            *("src=x", 'src="a > b"', "title='<iframe>'", "hidden", "loading = lazy"),
            *("referrerpolicy", "referrerpolicy=unsafe-url"),
            *('referrerpolicy="No-Referrer"', "referrerpolicy='origin'"),
        ]
    ),
    unique_by=lambda attribute: attribute.partition("=")[0],
)
frames = attributes.map(lambda found: f"<iframe {' '.join(found)}></iframe>")
others = st.sampled_from(
    ["<p>text</p>", "a < b & c", "<!-- <iframe> -->", "<script>'<iframe>'</script>", "<br/>", "é"]
)


@given(st.lists(bits).map("".join))
def test_any_text_is_handled_and_handled_once(html: str) -> None:
    once = with_referrer_policy(html)
    assert with_referrer_policy(once) == once


@given(st.lists(bits.filter(lambda bit: bit != "referrerpolicy")).map("".join))
def test_nothing_else_changes_by_a_byte(html: str) -> None:
    assert with_referrer_policy(html).replace(f" {POLICY}", "") == html


@given(st.lists(frames | others))
def test_every_frame_of_whole_markup_keeps_the_address(markup: list[str]) -> None:
    """G7."""
    parser = Frames()
    parser.feed(with_referrer_policy("".join(markup)))
    assert len(parser.policies) == sum(part.startswith("<iframe ") for part in markup)
    assert {str(policy).lower() for policy in parser.policies} <= NO_ADDRESS

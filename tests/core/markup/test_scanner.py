"""The stream: any chunks, any bytes, nothing else changed, and back again."""

from __future__ import annotations

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.core.markup import Rules, Scanner, may_hold, revive, rewrite
from tests.core.markup.pages import (
    BLOCKING,
    BYTES,
    HELD,
    MARKUP,
    PAGE,
    RULES,
    SPELLINGS,
    gated,
    run,
    scan,
)

MANY = settings(max_examples=300, deadline=None)
FREE = BYTES.filter(lambda html: b"consent-" not in html.lower())
NAMED = re.compile(
    rb"<(?:script|iframe|frame|img|image|source|link|embed|object|video|audio|track|input|body"
    rb"|table|td|style|svg|use|feimage|base|p|noscript)",
    re.IGNORECASE,
)


@MANY
@given(BYTES, st.sampled_from([RULES, BLOCKING]))
def test_no_bytes_stop_it(html: bytes, rules: Rules) -> None:
    scan(html, rules)
    revive(html)


@pytest.mark.parametrize("page", ["", "garbage", "/services/", "//x", "https:", "data:,x", "\0"])
def test_no_page_address_stops_it(page: str) -> None:
    """What stands on a page whose address says nothing is judged by the hosts that it names."""
    html = b'<img src="//held.example/1.gif"><img src="1.gif"><script src="https://x.example/"></script>'
    assert b"data-consent-held" in rewrite(html, Rules(held={"held.example": "media"}), page=page)


@MANY
@given(FREE)
def test_its_own_output_passes_unchanged(html: bytes) -> None:
    inert = scan(html)
    assert scan(inert) == inert


@MANY
@given(FREE)
def test_what_was_made_inert_comes_back_byte_for_byte(html: bytes) -> None:
    assert revive(scan(html)) == html
    assert revive(scan(html, BLOCKING)) == html


@MANY
@given(BYTES, st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_chunks_make_no_difference(html: bytes, sizes: list[int]) -> None:
    assert scan(html, sizes=sizes) == scan(html)


@MANY
@given(BYTES)
def test_the_prefilter_misses_nothing(html: bytes) -> None:
    """B2, B4: neither anything to hold nor anything to report."""
    told: list[str] = []
    scanner = Scanner(RULES, page=PAGE, report=told.append)
    changed = scanner.feed(html) + scanner.close() != html
    if changed or told:
        assert may_hold(html, RULES)


@MANY
@given(BYTES)
def test_without_a_named_element_nothing_changes(html: bytes) -> None:
    page = NAMED.sub(b"<b", html)
    if b"style" not in page.lower() and b"svg" not in page.lower():
        assert rewrite(page, RULES, page=PAGE) is page


@MANY
@given(MARKUP)
def test_a_page_without_held_hosts_is_the_same_object(html: bytes) -> None:
    page = html.replace(b"fbq", b"")
    quiet = Rules(held={"nowhere.example": "media:video"})
    assert rewrite(page, quiet, page=PAGE) is page
    assert rewrite(page, Rules(undeclared="allow"), page=PAGE) is page


@pytest.mark.parametrize("url", SPELLINGS)
def test_every_split_of_a_tag_is_put_together(url: str) -> None:
    style = "<style>a{b:url(//video.example)}</style>"
    html = f"<p>é<iframe src='{url}'>a</iframe >\n<img src='{url}'>{style}"
    page = html.encode()
    whole = scan(page)
    assert whole != page
    for at in range(len(page)):
        scanner = Scanner(RULES, page=PAGE)
        assert scanner.feed(page[:at]) + scanner.feed(page[at:]) + scanner.close() == whole


def test_no_more_is_held_back_than_an_unfinished_token() -> None:
    scanner = Scanner(RULES, page=PAGE)
    assert scanner.feed(b"<p>text") == b"<p>text"
    assert scanner.feed(b"more<img al") == b"more"
    assert scanner.feed(b"t=x>") == b"<img alt=x>"
    longest_end = len("</script")
    for head, tail in (
        (b"<!--", b"-->"),
        (b"<script src=/a.js>", b"</script>"),
        (b"<xmp>", b"</xmp>"),
    ):
        fed = head + b"any text, however long" * 9
        out = scanner.feed(fed)
        assert len(fed) - len(out) <= longest_end
        assert out + scanner.feed(tail) == fed + tail
    assert scanner.close() == b""


def test_an_empty_page_is_empty() -> None:
    scanner = Scanner(RULES, page=PAGE)
    assert scanner.feed(b"") + scanner.close() == b""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_transcoded_there_and_back(encoding: str) -> None:
    """B2."""
    html = "\ufeff<p>é\ud800<img src=//video.example>"
    page = html.encode(encoding, "surrogatepass") + b"\x41"
    inert = rewrite(page, RULES, page=PAGE)
    text = inert[:-1].decode(encoding, "surrogatepass")
    assert text == html.replace("<img src", f"<img{HELD} data-consent-held-src")
    assert inert[-1:] == b"\x41"
    assert scan(page, sizes=[1]) == inert
    plain = "\ufeff<p>//video.example".encode(encoding)
    assert rewrite(plain, RULES, page=PAGE) is plain
    for short in (b"\xff", b"\xfe", b"\xfe<img src=//video.example>"):
        assert scan(short, sizes=[1]) == scan(short)


@pytest.mark.parametrize("encoding", ["latin-1", "shift_jis", "gb18030", "big5", "koi8-r"])
def test_other_charsets_pass_as_they_are(encoding: str) -> None:
    text = {"latin-1": "é", "koi8-r": "я"}.get(encoding, "表十能")
    html = f'<p title="{text}">{text}<img alt="{text}" src="//video.example/{text}">'
    expected = html.replace("<img", f"<img{HELD}").replace(" src", " data-consent-held-src")
    assert rewrite(html.encode(encoding), RULES, page=PAGE) == expected.encode(encoding)


def test_byte_order_marks_of_utf_8_do_not_matter() -> None:
    assert run(b"\xef\xbb\xbf<script src=//video.example></script>") == "\ufeff" + gated(
        "<script src=//video.example></script>"
    )


HARD = {
    "unfinished tag": b'<a b="' + b">x" * 2_000_000,
    "unfinished end tag": b"<script>1</script " + b"x=y " * 100_000,
    "unfinished comment": b"<!--" + b"--" * 200_000,
    "unfinished script": b"<script>" + b"<!--<script>" * 33_000,
    "comments in imports": b"<script type=module>" + b"import/*" * 15_000 + b"</script>",
    "nested drawings": b"<svg>" * 30_000,
    "nested templates": b"<template>" * 40_000,
    "open icons": b"<svg><path>" * 36_000,
    "names of names": b"<a" * 200_000,
    "open sets": b"<style>" + b"//image-set(" * 33_000 + b"</style>",
    "open strings": b"<style>//" + b"'\n" * 200_000 + b"</style>",
    "open namespaces": b"<style>//" + b"@namespace url(" * 27_000 + b"</style>",
    "open addresses": b"<style>" + b"url(//" * 66_000 + b"</style>",
    "escapes": b"<style>//" + b"\\61 " * 100_000 + b"</style>",
    "long name": b"<style>//\\a" + b"a" * 400_000 + b"</style>",
    "frames in frames": b"<iframe/srcdoc=" * 26_000 + b"></iframe>",
    "candidates": b"<img srcset='" + b"//a.example," * 33_000 + b"'>",
    "references": b"<img src='" + b"&#x2f;" * 66_000 + b"'>",
    "equals": b"<a " + b"= " * 200_000,
    "digits": b"<img src='//a:" + b"1" * 400_000 + b"&#" + b"9" * 9000 + b"'>",
}


@pytest.mark.parametrize("page", HARD.values(), ids=HARD)
def test_time_grows_with_length_alone(page: bytes) -> None:
    """Twice the page takes about twice the time, whole and in chunks."""
    head = b"<img src=//video.example>"

    def seconds(html: bytes) -> float:
        start = thread_time()
        whole = scan(html)
        assert scan(html, sizes=[4096]) == whole
        revive(html)
        return thread_time() - start

    half = page[: len(page) // 2] + page[-9:]
    short = min(seconds(head + half) for _ in range(2))
    assert seconds(head + page) < 3 * short + 0.1

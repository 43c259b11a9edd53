"""What is read in one match because it is spelled as usual is decided like everything else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.core.markup import Rules, machine
from consent.core.markup.tokens import CAREFUL
from tests.core.markup.pages import BLOCKING, HELD, MARKUP, RULES, gated, scan

HOSTS = ("//video.example", "https://video.example/x", "//other.example/", "//www.clinic.example/")
OTHERS = ("/x", "https:video.example", "//video.example/a b", "&sol;/video.example", "")
TEMPLATES = (
    *('<link rel="stylesheet" href="{}">', '<link href="{}" rel="canonical">'),
    *('<link rel="me" href="{}" rel="icon">', '<link media="print" rel="" href="{}" as="x">'),
    *('<img srcset="{} 1x, {}b 2x" src="{}" alt="">', '<img src="{}" srcset="/x 1x, {}">'),
    *('<img srcset="{}" srcset="/x" src="{}">', '<img alt="a>b" src="{}" width=1 />'),
    *('<noscript><img src="{}"></noscript>', '<noscript>x <img src="{}" alt=">"> y</noscript>'),
    *(
        '<noscript><img src="{}" alt="</noscript>"></noscript>',
        '<noscript><img src="{}"</noscript>',
    ),
    *('<div style="background: url({}) top">', '<p class="a" style="b:url(\'{}\');c:curl(d)">'),
    *(
        '<p style="@namespace url({})">',
        '<a style="x:url({});y:url(/z)">',
        '<p style="u:/*url({})*/">',
    ),
    *("<script>fbq(1)</script>", '<script nonce="n">import("{}")</script>', "<script>a<b</script>"),
    *("<script>fbq('</p>')</script>", "<script>'<!-- <script>' fbq(1)</script>", "<script>fbq("),
    *('<script type="application/ld+json">{"fbq(": "{}"}</script>', "<style>a{b:url({})}</style>"),
    *('<script id="x" type="application/json">"</p>"</script>', "<style>:root{top:0}</style>"),
    *('<script type="text/javascript">fbq()</script>', '<script type="module">fbq()</script>'),
    *(
        '<style media="print">@import "{}";</style>',
        "<style>a{b:url(http\t:video.example)}</style>",
    ),
    *('<svg class="i" viewBox="0 0 1 1"><path d="M0 1"/><use href="{}"/></svg>', "<svg><title>"),
    *('<script async src="{}"></script>', '<iframe src="{}" title="x"></iframe>'),
)
PIECES = st.builds(
    str.replace, st.sampled_from(TEMPLATES), st.just("{}"), st.sampled_from(HOSTS + OTHERS)
)
PAGES = st.lists(PIECES.map(str.encode) | MARKUP, max_size=5).map(b"".join)
BREAKS = st.sampled_from((b"", b"<", b">", b'"', b"&", b" ", b"/", b"\n"))


def _scan_closely(html: bytes, rules: Rules = RULES) -> bytes:
    """Return a page as it is rewritten when every tag is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "QUIET", CAREFUL)
        patch.setattr(machine, "read_usual", lambda *_: None)
        return scan(html, rules)


@settings(max_examples=500, deadline=None)
@given(PAGES, st.sampled_from((RULES, BLOCKING)), st.integers(0, 200), BREAKS)
def test_the_usual_spelling_is_decided_like_any_other(
    html: bytes, rules: Rules, at: int, broken: bytes
) -> None:
    html = html[:at] + broken + html[at:]
    assert scan(html, rules) == _scan_closely(html, rules)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_usual_spelling_is_decided_like_any_other(template: str, host: str) -> None:
    html = template.replace("{}", host).encode()
    assert scan(html, BLOCKING) == _scan_closely(html, BLOCKING)


@pytest.mark.parametrize(
    ("html", "held"),
    [
        (
            '<noscript> <img src="//video.example/x"></noscript>',
            f'<noscript> <img{HELD} data-consent-held-src="//video.example/x"></noscript>',
        ),
        (
            '<link href="//video.example/x" rel="stylesheet">',
            f'<link{HELD} data-consent-held-href="//video.example/x" rel="stylesheet">',
        ),
        (
            '<img srcset="//video.example/x 1x" src="/x">',
            f'<img{HELD} data-consent-held-srcset="//video.example/x 1x" src="/x">',
        ),
        (
            '<img src="//video.example/x" srcset="/x 1x">',
            f'<img{HELD} data-consent-held-src="//video.example/x" srcset="/x 1x">',
        ),
        (
            "<div style=\"background:url('//video.example/x') top\">",
            f"<div{HELD} style=\"background:consent-url('//video.example/x') top\">",
        ),
        ('<script nonce="n">fbq(1)</script>', None),
    ],
)
def test_usual_spellings_are_held(html: str, held: str | None) -> None:
    assert scan(html.encode()).decode() == (held or gated(html, "marketing:pixel"))


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="canonical" href="//video.example/x">',
        '<script type="application/ld+json">{"fbq(": 1}</script>',
        '<style>:root{--gap:1px;top:0}a{b:url("/x")}</style>',
        "<script>if (1 < 2) { x() }</script>",
        '<div style="background:curl(//video.example/x)">',
    ],
)
def test_usual_spellings_of_what_loads_nothing_pass(html: str) -> None:
    assert scan(html.encode()).decode() == html

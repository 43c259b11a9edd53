"""The prefilter: quiet on ordinary pages, never wrong."""

from __future__ import annotations

import pytest

from consent.core.markup import Rules, may_hold
from tests.core.markup.pages import RULES

QUIET = (
    "<p>plain</p><a href='/x'>x</a><br/>",
    '<link rel=canonical href="https://www.clinic.example/a">',
    '<a href="https://www.clinic.example">home</a>',
    "<img src=//granted.example/x>",
    "<img src='https://cdn.clinic.example:8443/x'>",
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"></svg>',
    "<script>document.createElementNS('http://www.w3.org/2000/svg', 'g') // a comment\n</script>",
    '<script type="application/ld+json">{"@context": "https://schema.org"}</script>',
    "<script>if (location.protocol == 'https:') { x = '<\\/script>'; y = 'a\\nb' }</script>",
    "<p>It&#39;s &#x27;fine&#x27; &amp; &lt;b&gt; &quot;x&quot; &nbsp;&eacute;&#8217;&#xe9;</p>",
    "<style>a:hover{top:1px}i::before{content:'\\f101'}</style>",
    "<p>news: views: https, http and ws</p>",
)
LOUD = (
    "<img src=//other.example>",
    "<img src=http://www.w3.org/Icons/valid-html401>",
    "<img src='https://schema.org/logo.png'>",
    '<img src="https://www.clinic.example.evil.example">',
    '<img src="https://www.clinic.example@evil.example/">',
    '<img src="https://www.clinic.example:81/">'.replace("www", "cdn"),
    '<img src="//www.clinic.example\n.evil.example/">',
    "<script>fbq(1)</script>",
    "<script>FBQ(1)</script>",
    "<img src='https:evil.example'>",
    "<img src='HtTp\n:\tevil.example'>",
    "<img src=wss:evil.example>",
    "<img src=\\\\evil.example>",
    "<img src='/\t/evil.example'>",
    "<img src='&sol;/evil.example'>",
    "<img src='/&#x0000002F;evil.example'>",
    "<img src='&#0047;/evil.example'>",
    "<iframe srcdoc='&lt;img src=&amp;#47;/evil.example&gt;'></iframe>",
    "<iframe srcdoc='&lt;img src=&#38;#38;sol;/evil.example&gt;'></iframe>",
    "<style>a{b:url(\\2f\\2f evil.example)}</style>",
    "<style>a{b:url('/\\9 /evil.example')}</style>",
    "<script>import('\\x2f/evil.example')</script>",
    "\ufeff".encode("utf-16-le").decode("latin-1"),
)


@pytest.mark.parametrize("html", QUIET)
def test_pages_without_a_foreign_host_need_no_scan(html: str) -> None:
    assert not may_hold(html.encode(), RULES)


@pytest.mark.parametrize("html", LOUD)
def test_what_may_have_to_be_judged_is_noticed(html: str) -> None:
    """B2, B4."""
    assert may_hold(html.encode("latin-1"), RULES)


def test_rules_that_hold_nothing_need_no_scan() -> None:
    assert not may_hold(b"<img src=//other.example>", Rules(undeclared="allow"))


def test_a_host_of_which_a_port_is_held_is_looked_at() -> None:
    rules = Rules(
        held={"www.clinic.example:8443": "media:x"}, own=frozenset({"www.clinic.example"})
    )
    assert may_hold(b"<img src='https://www.clinic.example/'>", rules)
    sub = Rules(held={"a.clinic.example": "media:x"}, own=frozenset({"*.clinic.example"}))
    assert may_hold(b"<img src='https://b.clinic.example/'>", sub)


def test_declared_texts_are_found_escaped_in_svg_scripts_too() -> None:
    """B2."""
    rules = Rules(
        patterns=(("track('a\n", "statistics:visits"), ('<&>"', "a:b")), undeclared="allow"
    )
    assert may_hold(b"<svg><script>track(&#39;a\n</script></svg>", rules)
    assert may_hold(b"<svg><script>&lt;&amp;&#x3e;&quot;</script></svg>", rules)
    assert not may_hold(b"<svg><script>trace('a\n</script></svg>", rules)

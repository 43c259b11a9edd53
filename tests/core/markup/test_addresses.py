"""How addresses are resolved and judged, in every spelling that browsers accept."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.core.markup import Rules, may_hold
from consent.core.markup.characters import decode, unescape
from consent.core.markup.urls import Address, absolute, ascii_host, candidates, resolve
from tests.core.markup.pages import BLOCKING, HELD, PAGE, RULES, SPACED_SPELLINGS, SPELLINGS, run

BASE = Address("https", "www.clinic.example", 443)


@pytest.mark.parametrize("url", [*SPELLINGS, *SPACED_SPELLINGS])
def test_every_spelling_of_a_held_address_is_held(url: str) -> None:
    """B2."""
    html = f'<img src="{url}">'
    assert may_hold(html.encode(), RULES)
    assert run(html) == f'<img{HELD} data-consent-held-src="{url}">'


@pytest.mark.parametrize("url", SPELLINGS)
def test_spelling_does_not_depend_on_quotes(url: str) -> None:
    """B2."""
    assert run(f"<img src={url}>") == f"<img{HELD} data-consent-held-src={url}>"


@pytest.mark.parametrize(
    "url",
    [
        "/a.png",
        "a.png",
        "",
        "?//video.example",
        "#//video.example",
        "./x:y",
        "video.example",
        "/&sol;".replace("&sol;", "a/") + "/video.example",
        "data:image/png,//video.example",
        "blob:https://video.example/1",
        "about:blank",
        "javascript:'//video.example'",
        "mailto:a@video.example",
        "//www.clinic.example/a?u=//video.example",
        "//WWW.clinic.example:443/",
        "https:///www.clinic.example\\@video.example",
        "https://video.example@www.clinic.example/",
        "https://video.example:x@www.clinic.example/",
        "https://",
        "//",
        "/ /video.example",
    ],
)
def test_own_addresses_and_those_without_a_host_stay(url: str) -> None:
    html = f'<img src="{url}">'
    assert run(html, BLOCKING) == html


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("//[::1]:8000/", "[::1]"),
        ("//1.2.3.4/", "1.2.3.4"),
        ("//0x7f.1/", "0x7f.1"),
        ("//a b.example/", "a b.example"),
        ("//%zz.example/", "%zz.example"),
        ("//" + "a" * 300 + ".example/", "a" * 300 + ".example"),
        ("//www.clinic.example.evil.example/", "www.clinic.example.evil.example"),
        ("//www.clinic.example:8443/", "www.clinic.example"),
        ("//xn--video/", "xn--video"),
        ("//bücher.example/", "xn--bcher-kva.example"),
        ("//straße.example/", "xn--strae-oqa.example"),
        ("//\udcff.example/".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), None),
    ],
)
def test_what_cannot_be_placed_is_an_undeclared_third_party(url: str, host: str | None) -> None:
    """B4."""
    told: list[str] = []
    rules = Rules(own=frozenset({"www.clinic.example:443"}), undeclared="block")
    assert 'data-consent-held=""' in run(f'<img src="{url}">', rules, report=told.append)
    assert host is None or told == [host]


def test_https_without_slashes_is_held_whatever_the_scheme_of_the_page() -> None:
    """B2: behind a proxy the page's scheme is not known for sure."""
    for page in ("http://www.clinic.example/", PAGE):
        assert HELD in run("<img src=https:video.example/x>", page=page)
        assert HELD not in run("<img src=https:granted.example/x>", page=page)
    assert resolve("https:images/a.png", BASE)[0] == BASE._replace(path="/images/a.png")
    assert run("<img src=https:images/a.png>") == "<img src=https:images/a.png>"


def test_the_most_specific_pattern_decides() -> None:
    rules = Rules(
        held={"*.maps.example": "media:maps", "tiles.maps.example:8080": "media:tiles"},
        passing=frozenset({"tiles.maps.example"}),
    )
    assert 'held="media:maps"' in run("<img src=//a.b.maps.example>", rules)
    assert "held" not in run("<img src=//tiles.maps.example>", rules)
    assert 'held="media:tiles"' in run("<img src=//tiles.maps.example:8080>", rules)
    assert "held" not in run("<img src=//maps.example>", rules)


def test_a_port_in_a_pattern_counts_and_default_ports_are_known() -> None:
    rules = Rules(held={"video.example:443": "media:video"})
    assert HELD in run("<img src=https://video.example>", rules)
    assert HELD in run("<img src=//video.example:0443/>", rules)
    assert "held" not in run("<img src=http://video.example>", rules)
    assert "held" not in run("<img src=//video.example:444>", rules)


def test_of_equal_patterns_own_comes_first_then_granted_then_held() -> None:
    html = "<img src=//video.example>"
    for pattern in (
        {"own": frozenset({"video.example"})},
        {"passing": frozenset({"VIDEO.example."})},
    ):
        rules = Rules(held={"video.example": "media:video"}, **pattern)
        assert run(html, rules) == html


def test_relative_addresses_follow_the_first_base_with_an_address() -> None:
    """B2."""
    foreign = "<base target=a><base href=//video.example/y/><base href=/>"
    assert run(f"{foreign}<img src=a.png>") == f"{foreign}<img{HELD} data-consent-held-src=a.png>"
    css = "<style>@import 'a.css';a{b:url(c)}</style><p style='a:url(x)'>"
    assert run(f"{foreign}{css}").count("consent-url(") == 2
    assert "consent-import" in run(f"{foreign}{css}")
    own = "<base href=/a/><base href=//video.example/><img src=a.png>"
    assert run(own) == own
    for odd in ("data:,x", "javascript:x"):
        page = f"<base href={odd}><base href=//video.example/><img src=a.png>"
        assert run(page) == page


def test_a_base_that_does_not_count_changes_nothing() -> None:
    for place in ("<template>{}</template>", "<svg><desc/>{}</svg>", "<noscript>{}</noscript>"):
        page = place.format("<base href=//video.example>") + "<img src=a.png>"
        assert run(page).endswith("<img src=a.png>")


def test_srcset_candidates_are_split_as_browsers_do() -> None:
    split = {
        "a.png": ["a.png"],
        "a.png 1x, b.png 2x": ["a.png", "b.png"],
        " , a.png,b.png 2x,": ["a.png,b.png"],
        "a.png, //b/c,d.png 100w": ["a.png", "//b/c,d.png"],
        "data:image/png;base64,AA== 1x,b": ["data:image/png;base64,AA==", "b"],
        "a (x, y) 1x, b": ["a", "b"],
        "a (x, b": ["a"],
        "a,,, b": ["a", "b"],
        "": [],
        " ,": [""],
    }
    for srcset, urls in split.items():
        assert [url for url in candidates(srcset) if url] == [url for url in urls if url]


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        ("&sol;&#47;&#x2F;&#x2f", "////"),
        ("&amp;&amp;amp;", "&&amp;"),
        ("a&copy=1&copy;&copyx&copy", "a&copy=1©&copyx©"),
        ("&nope;&;&#;&#x;&", "&nope;&;&#;&#x;&"),
        ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\ufffd" * 4),
        ("&#" + "9" * 5000, "\ufffd"),
        ("&#x80;&#11;&#xd;", "€\x0b\r"),
        ("&Tab;&NewLine;&nbsp", "\t\n\xa0"),
    ],
)
def test_character_references_are_decoded_as_in_attributes(raw: str, decoded: str) -> None:
    assert unescape(raw.encode()).decode() == decoded


@settings(deadline=None)
@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    assert unescape(escape(text).encode()).decode() == text


@settings(deadline=None)
@given(st.lists(st.sampled_from(["&amp;", "&#65;", "x", "é", "&no;", "&lt"]), max_size=8))
def test_decoded_offsets_lead_back_to_what_they_came_from(pieces: list[str]) -> None:
    raw = "".join(pieces).encode()
    decoded = decode(raw)
    for offset in range(len(decoded.value)):
        at = decoded.raw(offset)
        assert raw[at : at + 1] in (b"&", decoded.value[offset : offset + 1])
    assert decoded.raw(len(decoded.value)) == len(raw)


@settings(deadline=None)
@given(st.text(), st.sampled_from([BASE, Address("http", "a", 80)]))
def test_no_text_stops_the_resolver(url: str, base: Address) -> None:
    resolve(url, base)
    absolute(url, PAGE)
    candidates(url)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_host_is_ascii_and_stays_what_it_is(host: str) -> None:
    ascii_form = ascii_host(host.replace("%", ""))
    assert ascii_form.isascii()
    assert ascii_host(ascii_form) == ascii_form


def test_absolute_addresses_are_for_people() -> None:
    assert absolute(" \\\\video.example\\a?b=\\ ", PAGE) == "https://video.example/a?b=\\"
    assert absolute("../a", PAGE) == "https://www.clinic.example/a"
    assert absolute("data:a\\b", PAGE) == "data:a\\b"
    assert absolute("//[", PAGE) == ""

"""What styles load."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.core.markup import revive
from consent.core.markup.css import held_in_css, unescape_css
from tests.core.markup.pages import HELD, run

U = "//video.example/x"

HELD_STYLES = {
    f"a{{b:url({U})}}": f"a{{b:consent-url({U})}}",
    f"a{{b:URL( '{U}' )}}": f"a{{b:consent-URL( '{U}' )}}",
    f'a{{b:url("{U}"': f'a{{b:consent-url("{U}"',
    f"a{{b:url({U}": f"a{{b:consent-url({U}",
    f"a{{b:\\75rl({U})}}": f"a{{b:consent-\\75rl({U})}}",
    f"a{{b:u\\72 l({U})}}": f"a{{b:consent-u\\72 l({U})}}",
    "a{b:url(\\2f\\2fvideo.example)}": "a{b:consent-url(\\2f\\2fvideo.example)}",
    "a{b:url('\\/\\/video.example')}": "a{b:consent-url('\\/\\/video.example')}",
    "a{b:url('/\\\n/video.example')}": "a{b:consent-url('/\\\n/video.example')}",
    f"a{{b:url(c) url({U}) url(d)}}": f"a{{b:url(c) consent-url({U}) url(d)}}",
    f'@import "{U}";': f'@consent-import "{U}";',
    f"@IMPORT/**/ '{U}' screen;": f"@consent-IMPORT/**/ '{U}' screen;",
    f"@\\69mport '{U}';": f"@consent-\\69mport '{U}';",
    f"@import url({U});": f"@consent-import url({U});",
    f"@import/**/ URL( '{U}' ) print;": f"@consent-import/**/ URL( '{U}' ) print;",
    f"@\\69mport u\\72l({U});": f"@consent-\\69mport u\\72l({U});",
    f"a{{b:image-set('{U}' 1x, 'c' 2x)}}": f"a{{b:consent-image-set('{U}' 1x, 'c' 2x)}}",
    f"a{{b:-webkit-image-set('{U}' 1x)}}": f"a{{b:consent--webkit-image-set('{U}' 1x)}}",
    f"a{{b:image-set(url({U}) 1x)}}": f"a{{b:image-set(consent-url({U}) 1x)}}",
    f"a{{b:image-set('c' 1x, image-set('{U}' 2x) 1x)}}": (
        f"a{{b:image-set('c' 1x, consent-image-set('{U}' 2x) 1x)}}"
    ),
    f"a{{b:im\\61ge-set('{U}' 1x)}}": f"a{{b:consent-im\\61ge-set('{U}' 1x)}}",
    f"@font-face{{src:url({U}) format('a')}}": f"@font-face{{src:consent-url({U}) format('a')}}",
    f"a{{b:'x'}}/* url( */b{{c:url({U})}}": f"a{{b:'x'}}/* url( */b{{c:consent-url({U})}}",
    f"@namespace 'urn:x';a{{b:url({U})}}": f"@namespace 'urn:x';a{{b:consent-url({U})}}",
}

QUIET_STYLES = (
    f"/* url({U}) */",
    f"a{{b:'url({U})'}}",
    f"a{{b:'\\'url({U})'}}",
    f"a{{b:-url({U})}}",
    f"a{{b:xurl({U})}}",
    f"a{{b:consent-url({U})}}",
    f"a{{b:url (x) {U}}}",
    f"a{{b:url(x'{U}')}}",
    f"@namespace svg url({U});",
    f"@namespace '{U}';",
    f"a{{b:image-set('c' type('{U}') 1x)}}",
    f"a{{b:format('{U}')}}",
    f"@imports '{U}';",
    f"@import x '{U}';",
    f"@import url(c);/* {U} */",
)


@pytest.mark.parametrize(("css", "inert"), HELD_STYLES.items(), ids=HELD_STYLES)
def test_held_loads_become_unknown_functions_and_rules(css: str, inert: str) -> None:
    """B2: an unknown function drops its declaration alone."""
    assert run(f"<style>{css}</style>") == f"<style{HELD}>{inert}</style>"
    assert revive(f"<style{HELD}>{inert}</style>".encode()).decode() == f"<style>{css}</style>"
    assert run(f"<svg><style>{css}</style></svg>") == f"<svg><style{HELD}>{inert}</style></svg>"
    assert run(f"<style>{css}") == f"<style{HELD}>{inert}"


@pytest.mark.parametrize("css", QUIET_STYLES)
def test_what_browsers_do_not_load_stays(css: str) -> None:
    assert run(f"<style>{css}</style>") == f"<style>{css}</style>"


@pytest.mark.parametrize(
    ("value", "inert"),
    [
        ('"a:url(&quot;//video.example&quot;)"', '"a:consent-url(&quot;//video.example&quot;)"'),
        ('"a:&#117;rl(//video.example)"', '"a:consent-&#117;rl(//video.example)"'),
        ('"é:url(&#x2f;/video.example)"', '"é:consent-url(&#x2f;/video.example)"'),
        ('"a:url&lpar;//video.example)"', '"a:consent-url&lpar;//video.example)"'),
        ('"a:&bsol;75rl(//video.example)"', '"a:consent-&bsol;75rl(//video.example)"'),
        ("a:url(//video.example)", "a:consent-url(//video.example)"),
    ],
)
def test_style_attributes_are_judged_decoded_and_changed_where_they_stand(
    value: str, inert: str
) -> None:
    """B2."""
    html, expected = f"<p id=a style={value}>", f"<p{HELD} id=a style={inert}>"
    assert run(html) == expected
    assert revive(expected.encode()).decode() == html


def test_an_svg_style_is_judged_decoded() -> None:
    """B2: there it is markup, not raw text."""
    html = "<svg><style>a{b:&#117;rl(//video.example)}</style></svg>"
    assert run(html) == f"<svg><style{HELD}>a{{b:consent-&#117;rl(//video.example)}}</style></svg>"


@settings(deadline=None)
@given(st.binary(), st.booleans())
def test_no_style_stops_the_reader_and_marks_stand_inside_it(css: bytes, wary: bool) -> None:
    for offset, key in held_in_css(css, lambda _url: "a:b", wary=wary):
        assert 0 <= offset < len(css)
        assert key == "a:b"


@settings(deadline=None)
@given(st.text())
def test_unescaping_never_fails(text: str) -> None:
    unescape_css(text)


def test_escapes_are_decoded_as_css_does() -> None:
    assert (
        unescape_css("\\2f\\00002f\\2f x\\\ny\\/\\0 \\d800 \\110000 z\\")
        == "///xy/\ufffd\ufffd\ufffdz"
    )

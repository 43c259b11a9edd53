"""Rules, runs and random markup for the scanner's tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from consent.core.markup import Rules, Scanner, closed, rewrite

PAGE = "https://www.clinic.example/services/"
RULES = Rules(
    held={"video.example": "media:video", "*.video.example": "media:video"},
    passing=frozenset({"granted.example"}),
    own=frozenset({"www.clinic.example", "cdn.clinic.example:8443"}),
    patterns=(("fbq(", "marketing:pixel"),),
)
BLOCKING = Rules(held=RULES.held, own=RULES.own, undeclared="block")
HELD = ' data-consent-held="media:video"'
END = "<template data-consent-end></template>"


def opened(key: str = "media:video", gate: str = "held-1") -> str:
    """Return the beginning of a gate."""
    category, _, service = key.partition(":")
    names = f'data-consent-category="{category}" data-consent-service="{service}"'
    return f'<template {names} id="{gate}">'


def gated(html: str, key: str = "media:video", *, gate: str = "held-1", box: str = "") -> str:
    """Return an element in its gate, in the attributes' own order."""
    return f"{opened(key, gate)}{closed(html)}</template>{box}{END}"


def run(html: str | bytes, rules: Rules = RULES, **options: Any) -> str:
    """Return a page as it is rewritten."""
    page = html.encode() if isinstance(html, str) else html
    return rewrite(page, rules, page=options.pop("page", PAGE), **options).decode()


def scan(html: bytes, rules: Rules = RULES, *, sizes: list[int] | None = None) -> bytes:
    """Return a page as the scanner alone rewrites it, in chunks of those sizes, over and over."""
    scanner = Scanner(rules, page=PAGE)
    if not sizes:
        return scanner.feed(html) + scanner.close()
    out, at, turn = [], 0, 0
    while at < len(html):
        size = sizes[turn % len(sizes)]
        out.append(scanner.feed(html[at : at + size]))
        at, turn = at + size, turn + 1
    return b"".join([*out, scanner.close()])


SPELLINGS = (
    "//video.example/x",
    "https://video.example",
    "HTTP://Video.EXAMPLE/",
    "&sol;&#47;video.example",
    "&#x2f;/video.example/?a=1&amp;b=2",
    "https&colon;//video.example",
    "&#104;ttps://video.example",
    "\\\\video.example/",
    "/\\video.example/",
    "https:\\video.example",
    "https:video.example/x",
    "https:/video.example/x",
    "https:////video.example/x",
    "//a.video.example:8443/",
    "https://www.clinic.example@video.example/",
    "https://www.clinic.example:x@video.example/",
    "//video.example./x",
    "//video%2eexample/x",
    "//%76ideo.example/x",
    "//ｖｉｄｅｏ.example/x",
    "//video。example/x",
    "//vi\u00addeo.example/x",
    "wss://video.example/socket",
)
"""Addresses of a held host that stand in an unquoted attribute, too."""

SPACED_SPELLINGS = (
    " //video.example",
    "\x01//video.example",
    "ht\ntps://video.example/",
    "/\t/video.example/",
    "/\n\r\\video.example/",
    "/&Tab;/video.example/",
    "/&NewLine;/video.example/",
    "https://video.exa\nmple/",
    "https\t://video.example/",
)

_PIECES = (
    *("<p>", "<div>", "</div>", "<b>", "x", " ", "<", ">", '"', "'", "=", "/", "&", "\0", "\\"),
    *(
        "<!--",
        "-->",
        "--!>",
        "<!-->",
        "<!",
        "<?x",
        "</ ",
        "</>",
        "<![CDATA[",
        "]]>",
        "<!doctype html>",
    ),
    *("<svg>", "</svg>", "<svg/>", "<math>", "</math>", "<mi>", "</mi>", "<foreignObject>"),
    *("</foreignObject>", "<desc>", "<annotation-xml encoding=text/html>", "<font color=red>"),
    *("<title>", "</title>", "<script>", "</script>", "<style>", "</style>", "<textarea>"),
    *("</textarea>", "<noscript>", "</noscript>", "<xmp>", "</xmp>", "<iframe>", "</iframe>"),
    *(
        "<noembed>",
        "</noembed>",
        "<table>",
        "<td>",
        "</table>",
        "<a title=",
        "<img alt=",
        "<image>",
    ),
    *("<body>", "<head>", "fbq(1)", "<template><img src=//video.example></template>", "\xe9"),
)
_ELEMENTS = (
    *("<img src={}>", "<IMG alt='a>b' SRC = {} x>", "<img/src={}/x>", "<img srcset={}>"),
    *("<script src={}></script>", "<iframe src={}></iframe>", "<embed src={}>", "<frame src={}>"),
    *("<link rel=stylesheet href={}>", "<object data={}>", "<video poster={} src={}>"),
    *("<audio src={}>", "<track src={}>", "<input type=image src={}>", "<source srcset={}>"),
    *("<body background={}>", "<td background={}>", "<table background={}>", "<image src={}>"),
    *("<svg><image href={} /></svg>", "<svg><use xlink:href={} /></svg>", "<feImage href={}>"),
    *("<use href={}>", "<svg><script href={} /></svg>", "<script href={}>", "<a href={}>"),
    *("<link rel=canonical href={}>", "<link rel=preload imagesrcset={} as=image>"),
)
_STYLES = (
    *("<style>a{b:url(//video.example/x)}</style>", "<p style='a:url(//video.example/y)'>"),
    *("<style>@import 'https://video.example/x'</style>", "<p style=a:\\75rl(//video.example)>"),
    *('<p style="a:url(&quot;//video.example/x&quot;)">', "<script>fbq(1)</script>"),
    *(
        "<style>a{b:image-set('//video.example/x' 1x)}</style>",
        "<svg><script>fbq(1)</script></svg>",
    ),
    *(
        "<iframe srcdoc='<img src=//video.example>'></iframe>",
        "<script type=module>import '//video.example/m'</script>",
    ),
)


def _element(template: str, url: str, quote: str) -> str:
    return template.replace("{}", f"{quote}{url}{quote}")


ELEMENTS = st.builds(
    _element,
    st.sampled_from(_ELEMENTS),
    st.sampled_from(SPELLINGS),
    st.sampled_from(('"', "'", "")),
) | st.sampled_from(_STYLES)
MARKUP = st.lists(ELEMENTS | st.sampled_from(_PIECES), max_size=9).map("".join).map(str.encode)
"""Held elements, whole and broken, among what changes how they are read."""

BYTES = st.lists(MARKUP | st.binary(max_size=6), max_size=4).map(b"".join)

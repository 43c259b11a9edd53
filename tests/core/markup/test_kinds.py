"""What is held, element by element, and how it is made inert."""

from __future__ import annotations

from html import escape

import pytest

from consent.core.markup import revive
from tests.core.markup.pages import BLOCKING, END, HELD, RULES, gated, opened, run

U = "https://video.example/x"
PREFIX = "data-consent-held-"

WRAPPED = (
    f'<script src="{U}"></script>',
    f"<script async src={U}>fallback()</script>",
    f"<SCRIPT\nSRC='{U}'\n></SCRIPT\n>",
    f'<script src="{U}">"</template>"</script >',
    f'<script type="text/plain" src="{U}"></script>',
    f'<iframe width="1" src="{U}" title="a>b"></iframe>',
    f'<iframe src="{U}"><p>raw</iframe junk="x">',
    f'<embed src="{U}">',
    f'<embed src="{U}" style="background:url({U})"/>',
    '<iframe srcdoc="<img src=//video.example>"></iframe>',
    "<iframe src='data:text/html,<img src=//video.example>'></iframe>",
    "<iframe src='DATA:text/html;charset=utf-8,%3Cimg src=%2f%2fvideo.example%3E'></iframe>",
    "<iframe src='data:text/html;base64,PGltZyBzcmM9Ly92aWRlby5leGFtcGxlPg=='></iframe>",
    "<iframe src='data&colon;text/html;BASE64,PGltZyBzcmM9Ly92aWRl by5leGFtcGxlPg'></iframe>",
    "<embed src='data:image/svg+xml,<svg><image href=\"//video.example\"/></svg>'>",
    '<iframe srcdoc="&lt;img src=&quot;//video.example&quot;&gt;"></iframe>',
    "<iframe srcdoc='<base href=//video.example><img src=x>'></iframe>",
    "<iframe srcdoc=\"<iframe srcdoc='<script src=//video.example></script>'></iframe>\"></iframe>",
    f'<script type="module">import {{ a }} from "{U}";</script>',
    f"<script type=module>import'{U}'</script>",
    f'<script type="module">export * from /* c */ "{U}";</script>',
    f'<script>const m = import("{U}");</script>',
    f"<script>import(`{U}`)</script>",
    f"<script>location='{U}'</script>",
    f"<script>(function(d){{var s=d.createElement('script');s.src='{U}'}})(document)</script>",
    r"<script>load('https:\/\/video.example\/x')</script>",
    "<script>load('https:' + '//video.example/x.js')</script>",
    "<script>load(`//video.example/${path}`)</script>",
    f"<script>document.write('<script src=\"{U}\"><\\/script>')</script>",
    r'<script>import("https:\/\/video.example/x")</script>',
    r'<script type=module>import "\x2f\u002fvideo.example/x"</script>',
    f'<script type="importmap">{{"imports": {{"a": "{U}"}}}}</script>',
    f'<script type="speculationrules">{{"prefetch":[{{"urls":["{U}"]}}]}}</script>',
)

RENAMED = {
    f"<a onclick=\"open('{U}')\">a</a>": f"<a{HELD} {PREFIX}onclick=\"open('{U}')\">a</a>",
    f"<img src=/a onerror='this.src=\"{U}\"'>": (
        f"<img{HELD} src=/a {PREFIX}onerror='this.src=\"{U}\"'>"
    ),
    f'<img src="{U}" onload="f(`//video.example`)">': (
        f'<img{HELD} {PREFIX}src="{U}" {PREFIX}onload="f(`//video.example`)">'
    ),
    "<p ONCLICK='f(&quot;&#x2f;/video.example&quot;)'>": (
        f"<p{HELD} {PREFIX}ONCLICK='f(&quot;&#x2f;/video.example&quot;)'>"
    ),
    f'<img src="{U}">': f'<img{HELD} {PREFIX}src="{U}">',
    f'<img srcset="a.png 1x, {U} 2x" src="a.png">': (
        f'<img{HELD} {PREFIX}srcset="a.png 1x, {U} 2x" src="a.png">'
    ),
    f"<img src={U} src=a.png>": f"<img{HELD} {PREFIX}src={U} {PREFIX}src=a.png>",
    f"<image src={U}>": f"<image{HELD} {PREFIX}src={U}>",
    f"<IMG/SRC={U}>": f"<IMG{HELD}/{PREFIX}SRC={U}>",
    f"<source srcset={U}>": f"<source{HELD} {PREFIX}srcset={U}>",
    f"<source src={U}>": f"<source{HELD} {PREFIX}src={U}>",
    f"<link rel=stylesheet href={U}>": f"<link{HELD} rel=stylesheet {PREFIX}href={U}>",
    f"<link href={U} rel=PRECONNECT>": f"<link{HELD} {PREFIX}href={U} rel=PRECONNECT>",
    f'<link rel="alternate stylesheet" href={U}>': (
        f'<link{HELD} rel="alternate stylesheet" {PREFIX}href={U}>'
    ),
    f"<link rel=preload as=image imagesrcset={U}>": (
        f"<link{HELD} rel=preload as=image {PREFIX}imagesrcset={U}>"
    ),
    f"<object data={U}>": f"<object{HELD} {PREFIX}data={U}>",
    "<object data='data:text/html,<img src=//video.example>'>": (
        f"<object{HELD} {PREFIX}data='data:text/html,<img src=//video.example>'>"
    ),
    f"<svg><image><set attributeName=href to={U} /></image></svg>": (
        f"<svg><image><set{HELD} attributeName=href {PREFIX}to={U} /></image></svg>"
    ),
    f"<svg><animate attributeName=href values='#a;{U}' /></svg>": (
        f"<svg><animate{HELD} attributeName=href {PREFIX}values='#a;{U}' /></svg>"
    ),
    f"<video poster={U} src=a.mp4>": f"<video{HELD} {PREFIX}poster={U} src=a.mp4>",
    f"<video src={U}>": f"<video{HELD} {PREFIX}src={U}>",
    f"<audio src={U}>": f"<audio{HELD} {PREFIX}src={U}>",
    f"<track src={U}>": f"<track{HELD} {PREFIX}src={U}>",
    f"<input type=IMAGE src={U}>": f"<input{HELD} type=IMAGE {PREFIX}src={U}>",
    f"<body background={U}>": f"<body{HELD} {PREFIX}background={U}>",
    f"<table background={U}>": f"<table{HELD} {PREFIX}background={U}>",
    f"<td background={U}>": f"<td{HELD} {PREFIX}background={U}>",
    f"<th background={U}>": f"<th{HELD} {PREFIX}background={U}>",
    f"<frame src={U}>": f"<frame{HELD} {PREFIX}src={U}>",
    f'<svg><image href="{U}"/></svg>': f'<svg><image{HELD} {PREFIX}href="{U}"/></svg>',
    f'<svg><use xlink:href="{U}"/></svg>': f'<svg><use{HELD} {PREFIX}xlink:href="{U}"/></svg>',
    f'<svg><feImage href="{U}"/></svg>': f'<svg><feImage{HELD} {PREFIX}href="{U}"/></svg>',
    f'<svg><path fill="url({U}#a)"/></svg>': f'<svg><path{HELD} fill="consent-url({U}#a)"/></svg>',
    f'<svg><script href="{U}"/></svg>': (
        f'<svg><script{HELD} type="data-consent-held" {PREFIX}href="{U}"/></svg>'
    ),
    '<svg><script type="text/javascript">fbq&lpar;1)</script></svg>': (
        '<svg><script data-consent-held="marketing:pixel" type="data-consent-held" '
        f'{PREFIX}type="text/javascript">fbq&lpar;1)</script></svg>'
    ),
    f"<svg><foreignObject><iframe src={U}></iframe></foreignObject></svg>": (
        f"<svg><foreignObject><iframe{HELD} {PREFIX}src={U}></iframe></foreignObject></svg>"
    ),
    f"<svg><embed src={U}>": f"<svg><embed{HELD} {PREFIX}src={U}>",
    f"<noscript><img src={U}></noscript>": f"<noscript><img{HELD} {PREFIX}src={U}></noscript>",
    f"<noscript><iframe src={U}></iframe></noscript>": (
        f"<noscript><iframe{HELD} {PREFIX}src={U}></iframe></noscript>"
    ),
    f"<noscript><iframe srcdoc='<img src={U}>'></iframe></noscript>": (
        f"<noscript><iframe{HELD} {PREFIX}srcdoc='<img src={U}>'></iframe></noscript>"
    ),
    f"<noscript><embed src={U}></noscript>": f"<noscript><embed{HELD} {PREFIX}src={U}></noscript>",
    f"<noscript><style>a{{b:url({U})}}</style></noscript>": (
        f"<noscript><style{HELD}>a{{b:consent-url({U})}}</style></noscript>"
    ),
    f'<p style="background:url({U})">': f'<p{HELD} style="background:consent-url({U})">',
    f"<style>@import url({U});</style>": f"<style{HELD}>@consent-import url({U});</style>",
    f"<iframe style='background:url({U})'></iframe>": (
        f"<iframe{HELD} style='background:consent-url({U})'></iframe>"
    ),
}

UNTOUCHED = (
    f"<!-- <img src={U}> -->",
    f"<!--><!--<img src={U}>-->",
    f"<!x <img src={U}",
    f"<?x <img src={U}",
    f"</ x <img src={U}",
    f"<textarea><img src={U}></textarea>",
    f"<title><img src={U}></title>",
    f"<xmp><img src={U}></xmp>",
    f"<noembed><img src={U}></noembed>",
    f"<noframes><img src={U}></noframes>",
    f"<plaintext><img src={U}></plaintext><img src={U}>",
    f"<iframe><img src={U}></iframe>",
    f"<svg><![CDATA[<img src={U}>]]></svg>",
    f"<script>'<img src={U}>'</script>",
    f"<script><!--<script></script><img src={U}>--></script>",
    f"<a href={U}>a</a>",
    f"<svg><a href={U}>a</a></svg>",
    f'<a title="<img src={U}>">',
    f"<a title='><!--' href={U}>",
    f"<form action={U}>",
    f"<link rel=canonical href={U}>",
    f'<link rel="Next nofollow" href={U}>',
    f"<link href={U}>",
    f"<input src={U}>",
    f"<img alt={U}>",
    f'<img href="{U}">',
    f'<script href="{U}"></script>',
    f'<link rel="stylesheet" src="{U}">',
    f"<img src={U}",
    f"<img src='{U}",
    "<img src=//granted.example>",
    "<img src=https://www.clinic.example/a.png>",
    "<img src=https://cdn.clinic.example:8443/a.png>",
    "<iframe src='data:text/html,<p>text'></iframe>",
    "<img src='data:image/png;base64,aHR0cHM6Ly92aWRlby5leGFtcGxl'>",
    "<iframe src='data:text/plain,<img src=//video.example>'></iframe>",
    "<svg><set attributeName=fill to=red /><animate values='0;1' /></svg>",
    "<img src='javascript:\"//video.example\"'>",
    "<img src=/path//video.example/x>",
    "<img src=x?u=https://video.example/>",
    f"<script type=application/ld+json>{{'url':'{U}'}} fbq(1)</script>",
    f"<script>// {U} (once)</script>",
    "<script>create('http://www.w3.org/2000/svg')</script>",
    "<script>go('/own//video.example/')</script>",
    f"<p data-on='go(\"{U}\")' once='{U}'>",
    "<p onclick='go(\"/own/\")'>",
    f"<script src=/own.js>import('{U}')</script>",
    "<script>fbq(1)",
    f"<style>/* url({U}) */ a::after{{content:'url({U})'}}</style>",
    f"<style>@namespace url({U});</style>",
    f"<p style='--consent-url({U})'>",
    f"<svg><iframe src={U}></iframe></svg>",
)


@pytest.mark.parametrize("html", WRAPPED)
def test_scripts_frames_and_embeds_are_wrapped_whole(html: str) -> None:
    """B2, V1: what a gate holds can be activated under Trusted Types."""
    assert run(f"<p>a{html}b</p>") == f"<p>a{gated(html)}b</p>"


@pytest.mark.parametrize(("html", "inert"), RENAMED.items(), ids=RENAMED)
def test_everything_else_loses_only_the_names_of_what_loads(html: str, inert: str) -> None:
    """B2."""
    assert run(html) == inert
    assert revive(inert.encode()) == html.encode()


@pytest.mark.parametrize("html", UNTOUCHED)
def test_what_loads_nothing_from_a_held_host_stays_as_it_is(html: str) -> None:
    assert run(html) == html


def test_an_inline_script_with_a_declared_text_is_held_for_its_service() -> None:
    """B2."""
    html = "<script>!function(){fbq('init')}()</script>"
    assert run(html) == gated(html, "marketing:pixel")


def test_scripts_in_double_escaped_state_end_where_browsers_end_them() -> None:
    html = "<script><!--<script>1</script> fbq(1) --></script>"
    assert run(html + "<b>") == gated(html, "marketing:pixel") + "<b>"


def test_a_frame_that_never_ends_is_held_and_its_gate_stays_open() -> None:
    """B2: browsers load it."""
    inert = "<iframe data-consent-held-src=//video.example>x"
    assert run("<iframe src=//video.example>x") == opened() + inert


def test_a_frame_gets_a_placeholder_with_its_absolute_address() -> None:
    """V1."""
    asked: list[tuple[str, str, str]] = []

    def placeholder(*given: str) -> bytes:
        asked.append(given)
        return b"<p>box</p>"

    html = "<iframe src='//video.example/a b?x=1&amp;y=2'></iframe>"
    inert = run(html, placeholder=placeholder, next_gate=lambda: "g")
    assert inert == gated(html, gate="g", box="<p>box</p>")
    assert asked == [("media:video", "g", "https://video.example/a b?x=1&y=2")]


def test_a_frame_with_its_own_document_has_no_address_and_scripts_get_no_placeholder() -> None:
    """V1."""
    asked: list[str] = []
    html = "<iframe src=//video.example srcdoc='<img src=//video.example>'></iframe>"
    run(
        html + "<script src=//video.example></script>",
        placeholder=lambda *a: bytes(asked.append(a[2]) or b""),
    )
    assert asked == [""]


def test_several_services_nest_their_gates_and_share_the_marker() -> None:
    """B2: each needs its own grant."""
    html = "<script type=module>fbq(1);import '//video.example/m'</script>"
    inner = gated(html, gate="held-2")
    assert run(html) == gated(inner, "marketing:pixel")
    style = "<p style='a:url(//video.example),url(//nobody.example)'>"
    rules = type(RULES)(held={"video.example": "media:video", "nobody.example": "media:maps"})
    assert 'data-consent-held="media:video media:maps"' in run(style, rules)


def test_undeclared_hosts_are_reported_once_and_load() -> None:
    """B4."""
    told: list[str] = []
    html = "<img src=//Other.example/a><img src=//other.example/b><script src=//x.example></script>"
    assert run(html, report=told.append) == html
    assert told == ["other.example", "x.example"]


def test_undeclared_hosts_in_scripts_and_handlers_are_told_and_blocked() -> None:
    """B4: the usual shape of tag managers, pixels, heat maps and chats."""
    loader = (
        "<script>(function(w,d,s){var j=d.createElement(s);j.async=true;"
        "j.src='https://www.other.example/gtm.js?id=1';d.head.appendChild(j)})(window,document,"
        "'script')</script>"
    )
    handler = "<p onclick='go(\"//click.example\")'>"
    told: list[str] = []
    assert run(loader + handler, report=told.append) == loader + handler
    assert told == ["www.other.example", "click.example"]
    assert run(loader + handler, BLOCKING) == (
        f"<template data-consent-blocked>{loader}</template>"
        f'<p data-consent-held="" {PREFIX}onclick=\'go("//click.example")\'>'
    )


def test_undeclared_hosts_can_be_blocked_without_a_way_back() -> None:
    """B4."""
    assert run("<script src=//other.example></script>", BLOCKING) == (
        '<template data-consent-blocked><script type="data-consent-held" src=//other.example>'
        "</script></template>"
    )
    assert run("<img src=//other.example>", BLOCKING) == (
        '<img data-consent-held="" data-consent-held-src=//other.example>'
    )


def test_undeclared_hosts_can_be_allowed_silently() -> None:
    told: list[str] = []
    rules = type(RULES)(held=RULES.held, undeclared="allow")
    html = "<img src=//other.example>"
    assert run(html, rules, report=told.append) == html
    assert told == []


def test_a_blocked_frame_document_cannot_be_activated_by_another_grant() -> None:
    """B2, B4."""
    html = "<iframe srcdoc='<img src=//video.example><img src=//other.example>'></iframe>"
    assert run(html, BLOCKING) == f"<template data-consent-blocked>{gated(html)}</template>"


def test_frames_nested_too_deep_to_look_into_are_blocked() -> None:
    html = "<p>hello</p>"
    for _ in range(6):
        html = f'<iframe srcdoc="{escape(html)}"></iframe>'
    page = f"<img src=//other.example>{html}"
    assert run(page).endswith(f"<template data-consent-blocked>{html}</template>")


SHADOW = "<div><template shadowrootmode=open>{}</template></div>"
TEMPLATES = ("<template>{}</template>", "<template><template>{}</template></template>", SHADOW)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(("html", "inert"), RENAMED.items())
def test_a_template_s_content_is_held_too(template: str, html: str, inert: str) -> None:
    """B2, B15: Firefox fetches out of templates, and shadow roots are live at once."""
    assert run(template.format(html)) == template.format(inert)


@pytest.mark.parametrize("template", TEMPLATES)
def test_frames_and_scripts_of_a_template_stay_where_they_are(template: str) -> None:
    """B2: a script of the site finds its template as it wrote it, but for what loads."""
    html = f"<iframe src={U}></iframe><script src={U}></script><script>fbq(1)</script>"
    assert run(template.format(html)) == template.format(
        f"<iframe{HELD} {PREFIX}src={U}></iframe>"
        f'<script{HELD} type="data-consent-held" {PREFIX}src={U}></script>'
        '<script data-consent-held="marketing:pixel" type="data-consent-held">fbq(1)</script>'
    )
    assert revive(run(template.format(html)).encode()).decode() == template.format(html)


def test_a_base_in_a_template_is_nobody_s() -> None:
    html = "<template><base href=//video.example></template><img src=/own.png>"
    assert run(html + f"<img src={U}>") == html + f"<img{HELD} {PREFIX}src={U}>"


def test_gates_of_the_template_tag_pass_unchanged() -> None:
    gate = gated("<iframe src=//video.example></iframe>", box="<section>box</section>")
    assert run(gate) == gate
    assert END in gate


def test_key_and_gate_are_escaped() -> None:
    rules = type(RULES)(held={"video.example": 'a"b:c<d'})
    inert = run("<script src=//video.example></script>", rules, next_gate=lambda: '"')
    assert 'category="a&quot;b" data-consent-service="c&lt;d" id="&quot;"' in inert

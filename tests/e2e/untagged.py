"""Third-party markup of every kind as editors paste it, and pages that hold one kind or all."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tests.e2e.pages import urlpatterns as pages

SVG = '<svg width="9" height="9">{}</svg>'
KINDS = {
    "script": '<script src="{}"></script>',
    "script in capitals": '<SCRIPT SRC="{}"></SCRIPT>',
    "iframe": '<iframe src="{}"></iframe>',
    "iframe with srcdoc": "<iframe srcdoc=\"<img src='{}'>\"></iframe>",
    "img": '<img src="{}">',
    "srcset": '<img srcset="{} 1x">',
    "picture": '<picture><source srcset="{}"><img src="/static/site/icon.svg"></picture>',
    "stylesheet": '<link rel="stylesheet" href="{}">',
    "preload": '<link rel="preload" as="image" href="{}">',
    "prefetch": '<link rel="prefetch" href="{}">',
    "modulepreload": '<link rel="modulepreload" href="{}">',
    "embed": '<embed src="{}" type="image/png">',
    "object": '<object data="{}" type="image/png"></object>',
    "video": '<video src="{}" preload="auto" autoplay muted></video>',
    "poster": '<video poster="{}"></video>',
    "audio": '<audio src="{}" preload="auto"></audio>',
    "source": '<video preload="auto" autoplay muted><source src="{}"></video>',
    "track": '<video src="/static/site/icon.svg" crossorigin><track default src="{}"></video>',
    "input": '<input type="image" src="{}">',
    "svg image": SVG.format('<image href="{}" width="9" height="9"/>'),
    "svg image by xlink": SVG.format('<image xlink:href="{}" width="9" height="9"/>'),
    "declared pattern": "<script>/* visits.push */ new Image().src = `{}`</script>",
    "module import": '<script type="module">import "{}"</script>',
    "style attribute": "<p style=\"background: url('{}')\">x</p>",
    "style element": '<style>p {{ background: url("{}") }}</style><p>x</p>',
    "import in a style": '<style>@import "{}";</style>',
    "background": '<table background="{}"><tr><td>x</td></tr></table>',
    "entities": '<img src="{}">',
    "base": '<base href="{}"><img src="relative">',
}
"""What each kind is, with the address in it; every one of them loads by itself."""

SILENT = {
    "preconnect": '<link rel="preconnect" href="{}">',
    "dns-prefetch": '<link rel="dns-prefetch" href="{}">',
}
"""What sends no request that a server could log."""

NOSCRIPT = '<noscript><img src="{}"></noscript>'
PAGE = (
    '{% load consent %}<!doctype html><html lang="en"><head><title>Page</title>{% consent_head %}'
    "</head><body>{% consent_banner %}<main>%BODY%</main>{% consent_link %}</body></html>"
)


def address(origin: str, kind: str) -> str:
    """Return where a kind loads from, so that the third parties' log tells who asked."""
    # The frame's is below the path that the video's service declares.
    url = f"{origin}/{'embed' if kind == 'iframe' else 'kind'}/{kind.replace(' ', '-')}"
    return url.replace("l", "&#108;").replace("/", "&sol;") if kind == "entities" else url


def markup(origin: str, kind: str) -> str:
    """Return one kind's markup, or that of all kinds together."""
    if kind == "all":
        one_by_one = (markup(origin, each) for each in KINDS if each != "base")
        return "".join(one_by_one) + "".join(markup(origin, each) for each in SILENT)
    if kind == "noscript":
        return NOSCRIPT.format(address(origin, kind))
    return {**KINDS, **SILENT}[kind].format(address(origin, kind))


def untagged(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a kind on a page that has the app, but no tag around it."""
    body = markup(settings.THIRD_PARTY_ORIGIN, kind)
    template = engines["django"].from_string(PAGE.replace("%BODY%", body))
    return HttpResponse(template.render({}, request))


urlpatterns = [
    path("untagged/<str:kind>/", untagged),
    path("before/untagged/<str:kind>/", untagged),
    *pages,
]

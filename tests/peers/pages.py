"""Pages of the clinic whose content is inserted after load, with the guard on top."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tests.site.urls import urlpatterns as clinic

HERE = Path(__file__).resolve().parent
APP = HERE / "build" / "app.js"
MODULES = HERE / "node_modules"
LIBRARIES = {
    "htmx.js": MODULES / "htmx.org/dist/htmx.min.js",
    "turbo.js": MODULES / "@hotwired/turbo/dist/turbo.es2017-umd.js",
    "app.js": APP,
}
GUARD = "{% consent_guard %}"
PAGE = (
    '{% load consent %}<!doctype html><html lang="en"><head>%GUARD%<title>%TITLE%</title>'
    '{% consent_head %}%HEAD%<link rel="icon" href="data:,"></head><body>{% consent_banner %}'
    "<main>%BODY%</main>{% consent_link %}</body></html>"
)
FRAGMENT = (
    '{% load consent %}<h2 id="ordinary">Ordinary content</h2><p>With <b>markup</b> in it.</p>'
    '{% consent "media" service="video" placeholder=True %}<iframe title="Video" class="gated" '
    'src="{{ third_party_origin }}/embed/results"></iframe>{% endconsent %}'
    '<iframe title="Pasted" class="pasted" src="{{ third_party_origin }}/embed/map"></iframe>'
)
BODIES = {
    "htmx": '<button id="load" hx-get="/peers/fragment/" hx-target="#here">Load</button>'
    '<div id="here"></div><p id="out" hx-get="/peers/word/" hx-trigger="load" hx-swap="outerHTML">'
    "</p>",
    "turbo": '<a id="load" href="/peers/second/{% if request.GET %}?bare{% endif %}">Second</a>'
    '<turbo-frame id="word"><a id="frame" href="/peers/frame/">Frame</a></turbo-frame>',
    "second": f'<div id="here">{FRAGMENT.removeprefix("{% load consent %}")}</div>'
    '<a id="back" href="/peers/turbo/">Back</a>',
    "app": '<div id="app" data-origin="{{ third_party_origin }}" data-fragment="/peers/fragment/">'
    '</div><script src="/peers/library/app.js"></script>',
}
SWAPPED = (
    '<a id="next" href="/peers/arrived-%PEER%/">Next</a><form action="/peers/arrived-%PEER%/">'
    '<input id="typed"></form>{% consent "media" service="video" placeholder=True %}'
    '<iframe title="Video" class="gated" src="{{ third_party_origin }}/embed/results"></iframe>'
    "{% endconsent %}"
)
for library in ("turbo", "boosted"):
    BODIES[f"swapped-{library}"] = SWAPPED.replace("%PEER%", library)
    BODIES[f"arrived-{library}"] = '<p id="arrived">Arrived</p>'
HEADS = {
    "htmx": '<script src="/peers/library/htmx.js"></script>',
    "turbo": '<script src="/peers/library/turbo.js"></script>',
    "app": "",
}
HEADS["second"] = HEADS["swapped-turbo"] = HEADS["arrived-turbo"] = HEADS["turbo"]
HEADS["swapped-boosted"] = HEADS["arrived-boosted"] = HEADS["htmx"]


def render(request: HttpRequest, source: str) -> HttpResponse:
    template = engines["django"].from_string(source)
    context = {"third_party_origin": settings.THIRD_PARTY_ORIGIN}
    return HttpResponse(template.render(context, request))


def peer(request: HttpRequest, name: str) -> HttpResponse:
    """Show a page with one of the libraries; with ``?bare`` without the guard."""
    source = PAGE.replace("%GUARD%", "" if "bare" in request.GET else GUARD)
    if name.endswith("boosted"):
        source = source.replace("<body>", '<body hx-boost="true">')
    source = source.replace("%TITLE%", name).replace("%HEAD%", HEADS[name])
    return render(request, source.replace("%BODY%", BODIES[name]))


def fragment(request: HttpRequest) -> HttpResponse:
    """Return ordinary, tagged and pasted content."""
    return render(request, FRAGMENT)


def word(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p id="word">Word</p>')


def frame(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<turbo-frame id="word"><p>Word</p></turbo-frame>')


def library(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(LIBRARIES[name].read_bytes(), content_type="text/javascript")


urlpatterns = [
    path("peers/library/<str:name>", library),
    path("peers/fragment/", fragment),
    path("peers/word/", word),
    path("peers/frame/", frame),
    path("peers/<str:name>/", peer),
    *clinic,
]

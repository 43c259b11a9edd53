"""More pages of the clinic, for what its own do not show: caches, policies, gates of every kind."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils.html import escape
from django.views.decorators.cache import cache_page
from django.views.decorators.http import condition

from tests.site import views
from tests.site.urls import urlpatterns as clinic

NONCE = "bm9uY2U"
PAGE = (
    '{% load consent %}<!doctype html><html lang="en"><head><title>Page</title>{% consent_head %}'
    "%HEAD%</head><body>{% consent_banner %}<main>%BODY%</main>{% consent_link %}</body></html>"
)
VIDEO = '<iframe class="video" title="Film" src="{{ third_party_origin }}/embed/results"></iframe>'
MAP = '<iframe class="map" title="Map" src="{{ third_party_origin }}/embed/map"></iframe>'
GATED = f'{{% consent "media" service="video" placeholder=True %}}{VIDEO}{{% endconsent %}}'


def note(name: str) -> str:
    """Return a script that notes that it ran."""
    return f"(window.ran ??= []).push('{name}')"


ORDERED = (
    '{% consent "statistics" service="visits" %}'
    f"<script>{note('1 inline')}</script>"
    '<script src="/script/?name=2+slow&amp;wait=0.5"></script>'
    f"<script>{note('3 inline')}</script>"
    '<script src="/script/?name=4+quick"></script>'
    '<script src="/nowhere.js"></script>'
    f"<script>{note('5 inline')}</script>"
    "{% endconsent %}"
)
NONCES = (
    '{% consent "statistics" service="visits" %}'
    f"<script>{note('none')}</script>"
    f'<script nonce="other">{note("other")}</script>'
    '<script src="/script/?name=external+none"></script>'
    '<script nonce="other" src="/script/?name=external+other"></script>'
    f'<script nonce="{NONCE}" src="/script/?name=external+ours"></script>'
    f'<script nonce="{NONCE}">{note("ours")}</script>'
    "{% endconsent %}"
)
NESTED = (
    '{% consent "media" %}<p class="outer">Outer</p>'
    '{% consent "statistics" %}<p class="inner">Inner</p>{% endconsent %}'
    '<p class="after">After</p>{% endconsent %}'
)
MANY = (
    '{% consent "media" %}<p class="category">Category</p>{% endconsent %}'
    '{% consent "media" service="video" placeholder=True %}<p class="video">1</p>{% endconsent %}'
    '{% consent "media" service="video" %}<p class="video">2</p>{% endconsent %}'
    '{% consent "media" service="maps" placeholder=True %}<p class="maps">Map</p>{% endconsent %}'
    '{% consent "statistics" %}<p class="statistics">Statistics</p>{% endconsent %}'
    '{% consent "unheard" %}<p class="unheard">Nobody declared it</p>{% endconsent %}'
)
HEAD = (
    '{% consent "statistics" service="visits" %}<meta name="gated" content="1">'
    f"<script>{note('head')}</script><link rel=preconnect href='{{{{ third_party_origin }}}}'>"
    "{% endconsent %}"
)
HANGING = (
    '{% consent "statistics" service="visits" %}'
    f"<script>{note('before')}</script>"
    '<script src="/script/?name=hanging&amp;wait=4"></script>'
    f"<script>{note('after')}</script>"
    "{% endconsent %}"
)
FRAMES = f'{{% consent "media" placeholder=True %}}{VIDEO}{{% endconsent %}}'
WITH_SCRIPT = (
    f'{{% consent "media" service="video" placeholder=True %}}{VIDEO}'
    f"<script>{note('player')}</script>{{% endconsent %}}"
)
SIGNALS = (
    '{% consent "statistics" service="visits" %}<script src="/vendor.js"></script>'
    f'<script nonce="{NONCE}" src="/vendor.js"></script>{{% endconsent %}}'
)
"""Basic mode: the vendor's tag is gated, without and with the nonce of a policy."""
WRITE = (
    "document.cookie = '_visits=again; Path=/; Max-Age=1000';"
    "document.cookie = '_visits_1=again; Path=/; Domain=clinic.localhost; Max-Age=1000';"
    "localStorage.setItem('visits_queue', 'again');"
)
WRITING = (
    '{% consent "statistics" service="visits" %}'
    f"<script>setInterval(() => {{ {WRITE} }}, 50)</script>{{% endconsent %}}"
)
IN_A_FORM = (
    '<form id="site" action="/gates/form/"><p><label>Before <input name="before"></label>'
    f'<em>{GATED}</em></p><p id="pasted">{MAP}</p><label>After <input name="after"></label>'
    '<p id="linked">{% consent_link %}</p><button name="send" value="now">Send</button></form>'
)
BODIES = {
    "form": IN_A_FORM,
    "writing": WRITING,
    "ordered": ORDERED,
    "nonces": NONCES,
    "nested": NESTED,
    "many": MANY,
    "head": "",
    "hanging": HANGING,
    "frames": FRAMES,
    "with-script": WITH_SCRIPT,
    "gated": GATED,
    "signals": SIGNALS,
}
HEADS = {"head": HEAD, "signals": "{% consent_signals %}"}
RENDERED: list[str] = []
"""The names of the pages rendered so far: what a cache answers adds none."""


def gates(request: HttpRequest, name: str) -> HttpResponse:
    """Show gated content of one kind; with ``?policy`` under a policy with a nonce."""
    RENDERED.append(name)
    if "policy" in request.GET:
        request.csp_nonce = NONCE  # type: ignore[attr-defined]  # what a policy's middleware sets
    source = PAGE.replace("%HEAD%", HEADS.get(name, ""))
    template = engines["django"].from_string(source.replace("%BODY%", BODIES[name]))
    response = HttpResponse(template.render({}, request))
    if "policy" in request.GET:
        response["Content-Security-Policy"] = (
            f"script-src 'nonce-{NONCE}' 'strict-dynamic'; require-trusted-types-for 'script'"
        )
    return response


def script(request: HttpRequest) -> HttpResponse:
    """Return a script that notes that it ran, after the time asked for."""
    time.sleep(float(request.GET.get("wait", "0")))
    return HttpResponse(note(request.GET["name"]), content_type="text/javascript")


def vendor(request: HttpRequest) -> HttpResponse:
    """Return a vendor's script, which notes what it was told before it came."""
    source = "window.found = dataLayer.map((entry) => [...entry]);" + note("vendor")
    return HttpResponse(source, content_type="text/javascript")


def public(request: HttpRequest) -> HttpResponse:
    """Ask nothing; everybody may keep it for a minute."""
    RENDERED.append("public")
    response = HttpResponse("<!doctype html><title>Public</title><p>The same for everybody</p>")
    response["Cache-Control"] = "public, max-age=60"
    return response


def around(request: HttpRequest) -> HttpResponse:
    """Frame the pages named, the first around the next; the last may be sandboxed."""
    inner, *deeper = request.GET.getlist("page")
    query = urlencode({"page": deeper, "sandbox": request.GET.get("sandbox", "")}, doseq=True)
    allowed = request.GET.get("sandbox") if not deeper else None
    sandbox = f' sandbox="{allowed}"' if allowed else ""
    address = escape(f"{inner}?{query}" if deeper else inner)
    frame = f'<iframe style="width: 1000px; height: 700px" src="{address}"{sandbox}></iframe>'
    return HttpResponse(f'<!doctype html><html lang="en"><title>Around</title>{frame}')


@condition(etag_func=lambda *_: '"never changes"')
def conditional(request: HttpRequest) -> HttpResponse:
    """Show the video under a validator of the view's own, which does not know the visitor."""
    return gates(request, "gated")


def _named(name: str) -> dict[str, Any]:
    return {"name": name}


urlpatterns = [
    path("gates/<str:name>/", gates),
    path("script/", script),
    path("vendor.js", vendor),
    path("public/", public),
    path("around/", around),
    path("conditional/", conditional),
    path("cached/", cache_page(60)(gates), _named("gated")),
    path("cached-home/", cache_page(60)(views.home)),
    *clinic,
]

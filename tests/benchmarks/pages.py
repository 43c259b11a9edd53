"""One page five times: bare, with this app, with its peers.

Three places are gated on it: a script each for statistics and marketing, and a film. Each template
is compiled once, as the cached loader does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from tests.benchmarks import plain, vanilla

STATISTICS = '<script src="https://visits.example/count.js" async></script>'
MARKETING = '<script src="https://ads.example/pixel.js" async></script>'
MEDIA = '<iframe src="https://film.example/embed/1" title="Film"></iframe>'

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Clinic</title>{head}{statistics}{marketing}</head>
<body>{top}
<header><a href="/">Clinic</a></header>
<main><h1>{{{{ title }}}}</h1>
{{% for paragraph in paragraphs %}}<p>{{{{ paragraph }}}}</p>{{% endfor %}}
{media}</main>
<footer><a href="/policy/">Policy</a>{foot}</footer>
</body>
</html>"""

BARE = {"head": "", "top": "", "foot": ""}
BARE |= {"statistics": STATISTICS, "marketing": MARKETING, "media": MEDIA}

OURS = {
    "head": "{% load consent %}{% consent_head %}",
    "top": "{% consent_banner %}",
    "foot": "{% consent_link %}",
    "statistics": f'{{% consent "statistics" service="visits" %}}{STATISTICS}{{% endconsent %}}',
    "marketing": f'{{% consent "marketing" service="ads" %}}{MARKETING}{{% endconsent %}}',
    "media": f'{{% consent "media" service="film" placeholder=True %}}{MEDIA}{{% endconsent %}}',
}

# The groups as data, a bar of the site's own, the module.
_DCC_BAR = """{% url "cookie_consent_cookie_group_list" as url_cookies %}
<template id="cookie-consent__cookie-bar"><div class="cookie-bar">This site uses cookies. Do you
agree? <button type="button" class="cookie-consent__accept">Accept</button>
<button type="button" class="cookie-consent__decline">Decline</button>
<a href="{{ url_cookies }}">Cookies info</a></div></template>
{% all_cookie_groups "cookie-consent__cookie-groups" %}
{% static "cookie_consent/cookiebar.module.js" as cookiebar_src %}
{% url "cookie_consent_status" as status_url %}
<script type="module">
import {showCookieBar} from '{{ cookiebar_src }}';
showCookieBar({
  statusUrl: '{{ status_url|escapejs }}',
  templateSelector: '#cookie-consent__cookie-bar',
  cookieGroupsSelector: '#cookie-consent__cookie-groups',
});
</script>"""
_ACCEPTED = '{{% if request|cookie_group_accepted:"{}" %}}{}{{% endif %}}'
DCC_LEAN = {
    "head": "{% load static cookie_consent_tags %}",
    "top": "",
    "foot": _DCC_BAR,
    "statistics": _ACCEPTED.format("statistics", STATISTICS),
    "marketing": _ACCEPTED.format("marketing", MARKETING),
    "media": _ACCEPTED.format("media", MEDIA),
}

# As its demonstration page, which also says by name which groups are still open.
_OPEN = "{% not_accepted_or_declined_cookie_groups request as cookie_groups %}"
DCC = {
    **DCC_LEAN,
    "foot": _OPEN + _DCC_BAR.replace("uses cookies", 'uses {{ cookie_groups|join:", " }} cookies'),
}

_WAITING = 'type="text/plain" data-category="{}" data-service="{}" src='
VANILLA = {
    "head": '<link rel="stylesheet" href="/static/vanilla/cookieconsent.css">',
    "top": "",
    "foot": '<script defer src="/static/vanilla/cookieconsent.umd.js"></script>'
    '<script defer src="/static-configuration.js"></script>',
    "statistics": STATISTICS.replace("src=", _WAITING.format("statistics", "visits")),
    "marketing": MARKETING.replace("src=", _WAITING.format("marketing", "ads")),
    "media": MEDIA.replace("src=", "data-src="),
}

CONTEXT = {
    "title": "Rehabilitation",
    "paragraphs": ["What we do after an injury, and how long it takes."] * 5,
}


@cache
def _template(name: str) -> Any:
    pages = {"bare": BARE, "ours": OURS, "dcc": DCC, "dcc_lean": DCC_LEAN, "vanilla": VANILLA}
    return engines["django"].from_string(_PAGE.format(**pages[name]))


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the page of that name."""
    return HttpResponse(_template(name).render(CONTEXT, request))


def configuration(request: HttpRequest) -> HttpResponse:
    """Serve vanilla-cookieconsent's configuration, a static file in production."""
    return HttpResponse(vanilla.configuration(), content_type="text/javascript")


urlpatterns = [
    path("static-configuration.js", configuration),
    path("privacy/", include("consent.urls")),
    path("cookies/", include("cookie_consent.urls")),
    path("insert/", plain.insert),
    path("<slug:name>/", page),
]

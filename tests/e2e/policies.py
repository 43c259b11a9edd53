"""Pages under a Content-Security-Policy, and one whose address tells more than it should."""

from __future__ import annotations

import re
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from consent.api import get_consent
from tests.e2e.pages import GATED, PAGE, VIDEO, note
from tests.e2e.pages import urlpatterns as others

SINGLE_PAGE = Path(__file__).resolve().parents[2] / "docs" / "single-page.md"
GATED_SCRIPTS = (
    '{% consent "statistics" service="visits" %}'
    '<script nonce="{{ request.csp_nonce }}" src="/script/?name=external"></script>'
    f'<script nonce="{{{{ request.csp_nonce }}}}">{note("inline")}</script>'
    f"<script>{note('without nonce')}</script>"
    "{% endconsent %}"
)
GATED_COUNTER = (
    '{% consent "statistics" service="visits" %}'
    '<script src="{{ third_party_origin }}/analytics.js"></script>{% endconsent %}'
)
PASTED = (
    '<p>Pasted</p><script src="{{ third_party_origin }}/analytics.js"></script>'
    f"<script>{note('pasted')}</script>"
)
BODIES = {
    "strict": GATED + GATED_SCRIPTS,
    "pasted": PASTED,
    "counter": GATED_COUNTER,
    "frame": GATED,
}


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show gated content under the site's policy."""
    source = PAGE.replace("%HEAD%", "").replace("%BODY%", BODIES[name])
    return HttpResponse(engines["django"].from_string(source).render({}, request))


def narrow(request: HttpRequest) -> HttpResponse:
    """Show the video under a policy that lists its host only once it is granted."""
    response = page(request, "frame")
    listed = ["'self'", *get_consent(request).csp("img-src")]
    response._csp_replace = {"frame-src": listed}  # type: ignore[attr-defined]  # django-csp's
    return response


def telling(request: HttpRequest, therapy: str) -> HttpResponse:
    """Show the video on a page that names a therapy, and tell everybody where its visitors are."""
    body = f'{{% consent "media" service="video" placeholder=True %}}{VIDEO}{{% endconsent %}}'
    source = PAGE.replace("<title>Page", f"<title>Living with {therapy}")
    template = source.replace("%HEAD%", "").replace("%BODY%", body)
    response = HttpResponse(engines["django"].from_string(template).render({}, request))
    response["Referrer-Policy"] = "unsafe-url"
    return response


def single(request: HttpRequest, language: str) -> HttpResponse:
    """Show a page that fetches the dialog, by the very lines that the documentation gives."""
    [loader] = re.findall(r"```js\n(.*?)```", SINGLE_PAGE.read_text("utf-8"), re.DOTALL)
    gate = (
        '<template data-consent-category="media" data-consent-service="video" id="film">'
        f"{VIDEO}</template><template data-consent-end></template>"
    )
    template = (
        f'<!doctype html><html lang="{language}"><head><title>App</title></head><body>'
        f"<main>{gate}</main><footer></footer>"
        '<script type="module" nonce="{{ request.csp_nonce }}">{{ loader|safe }}</script></body>'
    )
    page = engines["django"].from_string(template)
    return HttpResponse(page.render({"loader": loader}, request))


urlpatterns = [
    path("single/<str:language>/", single),
    path("policy/narrow/", narrow),
    path("policy/<str:name>/", page),
    path("therapies/<str:therapy>/", telling),
    *others,
]

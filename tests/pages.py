"""The pages of a small site, one for each claim about how pages behave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.urls import include, path
from django.utils.http import http_date
from django.utils.translation import override
from django.views.decorators.cache import cache_page, never_cache
from django.views.decorators.http import condition

from consent.api import granted

FRAME = '<iframe src="https://provider.example/film"></iframe>'
POLITE_FRAME = FRAME.replace("<iframe", '<iframe referrerpolicy="strict-origin"')
GATE = f'{{% consent "media" service="video" placeholder=True %}}{FRAME}{{% endconsent %}}'
PAGE = "{% consent_head %}<body>{% consent_banner %}" + GATE + "{% consent_link %}"
DCC = (
    "{% load cookie_consent_tags %}"
    '{{ request|cookie_group_accepted:"media" }} {{ request|cookie_group_declined:"media" }} '
    "{{ request|all_cookies_accepted }}"
)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def rendered(request: HttpRequest, source: str, **context: Any) -> str:
    """Render a template's source with the consent tags loaded."""
    template = Template("{% load consent cache %}" + source)
    return template.render(Context({"request": request, **context}))


def page(request: HttpRequest) -> HttpResponse:
    """Show the whole dialog and one gate."""
    return HttpResponse(rendered(request, PAGE))


def gate(request: HttpRequest) -> HttpResponse:
    """Show one gate."""
    return HttpResponse(rendered(request, GATE))


def fragment(request: HttpRequest) -> HttpResponse:
    """Show one gate out of a fragment in the cache."""
    source = "{% cache 60 film request.consent.key %}" + GATE + "{% endcache %}"
    return HttpResponse(rendered(request, source))


def plain(request: HttpRequest) -> HttpResponse:
    """Ask nothing; be cacheable by everybody."""
    response = HttpResponse("<p>plain</p>")
    response["Cache-Control"] = "public, max-age=600"
    response["ETag"] = '"plain"'
    response["Last-Modified"] = http_date(LONG_AGO.timestamp())
    return response


@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Ask nothing; be one visitor's."""
    return HttpResponse("<p>account</p>")


def asking(request: HttpRequest) -> HttpResponse:
    """Ask the state, and set validators and lifetimes all the same."""
    response = plain(request)
    response["Expires"] = http_date(LONG_AGO.timestamp())
    response["Vary"] = "Accept-Language"
    response.content = str(granted(request, "media", "video"))
    return response


@condition(etag_func=lambda *_: "same", last_modified_func=lambda *_: LONG_AGO)
def conditional(request: HttpRequest) -> HttpResponse:
    """Show one gate under validators of the view's own that do not know the state."""
    return gate(request)


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    """Ask the state, then stream."""
    return StreamingHttpResponse([str(granted(request, "media"))])


def dcc(request: HttpRequest) -> HttpResponse:
    """Show what django-cookie-consent's filters say."""
    return HttpResponse(rendered(request, DCC))


def catalan(request: HttpRequest) -> HttpResponse:
    """Show the page in a language in which the notice has no text."""
    with override("ca"):
        return HttpResponse(rendered(request, PAGE + f" {granted(request, 'media', 'video')}"))


def mexican(request: HttpRequest) -> HttpResponse:
    """Show the page in a language that falls back to Spanish."""
    with override("es-mx"):
        return HttpResponse(rendered(request, PAGE + f" {granted(request, 'media', 'video')}"))


async def agate(request: HttpRequest) -> HttpResponse:
    """Show the whole dialog and one gate, asynchronously."""
    return HttpResponse(rendered(request, PAGE))


async def aplain(request: HttpRequest) -> HttpResponse:
    """Ask nothing, asynchronously."""
    return plain(request)


urlpatterns = [
    path("privacy/", include("consent.urls")),
    path("", include("consent.well_known")),
    path("page/", page),
    path("página/", page),
    path("gate/", gate),
    path("cached/", cache_page(60)(gate)),
    path("cached-page/", cache_page(60)(page)),
    path("cached-dcc/", cache_page(60)(dcc)),
    path("fragment/", fragment),
    path("plain/", plain),
    path("account/", account),
    path("asking/", asking),
    path("conditional/", conditional),
    path("streamed/", streamed),
    path("dcc/", dcc),
    path("ca/", catalan),
    path("es-mx/", mexican),
    path("async/", agate),
    path("async-plain/", aplain),
]

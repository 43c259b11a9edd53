"""A sub-site whose URLconf does not include ours is served: it asks nobody, and grants nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import override

from consent import memory
from consent.conf import conf
from consent.core.notice import Notice
from consent.testing import grant
from tests import pages
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.visiting import NAME, Visitor, deleted, set_cookies, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

OWN = '<img src="https://own.example/">'
EXEMPT = f'{{% consent "necessary" placeholder=True %}}{OWN}{{% endconsent %}}'
EVERYTHING = (
    "{% consent_guard %}{% consent_signals %}" + pages.PAGE + EXEMPT + "{{ request.consent.key }}"
    '{% cache 60 film request.consent.key %}x{% endcache %}<img src="https://provider.example/p">'
)


def everything(request: HttpRequest) -> HttpResponse:
    """Use every tag, and show untagged markup."""
    return HttpResponse(f"<html><head></head>{pages.rendered(request, EVERYTHING)}</html>")


async def asynchronously(request: HttpRequest) -> HttpResponse:
    """Do so asynchronously."""
    return everything(request)


def streamed(request: HttpRequest) -> HttpResponseBase:
    """Do so in a stream."""
    return StreamingHttpResponse([everything(request).content])


def catalan(request: HttpRequest) -> HttpResponse:
    """Do so in a language in which the notice has no text."""
    with override("ca"):
        return everything(request)


def failing(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError


def sad(request: HttpRequest, *_error: Any) -> HttpResponse:
    """Say so with every tag."""
    response = everything(request)
    response.status_code = 500
    return response


SUBSITE = ModuleType("tests.subsite")
SUBSITE.urlpatterns = [  # type: ignore[attr-defined]  # a URLconf
    path("everything/", everything),
    path("async/", asynchronously),
    path("stream/", streamed),
    path("catalan/", catalan),
    path("fail/", failing),
    path("granted/", pages.asking),
]
SUBSITE.handler404 = SUBSITE.handler500 = sad  # type: ignore[attr-defined]  # a URLconf
ADDRESSES = ("/everything/", "/async/", "/stream/", "/catalan/", "/fail/", "/nowhere/")


def by_host(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """Serve a sub-site of its own on another host, as packages for that do."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.get_host() == "shop.clinic.example":
            request.urlconf = SUBSITE  # type: ignore[assignment]  # Django takes modules too
        return get_response(request)

    return middleware


@pytest.fixture(autouse=True)
def stack(settings: Any, publish: Publish) -> Notice:
    """Serve both sites under every middleware, with a policy."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SECURE_CSP = {"default-src": ["'self'"]}
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "tests.test_subsites.by_host",
        *settings.MIDDLEWARE[2:],
        "consent.policy.PolicyMiddleware",
    ]
    settings.CONSENT_SIGNALS = {"statistics": ["google:analytics_storage"]}
    memory.forget()
    return publish(
        worded(
            category("necessary", required=True, trackers=[tracker("sessionid", criterion="B")]),
            category("statistics", trackers=[tracker("_ga_*")]),
            category("media", service("video", trackers=[tracker("player")])),
        )
    )


def seen(visitor: Visitor, address: str, **headers: str) -> HttpResponse:
    """Return what the sub-site answers."""
    headers["host"] = "shop.clinic.example"
    return visitor.get(address, headers=headers)


def markup(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


@pytest.mark.parametrize("cacheable", [True, False])
@pytest.mark.parametrize("state", ["undecided", "granted", "refused", "signalling", "legacy"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_its_pages_are_served_and_ask_nobody(
    settings: Any, address: str, state: str, cacheable: bool
) -> None:
    """B1, W1: what could not be withdrawn there is not granted there."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    visitor = Visitor(raise_request_exception=False)
    if state == "granted":
        grant(visitor, "media", "statistics")
    if state == "refused":
        visitor.choose("refuse")
    if state == "legacy":
        visitor.carry("media=-1", conf.dcc_cookie_name)
    response = seen(visitor, address, **({"sec-gpc": "1"} if state == "signalling" else {}))
    assert response.status_code == (500 if address in ("/fail/", "/nowhere/") else 200)
    html = markup(response)
    assert "data-consent-granted" not in html
    assert not {"<form", "<section"} & {tag for tag in ("<form", "<section") if tag in html}
    assert pages.FRAME not in html
    assert pages.POLITE_FRAME not in html
    assert '<img src="https://provider.example/p">' not in html, "untagged markup is held"
    assert OWN in html, "what is exempt needs no dialog"
    assert NAME not in set_cookies(response) or state == "legacy"


def test_a_choice_from_elsewhere_stays_what_it_is() -> None:
    """W2, W5: its cookies are neither deleted nor held back, and the other site knows it."""
    visitor = Visitor(raise_request_exception=False)
    grant(visitor, "media", "statistics")
    visitor.cookies["_ga_1"] = "1"
    response = seen(visitor, "/everything/")
    assert deleted(response) == set()
    assert "data-consent-granted" in markup(visitor.get("/page/"))
    assert markup(seen(visitor, "/granted/")) == "False"


@pytest.mark.parametrize("undeclared", ["report", "block", "allow"])
def test_its_guard_holds_the_same_and_reports_to_nobody(settings: Any, undeclared: str) -> None:
    """B2, B4: what nobody declared is stopped there where the site says so."""
    settings.CONSENT_UNDECLARED_HOSTS = undeclared
    html = markup(seen(Visitor(), "/everything/"))
    assert "data-rules=" in html
    assert (f'data-undeclared="{undeclared}"' in html) == (undeclared != "allow")
    assert "data-report" not in html


def test_the_other_site_asks_whichever_was_served_first() -> None:
    """B8: neither site's pages are the other's."""
    for _time in range(2):
        assert "<form" not in markup(seen(Visitor(), "/everything/"))
        assert "<form" in markup(Visitor().get("/page/"))


def test_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    for _time in range(3):
        seen(Visitor(), "/everything/")
    said = [record.getMessage() for record in caplog.records if record.name == "consent"]
    assert len([each for each in said if "does not include consent.urls" in each]) == 1

"""The page's policy follows the visitor, whoever sends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import pytest
from csp.constants import NONCE, SELF
from csp.decorators import csp, csp_exempt, csp_replace, csp_update
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import AsyncClient, RequestFactory
from django.urls import path
from django.utils.translation import override

from consent.conf import POLICY_DIRECTIVES
from consent.core.policy import FALLBACKS
from consent.policy import PolicyMiddleware, nonce_of
from tests import pages
from tests.conftest import Publish
from tests.core.notices import category, service
from tests.visiting import Visitor, awaited, worded

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

CONSENT = "consent.middleware.ConsentMiddleware"
CONTENT = "consent.middleware.ContentMiddleware"
OURS = "consent.policy.PolicyMiddleware"
DOCUMENTATION = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
HEADER = "Content-Security-Policy"
Policies = dict[str, set[str]]


def own(request: HttpRequest) -> HttpResponse:
    """Answer under a policy of the view's own."""
    return HttpResponse("own", headers={HEADER: "default-src 'none'"})


def text(request: HttpRequest) -> HttpResponse:
    """Answer what no browser shows as a page."""
    return HttpResponse("text", content_type="text/plain")


urlpatterns = [
    path("decorated/update/", csp_update({"img-src": ["u.example"]})(pages.plain)),
    path("decorated/replace/", csp_replace({"img-src": ["r.example"]})(pages.plain)),
    path("decorated/config/", csp({"default-src": [SELF], "img-src": ["c.example"]})(pages.plain)),
    path("exempt/", csp_exempt()(pages.plain)),
    path("own/", own),
    path("text/", text),
    *pages.urlpatterns,
]


@pytest.fixture
def declared(publish: Publish) -> None:
    """Every service on a host of its own, one of them exempt."""
    publish(
        worded(
            category("necessary", service("login", hosts=("login.example",)), required=True),
            category("statistics", service("visits", hosts=("stats.example",))),
            category(
                "media",
                service("video", hosts=("player.example:8443", "*.film.example")),
                service("maps", hosts=("maps.example",)),
            ),
        )
    )


FRAMES = {"login.example", "stats.example", "player.example:8443", "*.film.example", "maps.example"}


def header(response: HttpResponse, name: str = HEADER) -> Policies:
    """Return a response's policy as directives and their values."""
    parts = (part.split() for part in response.get(name, "").split(";"))
    return {directive: set(values) for directive, *values in filter(None, parts)}


def django_csp(settings: Any, **directives: Any) -> None:
    settings.MIDDLEWARE = [CONSENT, "csp.middleware.CSPMiddleware", CONTENT, OURS]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": _named(directives)}


def django_own(settings: Any, **directives: Any) -> None:
    sender = "django.middleware.csp.ContentSecurityPolicyMiddleware"
    settings.MIDDLEWARE = [CONSENT, sender, CONTENT, OURS]
    settings.SECURE_CSP = _named(directives)


def _named(directives: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): values for name, values in directives.items()}


Send = Callable[..., None]
# Django sends a policy itself since 6.0; its contract is tested under every Django below.
SENDERS = [django_csp, django_own] if django.VERSION >= (6,) else [django_csp]


@pytest.fixture(params=SENDERS)
def send(request: pytest.FixtureRequest) -> Send:
    """Send a policy by one of the two packages: ``send(settings, img_src=[…])``."""
    return request.param  # type: ignore[no-any-return]  # one of SENDERS


# What the documentation gives

HEADINGS = {django_csp: "With django-csp", django_own: "With Django's own"}


def recipe(send: Send) -> dict[str, Any]:
    """Return the settings that the documentation gives for one of the two packages."""
    section = DOCUMENTATION.read_text("utf-8").partition(f"## {HEADINGS[send]}\n")[2]
    found: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", section, re.DOTALL)[0], found)
    return {name: found[name] for name in found if re.match("MIDDLEWARE|SECURE_|CONTENT_", name)}


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("address", ["/page/", "/privacy/"])
def test_the_documented_settings_make_a_strict_policy(
    visitor: Visitor, settings: Any, send: Send, address: str
) -> None:
    """B9."""
    for name, value in recipe(send).items():
        setattr(settings, name, value)
    assert not run_checks(tags=["consent"])
    response = visitor.get(address)
    policy = header(response)
    [nonce] = [value for value in policy["script-src"] if value.startswith("'nonce-")]
    assert response.text.count(f'nonce="{nonce[7:-1]}"') == 2
    assert policy["script-src"] == {nonce, "'strict-dynamic'", "login.example"}
    assert policy["frame-src"] == {"'self'", *FRAMES}
    assert policy["require-trusted-types-for"] == {"'script'"}
    assert "unsafe" not in response[HEADER]
    assert response["Cache-Control"].startswith("private")


# What request.consent answers


@pytest.mark.usefixtures("declared")
def test_the_hosts_follow_the_state(visitor: Visitor) -> None:
    """B9."""

    def hosts(directive: str) -> set[str]:
        return set(visitor.get("/plain/").wsgi_request.consent.csp(directive))

    assert hosts("script-src") == {"login.example"}
    visitor.choose(action="choose", grant=["media:video"], layer="placeholder")
    assert hosts("script-src") == {"login.example", "player.example:8443", "*.film.example"}
    visitor.choose("accept")
    assert hosts("img-src") == FRAMES
    visitor.choose("refuse")
    assert hosts("script-src") == {"login.example"}
    assert hosts("frame-src") == FRAMES


@pytest.mark.usefixtures("declared")
def test_reading_them_makes_the_page_private_unless_they_are_the_same_for_all(
    visitor: Visitor, settings: Any
) -> None:
    """B8."""
    consent = visitor.get("/plain/").wsgi_request.consent
    assert consent.csp("frame-src") == consent.csp("child-src")
    assert not consent.depends
    consent.csp("img-src")
    assert consent.depends
    settings.CONSENT_CACHEABLE_PAGES = True
    consent = visitor.get("/plain/").wsgi_request.consent
    assert [set(consent.csp(directive)) for directive in FALLBACKS] == [FRAMES] * len(FALLBACKS)
    assert not consent.depends


@pytest.mark.parametrize("cacheable", [False, True])
def test_while_nothing_is_published_nothing_is_listed(
    visitor: Visitor, settings: Any, cacheable: bool
) -> None:
    """DESIGN 4.12."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    consent = visitor.get("/plain/").wsgi_request.consent
    assert [consent.csp(directive) for directive in FALLBACKS] == [()] * len(FALLBACKS)
    with pytest.raises(ValueError, match="form-action"):
        consent.csp("form-action")


@pytest.mark.usefixtures("declared")
def test_where_gates_stay_shut_the_policy_does_too(visitor: Visitor, settings: Any) -> None:
    """B7: switched off, or in a language in which nobody was asked."""

    def hosts(language: str) -> set[str]:
        consent = visitor.get("/plain/").wsgi_request.consent
        with override(language):
            return set(consent.csp("script-src"))

    visitor.choose("accept")
    assert hosts("en") == FRAMES
    assert hosts("ca") == {"login.example"}
    settings.COOKIE_CONSENT_ENABLED = False
    assert hosts("en") == {"login.example"}


# The policy that is sent


@pytest.mark.usefixtures("declared")
def test_a_policy_follows_the_state(visitor: Visitor, settings: Any, send: Send) -> None:
    """B9, DESIGN 7."""
    send(settings, default_src=["'self'"], script_src=["'self'", "cdn.example"])
    before = header(visitor.get("/page/"))
    assert before["script-src"] == {"'self'", "cdn.example", "login.example"}
    assert before["frame-src"] == {"'self'", *FRAMES}
    assert before["default-src"] == {"'self'"}
    visitor.choose(action="choose", grant=["statistics"], layer="preferences")
    after = header(visitor.get("/page/"))
    assert after["script-src"] == before["script-src"] | {"stats.example"}
    for directive in set(POLICY_DIRECTIVES) - {"script-src", "frame-src"}:
        assert after[directive] == {"'self'", "login.example", "stats.example"}
    visitor.choose("withdraw")
    assert header(visitor.get("/page/")) == before


@pytest.mark.usefixtures("declared")
def test_on_cacheable_pages_everybody_gets_the_same_policy(
    visitor: Visitor, settings: Any, send: Send
) -> None:
    """B8, DESIGN 7: it stops only what nobody declared."""
    settings.CONSENT_CACHEABLE_PAGES = True
    send(settings, default_src=["'self'"])
    first = visitor.get("/plain/")
    assert header(first) == {
        "default-src": {"'self'"},
        **{name: {"'self'", *FRAMES} for name in POLICY_DIRECTIVES},
    }
    assert first["Cache-Control"] == "public, max-age=600"
    visitor.choose("accept")
    assert header(visitor.get("/plain/")) == header(first)


@pytest.mark.usefixtures("declared")
def test_a_page_whose_policy_follows_the_visitor_is_private(
    visitor: Visitor, settings: Any, send: Send
) -> None:
    """B8: also one that asks nothing else, and also in Django's own cache."""
    send(settings, default_src=["'self'"])
    response = visitor.get("/plain/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]
    assert not response.has_header("ETag")


@pytest.mark.usefixtures("declared")
def test_frames_alone_leave_pages_to_the_caches(
    visitor: Visitor, settings: Any, send: Send
) -> None:
    settings.CONSENT_POLICY_DIRECTIVES = ["frame-src"]
    send(settings, default_src=["'self'"])
    response = visitor.get("/plain/")
    assert header(response) == {"default-src": {"'self'"}, "frame-src": {"'self'", *FRAMES}}
    assert response["Cache-Control"] == "public, max-age=600"


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("address", ["/own/", "/text/", "/privacy/dialog/"])
def test_other_responses_keep_their_policy(
    visitor: Visitor, settings: Any, send: Send, address: str
) -> None:
    send(settings, img_src=["i.example"])
    response = visitor.get(address)
    assert "login.example" not in response.get(HEADER, "")
    assert "private" not in response.get("Cache-Control", "")


@pytest.mark.usefixtures("declared")
def test_without_a_policy_there_is_none(visitor: Visitor, settings: Any) -> None:
    settings.MIDDLEWARE = [CONSENT, "csp.middleware.CSPMiddleware", CONTENT, OURS]
    response = visitor.get("/plain/")
    assert not response.has_header(HEADER)
    assert response["Cache-Control"] == "public, max-age=600"


@pytest.mark.usefixtures("declared")
def test_a_policy_that_only_reports_follows_too(
    visitor: Visitor, settings: Any, send: Send
) -> None:
    send(settings, img_src=["i.example"])
    report = {"img-src": ["o.example"], "default-src": ["'self'"]}
    settings.SECURE_CSP_REPORT_ONLY = report
    settings.CONTENT_SECURITY_POLICY_REPORT_ONLY = {"DIRECTIVES": report}
    found = header(visitor.get("/plain/"), f"{HEADER}-Report-Only")
    assert found["img-src"] == {"o.example", "login.example"}


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("address", "images"),
    [
        ("update", {"i.example", "u.example", "login.example"}),
        ("replace", {"r.example", "login.example"}),
        ("config", {"c.example", "login.example"}),
    ],
)
def test_what_a_view_says_of_its_policy_holds(
    visitor: Visitor, settings: Any, address: str, images: set[str]
) -> None:
    django_csp(settings, img_src=["i.example"])
    assert header(visitor.get(f"/decorated/{address}/"))["img-src"] == images


@pytest.mark.usefixtures("declared")
def test_the_default_that_django_csp_fills_in_governs_too(visitor: Visitor, settings: Any) -> None:
    """Else the site's own images would be blocked, or ours not listed."""
    django_csp(settings, base_uri=["'none'"])
    assert header(visitor.get("/plain/"))["img-src"] == {"'self'", "login.example"}


@pytest.mark.usefixtures("declared")
def test_a_page_without_a_policy_stays_without(visitor: Visitor, settings: Any) -> None:
    django_csp(settings, img_src=["i.example"])
    assert not visitor.get("/exempt/").has_header(HEADER)


@pytest.mark.usefixtures("declared")
def test_djangos_own_policy_is_extended_where_django_reads_it(
    visitor: Visitor, settings: Any
) -> None:
    """Under every Django: since 6.0 it sends what stands in the response's `_csp_config`."""
    settings.MIDDLEWARE = [CONSENT, CONTENT, OURS]
    settings.SECURE_CSP = {"img-src": ["i.example"], "base-uri": ["'none'"]}
    settings.CONSENT_POLICY_DIRECTIVES = ["img-src", "frame-src"]
    response = visitor.get("/plain/")
    assert response._csp_config == {
        "img-src": ("i.example", "login.example"),
        "base-uri": ["'none'"],
    }
    assert settings.SECURE_CSP["img-src"] == ["i.example"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("declared")
def test_async_pages_are_treated_the_same(settings: Any, send: Send) -> None:
    send(settings, default_src=["'self'"])
    response = awaited(_async_get("/async/"))
    assert header(response)["img-src"] == {"'self'", "login.example"}
    assert response["Cache-Control"] == "private, no-cache"


async def _async_get(address: str) -> HttpResponse:
    return await AsyncClient().get(address)


def test_a_site_without_our_middleware_is_left_alone(settings: Any) -> None:
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"img-src": ["i.example"]}}
    answer = HttpResponse("plain")
    request = RequestFactory().get("/")
    assert PolicyMiddleware(lambda _: answer)(request) is answer
    assert not hasattr(answer, "_csp_replace")


# Nonces


class Nonce:
    """As both packages make it: false until it is read."""

    def __init__(self) -> None:
        self.read = False

    def __bool__(self) -> bool:
        return self.read

    def __str__(self) -> str:
        self.read = True
        return "n0nce"


@pytest.mark.parametrize("name", ["csp_nonce", "_csp_nonce"])
def test_a_nonce_is_found_although_it_counts_as_false(name: str) -> None:
    """B9."""
    request = HttpRequest()
    assert nonce_of(request) == ""
    setattr(request, name, Nonce())
    assert nonce_of(request) == "n0nce"
    assert nonce_of(request, "context") == "context"
    assert nonce_of(HttpRequest(), Nonce()) == "n0nce"


@pytest.mark.parametrize(
    ("policies", "nonce"),
    [
        ({}, "n0nce"),
        ({"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": [SELF, NONCE]}}}, "n0nce"),
        ({"CONTENT_SECURITY_POLICY": {"DIRECTIVES": {"script-src": [SELF]}}}, ""),
        ({"SECURE_CSP": {"script-src": {"<CSP_NONCE_SENTINEL>"}}}, "n0nce"),
        ({"SECURE_CSP": {"script-src": ["'self'"], "base-uri": None}}, ""),
        ({"SECURE_CSP_REPORT_ONLY": {"script-src": ["<CSP_NONCE_SENTINEL>"]}}, "n0nce"),
    ],
)
def test_a_policy_without_a_nonce_gets_none(
    settings: Any, policies: dict[str, Any], nonce: str
) -> None:
    """Else gated scripts would need it, and no page would be the same twice."""
    for name, value in policies.items():
        setattr(settings, name, value)
    request = HttpRequest()
    request.csp_nonce = Nonce()  # type: ignore[attr-defined]  # what a policy's middleware sets
    assert nonce_of(request) == nonce


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("address", ["/page/", "/privacy/"])
def test_script_and_style_carry_the_nonce_that_is_sent(
    visitor: Visitor, settings: Any, send: Send, address: str
) -> None:
    """B9: on the site's pages and on ours."""
    sentinel = NONCE if send is django_csp else "<CSP_NONCE_SENTINEL>"
    send(settings, script_src=[sentinel], style_src=[sentinel])
    response = visitor.get(address)
    [nonce] = [v for v in header(response)["script-src"] if v.startswith("'nonce-")]
    attribute = f'nonce="{nonce[7:-1]}"'
    assert response.content.decode().count(attribute) == 2


@pytest.mark.usefixtures("declared")
def test_the_template_s_own_nonce_goes_first(visitor: Visitor) -> None:
    request = visitor.get("/plain/").wsgi_request
    context = Context({"request": request, "csp_nonce": Nonce()})
    html = Template("{% load consent %}{% consent_head %}").render(context)
    assert html.count('nonce="n0nce"') == 2

"""Where a site shows everything to members only, visitors can choose all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import AsyncClient
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from consent import urls, well_known
from tests.visiting import NAME, ORIGIN, PRESENTATION, Visitor, awaited, records

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]

PUBLIC = [
    "consent:preferences",
    "consent:dialog",
    "consent:receipt",
    "consent-gpc",
]
UNDECLARED = "/privacy/undeclared/"
CHOICE = {
    "notice": 1,
    "language": "en",
    "presentation": PRESENTATION,
    "layer": "banner",
    "means": "accept",
}


@pytest.fixture(autouse=True)
def members_only(settings: Any) -> None:
    """Let Django's own middleware ask every visitor to sign in."""
    settings.LOGIN_URL = "/sign-in/"
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "consent.middleware.ContentMiddleware",
    ]


def test_the_middleware_is_at_work(visitor: Visitor) -> None:
    assert visitor.get("/plain/")["Location"].startswith("/sign-in/")
    assert awaited(AsyncClient().get("/async-plain/"))["Location"].startswith("/sign-in/")


def test_no_address_of_the_app_is_left_out() -> None:
    """P8: whatever is added to the two modules is public, or belongs on another list."""
    patterns = [*urls.urlpatterns, *well_known.urlpatterns]
    views = {pattern.callback for pattern in patterns if isinstance(pattern, URLPattern)}
    assert len(views) == len(patterns) == len(PUBLIC) + 2  # a decision, and what is undeclared
    assert [view for view in views if getattr(view, "login_required", True)] == []


@pytest.mark.usefixtures("asked")
def test_a_stranger_s_browser_may_report_what_nobody_declared(visitor: Visitor) -> None:
    """B4."""
    assert visitor.get(UNDECLARED, {"host": "a.example"}, headers=ORIGIN).status_code == 200


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.usefixtures("asked")
def test_every_page_of_the_app_is_shown_to_a_stranger(visitor: Visitor, name: str) -> None:
    """W1, D3, S3."""
    address = reverse(name, urlconf=get_resolver("tests.pages").urlconf_name)
    assert visitor.get(address).status_code == 200
    assert awaited(AsyncClient().get(address)).status_code == 200


@pytest.mark.parametrize("is_script", [False, True])
@pytest.mark.usefixtures("asked")
def test_a_stranger_can_accept_and_withdraw(visitor: Visitor, is_script: bool) -> None:
    """P8, W1."""
    choose = visitor.choose_json if is_script else visitor.choose
    status = 200 if is_script else 303
    assert choose("accept").status_code == status
    assert choose("withdraw", layer="link").status_code == status
    assert [record.action for record in records()] == ["accept", "withdraw"]


@pytest.mark.usefixtures("asked")
def test_a_stranger_can_choose_where_the_site_is_asynchronous() -> None:
    """P8."""
    client = AsyncClient()
    headers = {**ORIGIN, "accept": "application/json"}
    response = awaited(client.post("/privacy/decision/", CHOICE, headers=headers))
    assert response.json()["decision"] == "accept"
    assert NAME in response.cookies
    assert len(records()) == 1

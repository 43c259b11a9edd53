"""django-cookie-consent's filters and utilities tell the truth where the server decides."""

from __future__ import annotations

import copy
import pickle
import socket
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from cookie_consent.templatetags.cookie_consent_tags import (
    all_cookies_accepted,
    cookie_consent_enabled,
    cookie_group_accepted,
    cookie_group_declined,
    not_accepted_or_declined_cookie_groups,
)
from cookie_consent.util import (
    are_all_cookies_accepted,
    get_accepted_cookie_groups,
    get_cookie_value_from_request,
    get_declined_cookie_groups,
    get_not_accepted_or_declined_cookie_groups,
)
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from consent.core.notice import Notice
from consent.visitor import attach
from tests.visiting import NAME, Visitor, answers, deleted, records

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

DECLINED = "statistics=-1|marketing=-1|media=-1"
FORGED = "statistics=zzz|marketing=9999-12-31|media=zzz"
CHOICES: list[dict[str, Any]] = [
    {"means": "accept"},
    {"means": "refuse"},
    {"means": "save", "grant": ["marketing"]},
    {"means": "save", "grant": ["media", "statistics"]},
    {"means": "save", "grant": ["media:video"]},
    {"means": "save", "grant": ["media:video", "marketing"]},
]


@pytest.fixture(autouse=True)
def registry(asked: Notice) -> None:
    """Let DCC know the categories that the notice asks about."""
    for category in asked.categories:
        group = CookieGroup.objects.create(
            varname=category.key, name=category.key, is_required=category.required
        )
        Cookie.objects.create(cookiegroup=group, name=f"_{category.key}", domain=".clinic.example")


def request_with(cookies: dict[str, str]) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES = cookies
    attach(request)
    return request


def request_of(visitor: Visitor) -> HttpRequest:
    return request_with({name: morsel.value for name, morsel in visitor.cookies.items()})


@pytest.mark.parametrize("choice", CHOICES)
def test_every_helper_agrees_with_what_is_in_force(
    visitor: Visitor, choice: dict[str, Any], asked: Notice
) -> None:
    visitor.choose(**choice)
    request = request_of(visitor)
    consent = request.consent  # type: ignore[attr-defined]  # ours
    whole = {
        category.key: all(
            consent.granted(category.key, service)
            for service in ("", *(service.key for service in category.services))
        )
        for category in asked.optional
    }
    accepted = {key for key, granted in whole.items() if granted}
    for key, granted in whole.items():
        assert cookie_group_accepted(request, key) is granted
        assert cookie_group_declined(request, key) is not granted
        assert cookie_group_accepted(request, f"{key}=_{key}:.clinic.example") is granted
        assert get_cookie_value_from_request(request, key) is granted
    assert {group.varname for group in get_accepted_cookie_groups(request)} == accepted
    assert {group.varname for group in get_declined_cookie_groups(request)} == set(whole) - accepted
    assert not get_not_accepted_or_declined_cookie_groups(request)
    assert all_cookies_accepted(request) is are_all_cookies_accepted(request)
    assert are_all_cookies_accepted(request) is (accepted == set(whole))
    assert cookie_consent_enabled(request)


def test_a_partly_granted_category_reads_declined(visitor: Visitor) -> None:
    visitor.choose("save", grant=["media:video"])
    request = request_of(visitor)
    assert cookie_group_declined(request, "media")
    assert request.consent.granted("media", "video")  # type: ignore[attr-defined]  # ours


def test_what_was_not_asked_reads_undecided(visitor: Visitor) -> None:
    """V2."""
    visitor.choose("placeholder", grant=["media:video"], layer="placeholder")
    groups = not_accepted_or_declined_cookie_groups(request_of(visitor))
    assert {group.varname for group in groups} == {"statistics", "marketing"}


@pytest.mark.parametrize("sent", [{}, {"cookie_consent": FORGED}, {NAME: "garbage"}])
def test_undecided_reads_undecided(sent: dict[str, str]) -> None:
    """B7: DCC alone believes a forged "zzz"."""
    request = request_with(sent)
    assert not get_accepted_cookie_groups(request)
    assert not get_declined_cookie_groups(request)
    assert len(get_not_accepted_or_declined_cookie_groups(request)) == 3
    assert "cookie_consent" not in request.COOKIES
    assert request.COOKIES.get("cookie_consent", "other") == "other"
    with pytest.raises(KeyError):
        request.COOKIES["cookie_consent"]


def test_a_forged_cookie_grants_nothing_and_is_cleared(visitor: Visitor) -> None:
    """B7."""
    visitor.carry(FORGED, "cookie_consent")
    response = visitor.get("/gate/")
    assert "data-consent-granted" not in response.content.decode()
    assert deleted(response) == {("cookie_consent", "/", "")}
    assert NAME not in response.cookies
    assert visitor.get("/dcc/").content == b"False False False"


def test_a_forged_cookie_beside_ours_changes_nothing(visitor: Visitor) -> None:
    """B7."""
    visitor.choose("save", grant=["marketing"])
    visitor.carry(FORGED, "cookie_consent")
    assert visitor.get("/dcc/").content == b"False True False"
    visitor.choose("accept")
    visitor.carry(DECLINED, "cookie_consent")
    assert visitor.get("/dcc/").content == b"True False True"


def test_all_declined_is_a_refusal_and_is_replaced_by_ours(visitor: Visitor) -> None:
    """W7: who refused under DCC is not asked again."""
    visitor.carry(DECLINED, "cookie_consent")
    response = visitor.get("/page/")
    assert deleted(response) == {("cookie_consent", "/", "")}
    assert visitor.value.split(".")[3:5] == ["-", ""]
    assert not visitor.value.endswith("."), "signed"
    assert records() == [], "a refusal that nobody made here is not recorded here"
    assert 'data-consent-dialog="banner"' in response.content.decode()
    assert "data-nosnippet hidden" in response.content.decode()
    visitor.cookies.pop("cookie_consent")
    assert visitor.get("/dcc/").content == b"False True False"


@pytest.mark.parametrize(
    "partial", ["statistics=-1|marketing=-1", DECLINED.replace("media=-1", "media=2024-01-01")]
)
def test_anything_but_all_declined_is_undecided(visitor: Visitor, partial: str) -> None:
    """B7: nothing proves it."""
    visitor.carry(partial, "cookie_consent")
    response = visitor.get("/page/")
    assert deleted(response) == {("cookie_consent", "/", "")}
    assert visitor.value == ""


def test_a_choice_made_here_outranks_the_legacy_refusal(visitor: Visitor) -> None:
    """P1."""
    visitor.carry(DECLINED, "cookie_consent")
    response = visitor.choose("accept")
    assert response.status_code == 303
    assert records()[0].answers == answers(yes=answers())
    assert ("cookie_consent", "/", "") in deleted(response)
    assert visitor.value.split(".")[3] != "-"


@override_settings(COOKIE_CONSENT_NAME="old_choice", COOKIE_CONSENT_DECLINE="no")
def test_a_site_that_renamed_dccs_cookie_is_understood(visitor: Visitor) -> None:
    visitor.carry(DECLINED.replace("-1", "no"), "old_choice")
    assert deleted(visitor.get("/page/")) == {("old_choice", "/", "")}
    visitor.cookies.pop("old_choice")
    assert visitor.get("/dcc/").content == b"False True False"


@override_settings(COOKIE_CONSENT_DOMAIN="clinic.example")
def test_dccs_cookie_is_cleared_where_it_lives(visitor: Visitor) -> None:
    visitor.carry(DECLINED, "cookie_consent")
    assert deleted(visitor.get("/page/")) == {("cookie_consent", "/", "clinic.example")}


@override_settings(CONSENT_CACHEABLE_PAGES=True)
def test_on_cacheable_pages_the_helpers_say_undecided(visitor: Visitor) -> None:
    """DESIGN 4.10: the page is the same for everybody."""
    visitor.choose("accept")
    request = request_of(visitor)
    assert len(get_not_accepted_or_declined_cookie_groups(request)) == 3
    assert not request.consent.depends  # type: ignore[attr-defined]  # ours
    assert visitor.get("/dcc/").content == b"False False False"


@override_settings(COOKIE_CONSENT_ENABLED=False)
def test_switched_off_the_helpers_say_undecided(visitor: Visitor) -> None:
    """B7."""
    visitor.choose("refuse")
    assert visitor.get("/dcc/").content == b"False False False"
    assert not cookie_consent_enabled(request_of(visitor))


def test_a_page_that_asks_dcc_is_its_visitors_alone(visitor: Visitor) -> None:
    """B8."""
    assert visitor.get("/dcc/")["Cache-Control"] == "private, no-cache"


def test_other_cookies_are_as_they_were_sent() -> None:
    request = request_with({"sessionid": "s", "cookie_consent": FORGED})
    assert dict(request.COOKIES) == {"sessionid": "s"}
    assert "sessionid" in request.COOKIES
    assert request.COOKIES.get("none") is None


# Copies


def served(environ: dict[str, Any], value: str) -> HttpRequest:
    """Return a request as a server makes it, on a socket that can be neither copied nor kept."""
    cookies = f"{NAME}={value}; other=1; cookie_consent=forged"
    sent = RequestFactory().get("/", headers={"cookie": cookies})
    request = type(sent)({**sent.environ, **environ})
    attach(request)
    return request


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        lambda jar: jar.copy(),
        lambda jar: copy.copy(copy.deepcopy(jar)),
        lambda jar: pickle.loads(pickle.dumps(jar)),
        lambda jar: pickle.loads(pickle.dumps({"COOKIES": jar}, protocol=0))["COOKIES"],
        lambda jar: copy.deepcopy({"COOKIES": jar})["COOKIES"],
    ],
)
def test_a_copy_of_the_cookies_tells_the_same(visitor: Visitor, copied: Any) -> None:
    """As error reports and caches make them."""
    visitor.choose("save", grant=["marketing"])
    with socket.socket() as unfit:
        request = served({"wsgi.input": unfit.makefile("rb"), "socket": unfit}, visitor.value)
        jar = copied(request.COOKIES)
        assert jar["other"] == "1"
        assert jar["cookie_consent"] == request.COOKIES["cookie_consent"]
        assert "marketing" in jar["cookie_consent"]
        assert "forged" not in str(jar.get("cookie_consent"))
        jar["other"] = "2"
        assert request.COOKIES["other"] == "1"
        undecided = served({"socket": unfit}, "")
        assert "cookie_consent" not in copied(undecided.COOKIES)


def test_what_keeps_the_state_depends_on_the_visitor(visitor: Visitor) -> None:
    """B8."""
    visitor.choose("accept")
    request = served({}, visitor.value)
    copy.deepcopy(request.COOKIES)
    assert not request.consent.depends  # type: ignore[attr-defined]  # ours
    pickle.dumps(request.COOKIES)
    assert request.consent.depends  # type: ignore[attr-defined]  # ours

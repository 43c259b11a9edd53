"""From plain django-cookie-consent: its addresses, its templates, its groups."""

from __future__ import annotations

import importlib
import io
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path, reverse
from hypothesis import given
from hypothesis import strategies as st

from consent import notices, seeds
from consent.models import Notice, Seeded, Service, TrackerDetails, Translation
from consent.publishing import publish as publish_registry
from consent.seeds import Group as Own
from consent.seeds import propose
from tests.conftest import Publish
from tests.declaring import CONTROLLER
from tests.test_commands import Terminal
from tests.visiting import Visitor, records, worded

pytestmark = pytest.mark.django_db

NAMES = ("accept", "decline", "status", "cookie_group_list")
PRIVACY = path("privacy/", include("consent.urls"))
OLD = path("cookies/", include("consent.dcc_urls"))
OPTIONS = [f"--{field.replace('_', '-')}={value}" for field, value in CONTROLLER.items()]

# django-cookie-consent's own documented bar
BAR = """{% load static cookie_consent_tags %}
{% static "cookie_consent/cookiebar.module.js" as cookiebar_src %}
{% url 'cookie_consent_status' as status_url %}
<template id="cookie-consent__cookie-bar"><div class="cookie-bar">
<a href="{% url "cookie_consent_cookie_group_list" %}">Cookies info</a></div></template>
{% all_cookie_groups 'cookie-consent__cookie-groups' %}
<script type="module">import {showCookieBar} from '{{ cookiebar_src }}';</script>
"""


@pytest.fixture
def old_pages(settings: Any) -> None:
    settings.ROOT_URLCONF = (PRIVACY, OLD)


# --- addresses ---


@pytest.mark.usefixtures("old_pages", "asked")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_old_page_leads_to_the_preferences_and_records_nothing(
    visitor: Visitor, name: str, method: str
) -> None:
    """W1: a bookmark or an old form is no choice of what is asked now."""
    address = reverse(f"cookie_consent_{name}")
    data = {"cookie_groups": "statistics", "next": "/page/"}
    response = getattr(visitor, method)(address, data)
    assert response.status_code == 303
    assert response["Location"] == "/privacy/?next=%2Fpage%2F"
    assert records() == []
    assert not visitor.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("old_pages", "asked")
@pytest.mark.parametrize("header", ["X-Cookie-Consent-Fetch", "X-Requested-With"])
def test_the_old_script_gets_no_answer_that_it_could_take_for_a_grant(
    client: Client, header: str
) -> None:
    for name in ("accept", "status"):
        response = client.post(reverse(f"cookie_consent_{name}"), headers={header: "1"})
        assert response.status_code == 410


@pytest.mark.usefixtures("old_pages", "asked")
def test_the_preferences_do_not_lead_out_of_the_site(client: Client) -> None:
    address = reverse("cookie_consent_accept")
    response = client.get(address, {"next": "https://elsewhere.example/"}, follow=True)
    assert response.status_code == 200
    assert 'href="https://elsewhere.example/"' not in response.content.decode()


@pytest.mark.usefixtures("old_pages")
def test_the_old_names_are_no_finding_and_templates_with_them_render() -> None:
    assert found(BAR) == {"consent.W013"}
    html = engines["django"].from_string(BAR).render({})
    assert 'href="/cookies/"' in html


# --- templates ---


def found(*sources: str) -> set[str]:
    return {message.id for message in messages(*sources)}


def messages(*sources: str) -> list[Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for at, source in enumerate(sources):
            (folder / f"page{at}.html").write_text(source)
        engine = {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [folder],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
        with override_settings(TEMPLATES=[engine]):
            return [
                each
                for each in run_checks(tags=["consent"])
                if each.id in ("consent.E012", "consent.W013")
            ]


@pytest.mark.parametrize(
    "source",
    [
        '{% url "cookie_consent_accept" %}',
        "{% url 'cookie_consent_status' as status_url %}",
        '<p>\n{%url "cookie_consent_cookie_group_list"%}',
        '{% url "shop:cookie_consent_decline" %}',
        '{% with name="cookie_consent_accept" %}{% url name %}{% endwith %}',
        '{{ "cookie_consent_accept"|resolve }}',
        '{% include "cookie_consent/_cookie_group.html" %}',
        "{% extends 'cookie_consent/cookiegroup_list.html' %}",
    ],
)
def test_a_template_that_names_an_address_nobody_has_is_an_error(source: str) -> None:
    (error,) = messages("<p>fine</p>", source)
    assert error.id == "consent.E012"
    assert "page1.html:" in error.msg
    assert "dcc_urls" in error.hint


@pytest.mark.parametrize(
    "source",
    [
        '{# {% url "cookie_consent_accept" %} #}',
        '{% comment %}{% url "cookie_consent_accept" %}{% endcomment %}',
        "{% comment %}cookie_consent/cookiebar.module.js{% endcomment %}",
        '{% load cookie_consent_tags %}{{ request|cookie_group_accepted:"analytics" }}',
        "<p>cookie_consent_accept</p>",
        '{% verbatim %}{% url "cookie_consent_accept" %}{% endverbatim %}',
    ],
)
def test_what_asks_for_no_address_is_fine(source: str) -> None:
    assert found(source) == set()


def test_a_jinja_template_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "{# url('cookie_consent_accept') #}\n{{ url('cookie_consent_decline') }}"
    )
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
    jinja = {"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [tmp_path]}
    with override_settings(TEMPLATES=[engine, jinja]):
        (error,) = [each for each in run_checks(tags=["consent"]) if each.id == "consent.E012"]
    assert "page.html:2" in error.msg
    assert "page.html:1" not in error.msg


def test_many_places_are_counted() -> None:
    (error,) = messages(*['{% url "cookie_consent_accept" %}'] * 8)
    assert "and 3 more" in error.msg


def test_the_old_script_is_a_warning() -> None:
    assert found(BAR) == {"consent.E012", "consent.W013"}
    assert found('<script src="/static/cookie_consent/cookiebar.module.js"></script>') == {
        "consent.W013"
    }


# --- groups ---


def own(key: str, *cookies: str, required: bool = False, name: str = "") -> CookieGroup:
    group = CookieGroup.objects.create(
        varname=key, name=name or key, description=f"What {key} is for.", is_required=required
    )
    for cookie in cookies:
        Cookie.objects.create(cookiegroup=group, name=cookie)
    return group


def set_up(*args: str) -> str:
    out = io.StringIO()
    call_command("consent_setup", "--draft", *OPTIONS, *args, stdout=out, stderr=out)
    return out.getvalue()


def keys() -> set[str]:
    return set(CookieGroup.objects.values_list("varname", flat=True))


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def test_what_is_mapped_is_not_added_beside() -> None:
    own("analytics", "_ga")
    own("musthave", required=True)
    said = set_up("--map", "analytics=statistics", "--map=musthave=necessary")
    assert keys() == {"analytics", "musthave", "preferences", "marketing", "media"}
    assert Service.objects.get(key="consent-log").category.varname == "musthave"
    assert Cookie.objects.get(name="privacy_choice").cookiegroup.varname == "musthave"
    group = CookieGroup.objects.get(varname="analytics")
    assert (group.name, group.description) == ("analytics", "What analytics is for.")
    assert "CONSENT_GPC_CATEGORIES = ['analytics', 'marketing']" in said
    before = Seeded.objects.count()
    set_up()
    assert keys() == {"analytics", "musthave", "preferences", "marketing", "media"}
    assert Seeded.objects.count() == before


def test_without_a_terminal_what_is_proposed_is_taken_and_said() -> None:
    own("tracking", name="Analytics")
    own("grp1", "_fbp", "IDE")
    own("essential", required=True)
    own("partners")
    said = set_up("--no-input")
    assert "tracking stands for statistics (by its name); --map tracking= says otherwise." in said
    assert "grp1 stands for marketing (by its cookies)" in said
    assert "essential stands for necessary (by its name)" in said
    assert "partners stands" not in said
    assert keys() == {"tracking", "grp1", "essential", "partners", "preferences", "media"}


def test_a_group_may_stand_for_none() -> None:
    own("analytics")
    set_up("--map=analytics=")
    assert "statistics" in keys()


def test_on_a_terminal_each_group_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    own("analytics", "_ga")
    own("partners")
    own("social", "YSC")
    monkeypatch.setattr("sys.stdin", Terminal("\nwhat\nmarketing\n-\n\n\n"))
    set_up()
    assert keys() == {"analytics", "partners", "social", "necessary", "preferences", "media"}


def test_stopping_at_a_question_sets_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    own("analytics")
    monkeypatch.setattr("sys.stdin", Terminal(""))
    with pytest.raises(CommandError, match="nothing has been set up"):
        set_up()
    assert keys() == {"analytics"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["analytics"], "GROUP=CATEGORY"),
        (["=statistics"], "GROUP=CATEGORY"),
        (["nobody=statistics"], "no cookie group 'nobody'"),
        (["analytics=numbers"], "'numbers' is none of: necessary"),
        (["analytics=necessary"], "is not marked as required"),
        (["must=statistics"], "is marked as required, and statistics needs consent"),
        (["must=necessary", "also=necessary"], "Only one group"),
        (["analytics=media"], "There is a category 'media' beside"),
    ],
)
def test_what_cannot_stand_for_something_is_refused_whole(given: list[str], said: str) -> None:
    """X6, X1: statistics are never exempt."""
    own("analytics")
    own("media")
    own("must", required=True)
    own("also", required=True)
    before = keys()
    with pytest.raises(CommandError, match=said.replace("'", ".")):
        set_up(*(f"--map={each}" for each in given))
    assert keys() == before
    assert not Seeded.objects.exists()


@pytest.mark.parametrize(
    ("group", "category"),
    [
        (Own("analytics", "", False, ()), "statistics"),
        (Own("web_analytics", "", False, ()), "statistics"),
        (Own("g1", "Performance cookies", False, ()), "statistics"),
        (Own("g1", "Estadísticas", False, ()), "statistics"),
        (Own("g1", "", False, ("_ga", "_ga_AB12", "x")), "statistics"),
        (Own("g1", "", False, ("_fbp",)), "marketing"),
        (Own("g1", "", False, ("YSC", "VISITOR_INFO1_LIVE", "_ga")), "media"),
        (Own("g1", "", True, ("sessionid",)), "necessary"),
        (Own("strictly-necessary", "", True, ()), "necessary"),
        (Own("necessary-ads", "", False, ()), "marketing"),
        (Own("functional", "", False, ()), "preferences"),
    ],
)
def test_groups_are_known_by_their_names_then_by_their_cookies(group: Own, category: str) -> None:
    (proposal,) = propose([group], necessary=["sessionid"])
    assert proposal.category == category


@pytest.mark.parametrize(
    "group",
    [Own("partners", "", False, ("x",)), Own("analytics", "", True, ()), Own("", "", True, ())],
)
def test_what_nobody_can_tell_is_not_proposed(group: Own) -> None:
    assert propose([group], necessary=["sessionid"]) == []


@given(
    st.lists(
        st.builds(Own, st.text(), st.text(), st.booleans(), st.lists(st.text()).map(tuple)),
        max_size=5,
    )
)
def test_proposals_never_mix_what_is_exempt_with_what_is_asked(groups: list[Own]) -> None:
    proposals = propose(groups, necessary=["sessionid"])
    assert all(p.group.required == (p.category == "necessary") for p in proposals)
    assert sum(p.category == "necessary" for p in proposals) <= 1


# --- what an editor deleted ---


def test_what_an_editor_deleted_does_not_come_back() -> None:
    set_up()
    CookieGroup.objects.filter(varname="marketing").delete()
    Cookie.objects.filter(name="messages").delete()
    Service.objects.filter(key="consent-log").delete()
    Translation.objects.filter(tracker__name="csrftoken", field="description").delete()
    Group.objects.filter(name="Consent officers").delete()
    said = set_up()
    assert "Added" not in said
    assert "marketing" not in keys()
    assert not Cookie.objects.filter(name="messages").exists()
    assert not Service.objects.exists()
    assert not Translation.objects.filter(tracker__name="csrftoken", field="description").exists()
    assert not Group.objects.filter(name="Consent officers").exists()


def test_what_is_new_is_still_added(settings: Any) -> None:
    """A cookie of a middleware that was installed since, and a language that was added."""
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "locale" not in each]
    settings.LANGUAGES = [("en", "English")]
    set_up()
    assert not Translation.objects.exists()
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    assert "Added: necessary/django_language" in set_up()
    assert Translation.objects.filter(tracker__name="csrftoken", language="es").exists()


def test_a_site_that_published_before_keeps_what_it_deleted(publish: Publish) -> None:
    """The migration reads it out of the notices, and steps over what somebody wrote into."""
    publish(worded(), number=2)
    Notice.objects.create(
        site="clinic",
        number=1,
        digest="0" * 64,
        document="{",
        oldest_valid=1,
        material=False,
        published_by="x",
    )
    migration = importlib.import_module("consent.migrations.0008_seeded")
    migration.remember(apps, SimpleNamespace(connection=connection))
    paths = dict(Seeded.objects.values_list("path", "place"))
    assert paths["media"] == "media"
    assert {"media:video", "statistics/_visits", "necessary/sessionid"} <= set(paths)
    assert "Added: necessary/sessionid" not in set_up()


def test_a_mapped_site_publishes_its_own_groups() -> None:
    """The whole way: groups of the site's own, set up, completed, published."""
    group = own("analytics", "_ga")
    set_up("--map=analytics=statistics")
    TrackerDetails.objects.create(tracker=group.cookie_set.get(), lifetime=60)
    group.cookie_set.update(description="Counts visits.")
    with override_settings(LANGUAGES=[("en", "English")]):
        assert publish_registry(by="officer") is not None
    notice = notices.in_force("clinic")
    assert notice is not None
    assert [category.key for category in notice.optional] == ["analytics"]
    assert len(seeds.categories()) == 5

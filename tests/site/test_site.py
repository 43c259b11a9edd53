"""The demonstration site: its pages, its registry, and that the old page does it all at once."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from consent.core.wording import IMPLIED, lint_text
from consent.models import Service, TrackerDetails, Translation
from consent.notices import forget, in_force
from consent.publishing import publish
from consent.testing import grant
from tests.site.content import CONTENT
from tests.site.declare import declare
from tests.site.facts import FACTS
from tests.site.setup import set_up

PAGES = ("/", "/en/", "/es/", "/en/policy/", "/es/policy/", "/en/contact/", "/es/contact/")
LETTER = {"name": "Ana", "email": "ana@example.org", "message": "When may I come?"}


def shape(value: Any) -> Any:
    """The keys and lengths of nested texts, without the texts."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shape(inner) for inner in value]
    return type(value).__name__


@pytest.fixture
def published(db: None, settings: Any) -> None:
    declare(settings.THIRD_PARTY_ORIGIN)
    publish(by="test")


# --- pages ---


@pytest.mark.django_db
@pytest.mark.parametrize("language", FACTS)
def test_every_fact_is_on_the_page_in_both_languages(client: Client, language: str) -> None:
    page = client.get(f"/{language}/").content.decode()
    assert f'<html lang="{language}">' in page
    missing = [fact for fact in FACTS[language] if fact not in page.lower()]
    assert missing == []


def test_both_languages_have_the_same_shape() -> None:
    english, spanish = (shape(CONTENT[language]) for language in ("en", "es"))
    assert english == spanish


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_sets_a_cookie(client: Client, path: str) -> None:
    """B1."""
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(("accepted", "language"), [("es-MX,es;q=0.9", "es"), ("de", "en")])
def test_start_speaks_the_browsers_language(client: Client, accepted: str, language: str) -> None:
    """U8."""
    response = client.get("/", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.content.decode()
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.django_db
def test_languages_switch_to_the_same_page(client: Client) -> None:
    page = client.get("/en/contact/").content.decode()
    assert '<a href="/es/contact/" lang="es"' in page
    assert re.search(r'<a href="/en/contact/"[^>]* aria-current="true"', page)


@pytest.mark.django_db
def test_headings_descend_one_level_at_a_time(client: Client) -> None:
    page = client.get("/en/").content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", page.partition("<main")[2])]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_policy_lists_every_declared_tracker(client: Client, published: None) -> None:
    """G3, G5."""
    page = client.get("/es/policy/").content.decode()
    for name in ("_visits_*", "visits_queue", "adnet_id", "player_id", "map_view"):
        assert f">{name}</th>" in page
    assert "Clínica Lindero (demostración)" in page


@pytest.mark.django_db
def test_policy_says_when_no_notice_is_published(client: Client) -> None:
    assert CONTENT["en"]["policy"]["empty"] in client.get("/en/policy/").content.decode()


# --- the contact form ---


@pytest.mark.django_db
def test_contact_form_says_sent_and_leaves_consent_alone(client: Client) -> None:
    """G2."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    response = client.post("/en/contact/", LETTER, headers=headers, follow=True)
    assert CONTENT["en"]["contact"]["sent"] in response.content.decode()
    assert not client.cookies


@pytest.mark.django_db
def test_contact_form_names_what_is_wrong(client: Client) -> None:
    headers = {"Origin": "http://testserver"}
    response = client.post("/es/contact/", {**LETTER, "email": "ana"}, headers=headers)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://elsewhere.example"}],
)
def test_contact_form_refuses_posts_of_other_sites(headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/en/contact/", LETTER, headers=headers).status_code == 403


# --- gates ---


def test_nothing_of_third_parties_stands_outside_a_template(
    client: Client, published: None, settings: Any
) -> None:
    """B2, V1."""
    page = client.get("/en/").content.decode()
    assert page.count("<template data-consent-category=") == 4
    assert outside_templates(page).count(f'src="{settings.THIRD_PARTY_ORIGIN}') == 0


def test_a_granted_service_loads_and_its_neighbour_does_not(
    client: Client, published: None, settings: Any
) -> None:
    """V2."""
    grant(client, "media:maps")
    page = outside_templates(client.get("/en/").content.decode())
    assert f'src="{settings.THIRD_PARTY_ORIGIN}/embed/map"' in page
    assert f'src="{settings.THIRD_PARTY_ORIGIN}/embed/results"' not in page


def outside_templates(page: str) -> str:
    return re.sub(r"<template\b.*?</template>", "", page, flags=re.DOTALL)


# --- the old page ---


@pytest.mark.parametrize(
    ("path", "language"), [("/before/", "en"), ("/en/before/", "en"), ("/es/before/", "es")]
)
def test_old_page_does_everything_at_once(
    client: Client, settings: Any, path: str, language: str
) -> None:
    response = client.get(path)
    page = response.content.decode()
    assert f'<html lang="{language}">' in page
    assert {"aviso_visto", "_visits"} <= set(response.cookies)
    for address in ("/embed/results", "/embed/map", "/analytics.js", "/pixel.gif"):
        assert f'src="{settings.THIRD_PARTY_ORIGIN}{address}"' in page
    assert "data-consent" not in page
    assert "static/consent/" not in page


def test_old_banner_takes_browsing_for_consent(client: Client) -> None:
    """U6: it is what the lint refuses, in Spanish on the English page, with no way to refuse."""
    page = client.get("/en/before/").content.decode()
    banner = page[page.index('id="aviso"') : page.index("aviso.js")]
    sentence = re.sub(r"<[^>]+>", "", banner[banner.index("<p>") : banner.index("</p>")])
    assert IMPLIED in {finding.code for finding in lint_text(sentence, where="", language="es")}
    assert re.findall(r"<button[^>]*>([^<]*)<", banner) == ["Aceptar"]


@pytest.mark.django_db
def test_old_banners_cookie_is_deleted_and_grants_nothing(client: Client, published: None) -> None:
    """B7."""
    client.cookies["aviso_visto"] = "2"
    response = client.get("/en/")
    sent = {morsel.key: int(morsel["max-age"]) for morsel in response.cookies.values()}
    assert sent == {"aviso_visto": 0}
    assert "data-consent-granted" not in response.content.decode()


# --- the registry ---


@pytest.mark.django_db
def test_declaring_twice_changes_nothing_and_keeps_edits(
    django_assert_max_num_queries: Any,
) -> None:
    assert declare("http://localhost:1001")
    assert not declare("http://localhost:1001")
    Service.objects.filter(key="maps").update(purpose="Edited.")
    before = (Service.objects.count(), TrackerDetails.objects.count(), Translation.objects.count())
    with django_assert_max_num_queries(30):
        assert declare("http://localhost:1002")
    after = (Service.objects.count(), TrackerDetails.objects.count(), Translation.objects.count())
    assert before == after
    assert Service.objects.get(key="maps").purpose == "Edited."
    hosts = "\n".join(Service.objects.values_list("hosts", flat=True)).split("\n")
    assert {host.partition("/")[0] for host in hosts} == {"localhost:1002"}


@pytest.mark.django_db
def test_set_up_asks_only_about_what_the_clinic_uses_and_publishes_once(settings: Any) -> None:
    """G1, W7: a second run is no new notice; another address of the third parties is."""
    set_up(settings.THIRD_PARTY_ORIGIN)
    set_up(settings.THIRD_PARTY_ORIGIN)
    notice = in_force(settings.CONSENT_SITE)
    assert notice is not None
    assert notice.number == 1
    assert notice.languages == ("en", "es")
    assert {category.key for category in notice.optional} == {"statistics", "marketing", "media"}
    set_up("http://localhost:1003")
    forget()
    moved = in_force(settings.CONSENT_SITE)
    assert moved is not None
    assert (moved.number, moved.oldest_valid) == (2, 2)

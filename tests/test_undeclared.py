"""Hosts that browsers report: taken from the site's own pages, bounded, of nobody in particular."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from consent import sightings
from consent.models import Sighting
from consent.views import undeclared
from tests.conftest import Publish
from tests.core.notices import category, notice, service

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]
OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture(autouse=True)
def _asked(publish: Publish) -> None:
    undeclared._taken.clear()
    publish(
        notice(category("media", service("maps", hosts=("maps.example/embed", "*.film.example"))))
    )


def ask(host: str, **headers: str) -> int:
    return Client().get("/privacy/undeclared/", {"host": host}, **(headers or OWN)).status_code


def noted() -> set[str]:
    sightings._held.written = float("-inf")
    sightings.write_if_due()
    return set(Sighting.objects.filter(kind="host").values_list("name", flat=True))


def test_a_host_that_nobody_declared_is_counted() -> None:
    """B4."""
    answer = Client().get("/privacy/undeclared/", {"host": "cdn.other.example"}, **OWN)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert not answer.cookies
    assert noted() == {"cdn.other.example"}


@pytest.mark.parametrize("host", ["maps.example", "a.film.example"])
def test_what_is_declared_is_not(host: str) -> None:
    assert ask(host) == 200
    assert noted() == set()


@override_settings(CONSENT_UNDECLARED_HOSTS="allow")
def test_who_wants_no_word_of_it_gets_none() -> None:
    assert ask("cdn.other.example") == 200
    assert noted() == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_SEC_FETCH_SITE": "none"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ACCEPT": "*/*"},
    ],
)
def test_no_other_site_reports(headers: dict[str, str]) -> None:
    assert ask("cdn.other.example", **headers) == 403
    assert noted() == set()


GARBAGE = (
    "",
    " ",
    "a b",
    "https://a.example",
    "a.example/x",
    "<b>",
    "a" * 300,
    "\0",
    "é.example",
    "..",
)


@pytest.mark.parametrize("host", GARBAGE)
def test_what_is_no_host_is_refused(host: str) -> None:
    assert ask(host) == 400
    assert noted() == set()


def test_made_up_names_take_no_place_from_others() -> None:
    for number in range(undeclared.MOST + 20):
        assert ask(f"a{number}.example") == 200
    assert len(noted()) == undeclared.MOST
    sightings.note("host", "real.example")
    assert "real.example" in noted()


def test_nothing_is_posted_there() -> None:
    assert Client().post("/privacy/undeclared/", {"host": "a.example"}, **OWN).status_code == 405

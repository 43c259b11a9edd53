"""The dialog by itself: the same for everybody, and cacheable by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Publish
from tests.visiting import Visitor, set_cookies, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

ADDRESS = "/privacy/dialog/"


def test_while_nobody_is_asked_there_is_none(visitor: Visitor, publish: Publish) -> None:
    assert visitor.get(ADDRESS).status_code == 404
    publish(worded())
    assert visitor.get(ADDRESS).status_code == 200


@pytest.mark.usefixtures("asked")
def test_switched_off_there_is_none(visitor: Visitor, settings: Any) -> None:
    settings.COOKIE_CONSENT_ENABLED = False
    assert visitor.get(ADDRESS).status_code == 404


@pytest.mark.usefixtures("asked")
def test_it_holds_everything_that_a_page_would(visitor: Visitor) -> None:
    """U1, W1: with the parameters from which the script reads how a choice is sent and kept."""
    html = visitor.get(ADDRESS).content.decode()
    for part in (
        'data-consent-dialog="banner"',
        'data-consent-dialog="preferences"',
        'id="consent-status"',
        'class="consent-link"',
        'data-consent-action="withdraw"',
        "consent/dialog.css",
        'data-pending="privacy_choice_pending"',
        'data-url="/privacy/decision/"',
        'data-cacheable="1"',
    ):
        assert html.count(part) == 1, part
    assert html.count("<script") == 1
    assert "consent/state.js" not in html, "what is inserted blocks no rendering"
    assert "nonce" not in html
    assert "%%" not in html


@pytest.mark.usefixtures("asked")
def test_it_shows_nothing_until_the_script_has_read_the_state(visitor: Visitor) -> None:
    """DESIGN 4.11: nobody who has decided sees the banner flash."""
    html = visitor.get(ADDRESS).content.decode()
    section = html[html.index("<section") : html.index(">", html.index("<section"))]
    assert section.endswith(" hidden")
    assert 'data-consent-action="withdraw" hidden>' in html


@pytest.mark.usefixtures("asked")
def test_it_is_the_same_for_everybody_and_sets_no_cookie(visitor: Visitor) -> None:
    """B8, D2."""
    first = visitor.get(ADDRESS)
    assert set_cookies(first) == set()
    visitor.choose("accept")
    granted = visitor.get(ADDRESS, headers={"accept-language": "es"})
    visitor.choose("refuse")
    refused = visitor.get(ADDRESS, headers={"sec-gpc": "1", "cookie": "django_language=es"})
    assert first.content == granted.content == refused.content
    for response in (first, granted, refused):
        assert response["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
        assert "Cookie" not in response.get("Vary", "")
        assert set_cookies(response) == set()


@pytest.mark.usefixtures("asked")
def test_whoever_has_it_already_is_told_so(
    visitor: Visitor, publish: Publish, settings: Any
) -> None:
    """A strong validator, which a new notice changes; no other middleware is needed for it."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name.startswith("consent.")]
    first = visitor.get(ADDRESS)
    etag = first["ETag"]
    assert etag.startswith('"')
    again = visitor.get(ADDRESS, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert again["Cache-Control"] == first["Cache-Control"]
    assert visitor.get(ADDRESS, headers={"if-none-match": '"other"'}).status_code == 200
    assert visitor.get(f"{ADDRESS}?language=es")["ETag"] != etag
    publish(worded(), number=2)
    assert visitor.get(ADDRESS, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("?language=en", "en"),
        ("?language=es", "es"),
        ("?language=es-MX", "es"),
        ("?language=ca", "en"),
        ("?language=", "en"),
        ("?language=%00%3Cscript%3E", "en"),
        (f"?language={'x-' * 4000}", "en"),
        ("", "en"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_the_address_names_the_language_and_nothing_else_does(
    visitor: Visitor, query: str, language: str
) -> None:
    """U8."""
    response = visitor.get(ADDRESS + query, headers={"accept-language": "fr"})
    assert response["Content-Language"] == language
    assert '<section class="consent-notice" data-consent-dialog="banner" ' in response.text
    assert f'lang="{language}"' in response.text
    assert "<script>" not in response.text


@pytest.mark.usefixtures("asked")
def test_it_is_only_read(visitor: Visitor) -> None:
    assert visitor.head(ADDRESS).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(visitor, method)(ADDRESS).status_code == 405


@pytest.mark.usefixtures("asked")
def test_as_a_page_of_its_own_it_loads_nothing(client: Client) -> None:
    """B2."""
    assert client.get(ADDRESS)["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get(ADDRESS)["X-Robots-Tag"] == "noindex"

"""The preferences as a page of their own."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import override_settings

from consent.texts import compile_wording
from tests.conftest import Publish
from tests.visiting import Visitor, records, set_cookies, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

OURS = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
}
"""The app's own frame, not the clinic's."""


def boxes(visitor: Visitor) -> dict[str, bool]:
    """Return every box of the page and whether it is ticked."""
    html = visitor.get("/privacy/").content.decode()
    found = re.findall(r'<input type="checkbox" name="grant" value="([^"]+)"([^>]*)>', html)
    return {key: attributes.endswith(" checked") for key, attributes in found}


def test_without_a_notice_there_is_no_page(visitor: Visitor, db: None) -> None:
    assert visitor.get("/privacy/").status_code == 404


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.usefixtures("asked")
def test_every_box_is_off_until_it_is_granted(visitor: Visitor, refused: bool) -> None:
    """U4."""
    if refused:
        visitor.choose("refuse")
    found = boxes(visitor)
    assert set(found) == {"statistics", "marketing", "media", "media:video", "media:maps"}
    assert not any(found.values())


@pytest.mark.usefixtures("asked")
def test_the_page_shows_the_true_state(visitor: Visitor) -> None:
    """W2."""
    visitor.choose("accept")
    assert all(boxes(visitor).values())
    visitor.choose("save", grant=["statistics", "media:video"])
    assert {key for key, ticked in boxes(visitor).items() if ticked} == {
        "statistics",
        "media:video",
    }
    visitor.choose("withdraw")
    assert not any(boxes(visitor).values())


@pytest.mark.usefixtures("asked")
def test_saving_what_the_page_shows_changes_nothing(visitor: Visitor) -> None:
    """W2: the round trip, without script."""
    for grant in (["media:video"], ["media", "media:video", "media:maps"], ["marketing"]):
        visitor.choose("save", grant=grant)
        before = len(records())
        ticked = [key for key, is_ticked in boxes(visitor).items() if is_ticked]
        visitor.choose("save", grant=ticked, layer="preferences")
        assert len(records()) == before


@pytest.mark.usefixtures("asked")
def test_the_page_says_what_is_in_force_and_since_when(visitor: Visitor) -> None:
    """W2."""
    assert "You have not chosen yet" in visitor.get("/privacy/").content.decode()
    visitor.choose("save", grant=["marketing"])
    html = visitor.get("/privacy/").content.decode()
    assert "You allow: Marketing." in html
    assert records()[0].receipt in html


@pytest.mark.usefixtures("asked")
def test_looking_is_no_choice(visitor: Visitor) -> None:
    """B3, G5."""
    for _ in range(3):
        response = visitor.get("/privacy/?next=/gate/")
        assert response["Cache-Control"] == "private, no-store"
        assert set_cookies(response) == set()
    assert records() == []
    assert visitor.head("/privacy/").status_code == 200
    assert visitor.post("/privacy/").status_code == 405


@pytest.mark.usefixtures("asked")
def test_the_way_back_leads_to_the_page_and_nowhere_else(visitor: Visitor) -> None:
    html = visitor.get("/privacy/?next=/gate/%3Fa=1%26b").content.decode()
    assert '<a href="/gate/?a=1&amp;b">' in html
    for wanted in ("//evil.example", "javascript:alert(1)", "https://evil.example", ""):
        html = visitor.get("/privacy/", {"next": wanted}).content.decode()
        assert 'name="next" value="/privacy/"' in html
        assert not re.search(r'href="(//|javascript|https://evil)', html)


@pytest.mark.parametrize(
    ("asking", "language"),
    [
        ({"query_params": {"language": "es"}}, "es"),
        ({"query_params": {"language": "es-MX"}}, "es"),
        ({"query_params": {"language": "xx"}}, "en"),
        ({"headers": {"accept-language": "es"}}, "es"),
        ({"headers": {"accept-language": "fr"}}, "en"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_the_page_speaks_the_pages_language(
    visitor: Visitor, asking: dict[str, dict[str, str]], language: str
) -> None:
    """U8."""
    html = visitor.get("/privacy/", **asking).content.decode()  # type: ignore[arg-type]  # by name
    assert f'data-consent-dialog="preferences" lang="{language}"' in html


@override_settings(CONSENT_CACHEABLE_PAGES=True)
@pytest.mark.usefixtures("asked")
def test_the_page_knows_its_visitor_even_where_others_are_cacheable(visitor: Visitor) -> None:
    """W2, B8."""
    visitor.choose("save", grant=["marketing"])
    assert boxes(visitor)["marketing"]
    assert visitor.get("/privacy/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("he-il", "rtl")]
)
@pytest.mark.parametrize("address", ["/privacy/", "/privacy/receipt/"])
def test_the_pages_say_their_direction(
    publish: Publish,
    visitor: Visitor,
    settings: Any,
    address: str,
    language: str,
    direction: str,
) -> None:
    """U8: those of another language than the one before them as well."""
    wording = dict.fromkeys(("en", "ar", "he-il"), compile_wording("en"))
    publish(worded(languages=("en", "ar", "he-il"), wording=wording))
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic"), ("he-il", "Hebrew")]
    settings.TEMPLATES = [OURS]
    html = visitor.get(address, {"language": language}).text
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f'class="consent-preferences" lang="{language}" dir="{direction}"' in html.replace(
        'data-consent-dialog="preferences" ', ""
    )


LINK = re.compile(r'<a class="consent-link" rel="nofollow" href="([^"]+)"')


@pytest.mark.parametrize(
    "start", ["/privacy/?next=/gate/%3Fa%3D1", "/privacy/", "/privacy/receipt/"]
)
@pytest.mark.usefixtures("asked")
def test_its_own_link_to_itself_is_always_the_same(visitor: Visitor, start: str) -> None:
    """A crawler that follows it finds no page but this one."""
    address, seen = start, []
    for _ in range(4):
        [link] = LINK.findall(visitor.get(address).content.decode())
        address = unescape(link)
        seen.append(address)
    assert len(set(seen[1:])) == 1
    assert seen[-1].count("next=") == 1
    if "gate" in start:
        assert seen[0] == "/privacy/?language=en&next=/gate/%3Fa%3D1"


@pytest.mark.usefixtures("asked")
def test_the_page_that_a_problem_shows_links_to_no_address_that_takes_posts(
    visitor: Visitor,
) -> None:
    [link] = LINK.findall(visitor.choose("zzz", next="/gate/").content.decode())
    assert unescape(link) == "/privacy/?language=en&next=/gate/"


@pytest.mark.parametrize("path", ["/privacy/", "/privacy/receipt/"])
@pytest.mark.usefixtures("asked")
def test_a_withdrawal_in_the_footer_works_on_our_own_pages(visitor: Visitor, path: str) -> None:
    """W1: its form stands there exactly once, with the banner or without it."""
    visitor.choose("accept")
    html = visitor.get(path).content.decode()
    assert html.count('id="consent-controls"') == 1
    button = html[html.index("consent-link-withdraw") :]
    assert 'form="consent-controls"' in button
    assert not button[: button.index(">")].endswith("hidden")


OWN_BASE = (
    "{% load consent %}<!doctype html><title>x</title>{% consent_head %}<body>{% consent_banner %}"
    "{% block content %}{% endblock %}{% consent_link %}"
)


@pytest.mark.parametrize("path", ["/privacy/", "/privacy/receipt/"])
@pytest.mark.usefixtures("asked")
def test_in_a_frame_with_the_banner_no_id_stands_twice(
    visitor: Visitor, settings: Any, path: str
) -> None:
    """A2: where the site's own base template shows the banner on our pages, too."""
    loaders = [
        ("django.template.loaders.locmem.Loader", {"consent/base.html": OWN_BASE}),
        "django.template.loaders.app_directories.Loader",
    ]
    own = {**settings.TEMPLATES[0], "APP_DIRS": False, "DIRS": []}
    settings.TEMPLATES = [{**own, "OPTIONS": {**own["OPTIONS"], "loaders": loaders}}]
    visitor.choose("save", grant=["media"])
    html = visitor.get(path).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert "consent-status" in ids
    assert sorted(ids) == sorted(set(ids))
    assert html.count("You allow: Media") >= 1

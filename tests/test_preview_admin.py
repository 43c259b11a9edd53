"""The draft's dialog is looked at before anybody is asked."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from consent.models import Controller, Notice, Presentation, Service, Translation
from tests.declaring import declare, declare_service
from tests.staff import client_of

pytestmark = pytest.mark.django_db

ALL = dict.fromkeys(("language", "layer", "width", "theme"), "all")


@pytest.fixture
def registry() -> None:
    declare()
    declare_service()


@pytest.fixture
def editor() -> Client:
    return client_of("Consent editors")


def frames(client: Client, **query: str) -> list[str]:
    shown = client.get(reverse("admin:consent_notice_preview"), query)
    assert shown.status_code == 200
    return [
        html.unescape(src)
        for src in re.findall('<iframe sandbox [^>]*src="([^"]+)"', shown.content.decode())
    ]


@pytest.mark.parametrize("who", ["", "Consent auditors", "Consent officers"])
@pytest.mark.parametrize("name", ["preview", "preview_frame"])
def test_only_who_may_see_the_draft_sees_it(who: str, name: str, registry: None) -> None:
    address = reverse(f"admin:consent_notice_{name}")
    assert client_of(who).get(address, {"language": "en"}).status_code == 403


def test_every_language_width_and_theme_is_shown(registry: None, editor: Client) -> None:
    assert len(frames(editor)) == 1
    shown = frames(editor, **ALL)
    assert len(shown) == 2 * 2 * 3 * 2
    assert all(editor.get(address).status_code == 200 for address in set(shown))


@pytest.mark.parametrize(
    ("language", "theme", "layer", "said"),
    [("en", "light", "banner", "Reject all"), ("es", "dark", "preferences", "Reproduce los v")],
)
def test_a_frame_shows_the_draft_and_does_nothing(
    language: str, theme: str, layer: str, said: str, registry: None, editor: Client
) -> None:
    query = {"language": language, "theme": theme, "layer": layer}
    response = editor.get(reverse("admin:consent_notice_preview_frame"), query)
    shown = response.content.decode()
    assert said in shown
    assert f'<html lang="{language}"' in shown
    assert f"--consent-scheme:{theme}" in shown
    assert ("<dialog open" in shown) == (layer == "preferences")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_looking_stores_nothing(registry: None, editor: Client) -> None:
    for address in frames(editor, **ALL):
        editor.get(address)
    assert not Notice.objects.exists()
    assert not Presentation.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"language": "\0"}, {"theme": "pink"}, {"layer": "x"}, {"language": ""}],
)
def test_a_frame_of_nothing_is_not_found(
    wrong: dict[str, str], registry: None, editor: Client
) -> None:
    query = {"language": "en", **wrong}
    assert editor.get(reverse("admin:consent_notice_preview_frame"), query).status_code == 404
    assert len(frames(editor, **wrong)) == 1


def test_a_language_that_lacks_something_says_what_and_where(
    registry: None, editor: Client
) -> None:
    Translation.objects.filter(service__isnull=False, field="purpose").delete()
    shown = editor.get(reverse("admin:consent_notice_preview"), ALL).content.decode()
    assert "language=es" not in shown
    assert reverse("admin:consent_translation_language", args=["es"]) in shown


def test_without_a_controller_it_says_why_nothing_is_shown(editor: Client) -> None:
    Controller.objects.all().delete()
    shown = editor.get(reverse("admin:consent_notice_preview")).content.decode()
    assert "<iframe" not in shown
    assert reverse("admin:consent_controller_add") in shown


def test_a_hostile_text_stays_text(registry: None, editor: Client) -> None:
    Service.objects.update(name="</style><script>alert(1)</script>")
    query = {"language": "en", "layer": "preferences"}
    shown = editor.get(reverse("admin:consent_notice_preview_frame"), query).content.decode()
    assert "<script>alert" not in shown

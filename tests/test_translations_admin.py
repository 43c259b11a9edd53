"""Translations: what is missing first, all of a language on one screen."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings
from django.urls import reverse

from consent import registry as draft
from consent.models import Service, Translation
from consent.texts import WORDING, missing_wording
from consent.translating import entries, same_wording
from tests.declaring import declare, declare_service
from tests.staff import client_of

pytestmark = pytest.mark.django_db

SPANISH = ("admin:consent_translation_language", ["es"])


@pytest.fixture
def service() -> Service:
    declare()
    return declare_service()


@pytest.fixture
def editor() -> Client:
    return client_of("Consent editors")


def page(client: Client, language: str = "es", **query: str) -> str:
    response = client.get(reverse(SPANISH[0], args=[language]), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("who", ["", "Consent auditors", "Consent officers"])
def test_only_editors_see_translations(who: str, service: Service) -> None:
    client = client_of(who)
    assert client.get(reverse("admin:consent_translation_changelist")).status_code == 403
    for method in (client.get, client.post):
        assert method(reverse(*SPANISH[:1], args=SPANISH[1])).status_code == 403


def test_who_may_only_view_writes_nothing(service: Service) -> None:
    client = client_of("")
    user = User.objects.get()
    user.user_permissions.add(Permission.objects.get(codename="view_translation"))
    assert "<textarea" not in page(client)
    name = f"service-{service.pk}-purpose"
    assert client.post(reverse(*SPANISH[:1], args=SPANISH[1]), {name: "x"}).status_code == 403
    assert not Translation.objects.filter(text="x").exists()


def test_the_list_says_how_much_is_missing(service: Service, editor: Client) -> None:
    found = entries(draft.rows(), "es")
    missing = sum(entry.is_missing for entry in found)
    shown = editor.get(reverse("admin:consent_translation_changelist")).content.decode()
    assert f"{missing} of {len(found)} missing" in shown
    assert reverse(*SPANISH[:1], args=SPANISH[1]) in shown


def test_what_is_missing_comes_first_and_the_mandatory_before_it(
    service: Service, editor: Client
) -> None:
    Translation.objects.filter(service=service, field="retention").delete()
    shown = page(editor)
    names = re.findall('<textarea name="([^"]+)"', shown)
    assert names[0] == f"service-{service.pk}-retention"
    assert 'lang="es" dir="ltr"' in shown
    assert "18 months" in shown
    assert shown.index(">missing<") < shown.index(names[1])


def test_one_form_saves_writes_and_clears(service: Service, editor: Client) -> None:
    Translation.objects.filter(service=service, field="retention").delete()
    sent = {
        f"service-{service.pk}-retention": "18 meses",
        f"service-{service.pk}-purpose": "Pone vídeos.",
        f"service-{service.pk}-transfer": " ",
        "service-999-purpose": "nobody's",
    }
    done = editor.post(reverse(*SPANISH[:1], args=SPANISH[1]), sent, follow=True)
    assert "3 texts were saved" in done.content.decode()
    texts = dict(service.translations.values_list("field", "text"))
    assert texts["retention"] == "18 meses"
    assert texts["purpose"] == "Pone vídeos."
    assert "transfer" not in texts
    assert texts["data_types"] == "Dirección IP, vídeo visto"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "a\0b"])
def test_a_wrong_text_is_refused_at_its_field(text: str, service: Service, editor: Client) -> None:
    Service.objects.update(policy_url="https://example.com/")
    sent = {f"service-{service.pk}-policy_url": text}
    shown = editor.post(reverse(*SPANISH[:1], args=SPANISH[1]), sent)
    assert "errorlist" in shown.content.decode()
    assert not Translation.objects.filter(field="policy_url").exists()


@pytest.mark.parametrize("language", ["xx", "..", "%00", "e" * 300])
def test_a_language_the_site_does_not_have_is_not_found(language: str, editor: Client) -> None:
    assert editor.get(reverse(SPANISH[0], args=[language])).status_code == 404


@override_settings(
    LANGUAGES=[("en", "English"), ("es", "Spanish"), ("es-mx", "Mexican"), ("ar", "Arabic")]
)
def test_a_region_shows_what_it_takes_and_a_script_its_direction(
    service: Service, editor: Client
) -> None:
    assert 'placeholder="18 meses"' in page(editor, "es-mx")
    shown = page(editor, "ar")
    assert 'lang="ar" dir="rtl"' in shown
    assert "sentences of the dialog itself have no translation" in shown


def test_the_source_language_is_written_elsewhere(service: Service, editor: Client) -> None:
    assert "<textarea" not in page(editor, "en")


def test_many_texts_are_paged(service: Service, editor: Client) -> None:
    for number in range(60):
        Service.objects.create(
            category=service.category, key=f"s{number}", name=f"S{number}", role="own", purpose="P"
        )
    one = re.findall('<textarea name="([^"]+)"', page(editor))
    two = re.findall('<textarea name="([^"]+)"', page(editor, p="2"))
    assert len(one) == 100
    assert not set(one) & set(two)
    assert page(editor, p="zzz")


@override_settings(LANGUAGES=[("en", "English"), ("de", "German")])
def test_what_german_says_as_english_does_is_ticked_and_stored(
    service: Service, editor: Client
) -> None:
    """U8."""
    address = reverse(SPANISH[0], args=["de"])
    shown = page(editor, "de")
    assert 'value="Details"' in shown
    assert "We use cookies that this site needs" not in re.findall(
        'name="same" value="([^"]+)', shown
    )
    lacking = len(missing_wording("de"))
    done = editor.post(address, {"same_wording": "1", "same": ["Details", "Pixel"]}, follow=True)
    assert "Stored: what German says as English does." in done.content.decode()
    assert re.search(r'value="Details"[^>]* checked', done.content.decode())
    assert same_wording("de") == {"Details", "Pixel"}
    listed = editor.get(reverse("admin:consent_translation_changelist")).content.decode()
    assert f"<td>{lacking - 2}</td>" in listed
    editor.post(address, {"same_wording": "1", "same": ["Pixel"]})
    assert same_wording("de") == {"Pixel"}


@override_settings(LANGUAGES=[("en", "English"), ("de", "German")])
def test_no_whole_sentence_can_be_declared_the_same(service: Service, editor: Client) -> None:
    address = reverse(SPANISH[0], args=["de"])
    sent = {"same_wording": "1", "same": [WORDING["intro"]]}
    done = editor.post(address, sent, follow=True).content.decode()
    assert "is not one of the available choices" in done
    assert same_wording("de") == frozenset()


def test_who_may_only_view_declares_nothing_the_same(service: Service) -> None:
    client = client_of("")
    User.objects.get().user_permissions.add(Permission.objects.get(codename="view_translation"))
    address = reverse(SPANISH[0], args=["es"])
    assert client.post(address, {"same_wording": "1"}).status_code == 403

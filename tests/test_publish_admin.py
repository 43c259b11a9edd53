"""Publishing from the admin: what is shown before, and what a press of the button does."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from cookie_consent.models import CookieGroup
from django.test import Client
from django.urls import reverse

from consent import moments, publishing
from consent.models import Notice, Service, Tally, Translation
from tests.declaring import declare, declare_service, declare_tracker
from tests.staff import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> None:
    declare()
    declare_tracker(service=declare_service())


@pytest.fixture
def first(registry: None) -> Notice:
    row = publishing.publish(by="ana", reason="The first")
    assert row is not None
    return row


@pytest.fixture
def editor() -> Client:
    return client_of("Consent editors")


def edit(**fields: str) -> None:
    """Change the draft of one service."""
    Service.objects.filter(key="youtube").update(**fields)


def screen(client: Client) -> str:
    response = client.get(reverse("admin:consent_notice_publish"))
    assert response.status_code == 200
    return response.content.decode()


def words(shown: str) -> str:
    """Return a page's text as a screen reader has it, between its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def press(client: Client, shown: str | None = None, **fields: str) -> Any:
    """Send the form of a page, by default of a fresh one."""
    found = re.search('name="seen" value="([0-9a-f]{64})"', shown or screen(client))
    seen = found[1] if found else ""
    address = reverse("admin:consent_notice_publish")
    return client.post(address, {"seen": seen, **fields}, follow=True)


@pytest.mark.parametrize("who", ["", "Consent auditors", "Consent officers"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_may_publish_gets_there(who: str, method: str, registry: None) -> None:
    """An auditor can change nothing."""
    assert (
        getattr(client_of(who), method)(reverse("admin:consent_notice_publish")).status_code == 403
    )
    assert not Notice.objects.exists()


def test_nobody_publishes_without_logging_in(registry: None) -> None:
    response = Client().get(reverse("admin:consent_notice_publish"))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_the_first_notice_needs_no_reason(registry: None, editor: Client) -> None:
    assert "first notice" in words(screen(editor))
    done = press(editor, reason="")
    assert done.redirect_chain == [
        (reverse("admin:consent_notice_change", args=[Notice.objects.get().pk]), 302)
    ]
    assert Notice.objects.get().published_by == "ana"


def test_every_other_notice_does(first: Notice, editor: Client) -> None:
    edit(purpose="Plays the films of our results.")
    assert "errorlist" in press(editor, reason=" ").content.decode()
    assert Notice.objects.count() == 1


def test_the_difference_is_told_word_by_word_in_names(first: Notice, editor: Client) -> None:
    edit(purpose="Plays the films of our results.")
    shown = screen(editor)
    assert re.search(r"<del>.*removed.*videos.*</del><ins>.*added.*films.*</ins> of our", shown)
    told = words(shown)
    assert "YouTube · purpose (English) : changed material" in told
    assert "media:youtube" not in told
    assert "It is material. One change" in told


@pytest.mark.parametrize("correction", ["", "The old text named the wrong country."])
def test_a_declared_correction_asks_nobody_again(
    correction: str, first: Notice, editor: Client
) -> None:
    """W8: a correction with its reason is a new notice without asking again."""
    edit(country="CA")
    assert press(editor, reason="Moved", correction=correction).status_code == 200
    row = Notice.objects.get(number=2)
    assert (row.material, row.correction) == (True, correction)
    assert row.oldest_valid == (1 if correction else 2)


def test_a_new_service_asks_again(first: Notice, editor: Client) -> None:
    """W8: in two languages, from the admin."""
    declare_service("vimeo", name="Vimeo", hosts="player.vimeo.com")
    told = words(screen(editor))
    assert "Vimeo · whole service: added material" in told
    assert "asked again" in told
    press(editor, reason="A second host for films")
    row = Notice.objects.get(number=2)
    assert (row.oldest_valid, row.reason) == (2, "A second host for films")
    assert '"vimeo"' in row.document


def test_what_is_immaterial_offers_no_correction(first: Notice, editor: Client) -> None:
    edit(policy_url="https://policies.google.com/privacy")
    shown = screen(editor)
    assert 'name="correction"' not in shown
    assert "not material: nobody is asked again" in words(shown)


def test_how_many_are_asked_again_is_estimated(first: Notice, editor: Client) -> None:
    today = moments.now().date()
    for days, action, count in [
        (1, "accept", 30), (2, "choose", 8), (2, "withdraw", 3), (2, "refuse", 99),
        (400, "accept", 500),
    ]:  # fmt: skip
        Tally.objects.create(
            site="clinic", day=today - timedelta(days=days), notice=1, action=action, count=count
        )
    Tally.objects.create(site="other", day=today, notice=1, action="accept", count=7000)
    edit(country="CA")
    assert "About 35 visitors will be asked again" in words(screen(editor))


def test_what_changed_since_the_page_was_shown_is_shown_first(
    first: Notice, editor: Client
) -> None:
    edit(country="CA")
    shown = screen(editor)
    edit(country="IN")
    again = press(editor, shown, reason="Moved")
    assert "has changed since you looked" in again.content.decode()
    assert Notice.objects.count() == 1


def test_another_notice_meanwhile_is_shown_first(first: Notice, editor: Client) -> None:
    edit(country="CA")
    shown = screen(editor)
    publishing.publish(by="bea", reason="I was faster")
    assert "has changed since you looked" in press(editor, shown, reason="Moved").content.decode()
    assert Notice.objects.count() == 2


def test_a_finding_is_overridden_with_a_reason_beside_it(first: Notice, editor: Client) -> None:
    edit(purpose="To improve your experience.")
    assert "does not say what for" in words(screen(editor))
    assert "Give a reason" in press(editor, reason="Better").content.decode()
    assert Notice.objects.count() == 1
    press(editor, reason="Better", override_0="Counsel read it.")
    (override,) = Notice.objects.get(number=2).overrides
    assert override["reason"] == "Counsel read it."
    assert override["where"] == "media:youtube.purpose"


def test_implied_consent_has_no_field_to_overrule_it(first: Notice, editor: Client) -> None:
    """U6."""
    edit(purpose="If you continue browsing you accept cookies.")
    shown = screen(editor)
    assert "no reason overrules this" in words(shown)
    assert 'type="submit" class="default"' not in shown
    press(editor, reason="x", override_0="x", seen=publishing.preview().digest)
    assert Notice.objects.count() == 1


def test_what_is_missing_leads_to_where_it_is_written(registry: None, editor: Client) -> None:
    edit(retention="")
    Translation.objects.filter(field="description", tracker__isnull=False).first().delete()  # type: ignore[union-attr]  # there is one
    shown = screen(editor)
    assert (
        reverse("admin:consent_service_change", args=[Service.objects.get(key="youtube").pk])
        in shown
    )
    assert reverse("admin:consent_translation_language", args=["es"]) in shown
    assert "Spanish" in words(shown)
    assert 'type="submit" class="default"' not in shown


def test_without_a_controller_the_screen_says_so(editor: Client) -> None:
    assert reverse("admin:consent_controller_add") in screen(editor)
    press(editor, reason="x")
    assert not Notice.objects.exists()


def test_nothing_new_is_nothing_to_publish(first: Notice, editor: Client) -> None:
    shown = screen(editor)
    assert "nothing to publish" in shown
    assert 'type="submit" class="default"' not in shown


@pytest.mark.parametrize(
    "wrong", [{"reason": "a\0b"}, {"reason": "x" * 3000}, {"reason": "x", "correction": "\0"}]
)
def test_garbage_is_no_server_error(wrong: dict[str, str], first: Notice, editor: Client) -> None:
    edit(country="CA")
    assert press(editor, **wrong).status_code == 200
    assert Notice.objects.count() == 1


def test_hostile_texts_are_escaped(first: Notice, editor: Client) -> None:
    edit(name="<script>alert(1)</script>", data_types="<img src=x>")
    CookieGroup.objects.filter(varname="media").update(name="<b>Media</b>")
    shown = screen(editor)
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "<b>Media" not in shown


def test_the_lists_lead_to_preview_and_publish(registry: None, editor: Client) -> None:
    for model in ("consent_service", "cookie_consent_cookiegroup", "consent_notice"):
        shown = editor.get(reverse(f"admin:{model}_changelist")).content.decode()
        assert reverse("admin:consent_notice_publish") in shown
        assert reverse("admin:consent_notice_preview") in shown


# --- comparing ---


def test_old_notices_are_compared_word_by_word(first: Notice) -> None:
    edit(country="CA")
    second = publishing.publish(by="ana", reason="Moved")
    assert second is not None
    auditor = client_of("Consent auditors", "bea")
    shown = auditor.get(reverse("admin:consent_notice_change", args=[second.pk])).content.decode()
    compare = reverse("admin:consent_notice_compare", args=[second.pk])
    assert compare in shown
    assert "YouTube · country: changed material" in words(shown)
    for query in ({}, {"with": str(first.pk)}):
        shown = auditor.get(compare, query).content.decode()
        assert "The difference is material" in shown
        assert re.search(r"<del>.*US.*</del><ins>.*CA", shown)
        assert "Moved" in shown


@pytest.mark.parametrize("other", ["0", "-1", "x", "9" * 30, "\0", "²", "1.5"])
def test_comparing_with_what_is_not_there_is_not_found(other: str, first: Notice) -> None:
    compare = reverse("admin:consent_notice_compare", args=[first.pk])
    auditor = client_of("Consent auditors")
    assert auditor.get(compare, {"with": other}).status_code == 404
    assert auditor.get(compare).status_code == 200


def test_comparing_needs_the_right_to_view(first: Notice) -> None:
    compare = reverse("admin:consent_notice_compare", args=[first.pk])
    assert client_of("").get(compare).status_code == 403


def test_notices_of_other_sites_are_not_compared(first: Notice, editor: Client) -> None:
    other = publishing.publish(by="ana", reason="x", site="other")
    assert other is not None
    compare = reverse("admin:consent_notice_compare", args=[first.pk])
    assert editor.get(compare, {"with": str(other.pk)}).status_code == 404


def test_a_language_that_would_go_has_a_box_to_say_so(first: Notice, editor: Client) -> None:
    """U8: nothing that was typed is lost."""
    Translation.objects.filter(service__key="youtube", field="purpose").delete()
    assert "Let Spanish go" in words(screen(editor))
    refused = press(editor, reason="We only speak English")
    assert "Complete the texts in Spanish first, or tick this." in words(refused.content.decode())
    assert "We only speak English" in refused.content.decode()
    assert Notice.objects.count() == 1
    press(editor, reason="We only speak English", drop_es="on")
    assert '"languages":["en"]' in Notice.objects.get(number=2).document


def test_languages_left_out_are_named(registry: None, editor: Client) -> None:
    Translation.objects.filter(service__key="youtube", field="purpose").delete()
    shown = words(screen(editor))
    assert "Pages in Spanish ask nobody and grant nothing" in shown
    assert "Let Spanish go" not in shown

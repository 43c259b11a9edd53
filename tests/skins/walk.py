"""Every screen of the app's admin stands within another's; run by ``tests/test_skins.py``."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from consent.admin.records import RecordAdmin
from consent.models import Record
from tests.screens import demonstrate, screens

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(demonstrate())
    return client


def test_every_screen_of_the_admin_shows_its_own_content(root: Client) -> None:
    found = screens(root)
    assert {"consent_record_changelist", "consent_record_change"} <= set(found)
    assert {"consent_service_add", "cookie_consent_cookiegroup_change"} <= set(found)
    for name, address in found.items():
        answer = root.get(address)
        shown = answer.content.decode()
        template = answer.templates[0].name if answer.templates else ""
        title = (answer.context or {}).get("title")
        assert "<h1" in shown or "<title" in shown, (name, template)
        assert not title or str(title) in shown, (name, title)


def test_records_are_listed_and_read(root: Client) -> None:
    row = Record.objects.latest("pk")
    listed = root.get(reverse("admin:consent_record_changelist")).content.decode()
    assert listed.count(row.receipt) >= 4
    assert "accepted all" in listed
    read = root.get(reverse("admin:consent_record_change", args=[row.pk])).content.decode()
    assert "What was answered" in read
    assert row.receipt in read


def test_the_list_of_records_is_paged_and_filtered(
    root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecordAdmin, "list_per_page", 2)
    address = reverse("admin:consent_record_changelist")
    first = root.get(address)
    assert "Older" in first.content.decode()
    assert 'name="since"' in first.content.decode()
    older = root.get(address + first.context["cl"].older)
    assert older.status_code == 200
    assert "Newer" in older.content.decode()

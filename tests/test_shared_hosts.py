"""Two services on one host: who says so, and what it takes to tell them apart."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from consent import publishing
from consent.checks.notices import check_hosts_told_apart
from consent.core.changes import compare
from consent.core.notice import Notice as Published
from consent.models import Notice, Service
from consent.preview import preview
from tests.core.notices import category, notice, service
from tests.declaring import declare, declare_service
from tests.staff import client_of

pytestmark = pytest.mark.django_db
HOST = "www.google.com"


@pytest.fixture
def sharing() -> None:
    """Maps and reCAPTCHA as they are usually declared, with the host alone."""
    declare()
    declare_service("maps", hosts=HOST)
    declare_service("recaptcha", "preferences", hosts=f"{HOST}\nwww.gstatic.com")


@pytest.mark.usefixtures("sharing")
def test_publishing_says_so_before_and_a_check_after() -> None:
    """G1."""
    assert preview().shared == {HOST: ("preferences:recaptcha", "media:maps")}
    told = StringIO()
    call_command("consent_publish", reason="First", dry_run=True, stdout=told)
    assert f"preferences:recaptcha and media:maps both declare {HOST}" in told.getvalue()
    assert check_hosts_told_apart(["default"]) == []
    publishing.publish(by="ana", reason="First")
    (warning,) = check_hosts_told_apart(["default"])
    assert warning.id == "consent.W033"
    assert f"{HOST} (preferences:recaptcha, media:maps)" in warning.msg


@pytest.mark.usefixtures("sharing")
def test_the_admin_says_so_where_it_is_published_and_where_it_is_declared() -> None:
    """G1."""
    editor = client_of("Consent editors")
    assert HOST in editor.get(reverse("admin:consent_notice_publish")).content.decode()
    maps = Service.objects.get(key="maps")
    assert "alike" in saved(editor, maps, hosts=HOST)
    assert "alike" not in saved(editor, maps, hosts=f"{HOST}/maps")
    maps.refresh_from_db()
    assert maps.hosts == f"{HOST}/maps"
    assert preview().shared == {}


def saved(editor: Client, of: Service, **fields: Any) -> str:
    address = reverse("admin:consent_service_change", args=[of.pk])
    form = editor.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    inlines = {"translations-TOTAL_FORMS": 0, "translations-INITIAL_FORMS": 0}
    data = {
        key: value for key, value in {**values, **inlines, **fields}.items() if value is not None
    }
    return editor.post(address, data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("before", "after", "asks_again"),
    [
        ("www.google.com", "www.google.com/maps", False),
        ("*.google.com", "www.google.com/maps\nmaps.google.com", False),
        ("www.google.com", "www.google.com:443/maps", False),
        ("www.google.com/maps", "www.google.com/maps/embed", False),
        ("www.google.com/maps", "www.google.com", True),
        ("www.google.com/maps", "www.google.com/mapsx", True),
        ("www.google.com:443", "www.google.com", True),
        ("www.google.com", "google.com", True),
    ],
)
def test_less_of_a_host_asks_nobody_again(before: str, after: str, asks_again: bool) -> None:
    """W8."""

    def of(hosts: str) -> Published:
        return notice(category("media", service("maps", hosts=tuple(hosts.split()))))

    changes = compare(of(before), of(after))
    assert any(change.material for change in changes) is asks_again


def test_a_path_keeps_its_capitals_and_a_host_does_not() -> None:
    declare()
    declare_service("maps", hosts="WWW.Google.com/Maps\n\nwww.google.com/Maps")
    assert Service.objects.get(key="maps").hosts == "www.google.com/Maps"


@override_settings(CONSENT_SITE="elsewhere")
@pytest.mark.usefixtures("sharing")
def test_another_site_s_notice_is_not_looked_at() -> None:
    publishing.publish(by="ana", reason="First", site="main")
    assert Notice.objects.count() == 1
    assert check_hosts_told_apart(["default"]) == []

"""One screen for a category; what is wrong is said at its field, when the form is saved."""

from __future__ import annotations

from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.test import Client
from django.urls import reverse

from consent.admin import registry
from consent.models import Service, TrackerDetails
from tests.declaring import declare
from tests.staff import client_of

pytestmark = pytest.mark.django_db

Rows = list[dict[str, Any]]
TRACKER = {
    "name": "_pk_id*", "kind": "cookie", "description": "Tells visitors apart.",
    "lifetime_0": "1", "lifetime_1": "days", "path": "/", "domain": "",
}  # fmt: skip
SESSION = {"lifetime_0": "", "lifetime_1": "session"}
ENDLESS = {"lifetime_0": "", "lifetime_1": ""}
EXEMPT = {**TRACKER, "criterion": "B", "reason": "Keeps you logged in."}
SERVICE = {
    "name": "Matomo", "key": "matomo", "provider": "InnoCraft", "role": "processor",
    "purpose": "Counts visits.", "country": "NZ", "transfer": "Adequacy decision",
    "data_types": "Pages visited", "retention": "2 years", "ordering": "0",
}  # fmt: skip


@pytest.fixture
def editor() -> Client:
    return client_of("Consent editors")


@pytest.fixture
def statistics() -> CookieGroup:
    row: CookieGroup = CookieGroup.objects.create(
        varname="statistics", name="Statistics", description="Counts visits."
    )
    return row


def inline(prefix: str, rows: Rows) -> dict[str, str]:
    stored = [row for row in rows if "id" in row]
    posted = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(stored)}
    for number, row in enumerate(rows):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return {name: str(value) for name, value in posted.items()}


def form(services: Rows = [], trackers: Rows = [], **fields: str) -> dict[str, str]:  # noqa: B006 - only read
    return {
        "name": "Statistics", "varname": "statistics", "description": "Counts visits.",
        "ordering": "0",
        **inline("consent_services", services), **inline("cookie_set", trackers),
        **inline("consent_translations", []), **fields,
    }  # fmt: skip


def save(client: Client, posted: dict[str, str], category: CookieGroup | None = None) -> str:
    """Post the screen; return the errors' page, or nothing where it was saved."""
    name = "admin:cookie_consent_cookiegroup_" + ("change" if category else "add")
    address = reverse(name, args=[category.pk] if category else [])
    response = client.post(address, posted)
    if response.status_code == 302:
        return ""
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    return response.content.decode()


def test_a_category_is_declared_on_one_screen(editor: Client) -> None:
    """G3, G4."""
    assert not save(editor, form([SERVICE], [{**TRACKER, "third_party": "on"}]))
    category = CookieGroup.objects.get()
    assert category.consent_services.get().country == "NZ"
    details = category.cookie_set.get().consent_details
    assert (details.kind, details.lifetime, details.third_party) == ("cookie", 86400, True)


def test_a_tracker_joins_a_service_of_its_category(editor: Client, statistics: CookieGroup) -> None:
    save(editor, form([SERVICE]), statistics)
    service = Service.objects.get()
    mine = {**SERVICE, "id": service.pk, "category": statistics.pk}
    assert not save(editor, form([mine], [{**TRACKER, "service": service.pk}]), statistics)
    tracker = Cookie.objects.get()
    assert tracker.consent_details.service == service
    stored = {**TRACKER, "id": tracker.pk, "cookiegroup": statistics.pk, "service": service.pk}
    assert not save(editor, form([mine], [{**stored, **SESSION}]), statistics)
    assert TrackerDetails.objects.get().lifetime == 0
    assert not save(editor, form([mine], [{**stored, "DELETE": "on"}]), statistics)
    assert not Cookie.objects.exists()
    assert not TrackerDetails.objects.exists()
    assert not save(editor, form([{**mine, "DELETE": "on"}]), statistics)
    assert not Service.objects.exists()


def test_a_service_of_another_category_is_not_offered(
    editor: Client, statistics: CookieGroup
) -> None:
    other = CookieGroup.objects.create(varname="media", name="Media")
    service = Service.objects.create(category=other, key="x", name="X", role="own")
    assert save(editor, form([], [{**TRACKER, "service": service.pk}]), statistics)
    assert not Cookie.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("lifetime", ENDLESS), ("description", {"description": ""}), ("name", {"name": ""}),
     ("kind", {"kind": "tattoo"}), ("name", {"name": "a\0b"}),
     *(("lifetime", {"lifetime_0": count}) for count in ("", "-1", "0", "9" * 18, "9" * 5000, "x")),
     *(("lifetime", {"lifetime_1": unit}) for unit in ("", "session", "weeks"))],
)  # fmt: skip
def test_a_tracker_is_whole_or_refused_at_its_field(
    field: str, wrong: dict[str, str], editor: Client, statistics: CookieGroup
) -> None:
    """G3: name, kind, purpose, lifetime."""
    shown = save(editor, form([], [{**TRACKER, **wrong}]), statistics)
    assert f'class="form-row errors field-{field}"' in shown
    assert not Cookie.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"provider": ""}, {"role": ""}, {"transfer": ""}, {"retention": ""}, {"data_types": " "},
     {"purpose": ""}, {"name": ""}, {"key": "--"}, {"hosts": "https://x/"}, {"country": "NZL"}],
)  # fmt: skip
def test_a_service_is_whole_or_refused(
    wrong: dict[str, str], editor: Client, statistics: CookieGroup
) -> None:
    """G4: recipients and role, transfers, retention."""
    assert save(editor, form([{**SERVICE, **wrong}]), statistics)
    assert not Service.objects.exists()


@pytest.mark.parametrize("missing", [{"criterion": ""}, {"reason": ""}, ENDLESS])
def test_an_exempt_tracker_argues_its_exemption(missing: dict[str, str], editor: Client) -> None:
    """X1."""
    wrong = {**EXEMPT, **missing}
    assert save(editor, form([], [wrong], is_required="on"))
    assert not save(editor, form([], [EXEMPT], is_required="on"))


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("domain", ["", "www.example.com"])
def test_a_tracker_is_exempt_only_if_all_its_purposes_are(
    required: bool, domain: str, editor: Client
) -> None:
    """X2, and the other way round; the empty domain is any."""
    other = CookieGroup.objects.create(
        varname="media", name="Media", description="x", is_required=not required
    )
    Cookie.objects.create(cookiegroup=other, name="_pk_id*", domain=domain)
    posted = {"is_required": "on"} if required else {}
    shown = save(editor, form([], [EXEMPT if required else TRACKER], **posted))
    assert "exempt only if all" in shown


def test_making_a_category_required_asks_each_tracker_why(
    editor: Client, statistics: CookieGroup
) -> None:
    """X1: its trackers were optional so far."""
    save(editor, form([], [TRACKER]), statistics)
    stored = {**TRACKER, "id": Cookie.objects.get().pk, "cookiegroup": statistics.pk}
    assert "Name the criterion" in save(editor, form([], [stored], is_required="on"), statistics)
    stored |= {"criterion": "B", "reason": "Keeps you logged in."}
    assert not save(editor, form([], [stored], is_required="on"), statistics)
    assert save(editor, form([], [stored]), statistics)


def test_a_large_category_has_lists_and_the_same_rules(
    editor: Client, statistics: CookieGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X1: also where the trackers are on no form."""
    save(editor, form([], [TRACKER]), statistics)
    monkeypatch.setattr(registry, "MAX_INLINE", 0)
    address = reverse("admin:cookie_consent_cookiegroup_change", args=[statistics.pk])
    assert "cookie_set-0-name" not in editor.get(address).content.decode()
    assert "_pk_id*" in save(editor, form(is_required="on"), statistics)
    assert not save(editor, form(ordering="3"), statistics)


def test_a_category_says_what_it_is_for(editor: Client) -> None:
    assert save(editor, form(description=""))
    assert save(editor, form(name=""))
    assert not CookieGroup.objects.exists()


def test_what_the_seeds_declare_can_be_saved_as_it_stands(editor: Client) -> None:
    """Nothing that was planted is refused by the forms."""
    declare()
    for details in TrackerDetails.objects.all():
        details.full_clean()
    for service in Service.objects.all():
        service.full_clean()
    for category in CookieGroup.objects.all():
        address = reverse("admin:cookie_consent_cookiegroup_change", args=[category.pk])
        assert editor.get(address).status_code == 200


@pytest.mark.parametrize("who", ["", "Consent auditors", "Consent officers"])
@pytest.mark.parametrize(
    "model", ["consent_controller", "consent_service", "cookie_consent_cookiegroup",
              "cookie_consent_cookie"],
)  # fmt: skip
def test_only_editors_edit_the_registry(who: str, model: str) -> None:
    client = client_of(who)
    for name in ("changelist", "add"):
        assert client.get(reverse(f"admin:{model}_{name}")).status_code == 403
        assert client.post(reverse(f"admin:{model}_{name}")).status_code == 403

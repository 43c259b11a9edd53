"""The registry read into values: complete, in every language, in a constant number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from consent import registry, seeds
from consent.core.notice import KINDS, ROLES
from consent.models import Controller, Kind, Role, Service, TrackerDetails, Translation
from tests.declaring import (
    CONTROLLER,
    declare,
    declare_service,
    declare_tracker,
    group,
    translate,
)

pytestmark = pytest.mark.django_db


def missing() -> list[tuple[str, str, str]]:
    return [(gap.where, gap.language, gap.what) for gap in registry.gaps()]


def test_the_seeds_lack_only_the_controller() -> None:
    registry.plant(seeds.categories())
    assert [where for where, _, _ in missing()] == ["controller"]
    registry.fill_controller(CONTROLLER)
    draft = registry.draft()
    assert (draft.gaps, draft.languages, draft.source) == ((), ("en", "es"), "en")


def test_a_fresh_installation_asks_before_statistics() -> None:
    """X6: statistics are optional, like everything but what is necessary."""
    declare()
    required = {category.key: category.required for category in registry.draft().categories}
    assert required == {
        "necessary": True,
        "preferences": False,
        "statistics": False,
        "marketing": False,
        "media": False,
    }


def test_every_seeded_tracker_is_exempt_with_reason_and_lifetime() -> None:
    """X1."""
    declare()
    necessary = registry.draft().categories[0]
    lifetimes = {tracker.name: tracker.lifetime for tracker in necessary.trackers}
    assert lifetimes == {
        "sessionid": 14 * 86400,
        "csrftoken": 31449600,
        "django_language": 0,
        "messages": 0,
        "privacy_choice": 185 * 86400,
        "privacy_choice_pending": None,
    }
    for tracker in necessary.trackers:
        assert tracker.criterion in ("A", "B")
        assert all(tracker.reason[language] for language in ("en", "es"))
        assert all(tracker.purpose[language] for language in ("en", "es"))
        assert tracker.provider == {"en": CONTROLLER["name"], "es": CONTROLLER["name"]}


SETTINGS = {
    "SESSION_COOKIE_NAME": "sid",
    "SESSION_COOKIE_DOMAIN": ".clinic.example",
    "SESSION_COOKIE_PATH": "/app/",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "CSRF_COOKIE_NAME": "xsrf",
    "CSRF_COOKIE_AGE": None,
    "LANGUAGE_COOKIE_NAME": "lang",
    "LANGUAGE_COOKIE_AGE": 3600,
    "CONSENT_COOKIE_NAME": "choice",
    "CONSENT_COOKIE_DOMAIN": "clinic.example",
    "CONSENT_GRANT_DAYS": 90,
    "CONSENT_REFUSAL_DAYS": 200,
}


@override_settings(**SETTINGS)
def test_seeded_cookies_are_read_from_the_settings() -> None:
    declare()
    read = {
        tracker.name: (tracker.lifetime, tracker.domain, tracker.path)
        for tracker in registry.draft().categories[0].trackers
    }
    assert read == {
        "sid": (0, ".clinic.example", "/app/"),
        "xsrf": (0, "", "/"),
        "lang": (3600, "", "/"),
        "messages": (0, ".clinic.example", "/"),
        "choice": (200 * 86400, "clinic.example", "/"),
        "choice_pending": (None, "", "/"),
    }


@override_settings(MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"], CSRF_USE_SESSIONS=True)
def test_cookies_that_this_site_does_not_set_are_not_declared() -> None:
    registry.plant(seeds.categories())
    names = set(Cookie.objects.values_list("name", flat=True))
    assert names == {"privacy_choice", "privacy_choice_pending"}


@override_settings(MESSAGE_STORAGE="django.contrib.messages.storage.session.SessionStorage")
def test_messages_kept_in_the_session_set_no_cookie() -> None:
    registry.plant(seeds.categories())
    assert not Cookie.objects.filter(name="messages").exists()


@override_settings(CONSENT_GRANT_RETENTION_DAYS=400, CONSENT_REFUSAL_RETENTION_DAYS=44)
def test_the_consent_log_declares_itself() -> None:
    """G4: contents, basis, retention and rights."""
    declare()
    (log,) = registry.draft().categories[0].services
    assert (log.key, log.role, log.provider["es"]) == ("consent-log", "own", CONTROLLER["name"])
    for language in ("en", "es"):
        assert "7" in log.purpose[language]
        assert "400" in log.retention[language]
        assert "44" in log.retention[language]
        assert "IP" in log.data_types[language]


def test_planting_twice_adds_nothing_and_overwrites_nothing() -> None:
    declare()
    assert registry.plant(seeds.categories()) == []
    CookieGroup.objects.filter(varname="media").update(name="Films", ordering=99)
    Cookie.objects.filter(name="messages").update(description="Ours.")
    TrackerDetails.objects.filter(tracker__name="sessionid").update(lifetime=5, reason="Because.")
    Service.objects.filter(key="consent-log").update(retention="For ever.")
    Translation.objects.filter(category__varname="media", field="name").update(text="Cine")
    before = everything()
    assert registry.plant(seeds.categories()) == []
    assert registry.fill_controller({**CONTROLLER, "name": "Another"}).name == CONTROLLER["name"]
    assert everything() == before


def everything() -> list[Any]:
    models = (CookieGroup, Cookie, TrackerDetails, Service, Translation, Controller)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_planting_adopts_groups_and_cookies_that_are_there() -> None:
    social = CookieGroup.objects.create(varname="social", name="Social", description="Shares.")
    kept = CookieGroup.objects.create(varname="statistics", name="Numbers", description="Counts.")
    essential = CookieGroup.objects.create(varname="essential", name="Must", is_required=True)
    Cookie.objects.create(cookiegroup=essential, name="sessionid", domain="clinic.example")
    Cookie.objects.create(cookiegroup=social, name="csrftoken")
    Cookie.objects.create(cookiegroup=social, name="unknown", description="Who knows.")
    registry.plant(seeds.categories())
    assert CookieGroup.objects.count() == 7
    kept.refresh_from_db()
    assert kept.name == "Numbers"
    assert Cookie.objects.filter(name="sessionid").count() == 1
    details = {d.tracker.name: d.criterion for d in TrackerDetails.objects.all()}
    assert details["sessionid"] == "B"
    assert details["csrftoken"] == "", "a category that asks exempts nothing"
    assert "unknown" not in details
    assert ("social/unknown", "en", "kind, lifetime and provider") in missing()
    assert ("statistics", "es", "name") in missing(), "our Spanish text is not theirs"


def test_a_category_that_was_deleted_after_publication_stays_deleted() -> None:
    declare()
    group("marketing").delete()
    assert registry.plant(seeds.categories(), new_categories=False) == []
    assert not CookieGroup.objects.filter(varname="marketing").exists()


@override_settings(
    CONSENT_SOURCE_LANGUAGE="de", LANGUAGES=[("de", "German"), ("es", "Spanish"), ("fr", "French")]
)
def test_seeds_in_another_source_language_leave_its_columns_to_be_written() -> None:
    declare()
    assert set(CookieGroup.objects.values_list("name", flat=True)) == {""}
    assert set(Translation.objects.values_list("language", flat=True)) == {"es"}
    assert ("media", "de", "name") in missing()
    assert ("media", "de", "purpose") in missing()
    assert not any(language == "es" for _, language, _ in missing())


@override_settings(
    CONSENT_SOURCE_LANGUAGE="es", LANGUAGES=[("es", "Spanish"), ("en-gb", "British")]
)
def test_regional_languages_take_what_they_lack_from_their_base() -> None:
    declare()
    assert group("media").name == "Contenido externo"
    assert registry.draft().languages == ("es", "en-gb")
    assert registry.draft().categories[4].name == {
        "es": "Contenido externo",
        "en-gb": "External media",
    }
    translate("name", "Foreign films", "en-gb", category=group("media"))
    assert registry.draft().categories[4].name["en-gb"] == "Foreign films"


@override_settings(LANGUAGES=[("en", "English"), ("en-gb", "British"), ("es-mx", "Mexican")])
def test_a_region_of_the_source_language_needs_no_translation() -> None:
    declare()
    assert registry.draft().languages == ("en", "en-gb", "es-mx")


@override_settings(LANGUAGES=[("en", "English")])
def test_seeds_are_planted_in_the_sites_languages_only() -> None:
    declare()
    assert not Translation.objects.exists()


def test_a_language_added_later_is_planted_beside_unedited_texts() -> None:
    with override_settings(LANGUAGES=[("en", "English")]):
        declare()
    CookieGroup.objects.filter(varname="media").update(name="Films")
    registry.plant(seeds.categories())
    assert [gap[:2] for gap in missing()] == [("media", "es")]


def test_services_and_trackers_are_read_in_place() -> None:
    declare()
    service = declare_service()
    declare_tracker(service=service)
    declare_tracker("_pk_id", "statistics", provider="Matomo", third_party=False)
    categories = {category.key: category for category in registry.draft().categories}
    (youtube,) = categories["media"].services
    assert youtube.hosts == ("www.youtube.com", "www.youtube-nocookie.com")
    assert youtube.purpose["es"] == "Reproduce los vídeos de nuestros resultados."
    assert youtube.name == {"en": "YouTube", "es": "YouTube"}
    (tracker,) = youtube.trackers
    assert tracker.provider["en"] == "Google Ireland Ltd", "the service's"
    assert (tracker.criterion, tracker.third_party) == ("", True)
    (visits,) = categories["statistics"].trackers
    assert visits.provider["es"] == "Matomo"


def test_a_draft_costs_as_many_queries_however_much_is_declared() -> None:
    declare()
    with CaptureQueriesContext(connection) as few:
        registry.draft()
    for number in range(5):
        service = declare_service(f"service{number}")
        declare_tracker(f"cookie{number}", service=service)
    with CaptureQueriesContext(connection) as many:
        registry.draft()
    assert len(many) == len(few) == 5


@pytest.mark.parametrize("field", ["name", "address", "contact", "authority", "jurisdiction"])
def test_a_controller_is_complete_or_a_gap(field: str) -> None:
    declare()
    Controller.objects.update(**{field: " "})
    assert ("controller", "en", field) in missing()


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"name": ""}, "name"),
        ({"provider": ""}, "provider"),
        ({"purpose": " "}, "purpose"),
        ({"data_types": ""}, "data types"),
        ({"retention": ""}, "retention"),
        ({"transfer": ""}, "transfer basis for United States"),
        ({"role": "friend"}, "role"),
        ({"hosts": "https://x/y"}, "hosts"),
        ({"policy_url": "javascript:alert(1)"}, "privacy policy"),
        ({"key": "--"}, "key"),
    ],
)
def test_a_service_is_complete_or_a_gap(fields: dict[str, str], what: str) -> None:
    declare()
    service = declare_service()
    assert missing() == []
    Service.objects.filter(pk=service.pk).update(**fields)
    where = f"media:{fields.get('key', 'youtube')}"
    assert (where, "en", what) in missing()


@pytest.mark.parametrize("country", ["", "ES", "NO"])
def test_no_transfer_basis_is_asked_for_within_the_eea(country: str) -> None:
    declare()
    service = declare_service()
    Service.objects.filter(pk=service.pk).update(country=country, transfer="")
    assert missing() == []


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"lifetime": None}, "lifetime"),
        ({"criterion": ""}, "exemption criterion"),
        ({"reason": ""}, "reason of the exemption"),
        ({"kind": "tattoo"}, "kind"),
    ],
)
def test_an_exempt_tracker_is_complete_or_a_gap(fields: dict[str, Any], what: str) -> None:
    """X1: also where the admin's validation was bypassed."""
    declare()
    TrackerDetails.objects.filter(tracker__name="sessionid").update(**fields)
    assert [(where, said) for where, _, said in missing()] == [("necessary/sessionid", what)]


def test_an_exempt_tracker_with_an_optional_purpose_is_a_gap() -> None:
    """X2."""
    declare()
    cookie = Cookie.objects.create(
        cookiegroup=group("statistics"), name="sessionid", description="Counts visits."
    )
    translate("description", "Cuenta visitas.", tracker=cookie)
    TrackerDetails.objects.create(tracker=cookie, lifetime=0)
    ((where, _, what),) = missing()
    assert where == "necessary/sessionid"
    assert "optional" in what


def test_a_tracker_without_purpose_or_details_is_a_gap() -> None:
    """G3."""
    declare()
    Cookie.objects.create(cookiegroup=group("marketing"), name="_fbp")
    assert missing() == [
        ("marketing/_fbp", "en", "purpose"),
        ("marketing/_fbp", "en", "kind, lifetime and provider"),
    ]


def test_a_key_of_hyphens_alone_is_a_gap() -> None:
    declare()
    CookieGroup.objects.filter(varname="media").update(varname="---")
    assert ("---", "en", "a key that is more than hyphens") in missing()


def test_what_must_be_translated_is_missed_and_the_rest_falls_back() -> None:
    declare()
    service = declare_service()
    Translation.objects.filter(service=service).delete()
    assert missing() == [
        ("media:youtube", "es", what)
        for what in ("purpose", "transfer basis", "data types", "retention")
    ]
    assert registry.draft().languages == ("en",)
    (youtube,) = registry.draft().categories[4].services
    assert youtube.recipients["es"] == "Google LLC"


def test_a_translated_policy_that_is_no_address_is_not_used() -> None:
    controller = declare()
    Controller.objects.update(policy_url="/en/privacy/")
    Translation.objects.create(
        controller=controller, field="policy_url", language="es", text="javascript:alert(1)"
    )
    draft = registry.draft()
    assert draft.controller is not None
    assert draft.controller.policy_url == {"en": "/en/privacy/", "es": "/en/privacy/"}


def test_the_controller_is_filled_in_and_never_overwritten() -> None:
    assert registry.fill_controller({}) is None
    registry.fill_controller({"name": "Clinic"})
    row = registry.fill_controller({"name": "Other", "contact": "a@b.example"})
    assert row is not None
    assert (row.name, row.contact, Controller.objects.count()) == ("Clinic", "a@b.example", 1)


@pytest.mark.parametrize("values", [{"name": "x" * 201}, {"policy_url": "javascript:x"}])
def test_a_controllers_fields_are_validated(values: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        registry.fill_controller(values)
    assert list(refusal.value.message_dict) == list(values)
    assert not Controller.objects.exists()


def test_the_tables_and_the_core_know_the_same_roles_and_kinds() -> None:
    assert tuple(Role.values) == ROLES
    assert tuple(Kind.values) == KINDS

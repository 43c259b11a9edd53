"""The tables: what they accept, and what they never let go of."""

from __future__ import annotations

from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from consent.models import (
    AppendOnlyError,
    Notice,
    Presentation,
    Record,
    Role,
    Service,
    TrackerDetails,
    Translation,
)
from consent.models.validators import validate_hosts, validate_key, validate_policy_url
from tests.declaring import declare, declare_service, declare_tracker, group

pytestmark = pytest.mark.django_db

EVIDENCE = {
    Notice: {
        "site": "a",
        "number": 1,
        "digest": "d",
        "document": "{}",
        "oldest_valid": 1,
        "material": True,
        "published_by": "me",
    },
    Presentation: {
        "digest": "d",
        "site": "a",
        "notice": 1,
        "notice_digest": "d",
        "language": "en",
        "html": "",
        "script": "",
        "style": "",
    },
    Record: {
        "site": "a",
        "notice": 1,
        "notice_digest": "d",
        "language": "en",
        "layer": "banner",
        "means": "accept",
        "by": "form",
        "action": "accept",
        "answers": {"media": "yes"},
    },
}
evidence = pytest.mark.parametrize("model", list(EVIDENCE), ids=lambda model: model.__name__)


def stored(model: type[Any]) -> Any:
    return model.objects.create(**EVIDENCE[model])


@evidence
def test_evidence_cannot_be_changed_or_deleted_through_the_orm(model: type[Any]) -> None:
    """P1, P2."""
    row = stored(model)
    rows = model.objects.filter(pk=row.pk)
    before = rows.values().get()
    row.site = "b"
    attempts = [
        row.save,
        row.delete,
        rows.delete,
        lambda: rows.update(site="b"),
        lambda: model.objects.bulk_update([row], ["site"]),
        lambda: model._base_manager.filter(pk=row.pk).update(site="b"),
        lambda: model.objects.update_or_create(pk=row.pk, defaults={"site": "b"}),
        lambda: model.objects.bulk_create(
            [row], update_conflicts=True, update_fields=["site"], unique_fields=["id"]
        ),
        lambda: model.objects.bulk_create([row], None, False, True, ["site"], ["id"]),
        lambda: rows._raw_delete("default"),
    ]
    for attempt in attempts:
        with pytest.raises(AppendOnlyError, match="neither changed nor deleted"):
            attempt()
    assert rows.values().get() == before


@evidence
def test_a_row_with_a_known_key_never_replaces_what_is_stored(model: type[Any]) -> None:
    """P1: neither by hand nor from a fixture."""
    row = stored(model)
    before = model.objects.values().get()
    forged = model(**{**EVIDENCE[model], "site": "b"}, pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save()
    fixture = serializers.serialize("json", [forged]).replace('"pk": null', f'"pk": {row.pk}')
    (item,) = serializers.deserialize("json", fixture)
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save()
    assert model.objects.values().get() == before


@evidence
def test_evidence_points_to_nothing_that_could_take_it_away(model: type[Any]) -> None:
    """P11: no foreign key, in either direction."""
    assert [field.name for field in model._meta.get_fields() if field.is_relation] == []


def test_evidence_survives_the_registry(django_user_model: Any) -> None:
    """P11: groups, services, trackers, controller and users are deleted."""
    controller = declare()
    service = declare_service()
    declare_tracker(service=service)
    user = django_user_model.objects.create(username="editor")
    rows = {model: stored(model).pk for model in EVIDENCE}
    CookieGroup.objects.all().delete()
    controller.delete()
    user.delete()
    assert not Service.objects.exists()
    assert not TrackerDetails.objects.exists()
    assert not Translation.objects.exists()
    assert {model: model.objects.get().pk for model in EVIDENCE} == rows


def test_a_record_is_one_insert() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        stored(Record)
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 1


def test_a_record_has_no_column_for_who_chose() -> None:
    """D1: the salt is random and the commitment a keyed hash of the other columns."""
    names = {field.name for field in Record._meta.get_fields()}
    assert names == {
        "id",
        "site",
        "notice",
        "notice_digest",
        "language",
        "presentation",
        "layer",
        "means",
        "by",
        "action",
        "answers",
        "receipt",
        "decided_at",
        "salt",
        "commitment",
    }


def test_legitimate_interest_does_not_exist() -> None:
    """B6: no field, no choice, no text of the schema offers a basis besides consent or exempt."""
    words = []
    for model in apps.get_app_config("consent").get_models():
        for field in model._meta.get_fields():
            words += [field.name, *(str(c) for c in getattr(field, "choices", None) or ())]
            words += [str(getattr(field, "verbose_name", "")), str(getattr(field, "help_text", ""))]
    text = " ".join(words).lower()
    assert "criterion" in text
    assert "interest" not in text
    assert "legal_basis" not in text


@pytest.mark.parametrize("key", ["youtube", "_a-1", "-a", "A" * 32])
def test_a_key_may_be(key: str) -> None:
    validate_key(key)


@pytest.mark.parametrize("key", ["", "-", "---", "a b", "a~b", "a.b", "!a", "a:b", "é", "a\n"])
def test_a_key_may_not_be(key: str) -> None:
    with pytest.raises(ValidationError):
        validate_key(key)


@pytest.mark.parametrize(
    "hosts", ["", "a.example", "localhost:8001", "a.example\nb.example:443", "*.a.example:8443"]
)
def test_hosts_may_be(hosts: str) -> None:
    validate_hosts(hosts)


@pytest.mark.parametrize(
    "hosts",
    [
        "https://a.example",
        "a.example/path?query",
        "a.example//path",
        "*.example",
        "a.*.example",
        "a..b",
        "a:0",
        "a:99999",
        "a:b",
        "-a",
        "a.example;script-src *",
        "é.example",
        "A.example",
    ],
)
def test_hosts_may_not_be(hosts: str) -> None:
    with pytest.raises(ValidationError):
        validate_hosts(hosts)


@pytest.mark.parametrize("url", ["https://a.example/privacy", "http://a.example", "/en/privacy/"])
def test_a_policy_may_be_at(url: str) -> None:
    validate_policy_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//a.example",
        "/\\a.example",
        "data:text/html,x",
        "privacy",
        "/a b",
        "/a\n",
        "ftp://a.example",
    ],
)
def test_a_policy_may_not_be_at(url: str) -> None:
    with pytest.raises(ValidationError):
        validate_policy_url(url)


def test_a_service_is_tidied_before_it_is_checked() -> None:
    declare()
    service = declare_service(hosts=" WWW.A.example \n\nwww.a.example\n", country=" us")
    assert (service.hosts, service.country) == ("www.a.example", "US")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "partner"),
        ("role", ""),
        ("country", "USA"),
        ("country", "1A"),
        ("key", "--"),
        ("provider", ""),
        ("purpose", ""),
        ("hosts", "https://x"),
        ("policy_url", "javascript:x"),
    ],
)
def test_a_service_is_refused_for(field: str, value: str) -> None:
    declare()
    with pytest.raises(ValidationError) as refusal:
        declare_service(**{field: value}) if field != "key" else declare_service(value)
    assert field in refusal.value.message_dict


def test_the_controllers_own_service_needs_no_provider() -> None:
    declare()
    assert declare_service(role=Role.OWN, provider="").pk


@pytest.mark.parametrize("missing", ["criterion", "reason", "lifetime"])
def test_an_exempt_tracker_names_criterion_reason_and_lifetime(missing: str) -> None:
    """X1."""
    declare()
    full = {"criterion": "A", "reason": "The page cannot be delivered without it.", "lifetime": 0}
    declare_tracker("balancer", "necessary", **full)
    lacking = {**full, missing: None if missing == "lifetime" else ""}
    with pytest.raises(ValidationError) as refusal:
        declare_tracker("other", "necessary", **lacking)
    assert list(refusal.value.message_dict) == [missing]


@pytest.mark.parametrize("first", ["necessary", "statistics"])
def test_a_tracker_is_exempt_only_if_all_its_purposes_are(first: str) -> None:
    """X2."""
    declare()
    Cookie.objects.create(cookiegroup=group("statistics"), name="shared", domain="")
    with pytest.raises(ValidationError) as refusal:
        declare_tracker("shared", "necessary", criterion="B", reason="Signs you in.")
    assert list(refusal.value.message_dict) == ["criterion"]
    with pytest.raises(ValidationError) as refusal:
        declare_tracker("lonely", first, criterion="" if first == "necessary" else "B")
    assert "criterion" in refusal.value.message_dict


def test_a_trackers_service_is_of_its_category() -> None:
    declare()
    service = declare_service()
    with pytest.raises(ValidationError) as refusal:
        declare_tracker("_pk_id", "statistics", service=service)
    assert list(refusal.value.message_dict) == ["service"]


def test_a_translation_has_exactly_one_owner() -> None:
    controller = declare()
    service = declare_service()
    for owners in ({}, {"service": service, "controller": controller}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Translation.objects.create(field="name", language="es", text="x", **owners)


def test_a_text_is_translated_once_a_language() -> None:
    declare()
    service = declare_service()
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(service=service, field="purpose", language="es", text="otra")


@pytest.mark.parametrize(
    ("field", "language", "text"),
    [
        ("colour", "es", "x"),
        ("purpose", "ES", "x"),
        ("purpose", "../es", "x"),
        ("purpose", "es", ""),
        ("policy_url", "es", "javascript:x"),
    ],
)
def test_a_translation_is_refused_for(field: str, language: str, text: str) -> None:
    declare()
    translation = Translation(service=declare_service(), field=field, language=language, text=text)
    with pytest.raises(ValidationError):
        translation.full_clean()


def test_natural_keys_lead_back_to_their_rows() -> None:
    declare()
    service = declare_service()
    details = declare_tracker(service=service)
    notice, presentation = stored(Notice), stored(Presentation)
    for row in (service, details, notice, presentation):
        assert type(row).objects.get_by_natural_key(*row.natural_key()) == row
    written = serializers.serialize(
        "json", [service, details], use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    assert '"media"' in written


def test_every_row_says_what_it_is() -> None:
    controller = declare()
    service = declare_service()
    rows = [controller, service, declare_tracker(service=service), Translation.objects.first()]
    rows += [stored(model) for model in EVIDENCE]
    assert all(str(row) for row in rows)

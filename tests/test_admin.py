"""The admin: evidence can be read and nothing else; the registry is edited with its rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from consent import moments, sightings
from consent.core.notice import Notice as Published
from consent.core.notice import canonical
from consent.models import (
    Controller,
    Notice,
    Presentation,
    Record,
    Run,
    Service,
    Sighting,
    Tally,
    TrackerDetails,
    Translation,
)

pytestmark = pytest.mark.django_db

EVIDENCE: tuple[type[Model], ...] = (Record, Notice, Presentation, Tally, Sighting)
REGISTRY: tuple[type[Model], ...] = (Controller, Service, CookieGroup, Cookie)
RECEIPT = "01hv7m3zq8c4x9k2t6w5y0abcd"


def text(english: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"en": english, "es": f"{english} (es)"}


def document() -> dict[str, Any]:
    """Return a notice's document with one category, service and tracker."""
    tracker = {
        "name": "_ga_*",
        "kind": "cookie",
        "domain": "",
        "path": "/",
        "lifetime": 63072000,
        "provider": {},
        "purpose": text("Tells visitors apart."),
        "third_party": True,
        "criterion": "",
        "reason": {},
    }
    service = {
        "key": "matomo",
        "name": text("Matomo"),
        "provider": text("InnoCraft"),
        "purpose": text("Counts visits."),
        "role": "processor",
        "recipients": text("Hosting Ltd"),
        "country": "NZ",
        "transfer": text("Adequacy decision"),
        "data_types": text("Pages visited"),
        "retention": text("2 years"),
        "policy_url": {},
        "hosts": ["stats.example.com"],
        "page_addresses": True,
        "trackers": [tracker],
    }
    category = {
        "key": "statistics",
        "required": False,
        "name": text("Statistics"),
        "purpose": text("To see which pages <b>help</b>."),
        "services": [service],
        "trackers": [],
    }
    who = ("name", "address", "contact", "dpo", "authority", "jurisdiction", "policy_url")
    return {
        "site": "clinic",
        "number": 1,
        "oldest_valid": 1,
        "languages": ["en", "es"],
        "controller": {field: text(f"the {field}") for field in who},
        "categories": [category],
        "wording": {},
    }


@pytest.fixture(autouse=True)
def _nothing_is_written_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    # The admin's own cookies are undeclared in these notices, and tests compare whole tables.
    monkeypatch.setattr(sightings, "_write", lambda *_: None)


@pytest.fixture
def evidence() -> dict[type[Model], Model]:
    """Write one row of each kind of evidence."""
    published = Published.from_document(document())
    notice = Notice.objects.create(
        site="clinic",
        number=1,
        digest=published.digest,
        document=canonical(published.document()).decode(),
        oldest_valid=1,
        material=True,
        published_by="Ana",
        reason="The first one.",
        changes=["statistics: added <i>"],
        overrides=[{"code": "vague", "where": "statistics", "reason": "Counsel agreed."}],
    )
    shown = Presentation.objects.create(
        digest="p" * 64,
        site="clinic",
        notice=1,
        notice_digest=published.digest,
        language="es",
        html="<script>alert(1)</script>",
        script="export {}",
        style=":root {}",
    )
    record = Record.objects.create(
        site="clinic",
        notice=1,
        notice_digest=published.digest,
        language="es",
        presentation=shown.digest,
        layer="preferences",
        means="save",
        by="form",
        action="choose",
        answers={"statistics": "no", "statistics:matomo": "yes", "gone": "unasked"},
        receipt=RECEIPT,
    )
    tally = Tally.objects.create(
        site="clinic", day="2026-01-01", notice=1, action="refuse", count=7
    )
    sighting = sight("_fbp")
    return {
        Record: record,
        Notice: notice,
        Presentation: shown,
        Tally: tally,
        Sighting: sighting,
    }


def sight(name: str, kind: str = "cookie", site: str = "clinic") -> Sighting:
    """Write that something undeclared was met."""
    now = moments.now()
    return Sighting.objects.create(
        site=site, kind=kind, name=name, count=3, first_seen=now, last_seen=now
    )


@pytest.fixture
def auditor() -> Client:
    """Return the client of somebody who may view the evidence."""
    user = User.objects.create_user("auditor", is_staff=True)
    views = [f"view_{model._meta.model_name}" for model in EVIDENCE]
    user.user_permissions.set(Permission.objects.filter(codename__in=views))
    return client_of(user)


@pytest.fixture
def superuser() -> Client:
    """Return the client of somebody who may do everything."""
    return client_of(User.objects.create_superuser("root"))


def client_of(user: User) -> Client:
    """Return a client that is logged in."""
    client = Client()
    client.force_login(user)
    return client


def address(what: str, model: type[Model], *args: object) -> str:
    """Return the address of an admin page."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def page(client: Client, url: str, **query: str) -> str:
    """Return a page's text, which must be there."""
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def row(model: type[Model]) -> list[dict[str, Any]]:
    """Return everything in a table."""
    return list(model._default_manager.values())


@pytest.mark.parametrize("model", EVIDENCE)
@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_evidence_can_be_read_and_nothing_else(
    model: type[Model],
    who: str,
    evidence: Mapping[type[Model], Model],
    request: pytest.FixtureRequest,
) -> None:
    """P1, P10."""
    client: Client = request.getfixturevalue(who)
    before, key = row(model), evidence[model].pk
    assert client.get(address("changelist", model)).status_code == 200
    assert client.get(address("change", model, key)).status_code == 200
    assert client.get(address("add", model)).status_code == 403
    assert client.get(address("delete", model, key)).status_code == 403
    assert client.post(address("add", model), {"site": "forged"}).status_code == 403
    assert client.post(address("change", model, key), {"site": "forged"}).status_code == 403
    assert client.post(address("delete", model, key), {"post": "yes"}).status_code == 403
    assert row(model) == before


@pytest.mark.parametrize("model", EVIDENCE)
@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_no_action_deletes_evidence(
    model: type[Model],
    who: str,
    evidence: Mapping[type[Model], Model],
    request: pytest.FixtureRequest,
) -> None:
    """P1."""
    client: Client = request.getfixturevalue(who)
    before = row(model)
    chosen = {"action": "delete_selected", "_selected_action": str(evidence[model].pk)}
    for more in ({"index": "0"}, {"post": "yes"}, {"index": "0", "post": "yes"}, {"_save": "1"}):
        client.post(address("changelist", model), {**chosen, **more})
    assert row(model) == before
    assert "delete_selected" not in page(client, address("changelist", model))


@pytest.mark.parametrize("model", [*EVIDENCE, *REGISTRY])
def test_staff_without_a_permission_see_nothing(
    model: type[Model], evidence: Mapping[type[Model], Model]
) -> None:
    """P10."""
    client = client_of(User.objects.create_user("clerk", is_staff=True))
    assert client.get(address("changelist", model)).status_code == 403
    key = evidence[model].pk if model in evidence else 1
    if model in evidence:
        assert client.get(address("change", model, key)).status_code == 403


def test_the_auditor_does_not_edit_the_registry(auditor: Client) -> None:
    """P10."""
    for model in REGISTRY:
        assert auditor.get(address("changelist", model)).status_code == 403
        assert auditor.post(address("add", model), {"name": "forged"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("model", [*EVIDENCE, *REGISTRY])
def test_every_page_renders_in_both_languages(
    model: type[Model], language: str, superuser: Client, evidence: Mapping[type[Model], Model]
) -> None:
    tracker = declare()
    rows: dict[type[Model], Model] = {
        **evidence,
        Controller: Controller.objects.create(name="Clinic"),
        Service: tracker.consent_details.service,
        Cookie: tracker,
        CookieGroup: tracker.cookiegroup,
    }
    headers = {"accept-language": language}
    urls = [address("changelist", model), address("change", model, rows[model].pk)]
    if model in (Service, CookieGroup, Cookie):
        urls.append(address("add", model))
    for url in urls:
        response = superuser.get(url, headers=headers)
        assert response.status_code == 200
        assert f'lang="{language}"' in response.content.decode()


def test_a_record_shows_every_answer_in_the_words_that_were_read(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    """P9."""
    shown = page(auditor, address("change", Record, evidence[Record].pk))
    rows = re.findall(r'lang="es">(.+?)</th><td [^>]+>(.+?)</td><td><code>(.+?)</code>', shown)
    assert rows == [
        ("Statistics (es)", "no", "statistics"),
        ("Matomo (es)", "yes", "statistics:matomo"),
        ("gone", "not asked", "gone"),
    ]
    assert address("change", Notice, evidence[Notice].pk) in shown
    assert address("change", Presentation, evidence[Presentation].pk) in shown
    assert f"<code>{RECEIPT}</code>" in shown


def test_a_record_outlives_its_notice_in_the_admin(auditor: Client) -> None:
    """P11."""
    record = Record.objects.create(
        site="gone", notice=9, notice_digest="", language="en", layer="banner", means="refuse",
        by="script", action="refuse", answers={"statistics": "no"},
    )  # fmt: skip
    shown = page(auditor, address("change", Record, record.pk))
    assert re.search(r">statistics</th><td [^>]+>no</td><td><code>statistics</code>", shown)
    assert "a refusal carries no id" in shown
    assert "not stored any more" in shown


def test_records_say_what_was_granted(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    base = {
        "site": "clinic", "notice": 1, "notice_digest": "", "language": "en", "layer": "banner",
        "by": "form",
    }  # fmt: skip
    both = {"media": "yes", "media:youtube": "yes"}
    Record.objects.create(**base, means="accept", action="accept", answers=both)
    Record.objects.create(
        **base, means="save", action="choose", answers={**both, "statistics": "no"}
    )
    shown = page(auditor, address("changelist", Record))
    for granted in ("statistics:matomo", "everything", "media"):
        assert f'<td class="field-granted">{granted}</td>' in shown


def test_lists_tell_times_to_the_second_with_their_zone(
    auditor: Client, evidence: Mapping[type[Model], Model], settings: Any
) -> None:
    """P7: two decisions within a minute can be told apart, whatever the reader's language."""
    settings.TIME_ZONE = "Europe/Madrid"
    moment = datetime(2026, 7, 1, 22, 30, 7, tzinfo=UTC)
    told = "2026-07-02 00:30:07 CEST"
    Record.objects.create(
        site="clinic", notice=1, notice_digest="", language="en", layer="placeholder",
        by="form", means="placeholder", action="once", answers={}, decided_at=moment,
    )  # fmt: skip
    Run.objects.create(task="seal", started_at=moment, ended_at=moment, is_sound=True)
    records = page(auditor, address("changelist", Record))
    assert re.search(rf'<th class="field-decided_at"><a href="[^"]+">{told}</a></th>', records)
    assert '<td class="field-control">placeholder</td>' in records
    root = client_of(User.objects.create_superuser("root"))
    assert page(root, address("changelist", Run)).count(told) == 2
    with override("es"):
        assert told in page(auditor, address("changelist", Record))


@pytest.mark.parametrize(
    "written", [RECEIPT, RECEIPT.upper(), f" {RECEIPT} ", "O1HV-7M3ZQ8C4X9K2T6W5YOABCD"]
)
def test_a_receipt_is_found_exactly(
    written: str, auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    found = address("change", Record, evidence[Record].pk)
    assert found in page(auditor, address("changelist", Record), q=written)


@pytest.mark.parametrize("written", [RECEIPT[:-1], "01", "clinic", "%", "choose"])
def test_a_part_of_a_receipt_finds_nothing(
    written: str, auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    found = address("change", Record, evidence[Record].pk)
    assert found not in page(auditor, address("changelist", Record), q=written)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ({"action__exact": "choose"}, True),
        ({"action__exact": "refuse"}, False),
        ({"layer__exact": "preferences"}, True),
        ({"site": "clinic"}, True),
        ({"site": "elsewhere"}, False),
        ({"notice": "1"}, True),
        ({"notice": "one"}, False),
        ({"language": "es"}, True),
        ({"language": "xx"}, False),
    ],
)
def test_records_are_filtered(
    query: dict[str, str],
    matches: bool,
    auditor: Client,
    evidence: Mapping[type[Model], Model],
) -> None:
    found = address("change", Record, evidence[Record].pk)
    assert (found in page(auditor, address("changelist", Record), **query)) is matches


GARBAGE = (
    "notice=abc", "notice=99999999999999999999", "site=%00", "language=%ff", "q=%00", "o=x.-9.",
    "p=-1", "p=many", "action__exact=%00", "id=x", "id=99999999999999999999999", "answers__x=1",
    "layer__exact=zzz", "e=1", "all=", "_to_field=x", "id__in=%00", "q=" + "9" * 4000,
    "receipt=%00", "decided_at__year=x", "material__exact=x", "day=x", "count=x", "count__gt=x",
)  # fmt: skip


@pytest.mark.parametrize("model", EVIDENCE)
def test_garbage_in_the_query_string_is_no_server_error(
    model: type[Model], auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    answers = {q: auditor.get(f"{address('changelist', model)}?{q}").status_code for q in GARBAGE}
    assert {q: status for q, status in answers.items() if status not in (200, 302, 400)} == {}


@pytest.mark.parametrize("model", EVIDENCE)
@pytest.mark.parametrize("key", ["x", "0", "99999999999999999999999", "_5B", "-1"])
def test_a_row_that_is_not_there_is_no_server_error(
    key: str, model: type[Model], auditor: Client
) -> None:
    assert auditor.get(address("change", model, key)).status_code == 302


def test_a_notice_is_shown_with_who_when_and_why(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    """P2."""
    shown = page(auditor, address("change", Notice, evidence[Notice].pk))
    for words in (
        "Ana", "The first one.", "statistics: added &lt;i&gt;", "Counsel agreed.", "Matomo",
        "which pages &lt;b&gt;help&lt;/b&gt;.", "stats.example.com", "_ga_*", "2 years",
        Published.from_document(document()).digest, "Matomo (es)",
    ):  # fmt: skip
        assert words in shown


def test_a_notice_is_summed_up_in_the_readers_language(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    url = address("change", Notice, evidence[Notice].pk)
    spanish = auditor.get(url, headers={"accept-language": "es"}).content.decode()
    assert "<p>Counts visits. (es)</p>" in spanish
    assert "<p>Counts visits.</p>" in page(auditor, url)


def test_a_document_that_was_tampered_with_does_not_match(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    """P2."""
    forged = {**document(), "number": 2}
    notice = Notice.objects.create(
        site="clinic", number=2, digest="0" * 64, document=canonical(forged).decode(),
        oldest_valid=1, material=False, published_by="Ana",
    )  # fmt: skip
    matches = '<div class="readonly"><img src="/static/admin/img/icon-{}.svg"'
    genuine = page(auditor, address("change", Notice, evidence[Notice].pk))
    assert proof(genuine).count(matches.format("yes")) == 1
    assert proof(page(auditor, address("change", Notice, notice.pk))).count(matches.format("no"))


def proof(shown: str) -> str:
    """Return the part of a notice's page that compares document and digest."""
    return shown[shown.index("field-digest_matches") :]


def test_only_the_newest_notice_is_in_force(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    Notice.objects.create(
        site="clinic", number=2, digest="", document="{}", oldest_valid=1, material=False,
        published_by="Ana",
    )  # fmt: skip
    shown = page(auditor, address("changelist", Notice))
    column = [part.split("</td>")[0] for part in shown.split('<td class="field-in_force">')[1:]]
    assert ["icon-yes" in cell for cell in column] == [True, False]


def test_stored_markup_is_shown_as_text(
    auditor: Client, evidence: Mapping[type[Model], Model]
) -> None:
    shown = page(auditor, address("change", Presentation, evidence[Presentation].pk))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


@pytest.mark.parametrize(
    ("kind", "name", "site", "declared"),
    [
        ("cookie", "_ga_AB1", "clinic", True),
        ("cookie", "_ga", "clinic", False),
        ("cookie", "_ga_AB1", "unpublished", False),
        ("host", "stats.example.com", "clinic", True),
        ("host", "example.com", "clinic", False),
    ],
)
@pytest.mark.usefixtures("evidence")
def test_what_has_been_declared_since_is_told(
    kind: str, name: str, site: str, declared: bool, auditor: Client
) -> None:
    """B4: what is left to declare."""
    sighting = sight(name, kind, site)
    shown = page(auditor, address("change", Sighting, sighting.pk))
    assert ("icon-yes" in shown) == declared
    assert name in page(auditor, address("changelist", Sighting), q=name)


def declare() -> Cookie:
    """Put one tracker of one service into the registry."""
    category = CookieGroup.objects.create(varname="statistics", name="Statistics")
    service = Service.objects.create(category=category, key="matomo", name="Matomo", role="own")
    tracker = Cookie.objects.create(cookiegroup=category, name="_pk_id*", domain="")
    TrackerDetails.objects.create(tracker=tracker, service=service, lifetime=86400)
    return tracker


def rows_of(prefix: str, *rows: dict[str, str]) -> dict[str, str]:
    """Return posted rows of an inline."""
    posted = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, fields in enumerate(rows):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return posted


ENDLESS = {"lifetime_0": "", "lifetime_1": ""}


def tracker_form(category: CookieGroup | None, **details: str) -> dict[str, str]:
    """Return a posted tracker with its details and one translation."""
    return {
        "cookiegroup": str(category.pk) if category else "",
        "name": "_pk_id*",
        "description": "Tells visitors apart.",
        "path": "/",
        "domain": "",
        **rows_of(
            "consent_details",
            {"kind": "cookie", "lifetime_0": "1", "lifetime_1": "days", **details},
        ),
        **rows_of(
            "consent_translations",
            {"language": "es", "field": "description", "text": "Distingue a los visitantes."},
        ),
    }


def service_form(category: CookieGroup, **fields: str) -> dict[str, str]:
    """Return a posted service with one translation."""
    return {
        "category": str(category.pk),
        "key": "matomo",
        "name": "Matomo",
        "provider": "InnoCraft",
        "purpose": "Counts visits.",
        "role": "processor",
        "country": "nz",
        "transfer": "Adequacy decision",
        "data_types": "Pages visited",
        "retention": "2 years",
        "hosts": "Stats.example.com",
        "ordering": "0",
        **rows_of("translations", {"language": "es", "field": "purpose", "text": "Cuenta."}),
        **fields,
    }


@pytest.fixture
def statistics() -> CookieGroup:
    """Return an optional category."""
    category: CookieGroup = CookieGroup.objects.create(varname="statistics", name="Statistics")
    return category


def errors(client: Client, model: type[Model], posted: Mapping[str, str]) -> str:
    """Return the form's page, which must have come back with errors; nothing is saved."""
    before = row(model)
    shown = client.post(address("add", model), posted)
    assert shown.status_code == 200
    assert "errorlist" in shown.content.decode()
    assert row(model) == before
    return shown.content.decode()


def test_a_service_is_saved_with_a_translation(superuser: Client, statistics: CookieGroup) -> None:
    posted = service_form(statistics)
    assert superuser.post(address("add", Service), posted).status_code == 302
    service = Service.objects.get()
    assert (service.country, service.hosts) == ("NZ", "stats.example.com")
    translation = Translation.objects.get()
    assert (translation.service, translation.text) == (service, "Cuenta.")


@pytest.mark.parametrize(
    "wrong",
    [{"key": "---"}, {"hosts": "https://stats.example.com/"}, {"country": "NZL"},
     {"policy_url": "javascript:alert(1)"}, {"transfer": " "}, {"provider": ""},
     {"role": "friend"}, {"purpose": ""}, {"retention": ""}, {"data_types": ""}],
)  # fmt: skip
def test_a_service_is_held_to_its_rules(
    wrong: dict[str, str], superuser: Client, statistics: CookieGroup
) -> None:
    """G3, G4."""
    errors(superuser, Service, service_form(statistics, **wrong))


@pytest.mark.parametrize(
    "wrong",
    [{"language": "xx"}, {"language": "en"}, {"field": "hosts"}, {"text": ""},
     {"field": "policy_url", "text": "javascript:alert(1)"}],
)  # fmt: skip
def test_a_translation_is_held_to_its_rules(
    wrong: dict[str, str], superuser: Client, statistics: CookieGroup
) -> None:
    translation = {"language": "es", "field": "purpose", "text": "Cuenta.", **wrong}
    errors(superuser, Service, service_form(statistics, **rows_of("translations", translation)))


def test_a_text_is_translated_once_a_language(superuser: Client, statistics: CookieGroup) -> None:
    translation = {"language": "es", "field": "purpose", "text": "Cuenta."}
    twice = rows_of("translations", translation, translation)
    errors(superuser, Service, service_form(statistics, **twice))


def test_a_translation_in_a_language_the_site_dropped_can_still_be_edited(
    superuser: Client, statistics: CookieGroup
) -> None:
    Translation.objects.create(category=statistics, field="name", language="ca", text="Dades")
    assert '<option value="ca"' in page(superuser, address("add", Service))


def test_a_tracker_is_saved_with_details_and_translation(
    superuser: Client, statistics: CookieGroup
) -> None:
    """G3."""
    posted = tracker_form(statistics)
    assert superuser.post(address("add", Cookie), posted).status_code == 302
    tracker = Cookie.objects.get()
    assert tracker.consent_details.lifetime == 86400
    assert tracker.consent_translations.get().text == "Distingue a los visitantes."


def test_a_tracker_without_details_is_refused(superuser: Client, statistics: CookieGroup) -> None:
    """G3."""
    errors(superuser, Cookie, {**tracker_form(statistics), "consent_details-TOTAL_FORMS": "0"})


def test_a_tracker_without_a_category_gets_its_form_back(superuser: Client) -> None:
    errors(superuser, Cookie, tracker_form(None))


def test_a_cookie_without_a_lifetime_is_refused(superuser: Client, statistics: CookieGroup) -> None:
    """G3."""
    assert "name it" in errors(superuser, Cookie, tracker_form(statistics, **ENDLESS))


def test_an_exempt_tracker_argues_its_exemption(superuser: Client) -> None:
    """X1."""
    needed = CookieGroup.objects.create(varname="necessary", name="Necessary", is_required=True)
    assert "Name the criterion" in errors(superuser, Cookie, tracker_form(needed, reason="Login"))
    assert "Say why" in errors(superuser, Cookie, tracker_form(needed, criterion="B"))
    posted = tracker_form(needed, criterion="B", reason="Keeps you logged in.")
    assert superuser.post(address("add", Cookie), posted).status_code == 302


def test_a_tracker_with_an_optional_purpose_is_not_exempt(
    superuser: Client, statistics: CookieGroup
) -> None:
    """X2."""
    Cookie.objects.create(cookiegroup=statistics, name="_pk_id*", domain="")
    needed = CookieGroup.objects.create(varname="necessary", name="Necessary", is_required=True)
    posted = tracker_form(needed, criterion="B", reason="Keeps you logged in.")
    assert "exempt only if all" in errors(superuser, Cookie, posted)


def test_a_service_of_another_category_is_refused(
    superuser: Client, statistics: CookieGroup
) -> None:
    other = CookieGroup.objects.create(varname="media", name="Media")
    service = Service.objects.create(category=other, key="youtube", name="YouTube", role="own")
    posted = tracker_form(statistics, service=str(service.pk))
    assert "another category" in errors(superuser, Cookie, posted)


def test_a_category_is_saved_with_a_translation(superuser: Client) -> None:
    posted = {
        "varname": "media", "name": "Media", "description": "Shows films.", "ordering": "0",
        **rows_of("consent_services"), **rows_of("cookie_set"),
        **rows_of("consent_translations", {"language": "es", "field": "name", "text": "Medios"}),
    }  # fmt: skip
    assert superuser.post(address("add", CookieGroup), posted).status_code == 302
    assert Translation.objects.get().category == CookieGroup.objects.get()
    errors(superuser, CookieGroup, {**posted, "varname": "---"})


def test_categories_and_services_link_to_what_they_hold(superuser: Client) -> None:
    tracker = declare()
    category, service = tracker.cookiegroup, tracker.consent_details.service
    shown = page(superuser, address("change", CookieGroup, category.pk))
    assert address("change", Service, service.pk) in shown
    assert f"{address('add', Service)}?category={category.pk}" in shown
    assert address("change", Cookie, tracker.pk) in page(
        superuser, address("change", Service, service.pk)
    )


def test_trackers_are_listed_in_plain_words(superuser: Client) -> None:
    declare()
    Cookie.objects.create(cookiegroup=CookieGroup.objects.get(), name="undeclared", domain="")
    shown = page(superuser, address("changelist", Cookie))
    assert '<td class="field-lifetime">1 day</td>' in shown
    assert '<td class="field-service">Matomo</td>' in shown
    assert '<td class="field-kind">-</td>' in shown


def test_there_is_one_controller(superuser: Client) -> None:
    who = ("name", "address", "contact", "authority", "jurisdiction")
    posted = {**dict.fromkeys(who, "Clinic"), **rows_of("translations")}
    assert superuser.post(address("add", Controller), posted).status_code == 302
    assert superuser.get(address("add", Controller)).status_code == 403
    assert superuser.post(address("add", Controller), posted).status_code == 403
    assert Controller.objects.count() == 1


@pytest.mark.parametrize("model", REGISTRY)
def test_the_registry_says_that_it_is_a_draft(model: type[Model], superuser: Client) -> None:
    """The notice in force is what visitors see."""
    assert reverse("admin:consent_notice_publish") in page(superuser, address("changelist", model))
    assert reverse("admin:consent_notice_publish") in page(superuser, address("add", model))

"""Who may what in the admin: every address of the app, with no, wrong and right permission (P10).

The addresses come from the admin's own resolver: one that `ROLES` does not name fails here. A new
screen adds its name and who may open it; `ARGUMENTS` says what else its address takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from consent import moments, requests, seeds, sightings, tasks
from consent.accesses import note_access
from consent.holds import hold
from consent.models import Anchor, Notice, Presentation, Removal, Sighting, Tally
from consent.seeds.groups import GROUPS
from tests.declaring import CONTROLLER, declare_service, declare_tracker
from tests.remembering import RECEIPT, remember

pytestmark = pytest.mark.django_db

AUDITOR, EDITOR, OFFICER = "Consent auditors", "Consent editors", "Consent officers"
EVERYBODY = frozenset({AUDITOR, EDITOR, OFFICER})
NOBODY: frozenset[str] = frozenset()


def evidence(*roles: str) -> dict[str, frozenset[str]]:
    """Return who may open the pages of a model that is only read."""
    may = frozenset(roles)
    return {"changelist": may, "change": may, "history": may, "add": NOBODY, "delete": NOBODY}


def registry() -> dict[str, frozenset[str]]:
    """Return who may open the pages of a model that is edited."""
    names = ("changelist", "change", "history", "add", "delete")
    return {name: frozenset({EDITOR}) for name in names}


def _named(**models: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {
        f"{model}_{page}": roles for model, pages in models.items() for page, roles in pages.items()
    }


ROLES: dict[str, frozenset[str]] = _named(
    consent_record={
        **evidence(AUDITOR, OFFICER),
        **dict.fromkeys(("replay", "proof", "receipt"), frozenset({AUDITOR, OFFICER})),
        "export": frozenset({AUDITOR}),
    },
    consent_tally=evidence(*EVERYBODY),
    consent_notice={
        **evidence(*EVERYBODY),
        **dict.fromkeys(("compare", "processing"), EVERYBODY),
        **dict.fromkeys(("publish", "preview", "preview_frame"), frozenset({EDITOR})),
    },
    consent_presentation=evidence(*EVERYBODY),
    consent_seal={**evidence(*EVERYBODY), "verify_new": frozenset({AUDITOR})},
    consent_run=evidence(*EVERYBODY),
    consent_anchor=evidence(*EVERYBODY),
    consent_removal=evidence(AUDITOR, OFFICER),
    consent_translation=dict.fromkeys(("changelist", "language"), frozenset({EDITOR})),
    consent_sighting=evidence(AUDITOR, EDITOR),
    consent_access=evidence(AUDITOR, OFFICER),
    consent_subjectrequest={
        **evidence(OFFICER),
        **dict.fromkeys(
            ("add", "lookup", "download", "answer", "erase", "refuse"), frozenset({OFFICER})
        ),
    },
    consent_hold={
        **evidence(AUDITOR, OFFICER),
        "add": frozenset({OFFICER}),
        "lift": frozenset({OFFICER}),
    },
    consent_controller={**registry(), "add": NOBODY},  # there is one already
    consent_service=registry(),
    cookie_consent_cookiegroup=registry(),
    cookie_consent_cookie=registry(),
)
"""By the name of an address: the groups whose members may open it."""

ARGUMENTS: dict[str, dict[str, Any]] = {
    "consent_record_replay": {"part": "banner"},
    "consent_record_receipt": {"form": "iso"},
    "consent_translation_language": {"language": "es"},
}
"""By the name of an address: what it takes beyond ``object_id`` and ``number``, a row's id."""

QUERIES = {"consent_notice_preview_frame": {"language": "en"}}
"""By the name of an address: what stands behind its question mark."""

WRITES: dict[str, frozenset[str]] = {"consent_seal_verify_new": frozenset({"consent_run"})}
"""By the name of an address: tables that a post may write although it changes no evidence."""


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for part in resolver.url_patterns:
        route = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            yield from _walk(part, route)
        else:
            yield route, part


def patterns() -> dict[str, str]:
    """Return the route of each address of the app in the admin, by its name."""
    resolver = next(
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.namespace == admin.site.name
    )
    found = {}
    for route, part in _walk(resolver):
        if route.startswith(("consent", "cookie_consent")) or "consent" in (part.name or ""):
            # Django redirects what has no name, the old form of a row's page, to that page.
            found[part.name or route] = route
    return found


def _is_old_form(name: str) -> bool:
    return name.endswith("/<path:object_id>/")


NAMES = sorted(name for name in patterns() if not _is_old_form(name))


@pytest.fixture(autouse=True)
def _nothing_is_written_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    # The admin's own cookies are undeclared, and tests compare whole tables.
    monkeypatch.setattr(sightings, "_write", lambda *_: None)


@pytest.fixture
def rows(db: None) -> dict[str, int]:
    """Write a row of everything; return their ids by model."""
    options = {**CONTROLLER, "no_input": True, "by": "test", "verbosity": 0}
    call_command("consent_setup", **options, stdout=StringIO())
    service = declare_service()
    declare_tracker(service=service)
    now = moments.now()
    notice = Notice.objects.get()
    shown = Presentation.objects.order_by("pk")[0].digest
    remember("accept", 0, RECEIPT, decided_at=now, notice_digest=notice.digest, presentation=shown)
    [sealed] = tasks.seal()
    Anchor.objects.create(kind="file", seal=1, digest=sealed.digest, place="/mnt/seals.jsonl")
    Removal.objects.create(kind="purge", reason="Over.", removed_by="daily", count=0)
    note_access("view", who="somebody", subject="record 1")
    Tally.objects.create(site="clinic", day="2026-01-01", notice=1, action="refuse", count=7)
    Sighting.objects.create(
        site="clinic", kind="cookie", name="_fbp", count=3, first_seen=now, last_seen=now
    )
    requests.enter("erasure", RECEIPT, by="somebody")
    hold(reason="A complaint is pending.", by="somebody", until=now - timedelta(days=300))
    both = map(apps.get_app_config, ("consent", "cookie_consent"))
    models = (model for app in both for model in app.get_models())
    first = ((model, model._default_manager.order_by("pk").first()) for model in models)
    return {model._meta.label_lower.replace(".", "_"): row.pk for model, row in first if row}


@pytest.fixture
def clients(rows: Mapping[str, int]) -> dict[str, Client]:
    """Return a client for each role, and for a member of the staff without any."""
    found = {}
    for role in (*EVERYBODY, ""):
        user = User.objects.create_user(f"somebody of {role or 'the staff'}", is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        found[role] = Client()
        found[role].force_login(user)
    return found


def address_of(name: str, rows: Mapping[str, int]) -> str:
    """Return the address of that name, of the row that there is."""
    route = patterns()[name]
    names = re.findall(r"<(?:\w+:)?(\w+)>", route)
    model = "_".join(route.split("/")[:2])
    given = {each: rows[model] for each in names if each in ("object_id", "number", "pk")}
    arguments = {**given, **ARGUMENTS.get(name, {})}
    return reverse(f"admin:{name}", kwargs=arguments, query=QUERIES.get(name))


def snapshot(but: frozenset[str] = NOBODY) -> dict[str, tuple[int, str]]:
    """Return the number and the digest of the rows of each of the app's tables.

    Without the access log, which a refused attempt need not leave as it was.
    """
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith(("consent_", "cookie_consent_")) and table not in but:
                cursor.execute(f"SELECT * FROM {table}")
                rows = sorted(map(str, cursor.fetchall()))
                found[table] = len(rows), sha256("\n".join(rows).encode()).hexdigest()
    found.pop("consent_access")
    return found


def posted() -> dict[str, str]:
    """Return what most forms would take."""
    return {
        "post": "yes",
        "_save": "Save",
        "action": "delete_selected",
        "kind": "access",
        "receipt": RECEIPT,
        "received": moments.today().isoformat(),
        "ground": "e",
        "reason": "forged",
        "name": "forged",
    }


def test_every_address_of_the_admin_has_its_roles() -> None:
    """P10: a screen that nobody has thought about fails here."""
    assert len(NAMES) > 50
    assert sorted(ROLES) == NAMES
    assert all(patterns()[name] for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_right_roles_come_in_and_an_auditor_changes_nothing(
    name: str, rows: Mapping[str, int], clients: Mapping[str, Client]
) -> None:
    """P10: nobody without login, without a role, or with the wrong one; by GET and by POST."""
    url, before, may = address_of(name, rows), snapshot(), ROLES[name]
    for response in (Client().get(url), Client().post(url, posted())):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))
    for role, client in clients.items():
        got = client.get(url).status_code
        assert snapshot() == before, (role, "GET")
        if role in may:
            assert got in {200, 302, 405}, role
            continue
        # Where there is only one method, the other may be refused to everybody.
        both = {got, client.post(url, posted()).status_code}
        assert 403 in both, role
        assert both <= {403, 405}, role
        assert snapshot() == before, (role, "POST")
    if AUDITOR in may:
        but = WRITES.get(name, NOBODY)
        before = snapshot(but)
        assert clients[AUDITOR].post(url, posted()).status_code in {200, 302, 400, 403, 405}
        assert snapshot(but) == before


@pytest.mark.parametrize("app", ["consent", "cookie_consent"])
def test_who_has_no_role_does_not_find_the_app(app: str, clients: Mapping[str, Client]) -> None:
    """P10."""
    index = reverse("admin:app_list", args=[app])
    assert clients[""].get(index).status_code in {403, 404}
    shown = clients[""].get(reverse("admin:index")).content.decode()
    assert f"/{app}/" not in shown
    assert clients[EDITOR].get(index).status_code == 200


@pytest.mark.parametrize("name", sorted(set(patterns()) - set(NAMES)))
def test_the_old_form_of_an_address_tells_nothing(name: str, clients: Mapping[str, Client]) -> None:
    """P10: it leads to the page itself, whether there is such a row or not."""
    base = "/admin/" + patterns()[name].partition("<")[0]
    for key in ("1", "999"):
        response = clients[""].get(f"{base}{key}/")
        assert (response.status_code, response["Location"]) == (302, f"{base}{key}/change/")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("consent_subjectrequest_add", OFFICER),
        ("consent_subjectrequest_refuse", OFFICER),
        ("consent_subjectrequest_erase", OFFICER),
        ("consent_hold_add", OFFICER),
        ("consent_hold_lift", OFFICER),
        ("cookie_consent_cookie_delete", EDITOR),
    ],
)
def test_what_is_posted_here_would_change_something(
    name: str, role: str, rows: Mapping[str, int], clients: Mapping[str, Client]
) -> None:
    """P10: by whoever may, so that the test above can fail."""
    before = snapshot()
    assert clients[role].post(address_of(name, rows), posted()).status_code == 302
    assert snapshot() != before


@pytest.mark.parametrize("name", ["add", "erase", "refuse", "answer", "lookup", "download"])
def test_a_post_wants_its_token(name: str, rows: Mapping[str, int]) -> None:
    """P10: no other site changes anything through an officer's browser."""
    user = User.objects.create_user("olga", is_staff=True)
    user.groups.set(Group.objects.filter(name=OFFICER))
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    before = snapshot()
    url = address_of(f"consent_subjectrequest_{name}", rows)
    assert client.post(url, posted()).status_code == 403
    assert snapshot() == before


def test_roles_overlap_in_reading_alone() -> None:
    """P10: who publishes does not see records, and who answers visitors does not export them."""
    sets = {role: set(names) for role, names in GROUPS.items()}
    more = {name for name in sets[AUDITOR] if ".view_" not in name}
    assert more == {"consent.export_record", "consent.verify_seal"}
    assert "consent.view_record" not in sets[EDITOR]
    assert [role for role in sets if "consent.export_record" in sets[role]] == [AUDITOR]
    assert [role for role in sets if "consent.publish_notice" in sets[role]] == [EDITOR]
    assert [role for role in sets if "consent.change_hold" in sets[role]] == [OFFICER]
    assert [role for role in sets if "consent.change_subjectrequest" in sets[role]] == [OFFICER]
    seeds.ensure_groups()
    for role, names in sets.items():
        assert Group.objects.get(name=role).permissions.count() == len(names), role

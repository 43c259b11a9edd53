"""The app's front page in the admin: how the dialog is doing, and whether the log is sound (P7)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from consent import moments, overview, reports, sealing, standing, tallies, tasks
from consent.core.notice import Notice
from consent.models import Access, Anchor, Run, Seal, Sighting, Tally
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.evidence import recorded
from tests.visiting import worded

pytestmark = [pytest.mark.urls("tests.site.urls"), pytest.mark.django_db(transaction=True)]

PAGE = "/admin/consent/"
VERIFY = "/admin/consent/seal/verify-new/"


def somebody(*permissions: str) -> Client:
    user = User.objects.create_user("ana", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="consent", codename__in=permissions)
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def auditor() -> Client:
    return somebody(
        "view_tally", "view_record", "view_seal", "view_notice", "verify_seal", "view_sighting"
    )


def page(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def ran(task: str, hours: float, *, sound: bool = True) -> None:
    at = moments.now() - timedelta(hours=hours)
    Run.objects.create(task=task, started_at=at, ended_at=at, is_sound=sound)


def test_figures_stand_on_the_front_page(asked: Notice, auditor: Client) -> None:
    """P7: sealed or not, in words, as a chart and as its table."""
    for action in ("accept", "refuse", "accept"):
        recorded(asked, action)
    sealing.seal()
    recorded(asked, "refuse")
    html = page(auditor)
    text = words(html)
    assert "accepted all 2 50.0%" in text
    assert "refused all 2 50.0%" in text
    assert "Total 4" in text
    assert "1 record " in text
    assert 'role="img" aria-labelledby="consent-days-title consent-days-desc"' in html
    assert html.count("<details") == 1
    assert "action__exact=accept" in html
    assert "50.0%" in text


def test_nothing_on_the_page_is_inline_or_comes_from_elsewhere(
    asked: Notice, auditor: Client
) -> None:
    """A policy without unsafe-inline holds."""
    recorded(asked)
    html = page(auditor)
    shown = html[html.index('id="consent-overview"') : html.index("app-consent module")]
    assert "<script" not in shown
    assert "<style" not in shown
    assert not re.search(r"\s(style|on\w+)=", shown)
    assert not re.search(r"(src|href)=.?https?:", shown)


def test_who_may_not_view_tallies_sees_nothing_of_it(asked: Notice) -> None:
    """P10."""
    recorded(asked)
    html = page(somebody("view_notice"))
    assert "consent-overview" not in html.replace("consent-overview-page", "")
    assert "Notices" in html


def test_figures_link_to_records_only_for_who_may_view_them(asked: Notice) -> None:
    recorded(asked)
    html = page(somebody("view_tally"))
    assert "action__exact" not in html
    assert "Verify what is new" not in html


@pytest.mark.parametrize(
    "query",
    [
        "?days=7",
        "?days=365",
        "?days=quarter",
        "?since=2026-01-01",
        "?until=2020-02-01",
        "?since=2000-01-01&until=2020-02-01",
        "?language=es&layer=banner&notice=1&site=clinic",
    ],
)
def test_periods_and_filters_can_be_asked_for(asked: Notice, auditor: Client, query: str) -> None:
    recorded(asked)
    assert "errorlist" not in page(auditor, query)


@pytest.mark.parametrize(
    "query",
    [
        "?days=x",
        "?days=%00",
        "?since=garbage",
        "?since=0001-01-01",
        "?until=9999-12-31",
        "?since=2026-02-01&until=2026-01-01",
        "?notice=99999999999999999999999",
        "?notice=x",
        "?language=%00",
        "?layer=roof",
        "?site=other",
        "?since=%00",
    ],
)
def test_garbage_gets_a_clear_error_and_the_usual_figures(
    asked: Notice, auditor: Client, query: str
) -> None:
    recorded(asked)
    html = page(auditor, query)
    assert "errorlist" in html
    assert "accepted all" in html


def test_it_warns_when_the_daily_job_never_ran(asked: Notice, auditor: Client) -> None:
    text = words(page(auditor))
    for task in ("seal", "verify", "purge"):
        assert f"“{task}” has never run." in text


@pytest.mark.parametrize(
    ("hours", "sound", "warning"),
    [
        (47, True, ""),
        (49, True, "has not run for 48 hours"),
        (1, False, "found a fault or did not come to its end"),
    ],
)
def test_it_warns_when_the_daily_job_is_late_or_failed(
    asked: Notice, auditor: Client, hours: float, sound: bool, warning: str
) -> None:
    """P7: 48 hours."""
    ran("seal", 1)
    ran("verify", 1)
    ran("purge", hours, sound=sound)
    Run.objects.create(task="purge")  # at work
    text = words(page(auditor))
    assert ("The daily job needs somebody" in text) is bool(warning)
    assert warning in text


def test_the_state_of_log_and_notice_is_told(asked: Notice, auditor: Client) -> None:
    recorded(asked)
    (seal,) = sealing.seal()
    Anchor.objects.create(kind="file", seal=seal.number, digest=seal.digest, place="/a")
    recorded(asked)
    sealing.seal()
    now = moments.now()
    Sighting.objects.create(site="clinic", kind="host", name="x.y", first_seen=now, last_seen=now)
    text = words(page(auditor))
    assert "Number 2," in text
    assert "Seal 1 stands outside" in text
    assert "1 seal behind" in text
    assert "Notice 1 , material" in text
    assert "1 was met , last x.y" in text


@pytest.mark.parametrize(
    ("kind", "name", "settled"),
    [
        ("host", "player.filmhost.example", True),
        ("host", "www.pictures.example", True),
        ("host", "pictures.example", False),
        ("host", "xn--mller-kva.example", True),
        ("host", "maps.example", True),
        ("host", "tiles.example", True),
        ("host", "images.example", True),
        ("host", "filmhost.example", False),
        ("host", "example", False),
        ("cookie", "_ga_AB1", True),
        ("cookie", "_ga", False),
        ("cookie", "player.filmhost.example", False),
    ],
)
def test_what_was_declared_since_is_not_counted_any_more(
    publish: Publish, auditor: Client, settings: Any, kind: str, name: str, settled: bool
) -> None:
    """B4: neither here, nor in the list; whatever pattern, port or path declares it."""
    settings.CONSENT_OWN_HOSTS = ["images.example"]
    hosts = ("player.filmhost.example", "*.pictures.example", "müller.example", "tiles.example:1")
    admins = [tracker(name, criterion="B") for name in ("csrftoken", "sessionid")]
    necessary = category("necessary", required=True, trackers=admins)
    now = moments.now()
    seen = {"site": "clinic", "first_seen": now, "last_seen": now}
    publish(worded(necessary))
    old = Sighting.objects.create(kind="host", name="left.example", **seen)
    Sighting.objects.filter(pk=old.pk).update(last_seen=now - timedelta(hours=1))
    row = Sighting.objects.create(kind=kind, name=name, **seen)
    own = name == "images.example"
    assert ("1 was met" if own else f"2 were met , last {name}") in words(page(auditor))
    media = category("media", service("films", hosts=(*hosts, "maps.example/embed")))
    statistics = category("statistics", trackers=[tracker("_ga_*")])
    publish(worded(necessary, media, statistics), number=2)
    expected = "1 was met , last left.example" if settled else f"2 were met , last {name}"
    assert expected in words(page(auditor))
    list_page = auditor.get(f"/admin/consent/sighting/?q={name}")
    (shown,) = (each for each in list_page.context["cl"].result_list if each.pk == row.pk)
    admin_of = admin.site._registry[Sighting]
    assert admin_of.declared(shown) is settled  # type: ignore[attr-defined]  # ours


def test_what_waits_in_the_registry_is_told_and_what_cannot_be_read_too(
    asked: Notice, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_options: Any) -> Any:
        raise ValueError("the draft is garbage")

    monkeypatch.setattr(standing, "preview", broken)
    assert "The registry could not be compared" in words(page(auditor))


def test_a_database_that_cannot_say_breaks_no_page(
    asked: Notice, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_options: Any) -> Any:
        raise OperationalError("no such table: consent_answertally")

    monkeypatch.setattr(overview, "figures", broken)
    text = words(page(auditor))
    assert "The overview cannot be shown" in text
    assert "Seals" in text


def test_long_periods_are_drawn_by_week(asked: Notice, auditor: Client) -> None:
    day = moments.now().date() - timedelta(days=300)
    key = ("clinic", day, 1, "en", "banner", "accept")
    tallies._add("default", Tally, {key: (1234567,)})
    text = words(page(auditor, "?days=365"))
    assert "Decisions by week" in text
    assert "1 234 567" in text


def test_more_unsealed_than_are_counted_is_said(
    asked: Notice, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "TAIL", 1)
    for _ in range(2):
        recorded(asked)
    assert "only the newest" in words(page(auditor))


# The button


def test_what_is_new_is_verified_with_a_button(asked: Notice, auditor: Client) -> None:
    """P10: it is a run as the daily job's are, and stands in the access log."""
    recorded(asked)
    sealing.seal()
    response = auditor.post(VERIFY, follow=True)
    assert "Sound: seals 1 to 1" in response.content.decode()
    assert (tasks.last_verified(), Run.objects.get().is_sound) == (1, True)
    entry = Access.objects.get()
    assert (entry.what, entry.who, entry.subject) == ("verify", "ana", "seals 1 to 1")
    assert "No seal is new" in auditor.post(VERIFY, follow=True).content.decode()


def test_a_fault_is_said_and_the_overview_warns(asked: Notice, auditor: Client) -> None:
    recorded(asked)
    sealing.seal()
    Tally.objects.update(count=0)
    html = auditor.post(VERIFY, follow=True).content.decode()
    assert "faults found" in html
    assert "miscounted" in html
    assert "found a fault" in html


def test_the_button_wants_a_post_and_its_permission(asked: Notice, auditor: Client) -> None:
    """P10."""
    assert auditor.get(VERIFY).status_code == 405
    User.objects.all().delete()
    assert somebody("view_tally", "view_seal").post(VERIFY).status_code == 403
    assert Client().post(VERIFY).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.create_superuser("root"))
    assert strict.post(VERIFY).status_code == 403
    assert not Run.objects.exists()
    assert not Access.objects.exists()


def test_a_click_verifies_so_much_and_no_more(
    asked: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        recorded(asked)
        sealing.seal()
    reports_of = [tasks.verify_next(leaves=2) for _ in range(4)]
    assert reports_of[0].first == 1
    assert [report.last for report in reports_of][-1] == 4
    assert len({report.last for report in reports_of}) > 1
    recorded(asked)
    assert tasks.verify_next(leaves=0).counts["unsealed records"] == 0
    assert tasks.verify_next().counts["unsealed records"] == 1


@pytest.mark.parametrize("name", ["seal", "run", "anchor", "removal"])
def test_the_log_can_be_read_and_nothing_else(asked: Notice, name: str) -> None:
    recorded(asked)
    (seal,) = sealing.seal()
    Anchor.objects.create(kind="file", seal=1, digest=seal.digest, place="/a")
    ran("seal", 1)
    client = somebody(f"view_{name}")
    assert client.get(reverse(f"admin:consent_{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:consent_{name}_add")).status_code == 403
    if name == "seal":
        address = reverse("admin:consent_seal_change", args=(Seal.objects.get().pk,))
        assert client.get(address).status_code == 200
        assert client.post(address, {"root": "x"}).status_code == 403

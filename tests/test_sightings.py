"""What nobody declared is logged once, counted, and written without keeping a visitor waiting."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import AsyncClient, override_settings
from pytest_django import DjangoAssertNumQueries

from consent import sightings
from consent.models import Sighting
from tests.visiting import Visitor, awaited, refusing

pytestmark = [pytest.mark.urls("tests.test_cookiegate"), pytest.mark.django_db]


def rows() -> dict[tuple[str, str], int]:
    """Return the count of every kind and name."""
    return {(s.kind, s.name): s.count for s in Sighting.objects.all()}


def later(monkeypatch: pytest.MonkeyPatch, seconds: float = 61) -> None:
    """Let time pass."""
    now = time.monotonic() + seconds
    monkeypatch.setattr("consent.sightings.time.monotonic", lambda: now)


def test_a_name_is_logged_once_with_what_would_settle_it(caplog: pytest.LogCaptureFixture) -> None:
    """B4."""
    for _ in range(3):
        sightings.note("cookie", "_fbp")
        sightings.note("host", "cdn.example")
    cookie, host = (record.getMessage() for record in caplog.records)
    assert "'_fbp'" in cookie
    assert "CONSENT_UNDECLARED_COOKIES" in cookie
    assert "report now" in cookie
    assert "'cdn.example'" in host
    assert "hosts of a service" in host


def test_noting_runs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """DESIGN 4.11."""
    with django_assert_num_queries(0):
        for number in range(100):
            sightings.note("cookie", f"c{number}")


def test_the_first_is_written_at_once_and_then_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """B4, DESIGN 4.11."""
    sightings.note("cookie", "a")
    sightings.write_if_due()
    assert rows() == {("cookie", "a"): 1}
    sightings.note("cookie", "a")
    sightings.note("host", "a")
    with django_assert_num_queries(0):
        sightings.write_if_due()
    later(monkeypatch)
    sightings.write_if_due()
    assert rows() == {("cookie", "a"): 2, ("host", "a"): 1}
    later(monkeypatch, 200)
    with django_assert_num_queries(0):
        sightings.write_if_due()


def test_first_and_last_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sightings.note("cookie", "a")
    sightings.write_if_due()
    before = Sighting.objects.get()
    later(monkeypatch)
    sightings.note("cookie", "a")
    sightings.write_if_due()
    after = Sighting.objects.get()
    assert after.first_seen == before.first_seen < after.last_seen


def test_processes_count_into_one_row() -> None:
    """B4: what another process has written meanwhile is not lost."""
    for _process in range(3):
        sightings.forget()
        sightings.note("cookie", "a")
        sightings.note("cookie", "b")
        sightings.note("cookie", "b")
        sightings.write_if_due()
    assert rows() == {("cookie", "a"): 3, ("cookie", "b"): 6}


def test_sites_are_told_apart() -> None:
    for site in ("clinic", "spa"):
        with override_settings(CONSENT_SITE=site):
            sightings.note("cookie", "a")
    sightings.write_if_due()
    assert {s.site: s.count for s in Sighting.objects.all()} == {"clinic": 1, "spa": 1}
    with pytest.raises(IntegrityError):
        Sighting.objects.get(site="spa").__class__.objects.filter(site="spa").update(site="clinic")


def test_a_database_that_is_gone_loses_no_count(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """B4: it is told once, and the count is written when there is one again."""
    sightings.note("cookie", "a")
    caplog.clear()
    with refusing():
        sightings.write_if_due()
        later(monkeypatch)
        sightings.note("cookie", "a")
        sightings.write_if_due()
    assert len(caplog.records) == 1
    assert rows() == {}
    later(monkeypatch, 200)
    sightings.write_if_due()
    assert rows() == {("cookie", "a"): 2}


def test_names_from_outside_are_made_harmless(caplog: pytest.LogCaptureFixture) -> None:
    """B7: in the log, in the memory, and in the table."""
    for name in ("a\r\nforged line", "nul\x00", "\ud800", "\u202egnp", "x" * 5000, "", "ñ b"):
        sightings.note("host", name)
    sightings.write_if_due()
    assert {name for _kind, name in rows()} == {
        "a\ufffd\ufffdforged line", "nul\ufffd", "\ufffd", "\ufffdgnp", "x" * 200, "", "ñ b",
    }  # fmt: skip
    assert all(record.getMessage().isprintable() for record in caplog.records)


def test_the_memory_for_names_is_limited(caplog: pytest.LogCaptureFixture) -> None:
    """B7: it is told once, and names known before go on being counted."""
    for number in range(1000):
        sightings.note("cookie", f"c{number}")
    sightings.note("cookie", "c0")
    sightings.write_if_due()
    assert len(rows()) == sightings.NAMES_HELD
    assert rows()["cookie", "c0"] == 2
    assert len(caplog.records) == sightings.NAMES_HELD + 1


def test_every_response_that_ends_may_write(visitor: Visitor) -> None:
    """B4: after it was sent, by whatever page comes next."""
    visitor.get("/set/", {"entry": "unknown"})
    assert rows() == {("cookie", "unknown"): 1}
    assert "consent.sightings" in [lookup[0] for lookup, *_ in request_finished.receivers]


def test_what_is_dropped_for_want_of_a_grant_is_no_sighting(visitor: Visitor, asked: Any) -> None:
    """B4: it is declared."""
    visitor.get("/set/", {"entry": ["sessionid", "_visits"]})
    assert rows() == {}


def test_nothing_that_goes_wrong_reaches_the_response(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B4: whatever it is."""

    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(sightings, "_write", fail)
    response = visitor.get("/set/", {"entry": "unknown"})
    assert response.status_code == 200
    assert "unknown" in response.cookies


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/set/", "/async/"])
def test_an_asynchronous_page_writes_outside_the_event_loop(address: str, settings: Any) -> None:
    """B4: Django would refuse a query inside it."""
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "consent.middleware.ContentMiddleware",
    ]

    async def visit() -> HttpResponse:
        return await AsyncClient().get(address, {"entry": "unknown"})

    assert "unknown" in awaited(visit()).cookies
    assert rows() == {("cookie", "unknown"): 1}


def test_a_write_inside_the_event_loop_waits_for_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B4: it neither blocks the loop nor raises."""
    sightings.note("cookie", "a")

    async def end() -> None:
        sightings.write_if_due()

    asyncio.run(end())
    later(monkeypatch)
    sightings.write_if_due()
    assert rows() == {("cookie", "a"): 1}

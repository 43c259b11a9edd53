"""How a notice looked: stored with the first page that shows it, once for each digest."""

from __future__ import annotations

import hashlib
import logging
import re
from typing import Any

import pytest
from django.test import AsyncClient, override_settings
from pytest_django import DjangoAssertNumQueries

from consent import presentations
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.models import Presentation
from tests.conftest import Publish
from tests.visiting import PRESENTATION, Visitor, awaited, records, refusing, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

CARRIERS = ["/page/", "/gate/", "/privacy/", "/privacy/dialog/"]
TABLE = '"consent_presentation"'
NEW_LOOK = {"CONSENT_GRANT_DAYS": 90, "CONSENT_REFUSAL_DAYS": 90}


def stored() -> list[str]:
    return list(Presentation.objects.order_by("id").values_list("digest", flat=True))


def digest(notice: Notice, language: str = "en") -> str:
    return render_dialog(notice, language).digest


@pytest.mark.parametrize("path", CARRIERS)
def test_the_first_page_that_shows_a_dialog_stores_it(
    visitor: Visitor, asked: Notice, path: str
) -> None:
    """P3: the page, a placeholder alone, the preferences, and the dialog by itself."""
    assert stored() == []
    html = visitor.get(path).content.decode()
    row = Presentation.objects.get()
    assert re.search(f'(name="presentation" value="|presentation=){row.digest}["&]', html)
    assert (row.site, row.notice, row.language) == ("clinic", 1, "en")
    assert row.notice_digest == asked.digest
    assert hashlib.sha256(row.text().encode()).hexdigest() == row.digest


def test_the_preferences_are_stored_where_their_page_has_no_dialog_besides(
    visitor: Visitor, asked: Notice, settings: Any
) -> None:
    """P3: in the app's own frame, which shows no banner."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
    html = visitor.get("/privacy/?language=es").content.decode()
    assert 'data-consent-dialog="banner"' not in html
    assert stored() == [digest(asked, "es")]


@pytest.mark.parametrize("path", CARRIERS)
@pytest.mark.usefixtures("asked")
def test_it_is_stored_once_and_then_costs_no_query(
    visitor: Visitor, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """P3, DESIGN 4.11."""
    visitor.get(path)
    with django_assert_num_queries(0):
        visitor.get(path)
    presentations.forget()  # as another process would come
    visitor.get(path)
    assert len(stored()) == 1


@pytest.mark.usefixtures("asked")
def test_a_page_that_asks_nothing_stores_nothing(visitor: Visitor) -> None:
    visitor.get("/plain/")
    assert stored() == []


@pytest.mark.usefixtures("asked")
def test_a_page_that_leads_to_another_language_stores_what_it_leads_to(visitor: Visitor) -> None:
    """P3: a placeholder's answer names it."""
    shown = re.search(r"&amp;presentation=(\w+)&amp;", visitor.get("/ca/").text)
    assert shown is not None
    assert stored() == [shown[1]]


def test_every_look_and_language_is_stored_beside_the_others(
    visitor: Visitor, asked: Notice
) -> None:
    """P3: settings show in the dialog, and change without a publication."""
    visitor.get("/page/")
    visitor.get("/es-mx/")
    first = [digest(asked), digest(asked, "es")]
    with override_settings(**NEW_LOOK):
        visitor.get("/page/")
        second = digest(asked)
    assert stored() == [*first, second]
    assert len(set(stored())) == 3


def test_a_choice_on_a_served_page_points_to_what_is_stored(
    visitor: Visitor, asked: Notice, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """P3: without a query more than the record's own."""
    visitor.get("/page/")
    with django_assert_num_queries(1):
        visitor.choose("refuse", presentation=digest(asked))
    assert stored() == [records()[0].presentation]


def test_a_choice_stores_the_present_look_where_no_page_did(
    visitor: Visitor, asked: Notice
) -> None:
    """P3: a stream is shown after the middleware has seen it, and a cache without it."""
    visitor.choose("accept", presentation=digest(asked, "es"), language="es")
    assert stored() == [digest(asked, "es")] == [records()[0].presentation]


@pytest.mark.parametrize("means", ["accept", "refuse"])
@pytest.mark.usefixtures("asked")
def test_a_digest_that_nobody_knows_is_recorded_as_sent_and_logged(
    visitor: Visitor, means: str, caplog: pytest.LogCaptureFixture
) -> None:
    """P3: it is what the page said, and nothing is stored under it."""
    with caplog.at_level(logging.WARNING, "consent"):
        visitor.choose(means, presentation=PRESENTATION)
    assert [record.presentation for record in records()] == [PRESENTATION]
    assert stored() == []
    assert [PRESENTATION in line for line in caplog.messages] == [True]


def test_an_earlier_look_that_is_stored_is_known(
    visitor: Visitor, asked: Notice, publish: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    """P3: a page out of a cache, of a notice before this one."""
    visitor.get("/page/")
    presentations.forget()
    publish(worded(*worded().categories[:3]), number=2, oldest_valid=1)
    with caplog.at_level(logging.WARNING, "consent"):
        visitor.choose("refuse", presentation=digest(asked))
    assert caplog.messages == []
    assert stored() == [digest(asked)]


@pytest.mark.usefixtures("asked")
def test_a_choice_without_a_digest_is_taken(visitor: Visitor) -> None:
    visitor.choose("refuse", presentation=None)
    assert records()[0].presentation == ""
    assert stored() == []


# When the database cannot be written


@pytest.mark.usefixtures("asked")
def test_a_database_that_refuses_breaks_no_page_and_is_tried_a_minute_later(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """P8: logged once, however long it lasts."""
    now = 1000.0
    monkeypatch.setattr("consent.presentations.time.monotonic", lambda: now)
    visitor.get("/plain/")
    with refusing(f"INSERT INTO {TABLE}") as tried:
        for _ in range(3):
            assert visitor.get("/page/").status_code == 200
        assert len(tried) == 1
        now += presentations.RETRY_SECONDS
        assert 'data-consent-dialog="banner"' in visitor.get("/page/").content.decode()
        assert len(tried) == 2
    failures = [r for r in caplog.records if "could not be stored" in r.message]
    assert len(failures) == 1
    now += presentations.RETRY_SECONDS
    visitor.get("/page/")
    assert len(stored()) == 1


def test_a_refusal_holds_although_nothing_can_be_asked(visitor: Visitor, asked: Notice) -> None:
    """P8: the presentation stands in no choice's way."""
    visitor.get("/page/")
    presentations.forget()
    with refusing("SELECT 1 AS"):
        visitor.choose("refuse", presentation=digest(asked))
    assert records()[0].action == "refuse"


# Asynchronously


@pytest.mark.parametrize("path", ["/async/", "/page/"])
@pytest.mark.django_db(transaction=True)
def test_an_asynchronous_page_is_stored_out_of_the_event_loop(
    settings: Any, publish: Publish, path: str
) -> None:
    """P3: a query in the loop would raise."""
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "consent.middleware.ContentMiddleware",
    ]
    notice = publish(worded())
    assert awaited(AsyncClient().get(path)).status_code == 200
    assert stored() == [digest(notice)]

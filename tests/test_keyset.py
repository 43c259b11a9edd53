"""The list of records: every record on one page, none twice, and nothing is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import moments
from consent.admin import keyset
from consent.admin.records import RecordAdmin
from consent.core.notice import Notice
from tests.remembering import RECEIPT, old_presentation, remember

pytestmark = pytest.mark.django_db

LIST = "admin:consent_record_changelist"
SIZE = 4


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordAdmin, "list_per_page", SIZE)


@pytest.fixture
def auditor() -> Client:
    user = User.objects.create_user("auditor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_record"))
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, query: str = "") -> Any:
    """Return the list of a page as the view built it."""
    response = client.get(reverse(LIST) + query)
    assert response.status_code == 200
    return response.context["cl"]


def pages(client: Client, begin: str, onward: str) -> Iterator[list[int]]:
    """Yield the ids of page after page, until there is no further."""
    query: str = begin
    for _ in range(100):
        shown = listed(client, query)
        yield [row.pk for row in shown.result_list]
        query = getattr(shown, onward)
        if not query:
            return
    raise AssertionError("there is no end")


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE, 3 * SIZE + 1])
def test_walking_from_either_end_shows_every_record_once(auditor: Client, count: int) -> None:
    ages = Random(count).choices((1, 2, 3), k=count)  # some of the same moment
    rows = [remember("refuse", age) for age in ages]
    ids = [row.pk for row in sorted(rows, key=lambda row: (row.decided_at, row.pk))]
    down = list(pages(auditor, "", "older"))
    assert [pk for page in down for pk in page] == ids[::-1]
    up = list(pages(auditor, "?before=oldest", "newer"))
    assert [pk for page in up for pk in reversed(page)] == ids
    assert all(len(page) == SIZE for page in (*down[:-1], *up[:-1]))


def test_a_page_leads_back_to_where_it_was_come_from(auditor: Client) -> None:
    for _ in range(3 * SIZE):
        remember("refuse", 1)
    first = listed(auditor)
    assert not first.newer
    second = listed(auditor, first.older)
    assert [row.pk for row in listed(auditor, second.newer).result_list] == [
        row.pk for row in first.result_list
    ]
    last = listed(auditor, second.oldest)
    assert not last.older
    assert [row.pk for row in listed(auditor, last.newer).result_list] == [
        row.pk for row in second.result_list
    ]


def test_what_is_written_meanwhile_shifts_no_page(auditor: Client) -> None:
    before = [remember("refuse", 1).pk for _ in range(2 * SIZE)]
    older = listed(auditor).older
    for _ in range(SIZE):
        remember("refuse", 1)
    assert [row.pk for row in listed(auditor, older).result_list] == before[SIZE - 1 :: -1]


@pytest.fixture
def _three_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "EXAMINED", 3)


@pytest.mark.usefixtures("_three_examined")
@pytest.mark.parametrize(("begin", "onward"), [("", "older"), ("?before=oldest", "newer")])
def test_a_rare_combination_is_searched_part_by_part(
    auditor: Client, begin: str, onward: str
) -> None:
    """And each page offers the next part, with the filters kept."""
    old_presentation(1, 9000)
    wanted = []
    for number in range(20):
        rare = number in (1, 2, 3, 11, 18)
        row = remember("choose", 1, RECEIPT, means="save" if rare else "accept")
        wanted += [row.pk] if rare else []
    filters = "means__exact=save&site=clinic"
    found = list(pages(auditor, f"{begin or '?'}&{filters}", onward))
    assert sorted(pk for page in found for pk in page) == wanted
    assert len(found) >= 20 / 3
    shown = auditor.get(f"{reverse(LIST)}?{filters}").content.decode()
    assert "Search further" in shown
    assert "Looked through 3 records." in shown
    assert re.search(r'href="\?after=\d+\.\d+&amp;means__exact=save&amp;site=clinic"', shown)


@pytest.mark.usefixtures("_three_examined")
@pytest.mark.parametrize(("begin", "onward"), [("", "older"), ("?before=oldest", "newer")])
@pytest.mark.parametrize("rare", [{"action": "withdraw"}, {"layer": "link"}])
def test_a_combination_is_searched_by_what_is_rarest_in_it(
    auditor: Client, begin: str, onward: str, rare: dict[str, str]
) -> None:
    """Two of twenty are found at once, however many others there are between."""
    old_presentation(1, 9000)
    rows = [
        remember(days=1, **{"action": "refuse", **(rare if n in (4, 17) else {})})
        for n in range(20)
    ]
    asked = {"action": "refuse", "layer": "banner", **rare}
    filters = f"action__exact={asked['action']}&layer__exact={asked['layer']}&site=clinic"
    found = list(pages(auditor, f"{begin or '?'}&{filters}", onward))
    assert sorted(pk for page in found for pk in page) == [rows[4].pk, rows[17].pk]
    assert len(found) == 1


@pytest.mark.usefixtures("_three_examined")
@pytest.mark.parametrize("filters", ["action__exact=refuse", "when=365", "notice=1"])
def test_one_filter_alone_is_never_searched_in_parts(auditor: Client, filters: str) -> None:
    """Its own index has the rows in the order of the list."""
    old_presentation(1, 9000)
    for number in range(20):
        remember("refuse", 0, decided_at=at(0), notice=1 + number % 2)
    shown = listed(auditor, f"?{filters}")
    assert len(shown.result_list) == SIZE
    assert not shown.examined


@pytest.mark.usefixtures("_three_examined")
def test_a_receipt_is_found_however_old(auditor: Client) -> None:
    """Its index leads to it at once, so that no part of the table has to be looked through."""
    wanted = remember("accept", 1, RECEIPT)
    for _ in range(20):
        remember("refuse", 1)
    shown = listed(auditor, f"?q={RECEIPT}&action__exact=accept")
    assert [row.pk for row in shown.result_list] == [wanted.pk]
    assert not shown.older


@pytest.mark.parametrize(
    "query", ["", "?before=oldest", "?action__exact=refuse", f"?q={RECEIPT}", "?_facets=True"]
)
def test_nothing_is_counted_and_no_page_takes_more_statements_than_another(
    auditor: Client, query: str
) -> None:
    for _ in range(3 * SIZE):
        remember("refuse", 1)
    with CaptureQueriesContext(connection) as queries:
        listed(auditor, query)
    records = [q["sql"] for q in queries if "consent_record" in q["sql"]]
    assert records
    assert len(records) <= 2
    assert not [sql for sql in records if "COUNT(" in sql.upper() or "LIMIT" not in sql]


@pytest.mark.parametrize(
    "key", ["", "x", "-1", "1", "1.", "%00", "٣.٣", "1.-1", "9" * 18 + ".1", "1." + "9" * 5000]
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_place_that_is_none_is_answered_with_the_first_page(
    auditor: Client, name: str, key: str
) -> None:
    remember("refuse", 1)
    response = auditor.get(f"{reverse(LIST)}?{name}={key}")
    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")
    assert len(listed(auditor, "?e=1").result_list) == 1


@pytest.mark.parametrize("query", ["?after=0.0", f"?before={'9' * 16}.{'9' * 18}"])
def test_a_place_beyond_either_end_has_no_records_and_a_way_back(
    auditor: Client, query: str
) -> None:
    remember("refuse", 1)
    shown = listed(auditor, query)
    assert not list(shown.result_list)
    assert shown.newer or shown.older


def at(days_ago: int, hour: float = 12) -> datetime:
    """Return an hour of a day of the site's time zone."""
    midnight = datetime.combine(moments.today() - timedelta(days=days_ago), time.min)
    return timezone.make_aware(midnight) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("query", "ages"),
    [
        ("when=today", [0]),
        ("when=yesterday", [1]),
        ("when=7", [0, 1, 6]),
        ("when=30", [0, 1, 6, 7, 29]),
        ("when=365", [0, 1, 6, 7, 29, 30, 364]),
        ("since={6}&until={1}", [1, 6]),
        ("since={29}", [0, 1, 6, 7, 29]),
        ("until={30}", [30, 364, 365]),
        ("since={1}&until={6}", []),
        ("when=&since=&until=", [0, 1, 6, 7, 29, 30, 364, 365]),
    ],
)
def test_records_are_found_by_the_day_on_which_they_were_made(
    auditor: Client, monkeypatch: pytest.MonkeyPatch, query: str, ages: list[int]
) -> None:
    """From its first moment to its last, in the site's time zone."""
    monkeypatch.setattr(RecordAdmin, "list_per_page", 100)
    made = {}
    for age in (0, 1, 6, 7, 29, 30, 364, 365):
        for hour in (0, 23.99):
            made[remember("refuse", 0, decided_at=at(age, hour)).pk] = age
    days = {f"{{{age}}}": f"{at(age):%Y-%m-%d}" for age in (1, 6, 29, 30)}
    for name, day in days.items():
        query = query.replace(name, day)
    found = [made[row.pk] for row in listed(auditor, f"?{query}").result_list]
    assert found == [age for age in ages for _ in range(2)]


@pytest.mark.usefixtures("_three_examined")
def test_an_old_day_is_found_at_once(auditor: Client) -> None:
    """What is newer is not looked through."""
    wanted = remember("refuse", 0, decided_at=at(300))
    for _ in range(20):
        remember("refuse", 0, decided_at=at(0))
    day = f"{at(300):%Y-%m-%d}"
    shown = listed(auditor, f"?since={day}&until={day}&action__exact=refuse")
    assert [row.pk for row in shown.result_list] == [wanted.pk]


def test_a_quarter_begins_and_ends_in_the_time_zone_of_the_site(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in UTC, and by the calendar."""
    zone = ZoneInfo("America/New_York")
    moments = [
        datetime(2025, 9, 30, 23, 59, tzinfo=zone),
        datetime(2025, 10, 1, 0, 0, tzinfo=zone),
        datetime(2025, 12, 31, 23, 59, tzinfo=zone),
        datetime(2026, 1, 1, 0, 0, tzinfo=zone),
    ]
    rows = [remember("refuse", 0, decided_at=moment) for moment in moments]
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 2, 3, tzinfo=zone))
    with timezone.override(zone):
        found = [row.pk for row in listed(auditor, "?when=last-quarter").result_list]
    assert found == [rows[2].pk, rows[1].pk]


@pytest.mark.parametrize(
    "query",
    [
        "when=tomorrow",
        "since=yesterday",
        "since=2026-02-30",
        "until=9999-12-31",
        "until=2026-01-01T00:00",
        "since=" + "9" * 5000,
    ],
)
def test_days_that_are_none_are_answered_with_the_whole_list(auditor: Client, query: str) -> None:
    response = auditor.get(f"{reverse(LIST)}?{query}")
    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")


def test_a_form_for_days_keeps_what_else_is_asked_for(auditor: Client) -> None:
    text = auditor.get(f"{reverse(LIST)}?action__exact=refuse&when=today").content.decode()
    form = text[text.index('<form method="get">') :].partition("</form>")[0]
    assert '<input type="hidden" name="action__exact" value="refuse">' in form
    assert 'name="when"' not in form
    day = f"{at(3):%Y-%m-%d}"
    text = auditor.get(f"{reverse(LIST)}?since={day}").content.decode()
    assert f'id="id_since" name="since" value="{day}"' in text
    assert '<a href="?when=today">' in text


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("media=yes", [0]),
        ("media=no", [1]),
        ("media:video=yes", [2]),
        ("statistics=yes", []),
        ("media=unasked", []),
        ("nothing=yes", []),
        ("x", []),
    ],
)
def test_records_are_found_by_what_was_answered(
    auditor: Client, asked: Notice, answer: str, wanted: list[int]
) -> None:
    """A category or one of its services, granted or refused."""
    assert {"media", "media:video", "statistics"} <= set(asked.optional_keys)
    answers = [{"media": "yes"}, {"media": "no"}, {"media": "unasked", "media:video": "yes"}]
    pks = [remember("choose", 1, RECEIPT, answers=given).pk for given in answers]
    found = [row.pk for row in listed(auditor, f"?answer={answer}").result_list]
    assert found == [pks[number] for number in wanted]

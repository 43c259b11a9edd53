"""The list of records: every record on one page, none twice, and nothing is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.admin import keyset
from consent.admin.records import RecordAdmin
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
    ids = [remember("refuse", 1).pk for _ in range(count)]
    down = list(pages(auditor, "", "older"))
    assert [pk for page in down for pk in page] == ids[::-1]
    up = list(pages(auditor, "?before=0", "newer"))
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
@pytest.mark.parametrize(("begin", "onward"), [("", "older"), ("?before=0", "newer")])
def test_a_rare_combination_is_searched_part_by_part(
    auditor: Client, begin: str, onward: str
) -> None:
    """And each page offers the next part, with the filters kept."""
    old_presentation(1, 9000)
    wanted = []
    for number in range(20):
        rare = number in (1, 2, 3, 11, 18)
        row = remember("choose" if rare else "refuse", 1, RECEIPT if rare else "")
        wanted += [row.pk] if rare else []
    filters = "action__exact=choose&site=clinic"
    found = list(pages(auditor, f"{begin or '?'}&{filters}", onward))
    assert sorted(pk for page in found for pk in page) == wanted
    assert len(found) >= 20 / 3
    shown = auditor.get(f"{reverse(LIST)}?{filters}").content.decode()
    assert "Search further" in shown
    assert "Looked through 3 records." in shown
    assert re.search(r'href="\?action__exact=choose&amp;after=\d+&amp;site=clinic"', shown)


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
    "query", ["", "?before=0", "?action__exact=refuse", f"?q={RECEIPT}", "?_facets=True"]
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


@pytest.mark.parametrize("key", ["", "x", "-1", "1.5", "%00", "٣", "9" * 19, "9" * 5000])
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_place_that_is_none_is_answered_with_the_first_page(
    auditor: Client, name: str, key: str
) -> None:
    remember("refuse", 1)
    response = auditor.get(f"{reverse(LIST)}?{name}={key}")
    assert response.status_code == 302
    assert response["Location"].endswith("?e=1")
    assert len(listed(auditor, "?e=1").result_list) == 1


@pytest.mark.parametrize("query", ["?after=0", f"?before={'9' * 18}"])
def test_a_place_beyond_either_end_has_no_records_and_a_way_back(
    auditor: Client, query: str
) -> None:
    remember("refuse", 1)
    shown = listed(auditor, query)
    assert not list(shown.result_list)
    assert shown.newer or shown.older

"""The access log in the admin: every line on one page, none twice, nothing counted (P10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consent import moments, sightings
from consent.accesses import note_access
from consent.admin import accesses
from consent.admin.accesses import AccessAdmin
from consent.models import Access

pytestmark = pytest.mark.django_db

LIST = reverse("admin:consent_access_changelist")
SIZE = 4


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AccessAdmin, "list_per_page", SIZE)
    monkeypatch.setattr(sightings, "_write", lambda *_: None)


@pytest.fixture
def auditor() -> Client:
    user = User.objects.create_user("auditor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_access"))
    client = Client()
    client.force_login(user)
    return client


def lines(count: int, **options: Any) -> list[int]:
    """Write lines of the log; return their numbers, newest first."""
    values = {"what": "view", "who": "ana", **options}
    found = [note_access(values["what"], who=values["who"]).pk for _ in range(count)]
    return found[::-1]


def pages(client: Client, query: str, onward: str) -> Iterator[list[int]]:
    """Yield the numbers of page after page, until there is no further."""
    for _ in range(50):
        response = client.get(LIST + query)
        assert response.status_code == 200
        shown = response.context["cl"]
        yield [row.pk for row in shown.result_list]
        query = getattr(shown, onward)
        if not query:
            return
    raise AssertionError("there is no end")


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE, 3 * SIZE + 2])
def test_every_line_stands_on_one_page_both_ways(auditor: Client, count: int) -> None:
    """P10."""
    written = lines(count)
    down = list(pages(auditor, "", "older"))
    assert [pk for page in down for pk in page] == written
    assert all(len(page) <= SIZE for page in down)
    up = list(pages(auditor, "?before=0", "newer"))
    assert [pk for page in reversed(up) for pk in page] == written


def test_what_is_found_rarely_is_searched_for_in_steps(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks at so many lines at most, however long the log."""
    monkeypatch.setattr(accesses, "EXAMINED", 5)
    first, _, last = lines(1, who="eve"), lines(13), lines(1, who="eve")
    down = list(pages(auditor, "?q=eve", "older"))
    assert down == [last, [], first]
    assert "Looked through 5" in auditor.get(LIST + "?q=eve").content.decode()
    up = list(pages(auditor, "?q=eve&before=0", "newer"))
    assert up == [first, [], last]


def test_it_is_narrowed_by_deed_by_user_by_subject_and_by_day(auditor: Client) -> None:
    """P10."""
    lines(2)
    (erased,) = lines(1, what="erase", who="eve")
    about = note_access("view", who="ana", subject="record 12").pk
    old = Access(what="view", who="old", at=moments.now() - timedelta(days=20))
    old.save()
    day = timezone.localdate(old.at).isoformat()
    for query, expected in (
        ("?what__exact=erase", [erased]),
        ("?q=eve", [erased]),
        ("?q=record+12", [about]),
        ("?q=record", []),
        (f"?day={day}", [old.pk]),
        ("?when=30&q=old", [old.pk]),
        ("?when=7&q=old", []),
        ("?when=today&what__exact=erase", [erased]),
    ):
        found = [row.pk for row in auditor.get(LIST + query).context["cl"].result_list]
        assert found == expected, query


def test_no_query_counts_the_log(auditor: Client) -> None:
    lines(9)
    for query in ("", "?after=5", "?q=ana", "?what__exact=view"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            auditor.get(LIST + query)
        said = [each["sql"] for each in queries if "consent_access" in each["sql"]]
        assert said
        assert not any("COUNT(" in sql for sql in said)


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=-1", "?before=" + "9" * 19, "?after=%00", "?day=soon", "?day=9999-12-31",
     "?when=soon", "?q=%00", "?after=" + "9" * 18, "?before=²", "?day=0001-01-01"],
)  # fmt: skip
def test_garbage_is_no_error(auditor: Client, query: str) -> None:
    lines(2)
    assert auditor.get(LIST + query, follow=True).status_code == 200
    assert auditor.get(LIST + "?what__exact=%00").status_code == 400


def test_a_line_is_read_and_never_changed(auditor: Client) -> None:
    """P10."""
    entry = note_access("export", who="<b>ana</b>", count=3, format="csv", when="<i>")
    url = reverse("admin:consent_access_change", args=(entry.pk,))
    page = auditor.get(url).content.decode()
    assert "format: csv" in page
    assert "<b>ana" not in page
    assert "<i>" not in page
    assert auditor.post(url, {"who": "eve"}).status_code == 403
    assert Access.objects.get().who == "<b>ana</b>"

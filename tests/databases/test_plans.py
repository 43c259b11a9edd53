"""How PostgreSQL finds a page of the list of records: by an index, however many there are."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.admin import keyset
from consent.models import Record
from tests.databases.plans import examined
from tests.remembering import RECEIPT, old_presentation, remember

pytestmark = pytest.mark.django_db

ROWS, EXAMINED, PAGE = 20_000, 500, 100
LIST = "admin:consent_record_changelist"


@pytest.fixture
def auditor(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody with many records, one a minute, all alike but for the oldest, which is a grant."""
    monkeypatch.setattr(keyset, "EXAMINED", EXAMINED)
    old_presentation(1, 1)
    remember("accept", 3000, RECEIPT)
    row = remember("refuse", 2000)
    columns = [field.column for field in Record._meta.concrete_fields if field.name != "id"]
    names = ", ".join(f'"{name}"' for name in columns)
    later = names.replace('"decided_at"', "\"decided_at\" + n * interval '1 minute'")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO consent_record ({names}) SELECT {later} "
            "FROM consent_record, generate_series(1, %s) AS n WHERE id = %s",
            [ROWS, row.pk],
        )
        cursor.execute("ANALYZE consent_record")
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


MIDDLE = "{middle}"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?before=oldest",
        f"?after={MIDDLE}",
        f"?before={MIDDLE}",
        "?action__exact=refuse",
        "?action__exact=accept",
        "?layer__exact=banner",
        "?layer__exact=link",
        "?language=en",
        "?site=clinic",
        "?notice=1",
        f"?notice=1&after={MIDDLE}",
        f"?site=clinic&before={MIDDLE}",
        "?when=last-quarter&notice=1",
        "?action__exact=refuse&site=clinic",
        "?means__exact=close",
        "?language=en&means__exact=close",
        f"?language=en&means__exact=close&before={MIDDLE}",
        "?answers__media=unasked&site=clinic",
        "?action__exact=accept&site=clinic&layer__exact=banner&language=en&notice=1",
        f"?action__exact=accept&after={MIDDLE}",
        f"?action__exact=accept&before={MIDDLE}",
        "?since=2024-12-20&until=2024-12-24",
        "?since=2024-12-20&until=2024-12-24&action__exact=accept",
        "?since=2000-01-01&action__exact=accept&before=oldest",
        f"?q={RECEIPT}",
        f"?q={RECEIPT}&action__exact=accept",
    ],
)
def test_no_page_looks_at_more_rows_than_it_may(auditor: Client, query: str) -> None:
    row = Record.objects.order_by("id")[ROWS // 2]
    with CaptureQueriesContext(connection) as queries:
        shown = auditor.get(reverse(LIST) + query.replace(MIDDLE, str(keyset.Place.of(row))))
    assert shown.status_code == 200
    asked = [q["sql"] for q in queries if 'FROM "consent_record"' in q["sql"]]
    assert asked
    is_alone = query.count("=") - query.count("before") - query.count("after") <= 1
    most = PAGE if is_alone and "means" not in query else EXAMINED
    assert max(map(examined, asked)) <= most + PAGE


@pytest.mark.parametrize("action", ["accept", "refuse"])
def test_no_page_of_a_record_looks_at_others_but_those_of_its_receipt(
    auditor: Client, action: str
) -> None:
    row = Record.objects.filter(action=action).order_by("id").last()
    assert row is not None
    with CaptureQueriesContext(connection) as queries:
        shown = auditor.get(reverse("admin:consent_record_change", args=(row.pk,)))
    assert shown.status_code == 200
    asked = [q["sql"] for q in queries if 'FROM "consent_record"' in q["sql"]]
    assert asked
    assert max(map(examined, asked)) <= 1

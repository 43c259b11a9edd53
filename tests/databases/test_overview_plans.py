"""How PostgreSQL finds what the overview shows: no query grows with the table of records."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consent import sealing
from consent.models import Record
from tests.databases.plans import examined, multiply
from tests.remembering import RECEIPT, old_presentation, remember

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, TAIL = 20_000, 50


@pytest.mark.parametrize("query", ["", "?days=365", "?language=en&layer=banner&notice=1"])
def test_the_overview_looks_at_what_is_unsealed_and_no_more(query: str) -> None:
    old_presentation(1, 1)
    remember("accept", 1300, RECEIPT)
    multiply(remember("refuse", 1290), ROWS)
    sealing.seal()
    multiply(Record.objects.latest("id"), TAIL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/admin/consent/{query}").status_code == 200
    asked = [q["sql"] for q in queries if 'FROM "consent_record"' in q["sql"]]
    assert len(asked) >= 4
    assert max(map(examined, asked)) <= TAIL + 2

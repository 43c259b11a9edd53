"""Times are stored and bound in UTC, and everything works, with ``USE_TZ`` off too."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from consent import holds, moments, requests, sealing, sightings
from consent.core.evidence import moment
from consent.core.notice import Notice
from consent.dossiers import dossier
from consent.erasing import erase
from consent.models import Hold, Record, Removal, Run, Seal, Sighting, SubjectRequest, Tally
from consent.models.moments import DayInUtc, MomentField
from consent.retention import purge
from consent.testing import grant
from tests.evidence import named, recorded, tampered, verified
from tests.remembering import NOW, RECEIPT, old_notice, remember
from tests.staff import client_of
from tests.visiting import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[1]
AUTUMN = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
"""Both are half past two on a clock in Madrid."""


@pytest.fixture
def naive(settings: Any) -> Any:
    """Let Django have the times of a clock on the wall."""
    settings.USE_TZ = False
    assert timezone.is_naive(timezone.now())
    return settings


@pytest.fixture
def auditor() -> Client:
    """Somebody who may see and do everything here."""
    client = client_of("Consent auditors", "auditor")
    client_of("Consent officers", "officer")
    return client


def stored(row: Any, column: str) -> str:
    """Return what the database holds, as it says it of UTC."""
    quote, vendor = connection.ops.quote_name, connection.vendor
    at_utc = f"{quote(column)} AT TIME ZONE 'UTC'" if vendor == "postgresql" else quote(column)
    with connection.cursor() as cursor:
        table = quote(row._meta.db_table)
        cursor.execute(f"SELECT {at_utc} FROM {table} WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


@pytest.mark.usefixtures("naive")
def test_a_decision_is_stored_and_bound_in_utc(asked: Notice) -> None:
    """P1, P6."""
    before = datetime.now(UTC)
    row = recorded(asked)
    assert before <= row.decided_at <= datetime.now(UTC)
    assert stored(row, "decided_at") == f"{row.decided_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    again = Record.objects.get()
    assert again.decided_at == row.decided_at
    assert again.decided_at.tzinfo is not None


@pytest.mark.parametrize("at", AUTUMN)
@pytest.mark.usefixtures("naive")
def test_the_hour_that_comes_twice_is_two_hours(asked: Notice, at: datetime) -> None:
    """P6: a clock on the wall cannot tell them apart."""
    row = remember("refuse", 0, decided_at=at, notice_digest=asked.digest)
    assert Record.objects.get().decided_at == at
    assert moment(Record.objects.values_list("decided_at", flat=True).get()) == moment(at)
    assert list(Record.objects.filter(decided_at__gte=at, decided_at__lte=at)) == [row]
    assert not Record.objects.filter(decided_at__lt=at).exists()
    assert Record.objects.latest("decided_at").decided_at == at
    sealing.seal()
    assert not verified()[1]


@pytest.mark.parametrize("first", [True, False])
def test_the_setting_can_change_under_evidence(settings: Any, asked: Notice, first: bool) -> None:
    """P6: what was sealed with it verifies without, and the other way around."""
    settings.USE_TZ = first
    before = recorded(asked).decided_at
    sealing.seal()
    settings.USE_TZ = not first
    assert Record.objects.get().decided_at == before
    recorded(asked, "refuse")
    sealing.seal()
    assert not verified()[1]
    settings.USE_TZ = first
    report, faults = verified()
    assert not faults
    assert report.counts["record rows"] == 2


@pytest.mark.usefixtures("naive")
def test_a_changed_moment_is_still_found() -> None:
    """P6."""
    row = remember("refuse", 0)
    sealing.seal()
    field = Record._meta.get_field("decided_at")
    moved = field.get_db_prep_value(row.decided_at + timedelta(microseconds=1), connection)
    tampered("consent_record", ("id", row.pk), "decided_at", moved)
    assert named(verified()[1]) == {("changed", f"record {row.pk}")}


@pytest.mark.parametrize("use_tz", [True, False])
def test_days_are_those_of_utc(settings: Any, asked: Notice, use_tz: bool) -> None:
    """P1: where the day of the site's own zone has begun already."""
    settings.USE_TZ = use_tz
    at = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    remember("refuse", 0, decided_at=at, notice_digest=asked.digest)
    days = Record.objects.annotate(day=DayInUtc("decided_at"))
    assert list(days.values_list("day", flat=True)) == [date(2026, 7, 1)]
    sealing.seal()
    assert Tally.objects.filter(day=date(2026, 7, 1)).exists()
    assert not verified()[1]


@pytest.mark.usefixtures("naive")
def test_a_naive_moment_from_the_site_is_in_its_zone(asked: Notice) -> None:
    """Whoever calls us has nothing else at hand."""
    recorded(asked, receipt=RECEIPT)
    row = holds.hold(reason="audit", by="a", since=datetime(2026, 1, 1), until=datetime(2026, 7, 1))
    found = Hold.objects.get(pk=row.pk)
    bounds = [found.since, found.until]
    assert [moments.written(at) for at in bounds if at] == [
        "2025-12-31T23:00:00+00:00",
        "2026-06-30T22:00:00+00:00",
    ]
    came = requests.enter("erasure", RECEIPT, by="a", received_at=datetime(2026, 1, 31, 9))
    again = SubjectRequest.objects.get(pk=came.pk)
    assert moments.written(again.received_at) == "2026-01-31T08:00:00+00:00"


@pytest.mark.usefixtures("naive")
def test_what_is_due_goes_with_its_entry_and_the_log_still_verifies(asked: Notice) -> None:
    """D5, D6, P6."""
    shown = {"notice_digest": asked.digest}
    gone, kept = remember("refuse", 400, **shown), remember("refuse", 1, **shown)
    erased = remember("accept", 1, RECEIPT, **shown)
    for number, days in ((1, 9000), (2, 8000)):
        old_notice(number, days, site="another")
    sealing.seal()
    assert purge(by="cron", now=NOW).rows == {"record": 1, "notice": 1}
    erase(RECEIPT, reason="asked", by="a", now=NOW)
    sealing.seal()
    left = set(Record.objects.values_list("pk", flat=True))
    assert kept.pk in left
    assert not left & {gone.pk, erased.pk}
    assert Removal.objects.count() == 3
    assert not verified()[1]


@pytest.mark.usefixtures("naive", "asked")
def test_a_day_of_an_auditor(auditor: Client, visitor: Visitor, tmp_path: Path) -> None:
    """P7, P10: from the decision to the dossier, nothing raises, and times are the site's."""
    receipt = grant(visitor, "media")
    visitor.get("/set/", headers={"cookie": "unknown=1"})
    call_command("consent_daily", stdout=StringIO())
    assert Seal.objects.count() == 1
    assert Run.objects.filter(is_sound=True).count() == Run.objects.count() > 0
    row = Record.objects.get()
    shown = auditor.get(f"/admin/consent/record/{row.pk}/change/").content.decode()
    local = timezone.localtime(row.decided_at)
    assert f"{local:%H:%M:%S}" in shown or re.search(local.strftime("%-I:%M [ap]"), shown)
    assert f'datetime="{local:%Y-%m-%dT%H:%M:%S%z}"' in shown
    for address in (
        "/admin/consent/",
        "/admin/consent/record/?when=last-quarter",
        f"/admin/consent/record/?since={local:%Y-%m-%d}&until={local:%Y-%m-%d}",
        "/admin/consent/record/?action__exact=accept",
        f"/admin/consent/record/{row.pk}/proof/",
        f"/admin/consent/record/{row.pk}/receipt/iso/",
        f"/admin/consent/record/{row.pk}/receipt/kantara/",
        "/admin/consent/seal/",
        "/admin/consent/run/",
        "/admin/consent/access/",
        "/admin/consent/notice/",
    ):
        assert auditor.get(address).status_code == 200, address
    today = moments.today_in_utc()
    html = dossier(today, today)
    assert "1 decision" in words(html)
    file = tmp_path / "out.csv"
    call_command("consent_export", f"--out={file}", stdout=StringIO())
    (exported,) = csv.DictReader(file.read_text("utf-8").splitlines())
    at = f"{row.decided_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}".rstrip("0")
    assert exported["decided_at"] == f"{at}Z"
    assert visitor.get("/privacy/receipt/").status_code == 200
    assert Client().get(f"/privacy/receipt/?id={receipt}").status_code in (200, 404)


@pytest.mark.usefixtures("naive", "asked")
def test_a_request_goes_its_way() -> None:
    """D5."""
    officer = client_of("Consent officers", "officer")
    remember("accept", 0, RECEIPT, decided_at=moments.now())
    posted = {"kind": "erasure", "receipt": RECEIPT, "received": moments.today().isoformat()}
    assert officer.post("/admin/consent/subjectrequest/add/", posted).status_code == 302
    row = SubjectRequest.objects.get()
    shown = officer.get(f"/admin/consent/subjectrequest/{row.pk}/change/")
    assert shown.status_code == 200
    assert officer.get("/admin/consent/subjectrequest/").status_code == 200
    assert officer.get("/admin/consent/hold/").status_code == 200


@pytest.mark.usefixtures("naive")
def test_undeclared_uses_are_noted(asked: Notice) -> None:
    """B4."""
    sightings.note("cookie", "unknown")
    sightings.write_if_due()
    seen = Sighting.objects.get()
    assert abs(seen.first_seen - datetime.now(UTC)) < timedelta(minutes=5)


def test_no_column_of_ours_is_a_clock_on_the_wall() -> None:
    """P1: one kind of field stores every moment; migrations know Django's own."""
    for model in apps.get_app_config("consent").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField):
                assert isinstance(field, MomentField), field
                assert field.deconstruct()[1] == "django.db.models.DateTimeField"
    call_command("makemigrations", "consent", check=True, dry_run=True, stdout=StringIO())


# A site of its own, from set-up to dossier

STEPS = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from django.test import Client
from django.utils import timezone
from consent.models import Record
from consent.testing import grant, refuse
assert timezone.is_naive(timezone.now())
for choose in (grant, refuse):
    visitor = Client()
    choose(visitor, *(["media"] if choose is grant else []))
assert abs(Record.objects.latest("id").decided_at.astimezone(UTC) - datetime.now(UTC)).seconds < 300
"""


def test_a_site_with_naive_times_goes_from_set_up_to_its_dossier(tmp_path: Path) -> None:
    """P1, P6, P7: with processes and a database of its own."""
    here = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.site.naive",
        "DEMO_DATABASE": str(tmp_path / "site.sqlite3"),
        "PYTHONPATH": str(ROOT),
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            check=False,
            cwd=ROOT,
            env=here,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage = str(ROOT / "tests/site/manage.py")
    today = moments.today_in_utc()
    run(manage, "migrate", "-v0")
    controller = ("name=C", "address=A", "contact=a@b.example", "authority=D", "jurisdiction=E")
    run(manage, "consent_setup", *(f"--{each}" for each in controller))
    run(
        manage, "shell", "-c", "from tests.site.declare import declare; declare('http://x.example')"
    )
    run(manage, "consent_publish", "--reason=first")
    run("-c", STEPS)
    run(manage, "consent_daily")
    assert "2 record rows" in run(manage, "consent_verify")
    run(manage, "consent_hold", "set", "--since=2026-01-01", "--reason=audit", "--by=me")
    assert "2025-12-31 23:00 UTC" in run(manage, "consent_hold", "list")
    run(manage, "consent_purge")
    run(manage, "consent_prove", "--record=1", f"--out={tmp_path / 'proof.json'}")
    file = tmp_path / "dossier.html"
    run(manage, "consent_dossier", f"--from={today}", f"--to={today}", f"--out={file}")
    assert "2 decisions" in words(file.read_text("utf-8"))

"""What the demonstration has for auditors to look at."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import Max, Min
from django.test import Client
from django.utils import timezone

from consent.models import Notice, Presentation, Record, Run, Seal
from consent.proofs import prove
from consent.verify import faults_of
from tests.evidence import verified
from tests.site import clock, history
from tests.site.management.commands.demo import _set_up

pytestmark = [pytest.mark.urls("tests.site.urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lived() -> int:
    _set_up("http://localhost:8001")
    return history.live()


def test_there_are_two_months_of_decisions_in_two_languages(lived: int) -> None:
    assert lived == Record.objects.count() > 800
    ends = Record.objects.aggregate(first=Min("decided_at"), last=Max("decided_at"))
    assert ends["last"] - ends["first"] > timedelta(days=58)
    assert Notice.objects.get().published_at < ends["first"]
    assert set(Record.objects.values_list("language", flat=True)) == {"en", "es"}
    actions = set(Record.objects.values_list("action", flat=True))
    assert actions == {"accept", "refuse", "choose", "withdraw", "once"}
    shown = set(Record.objects.values_list("presentation", flat=True))
    assert shown == set(Presentation.objects.values_list("digest", flat=True))
    receipts = Record.objects.exclude(receipt="").values_list("receipt", flat=True)
    assert len(set(receipts)) < len(receipts), "some came back"
    assert not Record.objects.filter(action="refuse").exclude(receipt="").exists(), "D2"


def test_it_is_sealed_every_night_verified_and_sound(lived: int) -> None:
    """P5: by the app's own means, and nothing was found."""
    assert Seal.objects.count() >= history.DAYS
    assert not Run.objects.exclude(is_sound=True).exists()
    tasks = set(Run.objects.values_list("task", flat=True))
    assert tasks == {"seal", "verify", "purge"}
    report, faults = verified()
    assert (report.is_sound, faults) == (True, [])
    nights = Seal.objects.order_by("number").values_list("sealed_at", flat=True)
    assert {f"{night.astimezone(UTC):%H:%M}" for night in nights} == {"03:17"}


def test_it_is_lived_once_and_nothing_is_added_to_a_real_log(lived: int) -> None:
    assert history.live() == 0
    assert Record.objects.count() == lived


def test_an_auditor_finds_something_everywhere(lived: int) -> None:
    """P7: overview, list, history and proof."""
    User.objects.create_superuser("root")
    client = Client()
    client.force_login(User.objects.get())
    overview = client.get("/admin/consent/?days=90").text
    assert "never run" not in overview
    assert "has not run" not in overview
    assert re.search(r"Sound up to seal \d+", overview)
    withdrawn = Record.objects.filter(action="withdraw").latest("id")
    found = client.get("/admin/consent/record/", {"q": withdrawn.receipt}).text
    assert found.count(withdrawn.receipt) >= 2
    assert "steps" in client.get(f"/admin/consent/record/{withdrawn.pk}/change/").text
    proof = prove(Record.objects.filter(receipt=withdrawn.receipt))
    assert list(faults_of(proof)) == []


def test_the_clock_is_another_for_whoever_took_hold_of_it_before() -> None:
    moment = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    with clock.at(moment):
        assert timezone.now() == moment
        assert Run(task="seal").started_at == moment
    assert timezone.now() > moment + timedelta(days=30)

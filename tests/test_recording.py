"""The one write path, and that its rows outlive everything they speak of."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.contrib.auth import get_user_model
from django.db import OperationalError, transaction
from django.db.transaction import TransactionManagementError
from pytest_django import DjangoAssertNumQueries

import consent
from consent import moments
from consent.core.decision import Choice, decide
from consent.core.notice import Notice
from consent.core.state import UNDECIDED
from consent.models import AppendOnlyError, Controller, Record, Service
from consent.recording import Shown, new_receipt, record_decision
from tests.visiting import Visitor, answers, records, refusing

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

SHOWN = Shown(language="es", presentation="a" * 64, layer="banner", by="script")


def recorded(notice: Notice, action: Any = "accept", receipt: str = "0" * 26) -> Record:
    means: Any = "accept" if action == "accept" else "refuse"
    decision = decide(Choice(action, means), notice, UNDECIDED)
    return record_decision(decision, notice=notice, shown=SHOWN, receipt=receipt)


def test_a_decision_is_one_insert_with_the_servers_time(
    asked: Notice, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """P1, P9."""
    before = moments.now()
    with django_assert_num_queries(1):
        record = recorded(asked)
    row = Record.objects.get(pk=record.pk)
    assert before <= row.decided_at <= moments.now()
    assert row.answers == answers(yes=answers())
    assert (row.site, row.notice, row.notice_digest) == ("clinic", 1, asked.digest)
    assert (row.language, row.presentation, row.layer, row.by) == (
        "es",
        "a" * 64,
        "banner",
        "script",
    )


def test_every_key_has_an_explicit_answer(asked: Notice) -> None:
    """P9: yes, no or unasked; never missing."""
    for action in ("accept", "refuse"):
        assert set(recorded(asked, action).answers) == set(asked.optional_keys)
    once = decide(Choice("once", "placeholder", frozenset({"media:video"})), asked, UNDECIDED)
    record = record_decision(once, notice=asked, shown=SHOWN, receipt=new_receipt())
    assert set(record.answers.values()) == {"yes", "unasked"}
    assert set(record.answers) == set(asked.optional_keys)


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_raised(asked: Notice) -> None:
    """P8."""
    with refusing("INSERT"), pytest.raises(OperationalError):
        recorded(asked)
    assert records() == []


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_undoes_the_callers_transaction(asked: Notice) -> None:
    """P8: as when the ORM inserts."""
    with transaction.atomic():
        with refusing("INSERT"), pytest.raises(OperationalError):
            recorded(asked)
        with pytest.raises(TransactionManagementError):
            Record.objects.exists()


def test_a_new_record_is_the_row_that_was_inserted(asked: Notice) -> None:
    """P1."""
    record = recorded(asked)
    row = Record.objects.get()
    assert row == record
    columns = [field.attname for field in Record._meta.fields]
    assert all(getattr(row, name) == getattr(record, name) for name in columns)
    assert (record._state.adding, record._state.db) == (False, "default")


def test_a_record_can_be_neither_changed_nor_deleted(asked: Notice) -> None:
    """P1."""
    record = recorded(asked)
    record.action = "refuse"
    rows = Record.objects.filter(pk=record.pk)
    for attempt in (
        record.save,
        record.delete,
        rows.delete,
        lambda: rows.update(action="refuse"),
        lambda: Record.objects.bulk_update([record], ["action"]),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert Record.objects.get(pk=record.pk).action == "accept"


def test_records_outlive_categories_services_controllers_and_users(
    visitor: Visitor, asked: Notice
) -> None:
    """P11."""
    user = get_user_model().objects.create_superuser("root", "root@clinic.example", "x")
    visitor.force_login(user)
    controller = Controller.objects.create(name="Clinic")
    for category in asked.categories:
        group = CookieGroup.objects.create(varname=category.key)
        Cookie.objects.create(cookiegroup=group, name=f"_{category.key}")
        Service.objects.create(category=group, key="video", name="Video")
    visitor.choose("accept")
    visitor.choose("withdraw")
    before = list(Record.objects.order_by("id").values())
    assert len(before) == 2
    Service.objects.all().delete()
    CookieGroup.objects.all().delete()
    controller.delete()
    user.delete()
    assert list(Record.objects.order_by("id").values()) == before


def test_only_the_one_write_path_inserts_records() -> None:
    """P1: DESIGN 4.13."""
    root = Path(consent.__file__).parent
    writers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "Record",
                "models.Record",
                "Record.from_db",
                "Record.objects.create",
                "Record.objects.bulk_create",
                "Record.objects.get_or_create",
                "models.Record.objects.create",
            ):
                writers.add(path.relative_to(root).as_posix())
    assert writers == {"recording.py"}

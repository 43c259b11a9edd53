"""A router that sends tables elsewhere is named, and nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import override_settings

from consent import holds, moments, requests, sealing, tasks
from consent.core.notice import Notice
from consent.erasing import erase
from consent.models import Hold, Run, Seal, SubjectRequest
from consent.models import Notice as StoredNotice
from consent.publishing import PublishingError, publish
from consent.retention import purge
from consent.routing import RoutingError, require_one_database
from tests.declaring import CONTROLLER, declare
from tests.evidence import recorded
from tests.remembering import RECEIPT, remember

pytestmark = pytest.mark.django_db(transaction=True)

MODELS = [
    model._meta.label
    for label in ("consent", "cookie_consent")
    for model in apps.get_app_config(label).get_models()
]


class Records:
    """Sends the records to a database of their own."""

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return "evidence" if model._meta.label == "consent.Record" else None

    db_for_read = db_for_write


class Everything:
    """Sends the whole app there, but not its registry."""

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return "evidence" if model._meta.app_label == "consent" else None


class Registry:
    """Sends what the site declares elsewhere."""

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return "content" if model._meta.app_label == "cookie_consent" else None


class Nowhere:
    """Lets the default database have no table of seals."""

    def allow_migrate(
        self, _db: str, app_label: str, model_name: str = "", **_: Any
    ) -> bool | None:
        return False if (app_label, model_name) == ("consent", "seal") else None


class Replica:
    """Reads from a replica."""

    def db_for_read(self, _model: type[Model], **_hints: Any) -> str:
        return "replica"


class Own:
    """Knows other apps only."""

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return "users" if model._meta.app_label == "auth" else None

    db_for_read = db_for_write


class Whole:
    """Sends all tables to one database, which is not the default."""

    def db_for_write(self, _model: type[Model], **_hints: Any) -> str:
        return "evidence"


ELSEWHERE = [Records, Everything, Registry, Nowhere]


def routed(router: type) -> Any:
    return override_settings(DATABASE_ROUTERS=[f"{__name__}.{router.__name__}"])


def found(router: type) -> dict[str, str]:
    """Return what the checks say of it."""
    with routed(router):
        messages = run_checks(tags=["consent"])
    wanted = ("consent.E090", "consent.W045")
    return {message.id: message.msg for message in messages if message.id in wanted}


@pytest.mark.parametrize("router", ELSEWHERE)
def test_a_router_that_writes_elsewhere_is_an_error(router: type) -> None:
    """P1: which says what goes where."""
    said = found(router)
    assert set(said) == {"consent.E090"}
    expected = {
        Records: "consent.Record to 'evidence'",
        Everything: "consent.Controller to 'evidence'",
        Registry: "cookie_consent.Cookie",
        Nowhere: "consent.Seal nowhere",
    }
    assert expected[router].split(" to ")[0] in said["consent.E090"]


@pytest.mark.parametrize("label", MODELS)
def test_no_table_is_overlooked(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """P1: any one of them alone."""

    def send(_self: Any, model: type[Model], **_hints: Any) -> str | None:
        return "evidence" if model._meta.label == label else None

    monkeypatch.setattr(Records, "db_for_write", send)
    monkeypatch.setattr(Records, "db_for_read", send)
    assert f"{label} to 'evidence'" in found(Records)["consent.E090"]


def test_a_router_that_reads_elsewhere_is_a_warning() -> None:
    assert set(found(Replica)) == {"consent.W045"}


def test_other_apps_may_go_where_they_like(asked: Notice) -> None:
    assert found(Own) == {}
    with routed(Own):
        recorded(asked)
        assert sealing.seal()


WRITES: list[Callable[[], Any]] = [
    sealing.seal,
    tasks.seal,
    lambda: purge(by="cron"),
    lambda: erase(RECEIPT, reason="asked", by="me"),
    lambda: holds.hold(receipt=RECEIPT, reason="claim", by="me"),
    lambda: requests.enter("erasure", RECEIPT, by="me"),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("router", ELSEWHERE)
def test_nothing_is_half_written(router: type, write: Callable[[], Any]) -> None:
    """P1, P6: it says why instead, also where nobody ran the checks."""
    remember("accept", 0, RECEIPT, decided_at=moments.now())
    with routed(router), pytest.raises(RoutingError, match="DATABASE_ROUTERS"):
        write()
    for model in (Seal, Run, Hold, SubjectRequest):
        assert not model._default_manager.exists()


@pytest.mark.parametrize("router", ELSEWHERE)
def test_nothing_is_half_published(router: type) -> None:
    """P2: neither by the admin, nor by a command."""
    declare()
    before = StoredNotice.objects.count()
    with routed(router):
        with pytest.raises(PublishingError) as refused:
            publish(by="me", reason="r")
        assert "DATABASE_ROUTERS" in str(refused.value.problems[0])
        options = [f"--{name.replace('_', '-')}={value}" for name, value in CONTROLLER.items()]
        with pytest.raises(CommandError, match="DATABASE_ROUTERS"):
            call_command("consent_setup", *options, stdout=StringIO())
    assert StoredNotice.objects.count() == before


def test_whoever_names_the_one_database_of_all_tables_may_write() -> None:
    """What some do with a flag works as before."""
    with routed(Whole):
        require_one_database("evidence")
        with pytest.raises(RoutingError):
            require_one_database()
    with routed(Everything), pytest.raises(RoutingError):
        require_one_database("evidence")

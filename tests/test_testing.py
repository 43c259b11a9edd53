"""What sites use in their own tests: clients that have already chosen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from consent import testing
from consent.core.decision import UnknownGrantError
from consent.testing import forget, grant, refuse
from tests.conftest import Publish
from tests.core.notices import category
from tests.visiting import NAME, Visitor, answers, records, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

GRANTED = b"data-consent-granted"


@pytest.mark.usefixtures("asked")
def test_a_client_that_granted_sees_the_content() -> None:
    client = Client()
    receipt = grant(client, "media")
    assert GRANTED in client.get("/page/").content
    (record,) = records()
    assert (record.receipt, record.action) == (receipt, "choose")
    assert record.answers == answers(yes=["media", "media:video", "media:maps"])
    assert receipt.encode() in client.get("/privacy/receipt/").content


@pytest.mark.parametrize("keys", [("media:maps",), ("marketing", "statistics")])
@pytest.mark.usefixtures("asked")
def test_a_client_grants_what_it_is_told_and_nothing_else(keys: tuple[str, ...]) -> None:
    """G1."""
    client = Client()
    grant(client, *keys)
    assert GRANTED not in client.get("/gate/").content
    given = {key for key, answer in records()[0].answers.items() if answer == "yes"}
    assert {key for key in given if key.split(":")[0] in keys or key in keys} == given


@pytest.mark.usefixtures("asked")
def test_a_clients_grant_can_be_changed_and_withdrawn_as_a_visitors() -> None:
    visitor = Visitor()
    receipt = grant(visitor, "media")
    visitor.choose("withdraw")
    assert GRANTED not in visitor.get("/gate/").content
    assert records()[-1].receipt == receipt


@pytest.mark.usefixtures("asked")
def test_a_client_that_refused_is_not_asked() -> None:
    client = Client()
    grant(client, "media")
    refuse(client)
    page = client.get("/page/")
    assert GRANTED not in page.content
    assert b"data-nosnippet hidden" in page.content
    assert [record.action for record in records()] == ["choose", "refuse"]
    assert records()[1].receipt == ""


@pytest.mark.usefixtures("asked")
def test_a_client_that_is_forgotten_is_undecided() -> None:
    client = Client()
    grant(client, "media")
    forget(client)
    forget(client)
    assert NAME not in client.cookies
    assert GRANTED not in client.get("/gate/").content


@pytest.mark.parametrize("key", ["unknown", "media:unknown", "necessary"])
@pytest.mark.usefixtures("asked")
def test_a_key_that_is_not_asked_about_is_an_error(key: str) -> None:
    with pytest.raises(UnknownGrantError, match=key):
        grant(Client(), key)
    assert records() == []


@pytest.mark.parametrize("choose", [lambda: grant(Client(), "media"), lambda: refuse(Client())])
def test_without_a_notice_the_error_says_what_to_do(choose: object, db: None) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"consent_setup"):
        choose()  # type: ignore[operator]  # a function


def test_a_key_with_marks_is_carried_unquoted(publish: Publish) -> None:
    publish(worded(category("a_b-c"), category("media")))
    client = Client()
    grant(client, "a_b-c", "media")
    assert '"' not in client.cookies[NAME].OutputString()
    assert client.get("/page/").status_code == 200


@pytest.mark.parametrize("key", ["media:unknown", "unknown"])
@pytest.mark.usefixtures("asked")
def test_an_unknown_key_is_answered_with_those_that_are_asked_about(key: str) -> None:
    with pytest.raises(UnknownGrantError, match=rf"{key}.*notice 1 asks about .*media:video"):
        grant(Client(), key)


DOCUMENTED = re.findall(
    "```python\n(.*?)```", (Path(__file__).parents[1] / "docs/tagging.md").read_text("utf-8"), re.S
)


def test_what_the_docs_show_works_after_the_fixture_that_they_show(db: None) -> None:
    """What a developer copies: each key that is named there."""
    (fixture,) = (block for block in DOCUMENTED if "def notice" in block)
    (choices,) = (block for block in DOCUMENTED if "testing.grant" in block)
    keys = re.findall('"([a-z:]+)"', choices)
    assert keys == ["media", "media:youtube"]
    names: dict[str, Any] = {}
    exec(fixture.replace("@pytest.fixture\n", ""), names)
    names["notice"](None)
    for key in keys:
        names = {"client": Client()}
        exec(choices.replace('"media"', f'"{key}"'), names)
        assert records()[-2].answers["media:youtube"] == "yes"
        assert NAME not in names["client"].cookies


def test_only_what_is_meant_to_be_used_is_offered() -> None:
    assert sorted(testing.__all__) == ["forget", "grant", "refuse"]


@pytest.mark.usefixtures("asked")
def test_granting_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="Name what is granted"):
        grant(Client())

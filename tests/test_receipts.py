"""The visitor's copy of the record."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from consent.cookies import signed_value
from consent.core.notice import Notice
from consent.core.state import ConsentState
from tests.conftest import Publish
from tests.visiting import PRESENTATION, Visitor, answers, records, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]


def test_without_a_notice_there_is_no_page(visitor: Visitor, db: None) -> None:
    assert visitor.get("/privacy/receipt/").status_code == 404


def test_the_record_can_be_seen_and_downloaded(visitor: Visitor, asked: Notice) -> None:
    """D3."""
    visitor.choose("save", grant=["media:video"], language="es")
    (record,) = records()
    page = visitor.get("/privacy/receipt/")
    assert page["Cache-Control"] == "private, no-store"
    assert record.receipt in page.content.decode()
    assert "data-consent-granted" not in page.content.decode()
    response = visitor.get("/privacy/receipt/?format=json")
    assert response["Content-Type"] == "application/json"
    assert f'filename="receipt-{record.receipt}.json"' in response["Content-Disposition"]
    body = response.json()
    assert datetime.fromisoformat(body.pop("decided_at")).tzinfo is not None
    assert body == {
        "schema": "https://django-consent-optin/receipt/1",
        "site": "clinic",
        "notice": 1,
        "notice_digest": asked.digest,
        "language": "es",
        "presentation": PRESENTATION,
        "layer": "banner",
        "means": "save",
        "by": "form",
        "action": "choose",
        "answers": answers(yes=["media:video"]),
        "receipt": record.receipt,
    }


@pytest.mark.usefixtures("asked")
def test_the_newest_record_in_force_is_shown(visitor: Visitor) -> None:
    """D3: not what was only loaded once."""
    visitor.choose("accept")
    visitor.choose("save", grant=["marketing"])
    visitor.choose(action="once", grant=["media:video"])
    body = visitor.get("/privacy/receipt/?format=json").json()
    assert body["answers"] == answers(yes=["marketing"])


@pytest.mark.parametrize("means", ["", "refuse", "accept-withdraw"])
@pytest.mark.usefixtures("asked")
def test_who_carries_no_receipt_sees_none(visitor: Visitor, means: str) -> None:
    """D2, D4: refusals are nobody's."""
    for each in filter(None, means.split("-")):
        visitor.choose(each)
    page = visitor.get("/privacy/receipt/")
    assert page.status_code == 200
    assert "carries no receipt" in page.content.decode()
    assert visitor.get("/privacy/receipt/?format=json").status_code == 404


@pytest.mark.usefixtures("asked")
def test_nobody_sees_anothers_record(visitor: Visitor) -> None:
    """D3, D4: a receipt in the address or in a forged cookie finds nothing."""
    other = Visitor()
    other.choose("accept")
    receipt = records()[0].receipt
    visitor.carry(other.value[:-1] + ("A" if other.value[-1] != "A" else "B"))
    for address in ("", f"?receipt={receipt}", f"?format=json&receipt={receipt}"):
        html = visitor.get(f"/privacy/receipt/{address}").content.decode()
        assert not re.search(rf"(?<!receipt=)(?<!receipt%3D)(?<!receipt%253D){receipt}", html)


def test_a_record_of_another_site_is_not_shown(visitor: Visitor, publish: Publish) -> None:
    """D3."""
    publish(worded())
    publish(worded(site="spa"))
    visitor.choose("accept")
    record = records()[0]
    state = ConsentState(
        1, int(record.decided_at.timestamp()), frozenset({"media"}), receipt=record.receipt
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("consent.conf.ConsentSettings.site", "spa")
        visitor.carry(signed_value(state, site="spa"))
        assert "carries no receipt" in visitor.get("/privacy/receipt/").content.decode()


def test_the_record_is_told_in_the_notice_it_points_to(visitor: Visitor, publish: Publish) -> None:
    """P2: the words that were shown then."""
    publish(worded())
    visitor.choose("save", grant=["media:video"])
    publish(worded(*worded().categories[:3]), number=2, oldest_valid=1)
    html = visitor.get("/privacy/receipt/").content.decode()
    assert "Media: Video" in html


@pytest.mark.usefixtures("asked")
def test_looking_changes_nothing(visitor: Visitor) -> None:
    assert visitor.post("/privacy/receipt/").status_code == 405
    visitor.choose("accept")
    held = visitor.value
    visitor.get("/privacy/receipt/")
    assert visitor.value == held
    assert len(records()) == 1

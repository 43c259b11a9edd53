"""The visitor's copy of the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import override_settings

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
    assert (
        body
        == {  # neither the surrogate id nor what binds the record: both are not its visitor's
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
    )


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
def test_a_forged_cookie_finds_nothing(visitor: Visitor) -> None:
    """D4: what the server did not sign names no receipt."""
    other = Visitor()
    other.choose("accept")
    visitor.carry(other.value[:-1] + ("A" if other.value[-1] != "A" else "B"))
    assert records()[0].receipt not in visitor.get("/privacy/receipt/").content.decode()
    assert visitor.get("/privacy/receipt/?format=json").status_code == 404


# The standard forms


@pytest.mark.parametrize("form", ["iso", "kantara"])
@pytest.mark.usefixtures("asked")
def test_both_standard_forms_are_offered_and_downloaded(visitor: Visitor, form: str) -> None:
    """D3: made by the core from the record and its notice."""
    visitor.choose("save", grant=["media:video"], language="es")
    (record,) = records()
    assert f'href="/privacy/receipt/?format={form}"' in visitor.get("/privacy/receipt/").text
    response = visitor.get(f"/privacy/receipt/?format={form}")
    assert response["Content-Type"] == "application/json"
    name = f"receipt-{record.receipt}-{form}.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert record.receipt in response.text
    assert not {record.salt, record.commitment} & set(response.text.split('"'))
    names = {"iso": ("receipt_id", "record_id"), "kantara": ("consentReceiptID",)}[form]
    assert {response.json()[name] for name in names} == {record.receipt}


@pytest.mark.parametrize(
    ("choice", "days"),
    [
        ({"means": "accept"}, 90),
        ({"means": "accept", "then": "withdraw"}, 200),
        ({"action": "once", "grant": ["media:video"]}, None),
    ],
)
@override_settings(CONSENT_GRANT_DAYS=90, CONSENT_REFUSAL_DAYS=200)
@pytest.mark.usefixtures("asked")
def test_a_standard_form_says_for_how_long_such_a_choice_is_remembered(
    visitor: Visitor, choice: dict[str, Any], days: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D3: a grant, the end of one, and what was only loaded once."""
    told: list[int | None] = []

    def form(*args: Any, validity_days: int | None, sensitive: bool) -> dict[str, Any]:
        told.append(validity_days)
        return {}

    monkeypatch.setattr("consent.copies.iso_27560", form)
    then = choice.pop("then", "") if "then" in choice else ""
    visitor.choose(**choice)
    if then:
        visitor.choose(then)
    find(visitor, records()[0].receipt, format="iso")
    assert told == [days]


@pytest.mark.parametrize(("form", "status"), [("json", 200), ("iso", 404), ("kantara", 404)])
@pytest.mark.usefixtures("asked")
def test_a_standard_form_needs_the_notice_that_the_record_points_to(
    visitor: Visitor, form: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.choose("accept")
    monkeypatch.setattr("consent.views.receipts.notices.load", lambda *_: None)
    assert visitor.get(f"/privacy/receipt/?format={form}").status_code == status


@pytest.mark.usefixtures("asked")
def test_a_form_that_does_not_exist_is_the_page(visitor: Visitor) -> None:
    visitor.choose("accept")
    assert visitor.get("/privacy/receipt/?format=xml")["Content-Type"].startswith("text/html")


# Found by its id


def find(visitor: Visitor, receipt: str, **fields: str) -> HttpResponse:
    return visitor.post("/privacy/receipt/", {"receipt": receipt, **fields})


@pytest.mark.usefixtures("asked")
def test_another_browser_finds_a_record_by_its_receipt(visitor: Visitor) -> None:
    """D3, D4: by form and by address, without script."""
    Visitor().choose("save", grant=["media:video"])
    (record,) = records()
    assert 'name="receipt"' in visitor.get("/privacy/receipt/").text
    for page in (
        find(visitor, record.receipt),
        visitor.get(f"/privacy/receipt/?receipt={record.receipt}"),
    ):
        assert page.status_code == 200
        assert page["Cache-Control"] == "private, no-store"
        assert "Media: Video" in page.text
        assert "under this receipt" in page.text
        assert "?format=" not in page.text, "the receipt stays out of addresses"
        assert not page.cookies
    for form in ("json", "iso", "kantara"):
        assert f'name="format" value="{form}"' in page.text
        assert record.receipt in find(visitor, record.receipt, format=form).text


@pytest.mark.usefixtures("asked")
def test_a_receipt_may_be_written_as_people_write(visitor: Visitor) -> None:
    """D4: capitals, spaces, dashes, and letters for digits."""
    Visitor().choose("accept")
    receipt = records()[0].receipt
    grouped = "-".join(receipt[at : at + 4] for at in range(0, 26, 4))
    for spelt in (
        receipt.upper(),
        f" {grouped} ",
        grouped.replace("-", " "),
        receipt.replace("0", "O").replace("1", "I"),
        receipt.replace("0", "o").replace("1", "l"),
    ):
        assert find(visitor, spelt).status_code == 200, spelt


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "wrong", ["0" * 26, "x", "u" * 26, "8" * 26, "\0" * 26, "<bad>&", "é" * 99]
)
@pytest.mark.usefixtures("asked")
def test_a_wrong_receipt_is_404_and_says_so(visitor: Visitor, wrong: str, language: str) -> None:
    """D4."""
    page = find(visitor, wrong, language=language)
    assert page.status_code == 404
    said = {"en": "There is no record under this receipt", "es": "No hay ningún registro con este"}
    assert said[language] in page.text
    assert "<bad>" not in page.text
    assert find(visitor, wrong, format="json").status_code == 404


@override_settings(CONSENT_LOOKUPS_PER_MINUTE=2)
@pytest.mark.usefixtures("asked")
def test_looking_up_is_limited_and_ones_own_record_is_not(visitor: Visitor) -> None:
    """D4: whether or not what is looked up exists."""
    visitor.choose("accept")
    receipt = records()[0].receipt
    answered = [find(visitor, each).status_code for each in ("x", receipt, receipt, "x")]
    assert answered == [200 if each == receipt else 404 for each in ("x", receipt)] + [429, 429]
    page = find(visitor, receipt, format="json")
    assert page.status_code == 429
    assert "Too many look-ups" in page.text
    assert visitor.get("/privacy/receipt/?format=json").status_code == 200
    assert visitor.choose("refuse").status_code == 303, "choices are counted apart"


@pytest.mark.usefixtures("asked")
def test_what_was_loaded_once_and_what_was_withdrawn_are_found(visitor: Visitor) -> None:
    """D3: the receipt outlives the grant in the browser."""
    visitor.choose(action="once", grant=["media:video"])
    visitor.choose("accept")
    visitor.choose("withdraw")
    once, granted, withdrawn = records()
    assert granted.receipt == withdrawn.receipt != once.receipt
    assert "One item loaded once" in find(Visitor(), once.receipt).text
    assert "Consent withdrawn" in find(Visitor(), granted.receipt).text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "To have this record erased, write to"), ("es", "Para que se borre este registro")],
)
def test_the_page_says_whom_to_ask_for_erasure(
    visitor: Visitor, asked: Notice, language: str, said: str
) -> None:
    """D5."""
    visitor.choose("accept")
    page = visitor.get(f"/privacy/receipt/?language={language}").text
    assert said in page
    assert asked.controller.contact[language] in page


@pytest.mark.parametrize("means", ["", "accept"])
def test_a_notice_from_before_has_english_sentences(
    visitor: Visitor, publish: Publish, means: str
) -> None:
    """Published before the page had them."""
    old = {
        language: {
            key: text
            for key, text in words.items()
            if not key.startswith(
                ("record_find", "record_erase", "record_show", "record_download_")
            )
        }
        for language, words in worded().wording.items()
    }
    publish(worded(wording=old))
    if means:
        visitor.choose(means)
    page = visitor.get("/privacy/receipt/?language=es")
    assert "Look up a receipt" in page.text
    assert "Su registro" in page.text
    assert ("To have this record erased" in page.text) == bool(means)


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
    assert visitor.put("/privacy/receipt/").status_code == 405
    visitor.choose("accept")
    held = visitor.value
    visitor.get("/privacy/receipt/")
    find(visitor, records()[0].receipt)
    assert visitor.value == held
    assert len(records()) == 1

"""One record's pages: it reads like a file, its dialog is inert, and who took what is logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import sealing, verify
from consent.admin.recordfile import HISTORY
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.models import Access, Record
from consent.presentations import presentation_of, store_presentation
from tests.evidence import recorded
from tests.remembering import RECEIPT, remember

pytestmark = pytest.mark.django_db

DOWNLOADS = ("proof", "receipt/iso", "receipt/kantara")
LIST = "admin:consent_record_changelist"


def client_with(*permissions: str) -> Client:
    user = User.objects.create_user("ana", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def auditor() -> Client:
    return client_with("view_record", "view_notice")


@pytest.fixture
def chosen(asked: Notice) -> Record:
    """A sealed grant whose dialog is stored."""
    shown = presentation_of(render_dialog(asked, "en"))
    store_presentation(shown)
    record = recorded(asked, presentation=shown.digest)
    sealing.seal()
    return record


def at(record: Record, what: str = "change") -> str:
    return f"/admin/consent/record/{record.pk}/{what}/"


def page(client: Client, record: Record) -> str:
    response = client.get(at(record))
    assert response.status_code == 200
    return response.content.decode()


def accesses() -> Iterator[tuple[Any, ...]]:
    columns = ("what", "who", "subject", "count", "detail")
    return iter(Access.objects.order_by("id").values_list(*columns))


def headline(client: Client, record: Record) -> str:
    found = re.search(r'headline">(.+?)</p>', page(client, record))
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("action", "answers", "said"),
    [
        ("accept", {"media": "yes"}, "accepted everything that was asked about."),
        ("refuse", {"media": "no"}, "refused everything that was asked about."),
        ("withdraw", {"media": "no"}, "withdrew what had been granted."),
        ("once", {"media:video": "yes"}, "loaded {media:video} once."),
        (
            "choose",
            {"statistics": "yes", "media": "yes", "marketing": "no"},
            "accepted {statistics} and {media}; refused {marketing}.",
        ),
        (
            "choose",
            {"media": "no", "media:video": "yes", "statistics": "unasked"},
            "accepted {media:video} ({media}); refused {media}. Not asked about: {statistics}.",
        ),
        ("choose", {"media": "yes"}, "accepted {media}."),
        ("choose", {"media": "no", "marketing": "no"}, "refused {marketing} and {media}."),
    ],
)
def test_the_decision_is_said_in_words(
    auditor: Client, asked: Notice, action: str, answers: dict[str, str], said: str
) -> None:
    """P10."""
    names = {}
    for category in asked.optional:
        names[category.key] = category.name["en"]
        for service in category.services:
            names[f"{category.key}:{service.key}"] = service.name["en"]
    record = remember(action, 1, RECEIPT, answers=answers)
    wanted = re.sub("{(.+?)}", lambda found: names[found[1]], said)
    sentence = headline(auditor, record)
    assert re.match("On .+ 2030, .+, a visitor ", sentence)
    assert sentence.endswith(f"a visitor {wanted}")


def test_the_whole_history_is_there_with_this_record_marked(auditor: Client, asked: Notice) -> None:
    first = remember("choose", 3, RECEIPT, answers={"media": "yes", "statistics": "no"})
    second = remember("choose", 2, RECEIPT, answers={"media": "yes", "statistics": "yes"})
    last = remember("withdraw", 1, RECEIPT, answers={"media": "no", "statistics": "no"})
    shown = page(auditor, second)
    steps = re.search(r"<ol class=\"consent.+?</ol>", shown, re.DOTALL)
    assert steps
    assert re.findall(r'<a href="(.+?)"', steps[0]) == [at(r) for r in (first, second, last)]
    assert re.findall(r'href="(.+?)" aria-current="page"', steps[0]) == [at(second)]
    assert steps[0].count("yes (before: no)") == 1
    assert steps[0].count("no (before: yes)") == 2


def test_a_long_history_is_cut_and_says_so(auditor: Client, asked: Notice) -> None:
    rows = [remember("choose", 1, RECEIPT) for _ in range(HISTORY + 5)]
    with CaptureQueriesContext(connection) as queries:
        shown = page(auditor, rows[-1])
    assert shown.count("<time") == HISTORY + 1
    assert f"Only the newest {HISTORY} records" in shown
    assert f"?q={RECEIPT}" in shown
    assert len(queries) < 30


def test_what_is_sealed_says_where_and_what_holds(auditor: Client, chosen: Record) -> None:
    """P10."""
    shown = page(auditor, chosen)
    assert "Sealed in seal 1 on" in shown
    assert shown.count("as it was written") == 4
    assert "NOT as it was written" not in shown
    for download in DOWNLOADS:
        assert f'href="{at(chosen, download)}"' in shown


def test_what_is_not_sealed_yet_says_so_and_has_no_proof(auditor: Client, asked: Notice) -> None:
    record = recorded(asked)
    assert "Not sealed yet" in page(auditor, record)
    assert at(record, "proof") not in page(auditor, record)
    response = auditor.get(at(record, "proof"), follow=True)
    assert response.redirect_chain == [(at(record), 302)]
    assert "is not sealed yet" in response.content.decode()


@pytest.mark.parametrize("field", ["answers", "commitment"])
def test_what_was_changed_behind_our_back_is_told(
    auditor: Client, chosen: Record, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10."""
    changed = {"answers": {"media": "no"}, "commitment": "0" * 64}[field]
    load = Record.from_db.__func__  # type: ignore[attr-defined]  # a class method

    def tampered(cls: Any, *args: Any, **options: Any) -> Record:
        record: Record = load(cls, *args, **options)
        setattr(record, field, changed)
        return record

    monkeypatch.setattr(Record, "from_db", classmethod(tampered))
    assert page(auditor, chosen).count("NOT as it was written") == 1
    response = auditor.get(at(chosen, "proof"), follow=True)
    assert "is not as it was written" in response.content.decode()


def test_the_dialog_is_shown_in_frames_in_which_nothing_runs(
    auditor: Client, chosen: Record
) -> None:
    shown = page(auditor, chosen)
    frames = re.findall(r"<iframe (.+?)>", shown)
    assert [re.findall(r'src="(.+?)"', frame) for frame in frames] == [
        [at(chosen, "replay/banner")],
        [at(chosen, "replay/preferences")],
    ]
    assert all('sandbox=""' in frame and "title=" in frame for frame in frames)
    for part in ("banner", "preferences", "whole"):
        response = auditor.get(at(chosen, f"replay/{part}"))
        assert response.status_code == 200
        policy = response["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("; sandbox")
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in response["Cache-Control"]
    assert "<script" not in auditor.get(at(chosen, "replay/banner")).content.decode()


@pytest.mark.parametrize(
    ("presentation", "said"), [("", "names no dialog"), ("f" * 64, "is not stored")]
)
def test_a_dialog_that_is_not_there_is_said_in_words(
    auditor: Client, asked: Notice, presentation: str, said: str
) -> None:
    record = recorded(asked, presentation=presentation)
    shown = page(auditor, record)
    assert said in shown
    assert "<iframe" not in shown
    for part in ("banner", "preferences", "whole"):
        assert auditor.get(at(record, f"replay/{part}")).status_code == 404


def test_the_proof_that_is_downloaded_holds(auditor: Client, chosen: Record, capsys: Any) -> None:
    """P7, P10."""
    response = auditor.get(at(chosen, "proof"))
    assert response["Content-Type"] == "application/json"
    name = f"proof-record-{chosen.pk}.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    proof = json.loads(response.content)
    assert proof["format"] == verify.FORMAT
    assert [entry["leaf"]["row"] for entry in proof["records"]] == [chosen.pk]


@pytest.mark.parametrize("form", ["iso", "kantara"])
def test_both_standard_forms_are_downloaded(auditor: Client, chosen: Record, form: str) -> None:
    response = auditor.get(at(chosen, f"receipt/{form}"))
    assert f"receipt-record-{chosen.pk}-{form}.json" in response["Content-Disposition"]
    body = response.json()
    assert chosen.receipt in (body.get("receipt_id"), body.get("consentReceiptID"))
    assert str(chosen.commitment) not in json.dumps(body)


def test_a_receipt_without_its_notice_is_refused_in_words(auditor: Client) -> None:
    record = remember("accept", 1, RECEIPT)
    response = auditor.get(at(record, "receipt/iso"), follow=True)
    assert response.redirect_chain == [(at(record), 302)]
    assert "not stored any more" in response.content.decode()


def test_who_views_and_takes_away_is_logged_without_a_receipt(
    auditor: Client, chosen: Record
) -> None:
    """P10."""
    page(auditor, chosen)
    for what in (*DOWNLOADS, "replay/banner", "replay/whole"):
        auditor.get(at(chosen, what))
    name = f"record {chosen.pk}"
    assert list(accesses()) == [
        ("view", "ana", name, 1, {}),
        ("download", "ana", name, 1, {"form": "proof"}),
        ("download", "ana", name, 1, {"form": "iso"}),
        ("download", "ana", name, 1, {"form": "kantara"}),
        ("view", "ana", name, 1, {"replay": True}),
    ]


def test_what_cannot_be_logged_is_not_shown(
    auditor: Client, chosen: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10."""

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("consent.admin.recordpages.note_access", fail)
    for what in ("change", *DOWNLOADS, "replay/whole"):
        with pytest.raises(OSError, match="disk full"):
            auditor.get(at(chosen, what))


def test_a_lookup_is_logged_with_how_many_and_without_the_receipt(
    auditor: Client, chosen: Record
) -> None:
    """P10."""
    auditor.get(reverse(LIST))
    auditor.get(reverse(LIST), {"q": "  "})
    auditor.get(reverse(LIST), {"q": chosen.receipt.upper()})
    auditor.get(reverse(LIST), {"q": "0" * 26})
    assert list(accesses()) == [
        ("lookup", "ana", "records", 1, {}),
        ("lookup", "ana", "records", 0, {}),
    ]


@pytest.mark.parametrize("written", ["clinic", "%", "---", "9" * 26, "0" * 27, "é" * 26])
def test_a_search_for_what_is_no_receipt_says_so(
    auditor: Client, chosen: Record, written: str
) -> None:
    response = auditor.get(reverse(LIST), {"q": written})
    assert "That is no receipt id." in response.content.decode()
    assert not response.context["cl"].result_list


PAGES = ("change", *DOWNLOADS, "replay/banner", "replay/whole")


@pytest.mark.parametrize("what", PAGES)
def test_nobody_sees_a_record_without_the_permission(chosen: Record, what: str) -> None:
    """P10."""
    assert Client().get(at(chosen, what)).status_code == 302
    assert client_with("view_notice", "view_seal").get(at(chosen, what)).status_code == 403
    assert not list(accesses())


@pytest.mark.parametrize("what", PAGES[1:])
def test_what_is_read_takes_no_post(auditor: Client, chosen: Record, what: str) -> None:
    assert auditor.post(at(chosen, what)).status_code == 405


@pytest.mark.parametrize("key", ["0", "999", "9" * 30, "x", "-1", "%00"])
def test_a_record_that_is_not_there_has_no_pages(auditor: Client, key: str) -> None:
    response = auditor.get(f"/admin/consent/record/{key}/change/")
    assert response.status_code == 302
    for what in (*DOWNLOADS, "replay/banner"):
        found = auditor.get(f"/admin/consent/record/{key}/{what}/")
        assert found.status_code in (302, 404)


@pytest.mark.parametrize("what", ["replay/x", "receipt/x", "receipt/json", "replay/%00"])
def test_forms_that_are_none_are_not_found(auditor: Client, chosen: Record, what: str) -> None:
    assert auditor.get(at(chosen, what)).status_code == 404


@pytest.mark.parametrize(
    "posted",
    [
        {"_saveasnew": "1"},
        {"_save": "1", "action": "accept"},
        {"_continue": "1"},
        {"_addanother": "1"},
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-action": "accept"},
    ],
)
def test_no_post_changes_or_copies_a_record(chosen: Record, posted: dict[str, str]) -> None:
    """P1, P10: not even of somebody who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    before = list(Record.objects.values())
    for method in (client.post, client.put, client.patch, client.delete):
        data: Any = posted if method == client.post else json.dumps(posted)
        options = {} if method == client.post else {"content_type": "application/json"}
        assert method(at(chosen), data, **options).status_code in (403, 405)
    rows = {"_selected_action": str(chosen.pk), "form-0-id": str(chosen.pk), "_save": "Save"}
    client.post(reverse(LIST), {**posted, **rows})
    assert list(Record.objects.values()) == before

"""The list of records exports what it shows, to who may, and says so in the access log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Permission, User
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from consent.admin import exporting
from consent.admin.exporting import AsyncBody, Body
from consent.exports import formats, running
from consent.exports.formats import find_format
from consent.exports.running import Export
from consent.exports.selection import Selection
from consent.models import Access
from tests.exports import RECEIPT, exported, row, rows

pytestmark = pytest.mark.django_db
LIST = reverse("admin:consent_record_changelist")
PAGE = reverse("admin:consent_record_export")


def user(*codenames: str) -> Client:
    """Return the browser of a member of staff with these permissions."""
    made = User.objects.create_user("ana", is_staff=True)
    made.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    assert made.user_permissions.count() == len(codenames)
    client = Client()
    client.force_login(made)
    return client


@pytest.fixture
def auditor() -> Client:
    """Somebody who may view and export."""
    return user("view_record", "export_record")


def unpacked(response: Any) -> tuple[bytes, dict[str, Any]]:
    """Return the file and the manifest in a response."""
    with ZipFile(BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        [name, manifest] = archive.namelist()
        assert manifest == "manifest.json"
        return archive.read(name), json.loads(archive.read(manifest))


def left(response: Any) -> None:
    """Close a response as a server does whose client has gone, but for the test's connection."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("codenames", [(), ("view_record",), ("export_record",)])
def test_exporting_needs_both_permissions(codenames: tuple[str, ...]) -> None:
    """P10."""
    client = user(*codenames)
    row()
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"format": "csv"}).status_code == 403
    assert not Access.objects.exists()
    if "view_record" in codenames:
        assert PAGE not in client.get(LIST).content.decode()


def test_a_stranger_is_asked_to_log_in() -> None:
    """P10."""
    assert Client().post(PAGE, {"format": "csv"}).status_code == 302


def test_a_post_needs_its_token(auditor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = auditor.cookies
    assert strict.post(PAGE, {"format": "csv"}).status_code == 403


def test_the_list_leads_to_the_export_of_what_it_shows(auditor: Client) -> None:
    row()
    page = auditor.get(LIST, {"action__exact": "refuse", "layer__exact": "banner"})
    address = f"{PAGE}?action__exact=refuse&amp;layer__exact=banner"
    assert f'href="{address}"' in page.content.decode()


def test_the_page_says_in_words_what_is_exported(auditor: Client) -> None:
    row(action="refuse")
    page = auditor.get(PAGE, {"action__exact": "refuse"}).content.decode()
    assert "refused all" in page
    assert "About 1 record," in page
    assert "All records" in auditor.get(PAGE).content.decode()
    assert not Access.objects.exists()


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet", "xlsx"])
def test_every_format_comes_as_an_archive_with_its_manifest(auditor: Client, form: str) -> None:
    """P7, P10."""
    rows(30)
    response = auditor.post(PAGE, {"format": form})
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="consent-records-')
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    data, manifest = unpacked(response)
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert (manifest["rows"], manifest["complete"], manifest["exported_by"]) == (30, True, "ana")
    if form in {"csv", "ndjson"}:
        assert data == exported(form)
    ended, begun = Access.objects.order_by("-id")
    assert (begun.what, begun.who) == ("export", "ana")
    assert (ended.what, ended.count, ended.detail["complete"]) == ("exported", 30, True)
    assert ended.detail["sha256"] == manifest["sha256"]


ASKED: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"action__exact": "refuse"}, {"action": "refuse"}),
    ({"layer__exact": "link"}, {"layer": "link"}),
    ({"q": RECEIPT.upper()}, {"receipt": RECEIPT}),
    ({"since": "2026-02-01", "until": "2026-02-28"}, {"decided_at": "2026-02-10T00:00:00Z"}),
]


@pytest.mark.parametrize(("asked", "values"), ASKED, ids=str)
def test_what_the_list_is_narrowed_to_is_exported_on_all_pages(
    auditor: Client, asked: dict[str, str], values: dict[str, Any]
) -> None:
    """P10: the whole selection, and nothing else."""
    rows(3)
    wanted = [row(**values).pk for _ in range(120)]
    address = f"{PAGE}?{'&'.join(f'{name}={value}' for name, value in asked.items())}"
    data, _manifest = unpacked(auditor.post(address, {"format": "csv"}))
    assert [int(line.split(b",")[0]) for line in data.splitlines()[1:]] == wanted


@pytest.mark.parametrize(
    "query",
    ["since=never", "when=x", "bad=1", "notice=x", "layer__exact=x", "q=%00", "notice=" + "9" * 99],
)
def test_what_cannot_be_selected_exports_nothing_and_says_so(auditor: Client, query: str) -> None:
    row()
    for response in (
        auditor.get(f"{PAGE}?{query}", follow=True),
        auditor.post(f"{PAGE}?{query}", {"format": "csv"}, follow=True),
    ):
        assert response.status_code == 200
        assert "This cannot be exported" in response.content.decode()
    assert not Access.objects.exists()


@pytest.mark.parametrize("form", ["", "doc", "\x00"])
def test_an_unknown_format_is_asked_again(auditor: Client, form: str) -> None:
    response = auditor.post(PAGE, {"format": form})
    assert response.status_code == 400
    assert "Choose one of the formats." in response.content.decode()


def test_a_format_whose_extra_is_missing_is_not_offered(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    assert 'value="xlsx"' not in auditor.get(PAGE).content.decode()
    assert auditor.post(PAGE, {"format": "xlsx"}).status_code == 400


def test_what_cannot_be_logged_is_not_exported(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10."""

    def fail(*_args: object, **_options: object) -> None:
        raise DatabaseError("no log")

    row()
    monkeypatch.setattr(running, "note_access", fail)
    response = auditor.post(PAGE, {"format": "csv"})
    assert response.status_code == 503
    assert not response.streaming
    assert "could not be noted" in response.content.decode()


def test_a_client_that_goes_away_is_noted_as_such() -> None:
    """P10."""
    rows(30)
    export = Export(Selection(), find_format("csv"), who="ana", using="default")
    export.begin()
    body = Body(export)
    assert next(iter(body))
    body.close()
    [ended] = Access.objects.filter(what="exported")
    assert ended.detail["complete"] is False


def test_a_client_that_never_reads_is_noted_too(auditor: Client) -> None:
    """P10."""
    row()
    response: Any = auditor.post(PAGE, {"format": "csv"})
    left(response)
    [ended] = Access.objects.filter(what="exported")
    assert (ended.count, ended.detail["complete"]) == (0, False)


def test_the_first_bytes_come_before_any_row(auditor: Client) -> None:
    row()
    response: Any = auditor.post(PAGE, {"format": "csv"})
    assert next(response.streaming_content).startswith(b"PK")
    left(response)


async def _read(body: AsyncBody) -> bytes:
    content: AsyncIterator[bytes] = aiter(body)
    return b"".join([data async for data in content])


@pytest.mark.django_db(transaction=True)
def test_under_asgi_it_streams_as_well() -> None:
    rows(30)
    export = Export(Selection(), find_format("csv"), who="ana", using="default")
    export.begin()
    data = async_to_sync(_read)(AsyncBody(Body(export)))
    with ZipFile(BytesIO(data)) as archive:
        assert archive.read("records.csv") == exported()
    assert Access.objects.filter(what="exported", count=30).count() == 1


def test_an_asgi_request_gets_the_asynchronous_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ASGIRequest", HttpRequest)
    export = Export(Selection(), find_format("csv"), who="ana", using="default")
    response = exporting.sent(HttpRequest(), export)
    assert isinstance(response, StreamingHttpResponse)
    assert response.is_async
    left(response)

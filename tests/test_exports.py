"""Exports hold what was selected, the same bytes on every database, and nothing that runs."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.core.formulas import SKIPPED, TRIGGERS, neutralised
from consent.exports import copying, fetching, formats, reading, workbook
from consent.exports.columns import COLUMNS, TEXTS
from consent.exports.formats import FORMATS, FormatError, find_format, offered
from consent.exports.running import Export
from consent.exports.selection import Selection, SelectionError
from consent.models import Notice, Record
from tests.exports import AT, FORMULA, RECEIPT, exported, row, rows

pytestmark = pytest.mark.django_db

ODD = ["", "a,b", 'say "yes"', "two\nlines", "a\rb", "é", "ñ\\n", "\x1f", "\x1eb", "Z", "`", "{"]


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode(), newline="")))


def test_csv_is_the_same_on_every_database() -> None:
    """P7."""
    made = row()
    second = row(
        decided_at=AT.replace(microsecond=0), site="a,b", receipt=RECEIPT, answers={"é": 'a"b\n'}
    )
    assert exported().decode() == (
        "id,decided_at,site,notice,notice_digest,language,presentation,layer,means,by,action,"
        "receipt,answers\n"
        f"{made.pk},2026-03-01T12:00:00.12Z,clinic,1,{'a' * 64},en,,banner,accept,form,accept,,"
        '"{""media"": ""no"", ""statistics"": ""yes"", ""media:youtube"": ""unasked""}"\n'
        f'{second.pk},2026-03-01T12:00:00Z,"a,b",1,{"a" * 64},en,,banner,accept,form,accept,'
        f'{RECEIPT},"{{""é"": ""a\\""b\\n""}}"\n'
    )


def test_ndjson_is_the_same_on_every_database() -> None:
    """P7."""
    made = row(site='q"\\\n\t\x01é=', decided_at=AT.replace(microsecond=123_456))
    assert exported("ndjson").decode() == (
        f'{{"id":{made.pk},"decided_at":"2026-03-01T12:00:00.123456Z",'
        '"site":"q\\"\\\\\\n\\t\\u0001é=","notice":1,'
        f'"notice_digest":"{"a" * 64}","language":"en","presentation":"","layer":"banner",'
        '"means":"accept","by":"form","action":"accept","receipt":"","answers":'
        '{"media": "no", "statistics": "yes", "media:youtube": "unasked"}}\n'
    )


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_come_back_as_they_were(text: str) -> None:
    row(site=text)
    [_head, found] = cells(exported())
    assert found[COLUMNS.index("site")] == text
    assert json.loads(exported("ndjson"))["site"] == text


@pytest.mark.parametrize("column", TEXTS)
def test_no_text_column_runs_in_a_spreadsheet(column: str) -> None:
    """P10."""
    row(**{column: "=1+1"})
    [_head, found] = cells(exported())
    assert found[COLUMNS.index(column)] == "'=1+1"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.text(st.sampled_from([*TRIGGERS, *SKIPPED, "a", "1", ","]), max_size=5)))
def test_the_database_neutralises_as_the_core_does(texts: list[str]) -> None:
    """P10: on PostgreSQL it is done in SQL."""
    before = Record.objects.order_by("-id").values_list("id", flat=True).first() or 0
    for text in texts:
        row(site=text)
    reader = csv.DictReader(StringIO(exported().decode(), newline=""))
    found = [line["site"] for line in reader if int(line["id"]) > before]
    assert found == [neutralised(text) for text in texts]


def test_answers_never_begin_a_formula_and_salts_stay_inside() -> None:
    row(salt="f" * 32, commitment="c" * 64)
    data = exported()
    assert b"f" * 32 not in data
    assert b"c" * 64 not in data
    assert cells(data)[1][-1].startswith("{")


SELECTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"site": "other"}, {"site": "other"}),
    ({"notice": 7}, {"notice": 7}),
    ({"language": "es"}, {"language": "es"}),
    ({"layer": "link"}, {"layer": "link"}),
    ({"action": "refuse"}, {"action": "refuse"}),
    ({"receipt": RECEIPT}, {"receipt": RECEIPT}),
    ({"answers": {"a": "yes"}}, {"answer": "a=yes"}),
    ({"answers": {"media:you-tube": "no"}}, {"answer": "media:you-tube=no"}),
    ({"decided_at": AT - timedelta(days=2)}, {"until": AT - timedelta(days=1)}),
    ({"decided_at": AT + timedelta(days=2)}, {"since": AT + timedelta(days=1)}),
]


@pytest.mark.parametrize(("values", "asked"), SELECTED, ids=str)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_a_selection_exports_what_it_says(
    values: dict[str, Any], asked: dict[str, Any], form: str
) -> None:
    """P7."""
    row()
    wanted = row(**values)
    row()
    lines = exported(form, Selection(**asked)).decode().splitlines()[form == "csv" :]
    assert len(lines) == 1
    assert str(wanted.pk) in lines[0][:20]


def test_two_conditions_are_both_met() -> None:
    row(language="es", action="refuse")
    row(language="es")
    row(action="refuse")
    assert len(cells(exported(selection=Selection(language="es", action="refuse")))) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"layer": "roof"},
        {"action": "maybe"},
        {"answer": "statistics"},
        {"answer": "=yes"},
        {"answer": "a=maybe"},
        {"notice": 0},
        {"notice": 2**70},
        {"site": "a\x00"},
        {"receipt": "\x00"},
    ],
    ids=str,
)
def test_what_no_record_can_have_is_an_error(asked: dict[str, Any]) -> None:
    with pytest.raises(SelectionError):
        Selection(**asked)


def test_nothing_recorded_gives_a_heading_alone() -> None:
    assert exported() == reading.heading()
    assert exported("ndjson") == b""


def test_runs_of_ids_leave_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRST", 2)
    monkeypatch.setattr(reading, "SPAN", 3)
    monkeypatch.setattr(reading, "SPANS", {})
    rows(20)
    ids = [line[0] for line in cells(exported())[1:]]
    assert ids == [str(pk) for pk in Record.objects.order_by("id").values_list("id", flat=True)]


def test_records_that_come_in_meanwhile_are_left_out() -> None:
    row()
    export = Export(Selection(), find_format("csv"), who="Ana", using="default")
    row()
    assert sum(piece.rows for piece in export.pieces()) == 1


def test_the_first_bytes_need_no_row() -> None:
    row()
    export = Export(Selection(), find_format("csv"), who="Ana", using="default")
    assert next(export.pieces()).data == reading.heading()


def test_an_export_left_in_the_middle_leaves_the_connection_usable() -> None:
    rows(300)
    export = Export(Selection(), find_format("csv"), who="Ana", using="default")
    pieces = export.pieces()
    next(pieces)
    next(pieces)
    pieces.close()
    assert not export.complete
    assert Record.objects.count() == 300


def test_the_manifest_says_what_the_file_is(publish: Any, asked: Any) -> None:
    """P7."""
    made = row(site=asked.site)
    export = Export(
        Selection(site=asked.site, since=AT), find_format("csv"), who="Ana", using="default"
    )
    data = b"".join(piece.data for piece in export.pieces())
    manifest = export.manifest("records.csv")
    stored = Notice.objects.get()
    assert json.loads(json.dumps(manifest)) == manifest
    assert manifest["selection"] == {"site": asked.site, "since": AT.isoformat()}
    assert manifest["rows"] == 1
    assert manifest["bytes"] == len(data)
    assert manifest["newest_record"] == made.pk
    assert manifest["exported_by"] == "Ana"
    assert manifest["complete"]
    assert [(n["number"], n["digest"]) for n in manifest["notices"]] == [(1, stored.digest)]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_parquet_holds_the_rows_with_their_types(count: int) -> None:
    from pyarrow import parquet

    if count:
        rows(count, site=FORMULA, presentation="", language='two\nlines,"')
    table = parquet.read_table(BytesIO(exported("parquet")))
    assert table.column_names == list(COLUMNS)
    assert table.num_rows == count
    if count:
        first = table.to_pylist()[0]
        assert first["decided_at"] == AT
        assert first["site"] == FORMULA
        assert first["presentation"] == ""
        assert first["language"] == 'two\nlines,"'
        assert json.loads(first["answers"])["media"] == "no"


def test_a_workbook_goes_on_where_a_sheet_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    from zipfile import ZipFile

    monkeypatch.setattr(workbook, "ROWS", 4)
    rows(7, site=FORMULA)
    with ZipFile(BytesIO(exported("xlsx"))) as book:
        sheets = [name for name in book.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 3
        assert not any(b"<f>" in book.read(name) for name in book.namelist())
        assert FORMULA.partition("(")[0].encode() in b"".join(map(book.read, sheets))


def test_a_format_whose_extra_is_missing_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {each.name for each in offered()} == set(FORMATS)
    monkeypatch.setattr(formats, "find_spec", lambda _: None)
    assert [each.name for each in offered()] == ["csv", "ndjson"]
    with pytest.raises(FormatError, match=r"django-consent-optin\[parquet\]"):
        find_format("parquet")


def test_postgresql_copies_and_falls_back_to_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert copying.can_copy("default") is (connection.vendor == "postgresql")
    for text in [*ODD, FORMULA, "  @x", "'=1"]:
        row(site=text, language=text[:20])
    first = {form: exported(form) for form in ("csv", "ndjson")}
    monkeypatch.setattr(copying, "can_copy", lambda _: False)
    assert {form: exported(form) for form in ("csv", "ndjson")} == first


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("2026-03-01T12:00:00.12Z", "2026-03-01T11:00:00.12Z"),
        ("2026-07-01T00:30:00Z", "2026-06-30T22:30:00Z"),
    ],
)
def test_moments_of_a_database_with_a_time_zone_of_its_own_are_told_in_utc(
    stored: str, told: str
) -> None:
    """P7."""
    assert fetching.in_utc(["1", stored, "site"], ZoneInfo("Europe/Madrid")) == ["1", told, "site"]

"""What is measured is what is claimed: real evidence, and nothing where there is no server."""

from __future__ import annotations

import pytest

from consent.core.notice import Notice
from consent.models import Record, Seal
from tests.benchmarks import decide, evidence, exhibits, processes, record, removal
from tests.benchmarks.plain import PROVES, Plain


@pytest.mark.django_db
def test_what_is_verified_is_real_evidence_and_all_of_it(asked: Notice) -> None:
    """P6."""
    exhibits.fill(10)
    assert exhibits.sealed() > 0
    first = exhibits.next_seal()
    exhibits.fill(exhibits.ORIGINALS + 5)
    exhibits.sealed()
    assert exhibits.verified(first) > 0
    assert exhibits.read(first) > 0
    assert Seal.objects.count() == 2
    assert all(took > 0 for took in exhibits.proved(2))


def test_a_plain_row_is_a_record_without_what_proves_it() -> None:
    columns = {field.column for field in Record._meta.fields}
    assert {field.column for field in Plain._meta.fields} == columns - set(PROVES)
    indexes = {tuple(index.fields) for index in Record._meta.indexes}
    assert {tuple(index.fields) for index in Plain._meta.indexes} == indexes


def test_without_a_server_there_is_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "import_module", _no_driver)
    for name in ("postgresql", "mariadb"):
        with processes.database(name) as described:
            assert described is None
    figures = [*removal.run(), record._sealing(None), *record._shares("pg", None, None)]
    figures += [*evidence._figures(".pg", None), *decide._absolute("pg", None)]
    assert {figure["value"] for figure in figures} == {None}


def _no_driver(name: str) -> None:
    raise ImportError(name)

"""What is exported is opened in a real spreadsheet, and runs nothing there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from consent.exports.columns import TEXTS
from tests.core.test_formulas import HOSTILE
from tests.exports import exported, row
from tests.libreoffice import converted

pytestmark = pytest.mark.django_db
_LENGTHS = {"by": 6, "action": 8, "layer": 12, "means": 12, "language": 20, "receipt": 26}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_opened_in_libreoffice_runs_nothing(form: str, tmp_path: Path) -> None:
    """P10: with formulas in every column that holds text."""
    for text in HOSTILE:
        row(**{name: text[: _LENGTHS.get(name, 64)] for name in TEXTS})
    file = tmp_path / f"records.{form}"
    file.write_bytes(exported(form))
    opened = converted(file, tmp_path)
    assert "table:formula" not in opened
    assert len(re.findall("SUM\\(A1\\)", opened)) >= len(TEXTS) - len(_LENGTHS)
    assert "text:a " not in opened  # no link that anybody could follow


def test_without_the_apostrophe_it_would_run(tmp_path: Path) -> None:
    """P10: the test above can fail."""
    file = tmp_path / "records.csv"
    file.write_text("id,site\n1,=1+1\n")
    assert "table:formula" in converted(file, tmp_path)

"""The figures for people and for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
RESULTS = Path(__file__).parent / "results.json"

_COLUMNS = ("figure", "value", "unit", "target", "holds", "beside")
_HOLDS = {True: "yes", False: "**no**", None: ""}
_NOT_MEASURED = "not measured"
_OPENING = """# Performance

Written by `make benchmark`, which measures this app and its peers side by side in one run and also
writes `tests/benchmarks/results.json`. What is compared is a ratio within that run: taken in turn
in a new order each round, medians of many, processor time, garbage collector off. What needs Node
or Chromium says "not measured" where there is none.

Measured with {machine}.
"""


def write(
    parts: Mapping[str, list[Figure]], about: Mapping[str, str], details: Mapping[str, str]
) -> None:
    """Write both files; ``about`` says by part what was measured and how, ``details`` more of it.

    Only the figures go into the results' file.
    """
    sections = []
    for name, found in parts.items():
        said = [f"## {name.capitalize()}", about[name], table(found), details[name]]
        sections.append("\n\n".join(each.strip("\n") for each in said if each) + "\n")
    PAGE.write_text("\n".join([_OPENING.format(machine=_machine()), *sections]), "utf-8")
    figures = [figure for found in parts.values() for figure in found]
    RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(figures: Iterable[Figure]) -> str:
    """Return a Markdown table whose columns also line up in a terminal."""
    rows = [_COLUMNS, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def summary(figures: Iterable[Figure]) -> str:
    """Return in one line how many targets hold, and which do not."""
    judged = [figure for figure in figures if figure["holds"] is not None]
    missed = [figure["id"] for figure in judged if not figure["holds"]]
    line = f"{len(judged) - len(missed)} of {len(judged)} targets hold"
    return f"{line}; missed: {', '.join(missed)}." if missed else f"{line}."


def _row(figure: Figure) -> tuple[str, ...]:
    value = _NOT_MEASURED if figure["value"] is None else f"{figure['value']:,}"
    return (
        f"`{figure['id']}`",
        value,
        figure["unit"],
        figure["target"] or "",
        _HOLDS[figure["holds"]],
        figure["peer"],
    )


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "django-cookie-consent"))
    cores = f"{os.cpu_count()} cores"
    return f"Python {platform.python_version()}, {packages}, {platform.system()}, {cores}"

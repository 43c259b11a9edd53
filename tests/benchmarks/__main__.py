"""Take the figures: ``python -m tests.benchmarks [id-prefix …]``.

Without a prefix everything is measured and written to ``docs/performance.md`` and
``tests/benchmarks/results.json``; a part is only printed, because figures of several runs do not
compare. ``BENCHMARK_SCALE=0.1`` takes a tenth of the rounds, for a first look.
"""

from __future__ import annotations

import inspect
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import django

from tests.benchmarks import report
from tests.benchmarks.figures import Figure, settled

PACKAGE = "tests.benchmarks"


def main(prefixes: Sequence[str]) -> int:
    """Measure, print, and write unless it was only a part or a first look."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{PACKAGE}.settings")
    django.setup()
    parts: dict[str, list[Figure]] = {}
    found = {
        name: each for name, each in modules().items() if is_wanted(gives(name, each), prefixes)
    }
    for name, module in found.items():
        _say(f"\n{name}\n")
        parts[name] = measured(module, prefixes)
        _say(report.table(parts[name]))
        _say(details(module))
    if not any(parts.values()):
        there = [name for each in modules().items() for name in gives(*each)]
        _say(f"No figure begins so. There are: {', '.join(there)}.")
        return 2
    _say(report.summary(figure for figures in parts.values() for figure in figures))
    if not prefixes and float(os.environ.get("BENCHMARK_SCALE", "1")) >= 1:
        about = {name: inspect.cleandoc(module.__doc__ or "") for name, module in found.items()}
        report.write(parts, about, {name: details(module) for name, module in found.items()})
    return 0


def modules() -> dict[str, ModuleType]:
    """Return by name every module of this package that has figures to give."""
    names = [found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])]
    loaded = {
        name: import_module(f"{PACKAGE}.{name}")
        for name in names
        if name != "__main__" and not name.startswith("test_")
    }
    return {name: module for name, module in loaded.items() if hasattr(module, "run")}


def details(module: ModuleType) -> str:
    """Return what a module shows of its last run besides figures, as Markdown; mostly nothing."""
    return str(module.details()) if hasattr(module, "details") else ""


def gives(name: str, module: ModuleType) -> Sequence[str]:
    """Return what a module's figures begin with: its name, unless its ``GIVES`` says otherwise."""
    names: Sequence[str] = getattr(module, "GIVES", (name,))
    return names


def is_wanted(names: Sequence[str], prefixes: Sequence[str]) -> bool:
    """Whether a module whose figures begin with these names has any that begin so."""
    return not prefixes or any(
        f"{name}.".startswith(p) or p.startswith(f"{name}.") for name in names for p in prefixes
    )


def measured(module: ModuleType, prefixes: Sequence[str] = ()) -> list[Figure]:
    """Run a module; return its figures that begin with any of the prefixes, or all."""
    figures = [settled(figure) for figure in module.run()]
    return [f for f in figures if not prefixes or f["id"].startswith(tuple(prefixes))]


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What pytest is told when it runs on one of the databases."""

from __future__ import annotations

import os

import pytest

BROWSER = {"playwright", "browser"}


def pytest_report_header() -> str:
    """Say which database this run is on."""
    return f"database: {os.environ['TEST_DATABASE_TITLE']}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser."""
    without = [i for i in items if BROWSER.isdisjoint(getattr(i, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(without)])
    items[:] = without

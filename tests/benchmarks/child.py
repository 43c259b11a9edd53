"""How a process begins that works on a database of its own: imported before Django is ready."""

from __future__ import annotations

import json
import os
from typing import Any

import django

SETTINGS = "tests.benchmarks.settings"


def begin(described: dict[str, Any], settings: str = SETTINGS) -> None:
    """Set Django up with that database."""
    os.environ["BENCHMARK_DATABASE"] = json.dumps(described)
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django.setup()

"""The clinic's texts by language. Both languages have the same shape."""

from __future__ import annotations

from typing import Any

from tests.site.content.en import ENGLISH
from tests.site.content.es import SPANISH

CONTENT: dict[str, dict[str, Any]] = {"en": ENGLISH, "es": SPANISH}

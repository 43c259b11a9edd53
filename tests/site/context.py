"""What every page of the clinic knows: its texts, its languages and the third parties' address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from tests.site.content import CONTENT


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Return the texts in the page's language and the same page's address in each language."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "page_language": language,
        "text": CONTENT[language],
        "home": f"/{language}/",
        "switch": [
            {"code": code, "name": name, "url": address_in(code, request.path)}
            for code, name in settings.LANGUAGES
        ],
        "third_party_origin": settings.THIRD_PARTY_ORIGIN,
    }


def address_in(language: str, path: str) -> str:
    """Return the address of the page in that language; pages without languages lead home."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in CONTENT:
        return f"/{language}/{rest}"
    return f"/{language}/before/" if first == "before" else f"/{language}/"

"""Who may keep a response: whatever depends on the visitor stays the visitor's."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers

VARY = ("Cookie", "Sec-GPC")
"""What a response that depends on the visitor depends on."""
_STORED, _NOT_STORED = "private, no-cache", "private, no-store"


def keep_private(response: HttpResponseBase, *, store: bool = True) -> None:
    """Keep a response that depends on the visitor from everybody else, and from a later visit."""
    store = store and "no-store" not in response.get("Cache-Control", "")
    for header in ("ETag", "Last-Modified", "Expires"):
        del response[header]  # or nothing
    response["Cache-Control"] = _STORED if store else _NOT_STORED
    if response.has_header("Vary"):
        patch_vary_headers(response, VARY)
    else:
        response["Vary"] = ", ".join(VARY)


def is_private(response: HttpResponseBase) -> bool:
    """Whether no shared cache may store the response, so that it may speak to one visitor."""
    directives = response.get("Cache-Control", "")
    if directives in (_STORED, _NOT_STORED):
        return True
    return not {"private", "no-store"}.isdisjoint(map(str.strip, directives.lower().split(",")))

"""Who may keep a response: whatever depends on the visitor stays the visitor's."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers

VARY = ("Cookie", "Sec-GPC")
"""What a response that depends on the visitor depends on."""


def keep_private(response: HttpResponseBase, *, store: bool = True) -> None:
    """Keep a response that depends on the visitor from everybody else, and from a later visit."""
    store = store and "no-store" not in response.get("Cache-Control", "")
    for header in ("ETag", "Last-Modified", "Expires"):
        if response.has_header(header):
            del response[header]
    response["Cache-Control"] = "private, no-cache" if store else "private, no-store"
    if response.has_header("Vary"):
        patch_vary_headers(response, VARY)
    else:
        response["Vary"] = ", ".join(VARY)


def is_private(response: HttpResponseBase) -> bool:
    """Whether no shared cache may store the response, so that it may speak to one visitor."""
    directives = response.get("Cache-Control", "").lower().split(",")
    return not {"private", "no-store"}.isdisjoint(map(str.strip, directives))

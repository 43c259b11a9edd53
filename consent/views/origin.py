"""Whether a post comes from the site itself; there is no CSRF cookie before a choice."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host

_FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})


def is_same_origin(request: HttpRequest) -> bool:
    """Whether the browser says so, or the Origin is the host or stands in the trusted ones.

    With neither header the answer is no.
    """
    if request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin":
        return True
    origin = request.META.get("HTTP_ORIGIN", "")
    scheme = "https" if request.is_secure() else "http"
    return bool(origin) and (origin == f"{scheme}://{request.get_host()}" or _is_trusted(origin))


def is_framed(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page may be around the one that posts.

    It says so of every form that is sent in a frame, whoever framed it, and some browsers of
    everything that is sent where a page of another site is above. Script sees the rest.
    """
    meta = request.META
    return meta.get("HTTP_SEC_FETCH_DEST") in _FRAMES or "HTTP_SEC_FETCH_STORAGE_ACCESS" in meta


def names_no_origin(request: HttpRequest) -> bool:
    """Whether the client says nothing of where the post comes from, as plain clients do.

    A refusal holds all the same, as it harms nobody; a grant needs the proof.
    """
    return not (request.META.get("HTTP_SEC_FETCH_SITE") or request.META.get("HTTP_ORIGIN"))


def _is_trusted(origin: str) -> bool:
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        sent = urlsplit(origin)
        allowed = [urlsplit(pattern) for pattern in settings.CSRF_TRUSTED_ORIGINS]
    except ValueError:
        return False
    return any(
        "*" in pattern.netloc
        and pattern.scheme == sent.scheme
        and validate_host(sent.netloc, [pattern.netloc.lstrip("*")])
        for pattern in allowed
    )

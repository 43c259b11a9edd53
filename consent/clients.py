"""Whose request it is, as far as limits need to know: what `CONSENT_CLIENT_ADDRESS` can name."""

from __future__ import annotations

from django.http import HttpRequest

_WRITTEN_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_VIA",
)


def remote_address(request: HttpRequest) -> str:
    """Return who connected: the visitor, where no proxy stands in front."""
    return str(request.META.get("REMOTE_ADDR") or "")


def last_forwarded(request: HttpRequest) -> str:
    """Return what the nearest proxy wrote: the last address in ``X-Forwarded-For``.

    Everything before it is whatever the visitor sent. Use it behind exactly one proxy that appends
    to that header or sets it, as nginx does with ``$proxy_add_x_forwarded_for``.
    """
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return forwarded or remote_address(request)


def is_forwarded(request: HttpRequest) -> bool:
    """Whether a proxy says that it passes the request on, or a visitor that there is one."""
    return any(request.META.get(name) for name in _WRITTEN_BY_PROXIES)

"""A link that loads one gate of one page for a minute, for visitors without script."""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from consent.memory import Memory

PARAMETER = "privacy-once"
SECONDS = 60
_SALT = "consent.once"
_ADDRESSES: Memory[str] = Memory()


def names_once(request: HttpRequest) -> bool:
    """Whether the address carries a token; most carry no query, which need not be taken apart."""
    return bool(request.META.get("QUERY_STRING")) and PARAMETER in request.GET


def page_address(request: HttpRequest) -> str:
    """Return the page's own address, without a one-minute link."""
    if not names_once(request):
        asked = (request.path, request.META.get("QUERY_STRING"))
        return _ADDRESSES.get(asked, request.get_full_path)
    query = request.GET.copy()
    del query[PARAMETER]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def once_token(*, path: str, key: str, gate: str) -> str:
    """Return the token for a page's path, a ``category:service`` key and the gate's id."""
    return signing.TimestampSigner(salt=_SALT).sign(_value(path, key, gate))


def is_valid_once(token: str, *, path: str, key: str, gate: str) -> bool:
    """Whether a token was made for exactly this gate less than a minute ago."""
    try:
        value = signing.TimestampSigner(salt=_SALT).unsign(token, max_age=SECONDS)
    except signing.BadSignature:
        return False
    return value == _value(path, key, gate)


def _value(path: str, key: str, gate: str) -> str:
    return "\n".join((path, key, gate))

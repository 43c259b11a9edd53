"""The one cookie of this app, signed and read; and the places of others that must go."""

from __future__ import annotations

import time
from binascii import b2a_base64
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from http.cookies import CookieError, Morsel
from math import inf
from secrets import randbelow
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import force_bytes

from consent.conf import conf
from consent.core.places import CookiePlace, in_turn, twin_places
from consent.core.state import DAY, LIMIT, UNDECIDED, ConsentState, parse_state

ROOM = 1024
"""Bytes of our cookies in one response: servers in front limit all headers to some kilobytes."""
_TURNS = 1 << 16

_SALT = "consent.state"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class _Partitioned(Morsel[str]):
    """A cookie in the jar that a browser keeps for one site in another; older Pythons know none."""

    def OutputString(self, attrs: Container[str] | None = None) -> str:  # noqa: N802 - Python's name
        """Return the cookie as a header's value."""
        return f"{super().OutputString(attrs)}; Partitioned"


class _Seal:
    """Django's ``Signer.signature`` of a site's payloads under one secret key, byte for byte.

    Django derives the key and sets HMAC up anew for every value. Here that is done once, and a
    value takes copies of the two hashes that HMAC (RFC 2104) starts from.
    """

    def __init__(self, site: str, key: str | bytes) -> None:
        derived = sha256(f"{_SALT}signer".encode() + force_bytes(key)).digest().ljust(64, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in derived) + f"{site}:".encode())
        self._outer = sha256(bytes(byte ^ 0x5C for byte in derived))

    def signature(self, payload: str) -> str:
        """Return the signature of a payload: 43 characters of URL-safe base64."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(payload.encode())
        outer.update(inner.digest())
        return b2a_base64(outer.digest())[:43].translate(_URL_SAFE).decode()


class _Seals:
    """A site's seals under the current secret key, which signs, and the fallbacks."""

    def __init__(self, site: str) -> None:
        # An empty fallback would be a key that everybody knows.
        fallbacks = [key for key in settings.SECRET_KEY_FALLBACKS if key]
        self._seals = [_Seal(site, key) for key in (settings.SECRET_KEY, *fallbacks)]

    def signature(self, payload: str) -> str:
        """Return the signature of a payload."""
        return self._seals[0].signature(payload)

    def verify(self, payload: str, given: str) -> bool:
        """Whether a signature, which is ASCII, is the site's own."""
        for seal in self._seals:  # noqa: SIM110 - for every visitor: a generator takes as long again
            if compare_digest(given, seal.signature(payload)):
                return True
        return False


_seals = lru_cache(maxsize=16)(_Seals)


def signature(payload: str, *, site: str) -> str:
    """Return the signature of a cookie's payload for a site, under the current secret key."""
    return _seals(site).signature(payload)


def read_state(value: str, *, site: str) -> ConsentState:
    """Return the state that a cookie's value proves for a site, whatever its age."""
    return _read(value, site) if len(value) <= LIMIT else UNDECIDED


def sent_values(request: HttpRequest) -> tuple[str, ...]:
    """Return every value under the cookie's name: one a place, where its place was changed."""
    name = conf.cookie_name
    header = request.META.get("HTTP_COOKIE", "")
    if header.count(f"{name}=") < 2:
        value = request.COOKIES.get(name, "")
        return (value,) if value else ()
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return tuple(value for found, _, value in pairs if found == name and value)


@lru_cache(maxsize=1024)
def _read(value: str, site: str) -> ConsentState:
    # The same value comes with every page of a visit, and a day's refusals are all the same.
    return parse_state(value, _seals(site).verify)


@receiver(setting_changed, dispatch_uid="consent.cookies")
def _forget(**_signal: object) -> None:
    _seals.cache_clear()
    _read.cache_clear()


def signed_value(state: ConsentState, *, site: str) -> str:
    """Return the cookie's whole value for a state."""
    payload = state.payload()
    return f"{payload}.{signature(payload, site=site)}"


def set_state_cookie(
    response: HttpResponseBase, state: ConsentState, *, request: HttpRequest
) -> None:
    """Set the cookie to a state, for as long as the state holds.

    By Max-Age alone (RFC 6265, 5.2.2), as script does: every browser that is in use knows it.
    What the browser may keep under the name elsewhere goes.
    """
    age = int(time.time()) - state.decided if state.is_grant else 0
    days = conf.grant_days if state.is_grant else conf.refusal_days
    max_age = days * DAY - age
    morsel: Morsel[str] = Morsel()
    # Set as it stands: Python would put quotes around "?", and script would read them.
    value = signed_value(state, site=conf.site)
    morsel.set(conf.cookie_name, value, value)
    attributes: dict[str, Any] = {
        "max-age": max_age,
        "path": "/",
        "domain": conf.cookie_domain or "",
        "secure": request.is_secure(),
        "samesite": "Lax",
    }
    morsel.update(attributes)
    if request.COOKIES.get(conf.cookie_name):
        delete_in_turn(response, _twins(request), room=ROOM - header_bytes(morsel))
        response.cookies.pop(conf.cookie_name, None)  # it comes after them
    response.cookies[conf.cookie_name] = morsel


def delete_state_cookies(response: HttpResponseBase, *, request: HttpRequest) -> None:
    """Delete the cookie wherever it may be: several were sent, and none of them holds."""
    own = CookiePlace(conf.cookie_name, "/", conf.cookie_domain or "")
    delete_in_turn(response, (own, *_twins(request)))


def _twins(request: HttpRequest) -> Iterator[CookiePlace]:
    try:
        host = request.get_host()
    except DisallowedHost:
        host = ""
    return twin_places(conf.cookie_name, conf.cookie_domain or "", host=host)


def delete_in_turn(
    response: HttpResponseBase, places: Iterable[CookiePlace], *, room: int = ROOM
) -> None:
    """Delete as many cookies as there is room for; what is left goes with the next responses."""
    turn = randbelow(_TURNS)  # nothing is kept about who was sent what
    delete_cookies(response, in_turn(tuple(dict.fromkeys(places)), turn), room=room)


def room_left(response: HttpResponseBase) -> int:
    """Return how much the visitor's own choice, and what deletes others of its name, leave."""
    own = (morsel for morsel in response.cookies.values() if morsel.key == conf.cookie_name)
    return ROOM - sum(map(header_bytes, own))


def delete_cookies(
    response: HttpResponseBase, places: Iterable[CookiePlace], *, room: float = inf
) -> None:
    """Delete cookies wherever they may live; several places of one name all go out.

    A place is passed over where its line takes more than is left of ``room``, in bytes.
    """
    for place in places:
        if _least_bytes(place) > room:
            continue
        try:
            morsel = _deletion(place)
        except CookieError:
            continue
        if (size := header_bytes(morsel)) <= room:
            room -= size
            # A mapping key of its own: Django keeps one cookie a key, browsers one a place.
            dict.__setitem__(response.cookies, " ".join(map(str, place)), morsel)


def header_bytes(morsel: Morsel[str]) -> int:
    """Return the bytes that a cookie takes among a response's headers, its line's end included."""
    return len(f"Set-Cookie: {morsel.OutputString()}\r\n")


def _least_bytes(place: CookiePlace) -> int:
    """Return the bytes of a deletion without its flags: making each to measure it takes time."""
    name, path, domain, _partitioned = place
    size = len("Set-Cookie: =; Max-Age=0\r\n") + len(name)
    size += len("; Path=") + len(path) if path else 0
    return size + (len("; Domain=") + len(domain) if domain else 0)


def _deletion(place: CookiePlace) -> Morsel[str]:
    """Return the cookie that deletes another; raise CookieError where no header can name it."""
    morsel: Morsel[str] = _Partitioned() if place.partitioned else Morsel()
    morsel.set(place.name, "", "")
    morsel.update({"path": place.path, "domain": place.domain, "max-age": "0"})
    # Without what a prefix or a jar of its own demands, browsers ignore the deletion.
    prefixed = place.name.lower().startswith(("__secure-", "__host-", "__http-"))
    morsel["secure"] = prefixed or place.partitioned
    morsel["httponly"] = place.name.lower().startswith(("__http-", "__host-http-"))
    return morsel

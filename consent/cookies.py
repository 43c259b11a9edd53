"""The one cookie of this app, signed and read; and the places of others that must go."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http.cookies import CookieError, Morsel

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare

from consent.conf import conf
from consent.core.enforcement import CookiePlace
from consent.core.state import DAY, ConsentState, parse_state

_SALT = "consent.state"
_LONG_AGO = "Thu, 01 Jan 1970 00:00:00 GMT"


def signature(payload: str, *, site: str) -> str:
    """Return the signature of a cookie's payload for a site, under the current secret key."""
    return signing.Signer(salt=_SALT).signature(f"{site}:{payload}")


def is_signed(payload: str, given: str, *, site: str) -> bool:
    """Whether a signature is the site's own, under the current key or a fallback."""
    signer = signing.Signer(salt=_SALT)
    value = f"{site}:{payload}"
    return any(
        constant_time_compare(given, signer.signature(value, key))
        for key in (signer.key, *signer.fallback_keys)
    )


def read_state(value: str, *, site: str) -> ConsentState:
    """Return the state that a cookie's value proves for a site, whatever its age."""
    return parse_state(value, lambda payload, given: is_signed(payload, given, site=site))


def signed_value(state: ConsentState, *, site: str) -> str:
    """Return the cookie's whole value for a state."""
    payload = state.payload()
    return f"{payload}.{signature(payload, site=site)}"


def set_state_cookie(
    response: HttpResponseBase, state: ConsentState, *, request: HttpRequest
) -> None:
    """Set the cookie to a state, for as long as the state holds."""
    age = int(time.time()) - state.decided if state.is_grant else 0
    days = conf.grant_days if state.is_grant else conf.refusal_days
    response.set_cookie(
        conf.cookie_name,
        "",
        max_age=days * DAY - age,
        domain=conf.cookie_domain,
        secure=request.is_secure(),
        samesite="Lax",
    )
    # Set as it stands: Python would put quotes around "?", and script would read them.
    value = signed_value(state, site=conf.site)
    response.cookies[conf.cookie_name].set(conf.cookie_name, value, value)


def delete_cookies(response: HttpResponseBase, places: Iterable[CookiePlace]) -> None:
    """Delete cookies wherever they may live; several places of one name all go out."""
    for place in places:
        morsel: Morsel[str] = Morsel()
        try:
            morsel.set(place.name, "", "")
        except CookieError:
            continue
        morsel.update({"path": place.path, "max-age": "0", "expires": _LONG_AGO})
        if place.domain:
            morsel["domain"] = place.domain
        if place.name.startswith(("__Secure-", "__Host-")):
            morsel["secure"] = True  # else browsers ignore the deletion
        # A mapping key of its own: Django keeps one cookie a key, browsers one a place.
        dict.__setitem__(response.cookies, " ".join(place), morsel)

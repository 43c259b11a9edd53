"""The one cookie: its signature, its attributes, and how others are deleted."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from consent.cookies import (
    _Seal,
    delete_cookies,
    read_state,
    set_state_cookie,
    signature,
    signed_value,
)
from consent.core.places import CookiePlace
from consent.core.state import DAY, UNDECIDED, ConsentState, refusal
from tests.visiting import NAME

RECEIPT = "3zkq8v0h2m4n6p8r0s2t4v6w8x"
NOW = int(time.time())
GRANT = ConsentState(
    3, NOW, frozenset({"media"}), frozenset({"media:maps"}), frozenset({"ads"}), RECEIPT
)


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: float(NOW))


def header(state: ConsentState, *, secure: bool = False) -> str:
    """Return the Set-Cookie line for a state, as the server sends it."""
    response = HttpResponse()
    request = RequestFactory().get("/", secure=secure)
    set_state_cookie(response, state, request=request)
    return response.cookies[NAME].OutputString()


def attributes(line: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in line.split(";")[1:])
    return {name.lower(): value for name, _, value in pairs}


def test_what_is_signed_is_read_back() -> None:
    value = signed_value(GRANT, site="clinic")
    read = read_state(value, site="clinic")
    assert read.signed
    assert read.payload() == GRANT.payload()


def test_a_signature_is_one_sites_and_one_payloads() -> None:
    """B7."""
    value = signed_value(GRANT, site="clinic")
    assert read_state(value, site="spa") == UNDECIDED
    assert read_state(value.replace("v1.3.", "v1.4."), site="clinic") == UNDECIDED
    assert read_state(value.replace("media", "mediA"), site="clinic") == UNDECIDED
    assert read_state(value.rpartition(".")[0] + ".", site="clinic") == UNDECIDED


def test_a_site_key_cannot_be_stretched_into_the_payload() -> None:
    """B7: the colon between site and payload is no way around the signature."""
    assert signature("b:v1.1", site="a") != signature("v1.1", site="a")
    assert signature("v1.1", site="a:b") != signature("v1.1", site="a")


def test_a_cookie_is_believed_only_under_the_keys_of_the_moment() -> None:
    """B7: what was read once is not believed after its key is gone."""
    value = signed_value(GRANT, site="clinic")
    for _ in range(2):
        assert read_state(value, site="clinic").is_grant
        with override_settings(SECRET_KEY="new"):
            assert read_state(value, site="clinic") == UNDECIDED


@given(st.text(min_size=1) | st.binary(min_size=1), st.text(), st.text())
@example("text", "clinic", "v1.1")
@example(b"bytes", "clinic", "v1.1")
@example("k" * 200, "clinic", "")
def test_the_signature_is_djangos_own(key: str | bytes, site: str, payload: str) -> None:
    """Byte for byte, so that the cookie can be read by whoever knows Django's signing."""
    with override_settings(SECRET_KEY=key):
        expected = signing.Signer(salt="consent.state").signature(f"{site}:{payload}")
        assert signature(payload, site=site) == expected


@given(st.lists(st.text(min_size=1) | st.binary(min_size=1), max_size=3), st.data())
def test_what_djangos_signer_signed_is_believed_under_any_key_of_the_moment(
    fallbacks: list[str | bytes], data: st.DataObject
) -> None:
    payload = GRANT.payload()
    with override_settings(SECRET_KEY="current", SECRET_KEY_FALLBACKS=fallbacks):
        key = data.draw(st.sampled_from(["current", *fallbacks]))
        text = signing.Signer(key=key, salt="consent.state").signature(f"clinic:{payload}")
        assert read_state(f"{payload}.{text}", site="clinic") == GRANT._replace(signed=True)


def test_a_signature_of_another_salt_is_not_believed() -> None:
    """B7: Django signs much else under the same key."""
    payload = GRANT.payload()
    other = signing.Signer(salt="other").signature(f"clinic:{payload}")
    assert read_state(f"{payload}.{other}", site="clinic") == UNDECIDED


@pytest.mark.parametrize("empty", ["", b""])
def test_an_empty_fallback_is_no_key(empty: str | bytes) -> None:
    """B7: whoever knows that it is there could sign a grant."""
    with override_settings(SECRET_KEY="current", SECRET_KEY_FALLBACKS=[empty]):
        forged = _Seal("clinic", empty).signature(GRANT.payload())
        assert read_state(f"{GRANT.payload()}.{forged}", site="clinic") == UNDECIDED


def test_a_rotated_secret_key_keeps_grants_while_it_is_a_fallback() -> None:
    value = signed_value(GRANT, site="clinic")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["other"]):
        assert read_state(value, site="clinic") == UNDECIDED
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["x", settings.SECRET_KEY]):
        assert read_state(value, site="clinic").is_grant
        assert signed_value(GRANT, site="clinic") != value, "the new key signs"


def test_the_cookie_has_exactly_the_attributes_that_script_needs() -> None:
    """X4: readable by script, sent to no other site, forgotten in time."""
    line = header(GRANT)
    assert line.startswith(f"{NAME}={signed_value(GRANT, site='clinic')};")
    found = attributes(line)
    assert int(found.pop("max-age")) == 185 * DAY
    assert found == {"path": "/", "samesite": "Lax"}


def test_the_value_is_never_quoted() -> None:
    assert "?ads" in header(GRANT)
    assert '"' not in header(GRANT)


def test_the_cookie_is_secure_on_https_only() -> None:
    assert "secure" in attributes(header(GRANT, secure=True))
    assert "secure" not in attributes(header(GRANT))


@override_settings(CONSENT_COOKIE_DOMAIN="clinic.example")
def test_the_cookie_is_host_only_unless_the_site_says_otherwise() -> None:
    assert attributes(header(GRANT))["domain"] == "clinic.example"


@override_settings(CONSENT_GRANT_DAYS=10, CONSENT_REFUSAL_DAYS=20)
def test_the_cookie_lives_as_long_as_the_state_holds() -> None:
    """W5: it does not slide; a grant re-written later still ends when it would have."""
    older = ConsentState(3, NOW - 4 * DAY, frozenset({"media"}), receipt=RECEIPT)
    assert int(attributes(header(older))["max-age"]) == 6 * DAY
    assert int(attributes(header(refusal(3, NOW)))["max-age"]) == 20 * DAY


def test_refusals_of_one_day_are_equal() -> None:
    """D2."""
    noon = NOW // DAY * DAY + DAY // 2
    lines = {signed_value(refusal(3, noon + shift), site="clinic") for shift in (0, 1, 3600)}
    assert len(lines) == 1
    assert signed_value(refusal(3, noon + DAY), site="clinic") not in lines


@override_settings(CONSENT_COOKIE_NAME="choice")
def test_the_cookie_can_be_renamed() -> None:
    response = HttpResponse()
    set_state_cookie(response, refusal(1, NOW), request=RequestFactory().get("/"))
    assert list(response.cookies) == ["choice"]


def test_several_places_of_one_name_all_go_out() -> None:
    """W3: Django alone keeps one cookie a name."""
    response = HttpResponse()
    places = [
        CookiePlace("_ga", "/", ""),
        CookiePlace("_ga", "/", "example.com"),
        CookiePlace("_ga", "/app", "a.example.com"),
    ]
    delete_cookies(response, places)
    lines = [morsel.OutputString() for morsel in response.cookies.values()]
    assert len(lines) == 3
    for line, place in zip(lines, places, strict=True):
        found = attributes(line)
        assert line.startswith("_ga=;")
        assert (found["path"], found.get("domain", "")) == (place.path, place.domain)
        assert found["max-age"] == "0"


@pytest.mark.parametrize("name", ["__Secure-id", "__Host-id", "__host-id", "__Http-id"])
def test_a_prefixed_cookie_is_deleted_as_browsers_demand(name: str) -> None:
    """W3: browsers ignore such a header without Secure."""
    response = HttpResponse()
    delete_cookies(response, [CookiePlace(name, "/", "")])
    (morsel,) = response.cookies.values()
    assert "Secure" in morsel.OutputString()
    assert ("HttpOnly" in morsel.OutputString()) == ("http-" in name.lower())


def test_a_cookie_in_a_partitioned_jar_is_deleted_as_browsers_demand() -> None:
    """W3: a deletion without the word reaches the other jar."""
    response = HttpResponse()
    places = [CookiePlace("id", "/", ""), CookiePlace("id", "/", "", partitioned=True)]
    delete_cookies(response, places)
    plain, partitioned = (morsel.OutputString() for morsel in response.cookies.values())
    assert "Secure" not in plain
    assert partitioned.endswith("; Secure; Partitioned")


@pytest.mark.parametrize("name", ["", "a b", "a;b", "a\r\nb", "path", "ä", "a=b", "a,b"])
def test_a_name_that_no_header_can_hold_is_passed_over(name: str) -> None:
    """B7."""
    response = HttpResponse()
    delete_cookies(response, [CookiePlace(name, "/", ""), CookiePlace("_ga", "/", "")])
    assert [morsel.key for morsel in response.cookies.values()] == ["_ga"]

"""How much one client may write, and what is kept to know it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from consent.clients import last_forwarded
from consent.core.notice import Notice
from consent.limits import WINDOW, is_beyond_limit, is_beyond_lookups, were_clients_shared
from tests.visiting import ORIGIN, Visitor, records

ADDRESS = "203.0.113.77"


def request(address: Any = ADDRESS, **headers: str) -> HttpRequest:
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


def forwarded(sent: HttpRequest) -> str:
    """Return the address that this site's proxy names."""
    return sent.headers["X-Forwarded-For"]


def nobody(_sent: HttpRequest) -> None:
    """Know no address."""


def broken(sent: HttpRequest) -> str:
    """Fail, as where the proxy's header is missing."""
    return sent.headers["X-Nobody-Sent-This"]


@override_settings(CONSENT_GRANTS_PER_MINUTE=3)
def test_a_client_is_limited_by_itself() -> None:
    assert [is_beyond_limit(request()) for _ in range(5)] == [False, False, False, True, True]
    assert not is_beyond_limit(request("203.0.113.78"))


@override_settings(CONSENT_GRANTS_PER_MINUTE=1)
def test_the_limit_ends_with_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [is_beyond_limit(request()) for _ in range(2)] == [False, True]
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + WINDOW + 1)
    assert not is_beyond_limit(request())


def test_sixty_a_minute_unless_set_otherwise() -> None:
    assert [is_beyond_limit(request()) for _ in range(61)].count(False) == 60


@override_settings(CONSENT_GRANTS_PER_MINUTE=0)
def test_zero_sets_no_limit() -> None:
    assert not any(is_beyond_limit(request()) for _ in range(100))


@override_settings(
    CONSENT_GRANTS_PER_MINUTE=1, CONSENT_CLIENT_ADDRESS="tests.test_limits.forwarded"
)
def test_a_site_behind_a_proxy_names_the_address() -> None:
    first = [is_beyond_limit(request("10.0.0.1", **{"X-Forwarded-For": "a"})) for _ in range(2)]
    other = is_beyond_limit(request("10.0.0.1", **{"X-Forwarded-For": "b"}))
    assert (first, other) == ([False, True], False)


FORWARDED = [
    {"x-forwarded-for": "198.51.100.7"},
    {"x-forwarded-for": "198.51.100.7, 10.0.0.9"},
    {"forwarded": "for=198.51.100.7"},
    {"x-real-ip": "198.51.100.7"},
    {"cf-connecting-ip": "198.51.100.7"},
    {"via": "1.1 cache"},
]


@pytest.mark.parametrize("headers", FORWARDED)
@override_settings(CONSENT_GRANTS_PER_MINUTE=3, CONSENT_LOOKUPS_PER_MINUTE=3)
def test_an_address_that_many_share_turns_nobody_away(
    headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """P8: a proxy's, while nothing tells visitors apart; it is said once."""
    assert not any(is_beyond_limit(request("10.0.0.1", **headers)) for _ in range(61))
    assert not any(is_beyond_lookups(request("10.0.0.1", **headers)) for _ in range(61))
    (said,) = [record.getMessage() for record in caplog.records]
    assert "CONSENT_CLIENT_ADDRESS" in said


@override_settings(CONSENT_GRANTS_PER_MINUTE=3)
def test_even_a_shared_address_has_an_end_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """A flood stays a flood, and is never turned away in silence."""
    sent = {"x-forwarded-for": "198.51.100.7"}
    beyond = [is_beyond_limit(request("10.0.0.1", **sent)) for _ in range(303)]
    assert beyond == [False] * 300 + [True] * 3
    assert not is_beyond_limit(request("10.0.0.2", **sent))
    _shared, passed = (record.getMessage() for record in caplog.records)
    assert "300 a minute" in passed


@override_settings(CONSENT_GRANTS_PER_MINUTE=2)
def test_whoever_is_turned_away_is_logged_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = time.monotonic()
    for minute in range(2):
        monkeypatch.setattr("time.monotonic", lambda minute=minute: now + minute * WINDOW)
        for _ in range(4):
            is_beyond_limit(request())
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert all(ADDRESS not in each for each in said), "D1"


@pytest.mark.parametrize("resolver", ["nobody", "broken"])
def test_a_function_that_knows_no_address_turns_nobody_away(settings: Any, resolver: str) -> None:
    """P8: nor does one that raises cost a choice."""
    settings.CONSENT_GRANTS_PER_MINUTE = 3
    settings.CONSENT_CLIENT_ADDRESS = f"tests.test_limits.{resolver}"
    assert not any(is_beyond_limit(request()) for _ in range(61))


@pytest.mark.parametrize("address", ["", None])
@override_settings(CONSENT_GRANTS_PER_MINUTE=3)
def test_a_socket_without_addresses_turns_nobody_away(address: Any) -> None:
    """P8: such as a Unix socket's."""
    assert not any(is_beyond_limit(request(address)) for _ in range(61))


@override_settings(
    CONSENT_GRANTS_PER_MINUTE=3, CONSENT_CLIENT_ADDRESS="consent.clients.remote_address"
)
def test_a_site_without_a_proxy_can_say_so() -> None:
    """Nobody gains anything by sending a proxy's header then."""
    sent = {"x-forwarded-for": "198.51.100.7"}
    assert [is_beyond_limit(request(**sent)) for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("forged, 198.51.100.7", "198.51.100.7"),
        ("forged,  2001:db8::1 ", "2001:db8::1"),
        ("", "10.0.0.1"),
        ("forged,", "10.0.0.1"),
    ],
)
def test_the_nearest_proxy_says_whose_a_request_is(header: str, expected: str) -> None:
    """And what a visitor wrote before it counts for nothing."""
    assert last_forwarded(request("10.0.0.1", **{"x-forwarded-for": header})) == expected


@override_settings(CONSENT_GRANTS_PER_MINUTE=3)
@pytest.mark.parametrize("method", ["add", "incr", "get"])
def test_a_broken_cache_notes_no_proxy_and_costs_no_choice(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """P8."""

    def fail(*args: Any) -> None:
        raise ConnectionError("no cache")

    monkeypatch.setattr(cache, method, fail)
    sent = {"x-forwarded-for": "198.51.100.7"}
    assert not any(is_beyond_limit(request(**sent)) for _ in range(9))
    assert were_clients_shared() == (method == "incr")


@pytest.mark.urls("tests.pages")
@pytest.mark.django_db
@override_settings(CONSENT_GRANTS_PER_MINUTE=2)
def test_every_visitor_behind_a_proxy_can_grant(asked: Notice) -> None:
    """P8: each is recorded."""
    for number in range(9):
        headers = {**ORIGIN, "x-forwarded-for": f"198.51.100.{number}"}
        response = Visitor(REMOTE_ADDR="10.0.0.1").choose("accept", headers=headers)
        assert response.status_code == 303
    assert len(records()) == 9


def test_the_address_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """D1: only a keyed hash, in the cache, for a minute."""
    kept: list[Any] = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda *args: kept.append(args) or add(*args))
    is_beyond_limit(request())
    ((key, value, seconds),) = kept
    assert ADDRESS not in key
    assert (value, seconds) == (1, WINDOW)
    with override_settings(SECRET_KEY="another"):
        is_beyond_limit(request())
    assert kept[1][0] != key, "whoever lacks the secret key cannot hash all addresses"


@override_settings(CONSENT_GRANTS_PER_MINUTE=2)
@pytest.mark.parametrize("method", ["add", "incr"])
def test_a_broken_cache_stands_in_nobodys_way(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """P8."""

    def fail(*args: Any) -> None:
        raise ConnectionError("no cache")

    monkeypatch.setattr(cache, method, fail)
    assert not any(is_beyond_limit(request()) for _ in range(3))


@override_settings(CONSENT_GRANTS_PER_MINUTE=1)
def test_a_count_that_ends_in_between_limits_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cache, "add", lambda *_: False)
    assert not is_beyond_limit(request())
    assert caplog.records == []


def test_the_first_choice_of_a_client_asks_the_cache_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for method in ("add", "incr", "get", "set"):
        monkeypatch.setattr(cache, method, lambda *_, method=method: asked.append(method) or 1)
    is_beyond_limit(request())
    assert asked == ["add"]


@override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
def test_a_cache_that_keeps_nothing_limits_nothing() -> None:
    assert not any(is_beyond_limit(request()) for _ in range(100))

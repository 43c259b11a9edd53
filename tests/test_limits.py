"""How much one client may write, and what is kept to know it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from consent.limits import WINDOW, is_beyond_limit

ADDRESS = "203.0.113.77"


def request(address: str = ADDRESS, **headers: str) -> HttpRequest:
    return RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)


def forwarded(sent: HttpRequest) -> str:
    """Return the address that this site's proxy names."""
    return sent.headers["X-Forwarded-For"]


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

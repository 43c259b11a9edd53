"""The notice in force: held, re-read when it is due, and never a reason for a page to break."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from consent import notices
from consent.core.notice import Notice
from tests.visiting import awaited, worded

pytestmark = pytest.mark.django_db

Publish = Callable[..., Notice]


class Clock:
    """A monotonic clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(notices, "time", clock)
    return clock


@pytest.fixture
def site(publish: Publish) -> str:
    return publish(worded()).site


@pytest.fixture
def broken_database() -> Iterator[None]:
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(refuse):
        yield


def queries(call: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_nothing_is_in_force_before_the_first_publication(clock: Clock) -> None:
    assert notices.in_force("nowhere") is None
    assert queries(lambda: notices.in_force("nowhere")) == 0


def test_a_warm_call_asks_no_database(site: str, clock: Clock) -> None:
    first = notices.in_force(site)
    clock.now += 4.9
    assert queries(lambda: notices.in_force(site)) == 0
    assert notices.in_force(site) is first


def test_a_refresh_is_one_tiny_query(site: str, clock: Clock) -> None:
    first = notices.in_force(site)
    clock.now += 5
    with CaptureQueriesContext(connection) as captured:
        assert notices.in_force(site) is first, "unchanged: not parsed again"
    assert len(captured) == 1
    assert "document" not in captured[0]["sql"]


def test_a_new_notice_is_seen_after_the_refresh(
    site: str, clock: Clock, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.in_force(site)
    monkeypatch.setattr(notices, "forget", lambda: None)  # as if another process published
    publish(worded(), number=2)
    assert notices.in_force(site).number == 1  # type: ignore[union-attr]  # fails if None
    clock.now += 5
    assert notices.in_force(site).number == 2  # type: ignore[union-attr]  # fails if None


def test_the_stored_document_is_the_notice_that_was_published(publish: Publish) -> None:
    """P2."""
    published = publish(worded())
    assert notices.in_force(published.site) == published
    assert notices.in_force(published.site).digest == published.digest  # type: ignore[union-attr]  # fails if None


def test_a_signed_cookie_with_a_newer_number_makes_it_look_once_a_second(
    site: str, clock: Clock, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.in_force(site)
    monkeypatch.setattr(notices, "forget", lambda: None)
    assert queries(lambda: notices.in_force(site, at_least=2)) == 1
    assert queries(lambda: notices.in_force(site, at_least=2)) == 0
    publish(worded(), number=2)
    clock.now += 0.9
    assert notices.in_force(site, at_least=2).number == 1  # type: ignore[union-attr]  # fails if None
    clock.now += 0.1
    assert notices.in_force(site, at_least=2).number == 2  # type: ignore[union-attr]  # fails if None
    assert queries(lambda: notices.in_force(site, at_least=2)) == 0


def test_sites_are_held_apart(publish: Publish) -> None:
    publish(replace(worded(), site="one"))
    publish(replace(worded(), site="two"), number=7)
    assert notices.in_force("one").number == 1  # type: ignore[union-attr]  # fails if None
    assert notices.in_force("two").number == 7  # type: ignore[union-attr]  # fails if None
    assert notices.in_force("three") is None


def test_without_database_the_notice_held_goes_on(
    site: str, clock: Clock, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    held = notices.in_force(site)
    request.getfixturevalue("broken_database")
    with caplog.at_level(logging.WARNING, "consent"):
        for _ in range(3):
            clock.now += 5
            assert notices.in_force(site) is held
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("broken_database")
def test_without_database_and_with_nothing_held_there_is_no_notice(clock: Clock) -> None:
    assert notices.in_force("default") is None
    assert notices.in_force("default", at_least=3) is None


def test_a_historical_notice_is_read_once(publish: Publish) -> None:
    published = [publish(worded(), number=number) for number in (1, 2)]
    site = published[0].site
    assert notices.load(site, 1) == published[0]
    assert queries(lambda: notices.load(site, 1)) == 0
    notices.in_force(site)
    assert queries(lambda: notices.load(site, 2)) == 0, "the one in force is at hand"


@pytest.mark.parametrize("number", [-1, 0, 99, 2**31, 2**63, 10**30])
def test_no_number_breaks_the_look_up(site: str, number: int) -> None:
    assert notices.load(site, number) is None


def test_a_number_asked_for_too_early_is_found_later(publish: Publish) -> None:
    published = publish(worded())
    assert notices.load(published.site, 2) is None
    publish(worded(), number=2)
    assert notices.load(published.site, 2) is not None


@pytest.mark.usefixtures("broken_database")
def test_looking_up_a_historical_notice_says_when_the_database_is_gone() -> None:
    with pytest.raises(OperationalError):
        notices.load("default", 1)


@pytest.mark.django_db(transaction=True)
def test_the_async_twin_hops_to_a_thread_only_when_a_refresh_is_due(
    publish: Publish, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = publish(worded())
    threads: list[int] = []
    refresh = notices._refresh

    def spy(*args: object) -> Notice | None:
        threads.append(threading.get_ident())
        return refresh(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(notices, "_refresh", spy)

    async def ask() -> list[Notice | None]:
        return [await notices.ain_force(published.site) for _ in range(3)]

    assert awaited(ask()) == [published] * 3
    assert len(threads) == 1


def test_forgetting_reads_the_database_again(site: str, clock: Clock) -> None:
    notices.in_force(site)
    notices.forget()
    assert queries(lambda: notices.in_force(site)) == 2


def test_threads_go_on_with_what_is_held_while_one_refreshes(
    site: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = notices.in_force(site)
    clock.now += 5
    calls: list[int] = []
    refresh = notices._refresh

    def meanwhile(*args: object) -> Notice | None:
        calls.append(1)
        assert notices.in_force(site) is held
        return refresh(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(notices, "_refresh", meanwhile)
    assert notices.in_force(site) is held
    assert len(calls) == 1

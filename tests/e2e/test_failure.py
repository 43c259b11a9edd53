"""When something breaks: a grant is in force only once recorded, a refusal never needs the server.

The database goes, the endpoint fails, the connection breaks, the answer is late, the notice has
changed meanwhile: whatever happens, doubt means no.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from playwright.sync_api import Route, expect

from consent import recording
from consent.models import Record, Service
from consent.publishing import publish
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

Records = Callable[[], list[Record]]
Failure = Callable[[Visitor], Any]

DECISION = "**/privacy/decision/"
PENDING = "privacy_choice_pending"
GRANTS = ("accept", "save", "always", "load-once")
VIDEO = frozenset({"media:video"})
RESULT = {"accept": EVERYTHING, "save": frozenset({"statistics:visits"})}


@contextmanager
def refusing(*starts: str) -> Iterator[None]:
    """Let the database refuse statements that start so, in every thread; without any, all."""
    execute = CursorWrapper._execute_with_wrappers

    def refuse(self: Any, sql: str, *arguments: Any, **named: Any) -> Any:
        if sql.startswith(starts or ""):
            raise OperationalError("The database is gone.")
        return execute(self, sql, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CursorWrapper, "_execute_with_wrappers", refuse)
        yield


@contextmanager
def routed(visitor: Visitor, answer: Callable[[Route], None]) -> Iterator[None]:
    """Let something between the browser and the endpoint answer."""
    visitor.context.route(DECISION, answer)
    yield
    visitor.context.unroute(DECISION, answer)


@contextmanager
def raising(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def explode(*args: Any) -> None:
        raise RuntimeError("The endpoint is broken.")

    with monkeypatch.context() as patch:
        patch.setattr("consent.views.decisions.take", explode)
        yield


def slow_down(monkeypatch: pytest.MonkeyPatch, *, seconds: float) -> None:
    """Let every record take its time."""
    record_decision = recording.record_decision

    def late(*args: Any, **fields: Any) -> Record:
        time.sleep(seconds)
        return record_decision(*args, **fields)

    monkeypatch.setattr("consent.views.deciding.record_decision", late)


@contextmanager
def offline(visitor: Visitor) -> Iterator[None]:
    visitor.context.set_offline(True)
    yield
    visitor.context.set_offline(False)


WAYS = ["database gone", "insert fails", "raises", "cut off", "bad gateway", "portal", "empty"]


@pytest.fixture(params=WAYS)
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Failure:
    """Break what takes decisions: ``with broken(visitor):``."""
    failures: dict[str, Failure] = {
        "database gone": lambda _: refusing(),
        "insert fails": lambda _: refusing("INSERT"),
        "raises": lambda _: raising(monkeypatch),
        "cut off": lambda visitor: routed(visitor, lambda route: route.abort()),
        "bad gateway": lambda visitor: routed(
            visitor, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>")
        ),
        "portal": lambda visitor: routed(
            visitor, lambda route: route.fulfill(status=200, body="<h1>Sign in</h1>")
        ),
        "empty": lambda visitor: routed(visitor, lambda route: route.fulfill(status=200, json={})),
    }
    return failures[request.param]


def dialog_of(action: str) -> str:
    """Return the dialog in which a control stands."""
    return {"save": "preferences", "always": "placeholder", "load-once": "placeholder"}.get(
        action, "banner"
    )


def press(visitor: Visitor, action: str) -> None:
    visitor.control(action, inside=dialog_of(action)).first.click()


def error_in(visitor: Visitor, action: str) -> Any:
    """Return the visible error of the dialog in which a control stands."""
    box = visitor.page.locator(f"[data-consent-dialog={dialog_of(action)}]:visible").first
    return box.locator("[role=alert]:visible")


def check_nothing(visitor: Visitor, third_party: ThirdParty) -> None:
    """Check that nothing optional loaded and nothing is kept."""
    visitor.page.wait_for_timeout(300)
    assert loaded(third_party) == NOTHING
    assert visitor.foreign == []
    assert visitor.cookies(everywhere=True) == {}
    assert visitor.storage() == {}


def check_refused(visitor: Visitor, third_party: ThirdParty) -> None:
    """Check that a refusal is in force and nothing else is kept."""
    visitor.page.wait_for_timeout(200)
    assert visitor.answers == "-"
    assert set(visitor.cookies(everywhere=True)) == {"privacy_choice"}
    assert visitor.storage() == {}
    assert not visitor.banner.is_visible()
    assert loaded(third_party) == NOTHING


# Grants


@pytest.mark.parametrize("action", GRANTS)
def test_a_grant_that_is_not_recorded_is_not_in_force(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    broken: Failure,
    action: str,
) -> None:
    """P8, B7: an error is read, the dialog stays, nothing loads; asking again works."""
    visitor = enter().open()
    if action == "save":
        visitor.control("choose").click()
        expect(visitor.preferences).to_be_visible()
        visitor.preferences.locator("[name=grant][value=statistics]").click()
    with broken(visitor):
        press(visitor, action)
        expect(error_in(visitor, action)).not_to_be_empty()
        check_nothing(visitor, third_party)
        assert visitor.control(action, inside=dialog_of(action)).first.is_visible()
        assert visitor.page.locator("html").get_attribute("data-consent-state") == "undecided"
    assert records() == []
    press(visitor, action)
    expected = RESULT.get(action, VIDEO)
    assert eventually(lambda: loaded(third_party) == expected, visitor.page.wait_for_timeout)
    assert len(records()) == 1
    assert visitor.errors == []


@pytest.mark.parametrize("starts", [(), ("INSERT",)], ids=["database gone", "insert fails"])
def test_without_script_too_a_grant_needs_its_record(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    starts: tuple[str, ...],
) -> None:
    """P8, B10: a readable page with the dialog on it, from which asking again works."""
    visitor = enter(java_script_enabled=False).open()
    with refusing(*starts):
        with visitor.page.expect_response(lambda r: r.request.method == "POST") as posted:
            press(visitor, "accept")
        assert posted.value.status == 503
        error = visitor.page.locator("main [role=alert]:visible").first
        expect(error).to_contain_text("could not")
        assert visitor.control("refuse", inside="preferences").first.is_visible()
        visitor.page.wait_for_timeout(200)
        assert loaded(third_party) == NOTHING
        assert visitor.cookies(everywhere=True) == {}
    assert records() == []
    visitor.control("accept", inside="preferences").first.click()
    visitor.page.wait_for_url("**/en/#consent-status")
    assert [record.action for record in records()] == ["accept"]
    assert visitor.answers == "marketing~media~statistics"
    expected = NOTHING if page_mode else EVERYTHING - {"statistics:visits"}  # it is a script
    assert eventually(lambda: loaded(third_party) == expected, visitor.page.wait_for_timeout)


def test_nothing_loads_before_a_late_answer(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P8, B1: waiting for the record is not consent."""
    slow_down(monkeypatch, seconds=3)
    visitor = enter().open()
    with visitor.page.expect_response(DECISION) as answered:
        press(visitor, "accept")
        for _ in range(4):
            check_nothing(visitor, third_party)
            visitor.page.wait_for_timeout(250)
    assert answered.value.ok
    assert eventually(lambda: loaded(third_party) == EVERYTHING, visitor.page.wait_for_timeout)
    assert len(records()) == 1


# Refusals


@pytest.mark.parametrize("action", ["refuse", "close"])
def test_a_refusal_holds_whatever_is_broken(
    enter: Enter, page_mode: bool, third_party: ThirdParty, broken: Failure, action: str
) -> None:
    """P8, B7: at once, after a reload, and signed by the server as soon as it answers."""
    visitor = enter().open()
    with broken(visitor):
        press(visitor, action)
        expect(visitor.banner).to_be_hidden()
        check_refused(visitor, third_party)
        visitor.open()
        check_refused(visitor, third_party)
    visitor.open("/privacy/")
    assert visitor.choice.split(".")[5] != ""
    check_refused(visitor.open("/es/"), third_party)
    assert visitor.errors == []


@pytest.mark.parametrize("action", ["refuse", "close"])
@pytest.mark.parametrize("starts", [(), ("INSERT",)], ids=["database gone", "insert fails"])
def test_without_script_too_a_refusal_holds(
    enter: Enter, third_party: ThirdParty, action: str, starts: tuple[str, ...]
) -> None:
    """P8, B10."""
    visitor = enter(java_script_enabled=False).open()
    with refusing(*starts):
        press(visitor, action)
        visitor.page.wait_for_load_state("load")
        assert visitor.answers == "-"
        assert not visitor.banner.is_visible()
    visitor.open("/es/")
    assert not visitor.banner.is_visible()
    assert visitor.answers == "-"
    assert loaded(third_party) == NOTHING


@pytest.mark.parametrize("action", ["refuse", "close"])
def test_a_refusal_holds_offline(
    enter: Enter, page_mode: bool, third_party: ThirdParty, action: str
) -> None:
    """P8: nothing was granted, so nothing waits to be delivered."""
    visitor = enter().open()
    with offline(visitor):
        press(visitor, action)
        expect(visitor.banner).to_be_hidden()
        check_refused(visitor, third_party)
    check_refused(visitor.open(), third_party)


# Withdrawals


def granted(visitor: Visitor, third_party: ThirdParty, action: str) -> str:
    """Grant, see it load, and return the receipt."""
    visitor.open()
    visitor.choose(action, inside=dialog_of(action))
    expected = RESULT.get(action, VIDEO)
    assert eventually(lambda: loaded(third_party) == expected, visitor.page.wait_for_timeout)
    receipt = visitor.choice.split(".")[4]
    assert len(receipt) == 26
    third_party.clear()
    return receipt


def withdraw(visitor: Visitor) -> None:
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()


def waiting(visitor: Visitor) -> bool:
    """Whether the browser still keeps a withdrawal that was not delivered."""
    return PENDING in visitor.storage().get("local", {})


def check_delivered(visitor: Visitor, records: Records, receipt: str) -> None:
    """Check that the log knows the withdrawal, once, and the browser nothing but the refusal."""
    wait = visitor.page.wait_for_timeout
    assert eventually(lambda: len(records()) == 2, wait)
    assert eventually(lambda: not waiting(visitor), wait)
    visitor.open("/es/")
    assert [record.action for record in records()[1:]] == ["withdraw"]
    last = records()[-1]
    assert last.receipt == receipt
    assert set(last.answers.values()) == {"no"}
    assert visitor.answers == "-"
    assert not waiting(visitor)
    assert visitor.errors == []


def save_nothing(visitor: Visitor) -> None:
    """Withdraw by leaving nothing ticked."""
    visitor.page.locator("a.consent-link").first.click()
    for box in visitor.preferences.locator("[name=grant]:checked").all():
        box.evaluate("box => box.checked = false")
    visitor.control("save", inside="preferences").click()


@pytest.mark.parametrize("reduce", [withdraw, save_nothing])
@pytest.mark.parametrize("back", ["event", "next page"])
def test_a_withdrawal_offline_holds_at_once_and_is_delivered_later(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    back: str,
    reduce: Callable[[Visitor], None],
) -> None:
    """P8, V4, W3: the frame goes in place; one declared key waits; the receipt reaches the log."""
    visitor = enter()
    receipt = granted(visitor, third_party, "always")
    with offline(visitor):
        reduce(visitor)
        expect(visitor.page.locator("iframe")).to_have_count(0)
        visitor.page.wait_for_timeout(200)
        assert visitor.answers == "-"
        stored = visitor.storage()
        assert set(stored) == {"local"}
        assert set(stored["local"]) == {PENDING}
        assert len(records()) == 1
        if back == "next page":
            # Leave before the connection is back, so that no event can tell the old page.
            visitor.page.goto("about:blank")
    if back == "next page":
        visitor.open()
    check_delivered(visitor, records, receipt)
    assert loaded(third_party) == NOTHING


def test_a_withdrawal_offline_ends_scripts_too(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """P8, W3: nothing granted is left on the page, whatever becomes of the reload."""
    visitor = enter()
    receipt = granted(visitor, third_party, "accept")
    with offline(visitor):
        withdraw(visitor)
        visitor.page.wait_for_timeout(500)
        assert visitor.page.locator("iframe").count() == 0
        assert visitor.page.locator("script[src*=analytics]").count() == 0
        assert visitor.answers == "-"
    visitor.open()
    check_delivered(visitor, records, receipt)
    assert loaded(third_party) == NOTHING


def test_a_withdrawal_holds_whatever_is_broken(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty, broken: Failure
) -> None:
    """P8, V4: and reaches the log once the database or the endpoint is back."""
    visitor = enter()
    receipt = granted(visitor, third_party, "always")
    with broken(visitor):
        withdraw(visitor)
        expect(visitor.page.locator("iframe")).to_have_count(0)
        visitor.page.wait_for_timeout(200)
        assert visitor.answers == "-"
        visitor.open()
        visitor.page.wait_for_timeout(300)
        assert visitor.answers == "-"
        assert loaded(third_party) == NOTHING
    visitor.open()
    check_delivered(visitor, records, receipt)


def test_a_choice_after_a_withdrawal_offline_is_not_undone_by_its_delivery(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """P8: the old grant's withdrawal reaches the log, the new grant stays in force."""
    visitor = enter()
    receipt = granted(visitor, third_party, "always")
    with offline(visitor):
        withdraw(visitor)
        visitor.page.wait_for_timeout(200)
        visitor.page.goto("about:blank")
    with routed(visitor, lambda route: route.abort()):
        visitor.open()
    visitor.choose("always", inside="placeholder")
    wait = visitor.page.wait_for_timeout
    assert eventually(lambda: len(records()) == 3 and visitor.storage() == {}, wait)
    assert eventually(lambda: visitor.answers == "media:video", wait)
    first, *others = records()
    withdrawal = next(record for record in others if record.action == "withdraw")
    grant = next(record for record in others if record.action == "choose")
    assert first.receipt == withdrawal.receipt == receipt
    assert grant.receipt == visitor.choice.split(".")[4] != receipt
    visitor.open("/es/")
    assert visitor.answers == "media:video"


def test_a_withdrawal_does_not_wait_for_a_late_answer(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """P8, V4: it holds at once, and is recorded once, with its receipt, when that is done."""
    visitor = enter()
    receipt = granted(visitor, third_party, "always")
    slow_down(monkeypatch, seconds=3)
    withdraw(visitor)
    expect(visitor.page.locator("iframe")).to_have_count(0, timeout=1000)
    assert visitor.answers == "-"
    visitor.page.wait_for_timeout(3000)
    check_delivered(visitor, records, receipt)


def test_a_refusal_is_not_lost_while_a_grant_is_on_its_way(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """B7, P8: what the visitor chose last is what holds."""
    visitor = enter().open()
    slow_down(monkeypatch, seconds=1.5)
    press(visitor, "accept")
    visitor.page.wait_for_timeout(300)
    press(visitor, "refuse")
    visitor.page.wait_for_timeout(5000)
    visitor.page.wait_for_load_state("load")
    assert visitor.answers == "-"
    assert records()[-1].action in ("refuse", "withdraw")
    assert visitor.page.locator("iframe").count() == 0


# A notice that has changed meanwhile


def change_materially() -> None:
    """Publish that a service works from another country now."""
    service = Service.objects.get(key="video")
    service.country = "IN"
    service.transfer = "Standard contractual clauses"
    service.save()
    notice = publish(by="the test", reason="The video's company has moved.")
    assert notice is not None
    assert notice.material


@pytest.mark.parametrize("action", GRANTS)
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_stale_grant_is_asked_again(
    enter: Enter,
    page_mode: bool,
    records: Records,
    third_party: ThirdParty,
    action: str,
    script: bool,
) -> None:
    """P8, W8: the page with the new dialog, and nothing granted; there asking again works."""
    visitor = enter(java_script_enabled=script).open()
    if action == "save":
        visitor.control("choose").click()
        expect(visitor.preferences).to_be_visible()
        visitor.page.wait_for_load_state("load")
        visitor.preferences.locator("[name=grant][value=statistics]").click()
    change_materially()
    press(visitor, action)
    visitor.page.wait_for_url(DECISION)
    visitor.page.wait_for_load_state("load")
    assert visitor.page.locator("main [role=alert]:visible").first.inner_text() != ""
    assert not visitor.preferences.locator("[name=grant]:checked").count()
    assert visitor.preferences.locator("[name=notice]").first.input_value() == "2"
    assert visitor.cookies(everywhere=True) == {}
    assert records() == []
    assert loaded(third_party) == NOTHING
    visitor.control("accept", inside="preferences").first.click()
    visitor.page.wait_for_load_state("load")
    everything = "marketing~media~statistics"
    assert eventually(lambda: visitor.answers == everything, visitor.page.wait_for_timeout)
    assert [record.notice for record in records()] == [2]


def test_a_stale_refusal_is_honoured(
    enter: Enter, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """W8: as shown, not as now."""
    visitor = enter().open()
    change_materially()
    visitor.choose("refuse")
    [record] = records()
    assert (record.action, record.notice) == ("refuse", 1)
    check_refused(visitor.open(), third_party)
    assert visitor.choice.startswith("v1.1.")


def test_a_material_change_ends_earlier_grants(
    enter: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """W8, B7: the visitor is asked again and nothing loads before the answer."""
    visitor = enter()
    granted(visitor, third_party, "accept")
    change_materially()
    visitor.open("/es/")
    assert visitor.banner.is_visible()
    visitor.page.wait_for_timeout(300)
    assert loaded(third_party) == NOTHING


# Two at once

TWICE = """async (fields) => {
  const send = () => fetch("/privacy/decision/", {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields),
  }).then((answer) => answer.json());
  return Promise.all([send(), send(), send()]);
}"""


def test_equal_grants_under_way_at_once_are_one_record(
    enter: Enter, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P1: one receipt, whichever of them the browser keeps."""
    slow_down(monkeypatch, seconds=0.5)
    visitor = enter().open()
    fields = {"notice": "1", "language": "en", "layer": "banner", "means": "accept"}
    sent = {**fields, "by": "script", "attempt": "123456789"}
    said = visitor.page.evaluate(TWICE, sent)
    (record,) = records()
    assert [answer["receipt"] for answer in said] == [record.receipt] * 3
    assert visitor.choice.split(".")[4] == record.receipt

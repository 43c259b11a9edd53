"""Every choice, by every means: exactly the expected cookie, record and third-party requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.thirdparty import ThirdParty

Records = Callable[[], list[Record]]
HANDS = ("mouse", "keyboard", "no script")


class Hand:
    """A way to use controls."""

    def __init__(self, kind: str, enter: Enter) -> None:
        self.kind = kind
        self.visitor: Visitor = enter(java_script_enabled=kind != "no script")

    def use(self, action: str, *, inside: str = "banner", nth: int = 0) -> None:
        """Use a control by its stable hook."""
        control = self.visitor.control(action, inside=inside).nth(nth)
        if self.kind == "keyboard":
            self.reach(control)
            self.visitor.page.keyboard.press("Enter")
        else:
            control.click()
        self.settle()

    def reach(self, control) -> None:  # type: ignore[no-untyped-def]  # a Locator
        """Tab until the control has focus, as somebody without a mouse does."""
        for _ in range(120):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.visitor.page.keyboard.press("Tab")
        raise AssertionError("The control cannot be reached by keyboard.")

    def tick(self, value: str) -> None:
        """Tick or untick a box of the open preferences."""
        box = self.visitor.preferences.locator(f'[name=grant][value="{value}"]')
        if self.kind == "keyboard":
            self.reach(box)
            self.visitor.page.keyboard.press("Space")
        else:
            box.click()

    def settle(self) -> None:
        """Wait until what was asked for has happened."""
        self.visitor.page.wait_for_load_state("load")
        self.visitor.page.wait_for_timeout(300)


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, enter: Enter) -> Hand:
    return Hand(request.param, enter)


def expected(services: frozenset[str], hand: Hand, cacheable: bool) -> frozenset[str]:
    """Return what may load: without script no script, and on cacheable pages nothing gated."""
    if hand.kind != "no script":
        return services
    return NOTHING if cacheable else services - {"statistics:visits"}


def check_loaded(third_party: ThirdParty, hand: Hand, services: frozenset[str]) -> None:
    eventually(lambda: loaded(third_party) == services, hand.visitor.page.wait_for_timeout)
    assert loaded(third_party) == services
    assert hand.visitor.errors == []


def test_accepting_all(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """U2, B10: one action on the first layer."""
    hand.visitor.open()
    hand.use("accept")
    [record] = records()
    assert (record.action, record.means, record.layer) == ("accept", "accept", "banner")
    assert record.by == ("form" if hand.kind == "no script" else "script")
    assert set(record.answers.values()) == {"yes"}
    assert hand.visitor.answers == "marketing~media~statistics"
    assert record.receipt == hand.visitor.choice.split(".")[4]
    check_loaded(third_party, hand, expected(EVERYTHING, hand, page_mode))


@pytest.mark.parametrize("action", ["refuse", "close"])
def test_refusing_and_closing_refuse_all(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty, action: str
) -> None:
    """U2, U7, D2, B10: one action on the first layer; closing refuses too."""
    hand.visitor.open()
    hand.use(action)
    [record] = records()
    assert (record.action, record.means, record.layer) == ("refuse", action, "banner")
    assert set(record.answers.values()) == {"no"}
    assert record.receipt == ""
    assert hand.visitor.answers == "-"
    assert set(hand.visitor.cookies()) == {"privacy_choice"}
    hand.visitor.open("/es/")
    assert hand.visitor.banner.is_visible() is (page_mode and hand.kind == "no script")
    check_loaded(third_party, hand, NOTHING)


def test_choosing_one_purpose(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """G1, U4, B10: everything off at first; the rest unchanged."""
    hand.visitor.open()
    hand.use("choose")
    boxes = hand.visitor.preferences.locator("[name=grant]")
    assert not any(boxes.nth(n).is_checked() for n in range(boxes.count()))
    hand.tick("statistics")
    hand.use("save", inside="preferences")
    [record] = records()
    assert (record.action, record.means, record.layer) == ("choose", "save", "preferences")
    granted = {key for key, answer in record.answers.items() if answer == "yes"}
    assert granted == {"statistics", "statistics:visits"}
    assert set(record.answers.values()) == {"yes", "no"}
    assert hand.visitor.answers == "statistics"
    hand.visitor.open()
    services = frozenset({"statistics:visits"})
    check_loaded(third_party, hand, expected(services, hand, page_mode))


def test_choosing_one_service_of_two(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """G1, W2: a service by itself; the reopened preferences show it."""
    hand.visitor.open()
    hand.use("choose")
    hand.visitor.preferences.locator("summary").filter(has_text="Media").first.click()
    hand.tick("media:maps")
    hand.use("save", inside="preferences")
    assert hand.visitor.answers == "media:maps"
    hand.visitor.open()
    services = frozenset({"media:maps"})
    check_loaded(third_party, hand, expected(services, hand, page_mode))
    hand.visitor.page.locator("a.consent-link").first.click()
    hand.settle()
    box = hand.visitor.preferences.locator
    assert box('[value="media:maps"]').is_checked()
    assert not box('[value="media:video"]').is_checked()
    assert not box('[value="media"]').is_checked()
    if hand.kind != "no script":
        assert box('[value="media"]').evaluate("box => box.indeterminate")


def test_withdrawing_in_one_action(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """W1, W2, V4: where a grant is in force, every page offers it."""
    hand.visitor.open()
    hand.use("accept")
    receipt = hand.visitor.choice.split(".")[4]
    hand.visitor.open("/en/policy/" if hand.kind != "no script" or not page_mode else "/privacy/")
    third_party.clear()
    if hand.kind == "no script" and page_mode:
        hand.use("refuse", inside="preferences")
    else:
        control = hand.visitor.page.locator("[data-consent-action=withdraw]:visible")
        if hand.kind == "keyboard":
            hand.reach(control)
            hand.visitor.page.keyboard.press("Enter")
        else:
            control.click()
        hand.settle()
    record = records()[-1]
    assert record.action == "withdraw"
    assert record.receipt == receipt
    assert set(record.answers.values()) == {"no"}
    assert hand.visitor.answers == "-"
    assert set(hand.visitor.cookies()) == {"privacy_choice"}
    third_party.clear()
    hand.visitor.open()
    check_loaded(third_party, hand, NOTHING)


def test_loading_once(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """V1, V2, B10: one embed, now; recorded as such; no cookie, and everything else unasked."""
    hand.visitor.open()
    hand.use("load-once", inside="placeholder")
    [record] = records()
    assert (record.action, record.means, record.layer) == ("once", "placeholder", "placeholder")
    assert {k: a for k, a in record.answers.items() if a != "unasked"} == {"media:video": "yes"}
    assert hand.visitor.choice == ""
    assert hand.visitor.banner.is_visible()
    services = frozenset({"media:video"})
    check_loaded(third_party, hand, expected(services, hand, page_mode))
    third_party.clear()
    hand.visitor.open()
    check_loaded(third_party, hand, NOTHING)


def test_always_allowing_one_service(
    hand: Hand, page_mode: bool, records: Records, third_party: ThirdParty
) -> None:
    """V2: answers for its service only; the rest stays unasked and the banner stays."""
    hand.visitor.open()
    hand.use("always", inside="placeholder")
    [record] = records()
    assert (record.action, record.means, record.layer) == ("choose", "placeholder", "placeholder")
    assert {k: a for k, a in record.answers.items() if a != "unasked"} == {"media:video": "yes"}
    assert hand.visitor.answers == "media:video~?marketing~?media~?statistics"
    assert hand.visitor.banner.is_visible()
    services = frozenset({"media:video"})
    check_loaded(third_party, hand, expected(services, hand, page_mode))
    third_party.clear()
    hand.visitor.open()
    check_loaded(third_party, hand, expected(services, hand, page_mode))
    assert hand.visitor.banner.is_visible()


def test_changing_a_grant_keeps_its_receipt(hand: Hand, records: Records) -> None:
    """W2, D2: an id starts with a grant and survives changes; the same choice writes nothing."""
    hand.visitor.open()
    hand.use("accept")
    hand.visitor.open("/privacy/")
    boxes = hand.visitor.preferences.locator("[name=grant]")
    assert all(boxes.nth(n).is_checked() for n in range(boxes.count()))
    hand.use("save", inside="preferences")
    assert len(records()) == 1
    hand.tick("marketing")
    hand.use("save", inside="preferences")
    first, second = records()
    assert (first.action, second.action) == ("accept", "choose")
    assert first.receipt == second.receipt
    assert second.answers["marketing"] == "no"
    assert hand.visitor.answers == "media~statistics"


def test_closing_the_preferences_changes_nothing(
    hand: Hand, page_mode: bool, records: Records
) -> None:
    """U7: undecided stays undecided, a grant stays a grant."""
    if hand.kind == "no script":
        hand.visitor.open("/privacy/?next=/en/")
        hand.visitor.page.locator("main a[href='/en/']").last.click()
        hand.settle()
        assert records() == []
        assert hand.visitor.choice == ""
        return
    for before in ("", "accept"):
        hand.visitor.open()
        if before:
            hand.use(before)
        value, count = hand.visitor.choice, len(records())
        hand.visitor.page.locator("a.consent-link").first.click()
        hand.visitor.preferences.locator("[name=grant]").first.click()
        hand.use("close", inside="preferences")
        hand.visitor.page.locator("a.consent-link").first.click()
        hand.visitor.page.keyboard.press("Escape")
        hand.settle()
        assert (hand.visitor.choice, len(records())) == (value, count)


def test_a_visitor_sees_what_is_in_force_afterwards(hand: Hand) -> None:
    """W2: what is in force, since when, how to change it, and the receipt under "Details"."""
    hand.visitor.open()
    hand.use("accept")
    status = hand.visitor.status
    assert status.get_by_text("You allow").is_visible()
    assert status.get_by_text("Since").is_visible()
    assert status.get_by_text("Privacy choices").is_visible()
    status.locator("summary").click()
    assert status.get_by_text(hand.visitor.choice.split(".")[4]).is_visible()
    assert status.get_attribute("role") == "status"


def test_the_receipt_goes_to_nobody_else(
    enter: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """D7: neither what third parties are sent nor what scripts are told holds the receipt id."""
    visitor = enter()
    visitor.page.add_init_script(
        "document.addEventListener('consent:change', (event) => {"
        " sessionStorage.setItem('told', JSON.stringify(event.detail)); });"
    )
    visitor.open()
    visitor.choose("accept")
    receipt = visitor.choice.split(".")[4]
    visitor.open("/en/policy/").open("/en/")
    assert eventually(lambda: loaded(third_party) == EVERYTHING, visitor.page.wait_for_timeout)
    told = visitor.page.evaluate("sessionStorage.getItem('told')")
    assert "statistics" in told
    sent = "\n".join(map(str, third_party.log))
    assert "/analytics.js" in sent
    assert receipt not in sent + told + "\n".join(visitor.foreign)

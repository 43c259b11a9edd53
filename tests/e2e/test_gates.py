"""Gated content: what stands in for it, what loads it, in which order, and what unloads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site.declaration import SERVICES
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.pages")

Records = Callable[[], list[Record]]
VIDEO = "iframe[src*='/embed/results']"
MAP = "iframe[src*='/embed/map']"
RAN = "window.ran ?? []"


def placeholder(visitor: Visitor, service: str = "video") -> Locator:
    return visitor.page.locator(
        f"[data-consent-dialog=placeholder][data-consent-service={service}]"
    ).first


def withdraw(visitor: Visitor) -> None:
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()


def stay(visitor: Visitor) -> None:
    """Mark the document, so that a reload shows."""
    visitor.page.evaluate("window.same = true")


def stayed(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("window.same === true"))


def ran(visitor: Visitor) -> list[str]:
    """Return the names of the gated scripts that ran, in their order."""
    found: list[str] = visitor.page.evaluate(RAN)
    return found


# The placeholder


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(("path", "word"), [("/en/", "load"), ("/es/", "carg")])
def test_a_placeholder_says_who_and_what_and_gives_a_plain_link(
    enter: Enter,
    page_mode: bool,
    third_party: ThirdParty,
    script: bool,
    path: str,
    word: str,
) -> None:
    """V1, V3: first-party, in the page's language; the frame does not exist."""
    visitor = enter(java_script_enabled=script).open(path)
    box = placeholder(visitor)
    expect(box).to_be_visible()
    text = box.inner_text()
    assert word in text.lower()
    assert third_party.origin.partition("//")[2] in text
    link = box.locator("a[href]")
    assert link.get_attribute("href") == f"{third_party.origin}/embed/results"
    assert link.get_attribute("target") is None
    assert visitor.page.locator("iframe").count() == 0
    assert box.locator("img, iframe, object, embed, video").count() == 0
    assert visitor.foreign == []
    link.click()
    visitor.page.wait_for_url("**/embed/results")


def test_the_placeholder_names_its_provider(enter: Enter, page_mode: bool) -> None:
    """V3: the company, not only the product."""
    visitor = enter().open()
    for service in ("video", "maps"):
        provider = SERVICES[f"media:{service}"]["provider"][0]
        assert provider in placeholder(visitor, service).inner_text()


# Granting


def test_a_frame_exists_only_after_a_grant(
    enter: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """V1: and a refusal leaves it that way."""
    visitor = enter().open()
    visitor.choose("refuse")
    visitor.page.wait_for_timeout(300)
    assert visitor.page.locator("iframe").count() == 0
    expect(placeholder(visitor)).to_be_visible()
    assert loaded(third_party) == NOTHING
    visitor.choose("load-once", inside="placeholder")
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    expect(placeholder(visitor)).to_be_hidden()
    assert visitor.page.locator(MAP).count() == 0
    assert visitor.answers == "-"


def test_load_once_loads_that_one_gate(enter: Enter, page_mode: bool) -> None:
    """V2: not another of the same service."""
    visitor = enter().open("/gates/many/")
    visitor.choose("load-once", inside="placeholder")
    expect(visitor.page.locator(".video")).to_have_text(["1"])
    assert visitor.choice == ""
    visitor.open("/gates/many/")
    assert visitor.page.locator(".video").count() == 0


def test_always_answers_for_its_service_alone(
    enter: Enter, page_mode: bool, records: Records
) -> None:
    """V2: every gate of the service, no other of the category, and the rest stays unasked."""
    visitor = enter().open("/gates/many/")
    visitor.choose("always", inside="placeholder")
    expect(visitor.page.locator(".video")).to_have_text(["1", "2"])
    for other in ("category", "maps", "statistics", "unheard"):
        assert visitor.page.locator(f".{other}").count() == 0
    [record] = records()
    assert {k for k, answer in record.answers.items() if answer != "unasked"} == {"media:video"}
    assert visitor.banner.is_visible()
    visitor.open("/gates/many/")
    expect(visitor.page.locator(".video")).to_have_text(["1", "2"])
    expect(placeholder(visitor)).to_be_hidden()
    expect(placeholder(visitor, "maps")).to_be_visible()


def test_a_category_and_everything_load_what_they_name(enter: Enter, page_mode: bool) -> None:
    """G1: nothing beyond, and never what no notice declares."""
    visitor = enter().open("/gates/many/")
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    visitor.preferences.locator("[name=grant][value=media]").click()
    visitor.choose("save", inside="preferences")
    for name, count in {"category": 1, "video": 2, "maps": 1, "statistics": 0}.items():
        expect(visitor.page.locator(f".{name}")).to_have_count(count)
    visitor.open("/privacy/?next=/gates/many/").choose("accept", inside="preferences")
    visitor.open("/gates/many/")
    for name, count in {"category": 1, "video": 2, "maps": 1, "statistics": 1}.items():
        expect(visitor.page.locator(f".{name}")).to_have_count(count)
    assert visitor.page.locator(".unheard").count() == 0


def test_nested_gates_answer_for_themselves(enter: Enter, page_mode: bool) -> None:
    """G1: in place and as the server renders them."""
    visitor = enter().open("/gates/nested/")
    visitor.control("choose").click()
    expect(visitor.preferences).to_be_visible()
    visitor.preferences.locator("[name=grant][value=media]").click()
    visitor.choose("save", inside="preferences")
    for _ in range(2):
        expect(visitor.page.locator(".outer")).to_have_count(1)
        expect(visitor.page.locator(".after")).to_have_count(1)
        assert visitor.page.locator(".inner").count() == 0
        visitor.open("/gates/nested/")
    visitor.page.locator("a.consent-link").click()
    visitor.preferences.locator("[name=grant][value=statistics]").click()
    visitor.choose("save", inside="preferences")
    expect(visitor.page.locator("main p")).to_have_text(["Outer", "Inner", "After"])
    visitor.page.locator("a.consent-link").click()
    visitor.preferences.locator("[name=grant][value=media]").click()
    visitor.choose("save", inside="preferences")
    expect(visitor.page.locator("main p")).to_have_count(0)


def test_a_gate_in_the_head_keeps_its_content_there(enter: Enter, page_mode: bool) -> None:
    """V1: no connection is opened ahead of a grant; afterwards it stands where it was written."""
    visitor = enter().open("/gates/head/")
    assert visitor.page.locator("head meta[name=gated]").count() == 0
    assert visitor.page.locator("link[rel=preconnect]").count() == 0
    assert ran(visitor) == []
    visitor.choose("accept")
    for _ in range(2):
        expect(visitor.page.locator("head meta[name=gated]")).to_have_count(1)
        expect(visitor.page.locator("head link[rel=preconnect]")).to_have_count(1)
        assert eventually(lambda: ran(visitor) == ["head"], visitor.page.wait_for_timeout)
        visitor.open("/gates/head/")


def test_focus_goes_to_what_was_loaded(enter: Enter, page_mode: bool) -> None:
    """A6: the control that had it is gone."""
    for action in ("load-once", "always"):
        visitor = enter().open("/gates/with-script/")
        control = visitor.control(action, inside="placeholder")
        control.focus()
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator(f"{VIDEO}:focus")).to_have_count(1)


# Scripts


def test_scripts_run_in_the_order_in_which_they_stand(enter: Enter, page_mode: bool) -> None:
    """DESIGN 7: each waits for the one before it, whether that loads or fails."""
    order = ["1 inline", "2 slow", "3 inline", "4 quick", "5 inline"]
    visitor = enter().open("/gates/ordered/")
    assert ran(visitor) == []
    visitor.choose("accept")
    assert eventually(lambda: len(ran(visitor)) == 5, visitor.page.wait_for_timeout)
    assert ran(visitor) == order
    visitor.open("/gates/ordered/")
    assert eventually(lambda: len(ran(visitor)) == 5, visitor.page.wait_for_timeout)
    assert ran(visitor) == order


def test_under_a_policy_only_scripts_with_its_nonce_run(enter: Enter, page_mode: bool) -> None:
    """B9, DESIGN 7: the dialog is no way around `strict-dynamic`, nor against Trusted Types."""
    visitor = enter().open("/gates/nonces/?policy")
    expect(visitor.banner).to_be_visible()
    visitor.choose("accept")
    ours = ["external ours", "ours"]
    assert eventually(lambda: ran(visitor) == ours, visitor.page.wait_for_timeout)
    visitor.page.wait_for_timeout(300)
    assert ran(visitor) == ours
    assert not [url for url in visitor.requests if "none" in url or "other" in url]
    assert visitor.errors == []


def test_without_a_policy_every_script_of_a_gate_runs(enter: Enter, page_mode: bool) -> None:
    """So the measurement above can fail."""
    visitor = enter().open("/gates/nonces/")
    visitor.choose("accept")
    assert eventually(lambda: len(ran(visitor)) == 6, visitor.page.wait_for_timeout)


# Unloading


@pytest.mark.parametrize("rendered", ["in place", "by the server"])
def test_withdrawing_unloads_the_frame_in_place(
    enter: Enter, page_mode: bool, third_party: ThirdParty, rendered: str
) -> None:
    """V4: the page stays where no script ran; asking again loads it again."""
    visitor = enter().open("/gates/frames/")
    visitor.choose("accept")
    if rendered == "by the server":
        visitor.open("/gates/frames/")
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    assert eventually(lambda: len(third_party.log) > 0, visitor.page.wait_for_timeout)
    visitor.page.wait_for_load_state("load")
    stay(visitor)
    third_party.clear()
    withdraw(visitor)
    expect(visitor.page.locator("iframe")).to_have_count(0)
    expect(visitor.page.locator(".consent-placeholder")).to_be_visible()
    expect(visitor.status).to_contain_text("nothing optional")
    visitor.page.wait_for_timeout(200)
    assert stayed(visitor)
    assert third_party.log == []
    visitor.choose("load-once", inside="placeholder")
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    assert stayed(visitor)


@pytest.mark.parametrize("page", ["with-script", "ordered", "head"])
@pytest.mark.parametrize("rendered", ["in place", "by the server"])
def test_withdrawing_reloads_where_a_granted_script_ran(
    enter: Enter, page_mode: bool, third_party: ThirdParty, page: str, rendered: str
) -> None:
    """V4, W3: what a script did can only be undone so; the outcome is said afterwards."""
    visitor = enter().open(f"/gates/{page}/")
    visitor.choose("accept")
    assert eventually(lambda: ran(visitor) != [], visitor.page.wait_for_timeout)
    if rendered == "by the server":
        visitor.open(f"/gates/{page}/")
    stay(visitor)
    visitor.page.wait_for_timeout(300)
    withdraw(visitor)
    visitor.page.wait_for_function("!window.same")
    visitor.page.wait_for_load_state("load")
    third_party.clear()
    visitor.page.wait_for_timeout(300)
    assert ran(visitor) == []
    assert visitor.page.locator("iframe").count() == 0
    assert third_party.log == []
    expect(visitor.status).to_be_visible()


def test_withdrawing_does_not_wait_for_scripts_that_load(
    enter: Enter, page_mode: bool, third_party: ThirdParty
) -> None:
    """W1, V4: a vendor's server that hangs takes no control from the visitor."""
    visitor = enter().open("/gates/hanging/")
    visitor.choose("accept")
    assert eventually(lambda: ran(visitor) == ["before"], visitor.page.wait_for_timeout)
    stay(visitor)
    withdraw(visitor)
    assert eventually(lambda: visitor.answers == "-", visitor.page.wait_for_timeout, ms=2000)
    visitor.page.wait_for_function("!window.same")
    visitor.page.wait_for_timeout(500)
    assert ran(visitor) == []


def test_granting_less_unloads_only_what_was_taken_back(
    enter: Enter, page_mode: bool, records: Records
) -> None:
    """V4, G1."""
    visitor = enter().open("/gates/many/")
    visitor.choose("accept")
    stay(visitor)
    visitor.page.locator("a.consent-link").click()
    visitor.preferences.locator("summary").filter(has_text="Media").first.click()
    visitor.preferences.locator("[value='media:maps']").click()
    visitor.choose("save", inside="preferences")
    expect(visitor.page.locator(".maps")).to_have_count(0)
    assert visitor.page.locator(".video").count() == 2
    assert visitor.page.locator(".category").count() == 0
    assert visitor.page.locator(".statistics").count() == 1
    assert stayed(visitor)
    assert records()[-1].answers["media:maps"] == "no"
    assert "!media:maps" in visitor.answers or "media:video" in visitor.answers

"""Gates and the link inside a form of the site's own: both keep working, and keep apart."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Request, expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.urls("tests.e2e.pages")

Records = Callable[[], list[Record]]
PATH = "/gates/form/"
TYPED = {"before": "headache", "after": "since Monday"}
VIDEO = "iframe.video"
MAP = "iframe.map"
NESTED = "() => [...document.querySelectorAll('form form, p p, p div')].length"
MEMBERS = "(form) => [...form.elements].map((each) => each.name)"
OWNERS = """() => [...document.querySelectorAll('#site [data-consent-action]')]
  .filter((each) => each.matches('button') && each.form?.id !== 'consent-controls').length"""


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def script(request: pytest.FixtureRequest) -> bool:
    """With and without JavaScript."""
    return bool(request.param)


def fill(visitor: Visitor) -> None:
    for name, value in TYPED.items():
        visitor.page.locator(f"#site [name={name}]").fill(value)


def sent(visitor: Visitor) -> dict[str, list[str]]:
    """Return what the site's form sent with the last navigation."""
    visitor.page.wait_for_url("**/gates/form/?*")
    return parse_qs(urlsplit(visitor.page.url).query)


def press(visitor: Visitor, action: str, *, service: str = "video") -> str:
    """Use a placeholder's control; return what was posted to us."""
    posts: list[Request] = []
    visitor.page.on("request", lambda r: posts.append(r) if r.method == "POST" else None)
    box = f"[data-consent-dialog=placeholder][data-consent-service={service}]"
    visitor.page.locator(f"{box} [data-consent-action={action}]").click()
    visitor.page.wait_for_load_state("load")
    [post] = posts
    assert urlsplit(post.url).path == "/privacy/decision/"
    return post.post_data or ""


def test_the_sites_form_keeps_all_of_its_fields(
    enter: Enter, page_mode: bool, script: bool
) -> None:
    """No form of ours stands in another, nor a block in a paragraph."""
    visitor = enter(java_script_enabled=script).open(PATH)
    assert visitor.page.evaluate(NESTED) == 0
    assert visitor.page.locator("#site").evaluate(MEMBERS) == ["before", "after", "send"]
    assert visitor.page.evaluate(OWNERS) == 0
    for part in ("pasted", "linked"):
        assert visitor.page.locator(f"p#{part} button").count() == (2 if part == "pasted" else 1)
    fill(visitor)
    visitor.page.get_by_role("button", name="Send").click()
    assert sent(visitor) == {**{name: [value] for name, value in TYPED.items()}, "send": ["now"]}


def test_enter_in_a_field_sends_the_sites_form(
    enter: Enter, page_mode: bool, script: bool, records: Records
) -> None:
    """G2: and presses none of our buttons, although they come first."""
    visitor = enter(java_script_enabled=script).open(PATH)
    fill(visitor)
    visitor.page.locator("#site [name=after]").press("Enter")
    assert sent(visitor)["send"] == ["now"]
    assert records() == []
    assert visitor.page.locator("iframe").count() == 0


def test_load_once_loads_its_content_and_posts_nothing_of_the_sites(
    enter: Enter, script: bool, records: Records
) -> None:
    """V2, G2, P1."""
    visitor = enter(java_script_enabled=script).open(PATH)
    fill(visitor)
    posted = press(visitor, "load-once")
    expect(visitor.page.locator(VIDEO)).to_have_count(1)
    for name, value in TYPED.items():
        assert name not in parse_qs(posted)
        assert value.split()[0] not in posted
        if script:
            expect(visitor.page.locator(f"#site [name={name}]")).to_have_value(value)
    [record] = records()
    assert (record.action, record.means, record.layer) == ("once", "placeholder", "placeholder")
    assert (record.notice, record.language) == (1, "en")
    assert record.by == ("script" if script else "form")
    assert [key for key, answer in record.answers.items() if answer == "yes"] == ["media:video"]
    assert visitor.choice == ""


def test_always_is_remembered_and_the_link_withdraws_it(
    enter: Enter, script: bool, records: Records
) -> None:
    """V2, W1, P1: for a pasted frame as for a tagged one."""
    visitor = enter(java_script_enabled=script).open(PATH)
    press(visitor, "always", service="maps")
    expect(visitor.page.locator(MAP)).to_have_count(1)
    assert visitor.answers.split("~")[0] == "media:maps"
    visitor.open(PATH)
    expect(visitor.page.locator(MAP)).to_have_count(1)
    fill(visitor)
    visitor.page.locator("#linked [data-consent-action=withdraw]").press("Enter")
    expect(visitor.page.locator(MAP)).to_have_count(0)
    assert visitor.answers == "-"
    granted, withdrawn = records()
    assert (granted.action, granted.layer, granted.means) == (
        "choose",
        "placeholder",
        "placeholder",
    )
    assert (withdrawn.action, withdrawn.layer, withdrawn.means) == ("withdraw", "link", "withdraw")
    assert granted.receipt == withdrawn.receipt
    assert granted.presentation == withdrawn.presentation != ""

"""Whose an address is, in the scripts: as Python decides it, by the same table."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from consent.core.notice import Notice
from tests.core.notices import category, service
from tests.core.test_hosts import ADDRESSES, DECLARED
from tests.js.pages import STATIC, Answer, Site, gate_html, page, placeholder, sample_notice
from tests.js.test_gates import press
from tests.js.test_state import granted

Visit = Callable[..., Page]
BEGINS = "// Whose an address is:"
LAST_LINE = "return [...new Set(found.map(({ key }) => key))];\n"


def written(name: str) -> str:
    text = (STATIC / name).read_text("utf-8")
    start = text.rindex("\n", 0, text.index(BEGINS)) + 1
    last = text.index(LAST_LINE, start) + len(LAST_LINE)
    return textwrap.dedent(text[start : text.index("}\n", last) + 2])


def test_it_is_written_once() -> None:
    """Neither script may wait for a third file, so both carry it, to the letter."""
    assert written("guard.js") == written("enforce.js")


@pytest.fixture(scope="module")
def owners(browser: Browser) -> dict[str, list[str] | None]:
    opened = browser.new_page()
    opened.add_script_tag(
        content=f"{written('enforce.js')}window.read = readPlace; window.owners = ownersOf;"
    )
    found: dict[str, list[str] | None] = opened.evaluate(
        """([declared, addresses]) => {
            const places = Object.entries(declared).flatMap(([key, texts]) =>
                texts.map((text) => read(text, key)));
            return Object.fromEntries(addresses.map((text) => {
                const keys = owners(new URL(text), places);
                return [text, keys.length ? keys.filter(Boolean) : null];
            }));
        }""",
        [DECLARED, list(ADDRESSES)],
    )
    opened.close()
    return found


@pytest.mark.parametrize(("url", "keys"), ADDRESSES.items())
def test_the_most_exact_declaration_decides(
    owners: dict[str, list[str] | None], url: str, keys: list[str] | None
) -> None:
    """G1."""
    found = owners[url]
    assert (None if found is None else sorted(found)) == (None if keys is None else sorted(keys))


def vendor(site: Site) -> str:
    """Return the same server as another origin."""
    return site.url.replace("127.0.0.1", "localhost")


def sharing(site: Site, *paths: str) -> Notice:
    """Return a notice whose two services declare the same host, each with its path."""
    host = vendor(site).removeprefix("http://")
    video = service("video", hosts=(host + paths[0],))
    media = category("media", video, service("maps", hosts=("maps.example",)))
    preferences = category("preferences", service("captcha", hosts=(host + paths[1],)))
    return replace(sample_notice(), categories=(media, preferences))


def choice(*keys: str) -> Answer:
    answers = "~".join(keys)
    body = {"decision": "choose", "granted": list(keys), "message": "Saved.", "receipt": "0" * 26}
    cookie = f"privacy_choice={granted(answers, notice=1)}"
    return Answer(200, {**body, "anchor": "consent-status"}, cookie)


@pytest.mark.parametrize("paths", [("", ""), ("/js", "/captcha")])
def test_a_partial_grant_is_no_withdrawal_of_the_other(
    visit: Visit, site: Site, paths: tuple[str, str]
) -> None:
    """G1: the page is not loaded again, nothing is asked for twice, and focus stays."""
    notice = sharing(site, *paths)
    video = gate_html(
        f"<script src={vendor(site)}/js/a.js></script><i id=video>", box=placeholder(notice)
    )
    captcha = gate_html("<i id=captcha>", gate="g2", category="preferences", service="captcha")
    opened = visit(page(notice, body=video + captcha))
    opened.evaluate("window.same = true")
    site.answer = choice("media:video", "?media", "?preferences")
    press(opened, "always", inside="placeholder")
    expect(opened.locator("#video")).to_have_count(1)
    site.answer = choice("media:video", "!preferences:captcha")
    opened.locator("a.consent-link").click()
    press(opened, "save", inside="preferences")
    expect(opened.locator("#consent-status")).to_contain_text("Saved.")
    opened.wait_for_timeout(300)
    assert opened.evaluate("window.same")
    assert site.gets.count("/js/a.js") == 1
    assert opened.evaluate("document.activeElement != document.body")


def test_what_ran_untagged_reloads_where_one_of_its_services_is_withdrawn(
    visit: Visit, site: Site
) -> None:
    """W3: on a page to which the server let it through."""
    notice = sharing(site, "", "")
    html = page(
        notice,
        body=f"<script src={vendor(site)}/js/a.js></script>",
        banner_hidden=True,
        granted=True,
    )
    opened = visit(html, stored=granted("media~preferences", notice=1))
    opened.evaluate("window.same = true")
    site.answer = choice("media", "!preferences:captcha")
    opened.locator("a.consent-link").click()
    opened.locator("dialog [name=grant][value=preferences]").uncheck()
    press(opened, "save", inside="preferences")
    opened.wait_for_function("!window.same")


def test_what_another_service_s_path_lets_through_stays(visit: Visit, site: Site) -> None:
    """W3, G1."""
    notice = sharing(site, "/js", "/captcha")
    html = page(
        notice,
        body=f"<script src={vendor(site)}/js/a.js></script>",
        banner_hidden=True,
        granted=True,
    )
    opened = visit(html, stored=granted("media~preferences", notice=1))
    opened.evaluate("window.same = true")
    site.answer = choice("media")
    opened.locator("a.consent-link").click()
    opened.locator("dialog [name=grant][value=preferences]").uncheck()
    press(opened, "save", inside="preferences")
    expect(opened.locator("#consent-status")).to_contain_text("Saved.")
    opened.wait_for_timeout(300)
    assert opened.evaluate("window.same")

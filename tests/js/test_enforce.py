"""What a decision deletes in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from consent.core.notice import Notice
from tests.core.notices import category, service, tracker
from tests.js.pages import Site, gate_html, page, sample_notice
from tests.js.test_gates import REFUSAL, press
from tests.js.test_state import granted, refused

Visit = Callable[..., Page]
DECLARED = [
    ("_video", "cookie"),
    ("_video_*", "cookie"),
    ("video:*", "local"),
    ("tab_?", "session"),
    ("video-db", "indexeddb"),
]
SEED = """async () => {
    document.cookie = "_video=1; Path=/; Max-Age=1000";
    document.cookie = "_video_a.b=1; Path=/deep; Max-Age=1000";
    document.cookie = "_videos=1; Path=/; Max-Age=1000";
    document.cookie = "sessionid=1; Path=/; Max-Age=1000";
    for (const store of [localStorage, sessionStorage]) {
        for (const key of ["video:1", "video:2", "video", "tab_1", "tab_10"]) store.setItem(key, 1);
    }
    for (const name of ["video-db", "other-db"]) {
        await new Promise((done) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => done(request.result.close());
        });
    }
}"""
LEFT = """async () => ({
    cookies: document.cookie.split("; ").map((pair) => pair.split("=")[0])
        .filter((name) => name != "privacy_choice").sort(),
    local: Object.keys(localStorage).sort(),
    session: Object.keys(sessionStorage).sort(),
    databases: (await indexedDB.databases()).map((each) => each.name).sort(),
})"""
SEEDED = {
    "cookies": ["_video", "_video_a.b", "_videos", "sessionid"],
    "local": ["tab_1", "tab_10", "video", "video:1", "video:2"],
    "session": ["tab_1", "tab_10", "video", "video:1", "video:2"],
    "databases": ["other-db", "video-db"],
}
CLEARED = {
    "cookies": ["_videos", "sessionid"],
    "local": ["tab_1", "tab_10", "video"],
    "session": ["tab_10", "video", "video:1", "video:2"],
    "databases": ["other-db"],
}


def with_trackers() -> Notice:
    """Return the sample notice whose video keeps something of every kind."""
    base = sample_notice()
    video = service("video", trackers=[tracker(name, kind=kind) for name, kind in DECLARED])
    media = category("media", video)
    return replace(base, categories=(*base.categories[:-1], media))


def visiting(visit: Visit, body: str = "") -> Page:
    """Open a deep page of a site on which the video is granted."""
    html = page(with_trackers(), body=body, granted=True, banner_hidden=True)
    return visit(html, stored=granted("media", notice=1), path="/deep/page")


def left(opened: Page) -> object:
    return opened.evaluate(LEFT)


def test_a_grant_keeps_everything(visit: Visit) -> None:
    opened = visiting(visit)
    opened.evaluate(SEED)
    opened.reload()
    opened.wait_for_timeout(200)
    assert left(opened) == SEEDED


def test_a_withdrawal_deletes_what_was_declared_and_nothing_else(visit: Visit, site: Site) -> None:
    """W3: every kind, by pattern, wherever it lives; what another tracker needs stays."""
    site.answer = REFUSAL
    opened = visiting(visit)
    opened.evaluate(SEED)
    assert left(opened) == SEEDED
    opened.click("[data-consent-action=withdraw]")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    opened.wait_for_function(f"async () => (await ({LEFT})()).databases.length === 1")
    assert left(opened) == CLEARED


def test_what_comes_back_is_deleted_on_the_next_page(visit: Visit) -> None:
    """W3."""
    html = page(with_trackers(), banner_hidden=True)
    opened = visit(html, stored=refused(), path="/deep/page")
    opened.evaluate(SEED)
    opened.reload()
    opened.wait_for_function(f"async () => (await ({LEFT})()).databases.length === 1")
    assert left(opened) == CLEARED


def test_an_undecided_visitors_storage_is_not_touched(visit: Visit) -> None:
    """B1: not even read."""
    opened = visit(page(with_trackers()), path="/deep/page")
    opened.evaluate(SEED)
    opened.reload()
    opened.wait_for_timeout(200)
    assert left(opened) == SEEDED


def test_a_script_that_had_run_cannot_write_on(visit: Visit, site: Site) -> None:
    """W3: told, deleted, reloaded, deleted again."""
    site.answer = REFUSAL
    write = "document.cookie = '_video=again; Path=/'; localStorage.setItem('video:9', 1)"
    script = f"<script>setInterval(() => {{ {write} }}, 50)</script>"
    opened = visiting(visit, gate_html(script, granted=True))
    opened.wait_for_function("localStorage.getItem('video:9')")
    opened.evaluate(
        "document.addEventListener('consent:change', () =>"
        " sessionStorage.setItem('told', document.cookie.includes('_video=')))"
    )
    site.pages["/deep/page"] = page(with_trackers(), banner_hidden=True, body=gate_html(script))
    with opened.expect_navigation():
        opened.click("[data-consent-action=withdraw]")
    opened.wait_for_timeout(300)
    assert opened.evaluate("sessionStorage.getItem('told')") == "true"
    assert left(opened) == {"cookies": [], "local": [], "session": ["told"], "databases": []}
    assert opened.url.endswith("#consent-status")


@pytest.mark.parametrize("action", ["refuse", "close"])
def test_refusing_deletes_what_was_there_before(visit: Visit, site: Site, action: str) -> None:
    """W3: left over from a time before the dialog."""
    site.answer = REFUSAL
    opened = visit(page(with_trackers()), path="/deep/page")
    opened.evaluate(SEED)
    press(opened, action)
    opened.wait_for_function(f"async () => (await ({LEFT})()).databases.length === 1")
    assert left(opened) == CLEARED

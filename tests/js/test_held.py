"""What the server made inert by renaming comes back where the browser knows of a grant first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.js.conftest import until
from tests.js.pages import Answer, Site, page, sample_notice
from tests.js.test_gates import REFUSAL, press
from tests.js.test_state import granted

Visit = Callable[..., Page]
MEDIA = granted("media", notice=1)
ALL = Answer(
    200,
    {"decision": "accept", "granted": ["media"], "message": "Saved.", "anchor": "consent-status"},
    f"privacy_choice={MEDIA}",
)
STATISTICS = granted("statistics", notice=1)
IMAGE = '<img data-consent-held="media:video" data-consent-held-src="/1.png">'


def held_page(body: str, *, nonce: str = "", cacheable: bool = True, granted: bool = False) -> str:
    options = {"cacheable": cacheable, "nonce": nonce, "granted": granted}
    return page(sample_notice(), body=body, banner_hidden=granted, **options)


def asked(opened: Page, site: Site, path: str) -> bool:
    for _ in range(20):
        if path in site.gets:
            return True
        opened.wait_for_timeout(50)
    return False


WAYS = {
    "image": IMAGE,
    "srcset": '<img data-consent-held="media:video" data-consent-held-srcset="/1.png 1x">',
    "frame": '<svg></svg><iframe data-consent-held="media:video" data-consent-held-src="/1.png">'
    "</iframe>",
    "link": '<link rel=stylesheet data-consent-held="media:video" data-consent-held-href="/1.png">',
    "poster": '<video data-consent-held="media:video" data-consent-held-poster="/1.png"></video>',
    "object": '<object type="image/png" data-consent-held="media:video" '
    'data-consent-held-data="/1.png"></object>',
    "svg": '<svg><image data-consent-held="media:video" data-consent-held-href="/1.png"/></svg>',
    "xlink": '<svg><image data-consent-held="media:video" data-consent-held-xlink:href="/1.png"/>'
    "</svg>",
    "svg script": '<svg><script data-consent-held="media:video" data-consent-held-href="/1.png">'
    "</script></svg>",
    "script": '<script data-consent-held="media:video" data-consent-held-src="/1.png"></script>',
    "style attribute": '<p style="color: red; background: consent-url(/1.png)" '
    'data-consent-held="media:video">x</p>',
    "renamed style": '<p data-consent-held-style="background: url(/1.png)" '
    'data-consent-held="media:video">x</p>',
    "image-set": "<p style=\"background: consent-image-set('/1.png' 1x)\" "
    'data-consent-held="media:video">x</p>',
    "style element": '<style data-consent-held="media:video">p { background: consent-url(/1.png) }'
    "</style>",
    "import": '<style data-consent-held="media:video">@consent-import "/1.png";</style>',
    "import of url()": '<style data-consent-held="media:video">@consent-import url(/1.png);'
    "</style>",
    "background": '<table><td data-consent-held="media:video" data-consent-held-background='
    '"/1.png">x</table>',
}


@pytest.mark.parametrize("way", WAYS)
def test_each_kind_loads_with_a_grant_only(visit: Visit, site: Site, way: str) -> None:
    """B2, B8."""
    html = held_page(WAYS[way])
    visit(html, stored=STATISTICS).wait_for_timeout(200)
    assert "/1.png" not in site.gets
    opened = visit(html, stored=MEDIA)
    assert asked(opened, site, "/1.png")
    assert opened.locator("main [data-consent-held]").count() == 0


@pytest.mark.parametrize("way", WAYS)
def test_each_kind_loads_when_it_is_granted(visit: Visit, site: Site, way: str) -> None:
    site.answer = ALL
    opened = visit(held_page(WAYS[way], cacheable=False))
    press(opened, "accept")
    assert asked(opened, site, "/1.png")


def test_a_page_that_the_server_decided_is_left_as_it_is(visit: Visit, site: Site) -> None:
    visit(held_page(IMAGE, cacheable=False), stored=MEDIA).wait_for_timeout(200)
    assert "/1.png" not in site.gets


def test_all_its_keys_must_be_granted(visit: Visit, site: Site) -> None:
    """G1."""
    html = held_page(IMAGE.replace("media:video", "media:video statistics:visits"))
    visit(html, stored=MEDIA).wait_for_timeout(200)
    assert "/1.png" not in site.gets
    both = granted("media~statistics:visits~?statistics", notice=1)
    assert asked(visit(html, stored=both), site, "/1.png")


@pytest.mark.parametrize(
    "dead",
    [
        IMAGE.replace("media:video", ""),
        '<iframe data-consent-held="media:video" data-consent-held-src="javascript:top.evil=1">',
        '<iframe data-consent-held="media:video" '
        'data-consent-held-srcdoc="<script>top.evil=1</script>"></iframe>',
        '<p data-consent-held="media:video" data-consent-held-onclick="evil=1" id=p>x</p>',
    ],
)
def test_what_nobody_may_revive_stays_dead(visit: Visit, site: Site, dead: str) -> None:
    opened = visit(held_page(dead), stored=MEDIA)
    opened.wait_for_timeout(200)
    assert "/1.png" not in site.gets
    assert opened.locator("main [onclick], main [srcdoc]").count() == 0
    assert opened.evaluate("typeof evil") == "undefined"


def test_scripts_run_one_after_another(visit: Visit, site: Site) -> None:
    scripts = "".join(
        f'<script data-consent-held="media:video" data-consent-held-src="/js/{name}.js"></script>'
        for name in "abc"
    )
    opened = visit(held_page(scripts), stored=MEDIA)
    opened.wait_for_function("window.order?.length == 3")
    assert opened.evaluate("order") == ["a.js", "b.js", "c.js"]


def test_a_script_of_another_nonce_never_runs(visit: Visit, site: Site) -> None:
    """B9."""
    site.headers = {"Content-Security-Policy": "script-src 'nonce-one' 'strict-dynamic'"}
    scripts = "".join(
        f'<script {nonce} data-consent-held="media:video" data-consent-held-src="/js/{name}.js">'
        "</script>"
        for name, nonce in {"none": "", "two": "nonce=two", "one": "nonce=one"}.items()
    )
    opened = visit(held_page(scripts, nonce="one"), stored=MEDIA)
    until(opened, "window.order")
    assert opened.evaluate("order") == ["one.js"]


def test_what_is_inserted_later_is_revived_too(visit: Visit, site: Site) -> None:
    opened = visit(held_page(""), stored=MEDIA)
    opened.evaluate("(html) => document.querySelector('main').innerHTML = html", IMAGE)
    assert asked(opened, site, "/1.png")


def test_a_withdrawal_unloads_what_was_revived(visit: Visit, site: Site) -> None:
    """V4, W1, W3: and a new grant loads it again."""
    body = (
        '<iframe data-consent-held="media:video" data-consent-held-src="/frame"></iframe>'
        + IMAGE
        + '<p style="background: consent-url(/2.png)" data-consent-held="media:video">x</p>'
        '<style data-consent-held="media:video">p { content: consent-url(/3.png) }</style>'
    )
    opened = visit(held_page(body, granted=True), stored=MEDIA)
    assert asked(opened, site, "/2.png")
    opened.evaluate("window.same = true")
    before = opened.evaluate("document.querySelector('main').innerHTML")
    assert "consent-held" not in before
    site.answer = REFUSAL
    opened.click("[data-consent-action=withdraw]")
    opened.wait_for_function("document.querySelectorAll('main [data-consent-held]').length == 4")
    assert opened.evaluate("document.querySelector('main iframe').contentWindow.location.href") == (
        "about:blank"
    )
    assert opened.locator("main img[src]").count() == 0
    markup = opened.evaluate("document.querySelector('main').innerHTML")
    assert markup.count("consent-url(") == 2
    assert opened.evaluate("window.same")


def test_a_withdrawal_reloads_where_a_script_has_run(visit: Visit, site: Site) -> None:
    """W3."""
    script = '<script data-consent-held="media:video" data-consent-held-src="/js/a.js"></script>'
    opened = visit(held_page(script, granted=True), stored=MEDIA)
    opened.wait_for_function("window.order")
    site.answer = REFUSAL
    opened.click("[data-consent-action=withdraw]")
    opened.wait_for_function("!window.order")
    assert opened.url.endswith("#consent-status")

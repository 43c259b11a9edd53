"""Untagged markup in responses: inert until it is granted, and nothing else changed by a byte."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import AsyncClient

from consent import content, sightings
from consent.core.markup import closed, revive
from consent.testing import grant
from tests.conftest import Publish
from tests.core.notices import category, service, text
from tests.untagged import BODY, FRAME, IMAGE, PATTERN, PLAIN, SCRIPT, UNKNOWN
from tests.visiting import ORIGIN, Visitor, awaited, worded

pytestmark = pytest.mark.urls("tests.untagged")
GATED = re.compile(r'<template data-consent-category="(\w+)" data-consent-service="(\w+)" id="')


@pytest.fixture(autouse=True)
def _no_markup_between_tests() -> Iterator[None]:
    sightings.forget()
    content._warned.clear()
    yield
    BODY.clear()
    BODY["html"] = FRAME


@pytest.fixture
def notice(publish: Publish) -> Any:
    """A video, a script of several hosts with a pattern, and a host that needs no consent."""
    own = service("files", role="own", hosts=("files.example",))
    video = service("video", name=text("Film"), hosts=("player.example",))
    stats = service("stats", hosts=("stats.example", "*.stats.example"), patterns=("_stats.push",))
    return publish(
        worded(
            category("necessary", own, required=True),
            category("media", video),
            category("statistics", stats),
        )
    )


def body(visitor: Visitor, path: str = "/bare/", html: str = "") -> str:
    BODY["html"] = html or BODY["html"]
    response = visitor.get(path)
    return b"".join(response).decode() if response.streaming else response.content.decode()


@pytest.mark.parametrize("html", [FRAME, SCRIPT, PATTERN])
@pytest.mark.usefixtures("notice")
def test_what_is_not_granted_goes_out_in_a_gate(visitor: Visitor, html: str) -> None:
    """B2, B4: frames, scripts and inline scripts as the tag would have them."""
    got = body(visitor, html=html)
    assert GATED.search(got)
    assert closed(html) in got
    assert got.count("<template data-consent-end></template>") == 1


@pytest.mark.usefixtures("notice")
def test_a_frame_gets_the_placeholder_that_a_tagged_one_gets(visitor: Visitor) -> None:
    """V1, V3: provider and consequence, and a plain link."""
    got = body(visitor, "/page/", FRAME)
    assert 'data-consent-dialog="placeholder"' in got
    assert 'data-consent-action="load-once"' in got
    assert '<a href="https://player.example/film">' in got
    assert "External content: Film" in got


@pytest.mark.parametrize("html", [FRAME, SCRIPT, PATTERN, IMAGE, IMAGE + SCRIPT])
@pytest.mark.usefixtures("notice")
def test_what_is_granted_passes_byte_for_byte(visitor: Visitor, html: str) -> None:
    grant(visitor, "media", "statistics")
    assert body(visitor, html=html) == html


@pytest.mark.usefixtures("notice")
def test_only_the_service_that_is_granted_passes(visitor: Visitor) -> None:
    """G1."""
    grant(visitor, "media")
    got = body(visitor, html=FRAME + SCRIPT)
    assert got.startswith(FRAME)
    assert GATED.findall(got) == [("statistics", "stats")]


@pytest.mark.parametrize("value", ["garbage", "v1.1.0.media.x.y", ""])
@pytest.mark.usefixtures("notice")
def test_a_cookie_that_proves_nothing_lets_nothing_pass(visitor: Visitor, value: str) -> None:
    """B7."""
    visitor.carry(value)
    assert GATED.search(body(visitor, html=FRAME))


@pytest.mark.parametrize("path", ["/bare/", "/stream/"])
@pytest.mark.usefixtures("notice")
def test_taken_out_again_it_is_what_the_view_sent(visitor: Visitor, path: str) -> None:
    html = f"<!doctype html><p>é\0</p>{IMAGE}{SCRIPT}{PATTERN}<!-- {FRAME} --><p"
    got = body(visitor, path, html)
    assert got != html
    assert revive(got.encode()) == html.encode()


@pytest.mark.usefixtures("notice")
def test_a_page_without_third_parties_is_untouched(visitor: Visitor) -> None:
    """DESIGN 4.10 and 4.11: also its validators."""
    BODY["html"] = PLAIN + '<script src="https://files.example/own.js"></script>'
    response = visitor.get("/bare/")
    assert response.content.decode() == BODY["html"]
    assert response["ETag"] == '"bare"'
    assert "Cache-Control" not in response


@pytest.mark.usefixtures("notice")
def test_a_link_to_a_third_party_makes_no_page_private(visitor: Visitor) -> None:
    grant(visitor, "media")
    BODY["html"] = PLAIN
    assert "Cache-Control" not in visitor.get("/bare/")


@pytest.mark.parametrize("granted", [True, False])
@pytest.mark.usefixtures("notice")
def test_what_depends_on_the_visitor_is_the_visitors_alone(visitor: Visitor, granted: bool) -> None:
    """B8."""
    if granted:
        grant(visitor, "media")
    response = visitor.get("/bare/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]
    assert response.get("ETag") != '"bare"'
    assert int(response.get("Content-Length", len(response.content))) == len(response.content)


@pytest.mark.usefixtures("notice")
def test_djangos_cache_keeps_no_granted_page(visitor: Visitor) -> None:
    """B8: nor the inert one for who granted."""
    grant(visitor, "media")
    assert body(visitor, "/cached/") == FRAME
    other = Visitor()
    assert GATED.search(body(other, "/cached/"))
    assert body(visitor, "/cached/") == FRAME


@pytest.mark.usefixtures("notice")
def test_cacheable_pages_are_the_same_for_everybody(visitor: Visitor, settings: Any) -> None:
    """B8: inert for all; the browser decides."""
    settings.CONSENT_CACHEABLE_PAGES = True
    undecided = body(visitor)
    grant(visitor, "media")
    response = visitor.get("/bare/")
    assert response.content.decode() == undecided
    assert "Cache-Control" not in response
    assert GATED.search(undecided)


@pytest.mark.usefixtures("notice")
def test_loading_once_without_script_loads_this_frame_alone(visitor: Visitor) -> None:
    """V2, B10."""
    html = FRAME + FRAME
    got = body(visitor, "/page/", html)
    gate = re.findall(r'id="(consent-gate-\d+)"', got)[1]
    response = visitor.choose(
        action="once", means="placeholder", layer="placeholder", grant=["media:video"],
        next=f"/page/#{gate}", headers=ORIGIN,
    )  # fmt: skip
    path = response["Location"].partition("#")[0]
    got = body(visitor, path)
    assert got.endswith(FRAME)
    assert len(GATED.findall(got)) == 1
    assert visitor.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("notice")
def test_the_link_header_names_no_host_that_is_not_granted(visitor: Visitor) -> None:
    """B2."""
    links = "<https://player.example>; rel=preconnect, </a.css>; rel=preload; as=style"
    BODY["headers"] = {"Link": links}
    BODY["html"] = "<p>plain</p>"
    response = visitor.get("/bare/")
    assert response["Link"].strip() == "</a.css>; rel=preload; as=style"
    assert response["Cache-Control"] == "private, no-cache"
    grant(visitor, "media")
    assert visitor.get("/bare/")["Link"] == links
    BODY["headers"] = {"Link": "<https://player.example>; rel=preconnect"}
    assert "Link" not in Visitor().get("/bare/")


@pytest.mark.usefixtures("notice")
def test_undeclared_hosts_are_reported_by_default(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    """B4: once, and the page is as it was."""
    with caplog.at_level(logging.WARNING, "consent"):
        assert body(visitor, html=UNKNOWN) == UNKNOWN
        assert body(visitor, html=UNKNOWN) == UNKNOWN
    assert caplog.text.count("unheard.example") == 1


@pytest.mark.usefixtures("notice")
def test_undeclared_hosts_can_be_allowed(
    visitor: Visitor, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONSENT_UNDECLARED_HOSTS = "allow"
    assert body(visitor, html=UNKNOWN) == UNKNOWN
    assert caplog.text == ""


@pytest.mark.usefixtures("notice")
def test_undeclared_hosts_can_be_blocked(visitor: Visitor, settings: Any) -> None:
    """B4: and no grant brings them back; the site's own hosts stay."""
    settings.CONSENT_UNDECLARED_HOSTS = "block"
    grant(visitor, "media", "statistics")
    assert 'data-consent-held-src="https://unheard.example' in body(visitor, html=UNKNOWN)
    settings.CONSENT_OWN_HOSTS = ["unheard.example"]
    assert body(visitor, html=UNKNOWN) == UNKNOWN
    settings.CONSENT_OWN_HOSTS = []
    settings.MEDIA_URL = "https://unheard.example/media/"
    assert body(visitor, html=UNKNOWN) == UNKNOWN


@pytest.mark.django_db
def test_without_a_notice_undeclared_hosts_can_be_blocked_too(
    visitor: Visitor, settings: Any
) -> None:
    settings.CONSENT_UNDECLARED_HOSTS = "block"
    assert "data-consent-blocked" in body(visitor, html=FRAME)
    settings.CONSENT_UNDECLARED_HOSTS = "report"
    assert body(visitor, html=FRAME) == FRAME


@pytest.mark.usefixtures("notice")
def test_paths_can_be_exempted(visitor: Visitor, settings: Any) -> None:
    settings.CONSENT_UNSCANNED_PATHS = ["/exempt/"]
    assert body(visitor, "/exempt/bare/") == FRAME
    assert body(visitor, "/bare/") != FRAME


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "image/svg+xml", "text/css"])
@pytest.mark.usefixtures("notice")
def test_what_is_not_html_is_untouched(visitor: Visitor, kind: str) -> None:
    BODY["response"] = {"content_type": kind}
    assert body(visitor) == FRAME


@pytest.mark.usefixtures("notice")
def test_html_that_arrives_encoded_is_left_and_reported(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    BODY["headers"] = {"Content-Encoding": "gzip"}
    for _ in range(2):
        assert body(visitor) == FRAME
    assert caplog.text.count("arrived encoded (gzip)") == 1


@pytest.mark.usefixtures("notice")
def test_a_host_that_nobody_allows_is_a_400_as_before(visitor: Visitor) -> None:
    """Garbage in the Host header loses nothing."""
    response = visitor.get("/bare/", headers={"host": "evil.example"})
    assert response.status_code in (200, 400)
    assert 'player.example/film"></iframe>' not in re.sub(
        r"<template.*?</template>", "", response.content.decode(), flags=re.S
    )


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "shift_jis", "utf-16"])
@pytest.mark.usefixtures("notice")
def test_any_charset_is_scanned(visitor: Visitor, charset: str) -> None:
    html = f"<p>ok</p>{FRAME}"
    BODY["html"] = html.encode(charset)
    BODY["response"] = {"content_type": f"text/html; charset={charset}"}
    got = visitor.get("/bare/").content
    assert GATED.search(got.decode(charset))
    assert revive(got) == html.encode(charset) or charset == "utf-16"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("notice")
def test_an_asynchronous_stream_is_scanned_as_well(settings: Any) -> None:
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "consent.middleware.ContentMiddleware",
    ]

    async def read() -> bytes:
        response = await AsyncClient().get("/astream/")
        return b"".join([piece async for piece in response])

    got = awaited(read())
    assert GATED.search(got.decode())
    assert revive(got) == FRAME.encode()


@pytest.mark.usefixtures("notice")
def test_a_service_in_no_text_of_the_page_is_held_without_a_box(
    visitor: Visitor, settings: Any
) -> None:
    """U8: a page whose language has no text grants nothing."""
    settings.LANGUAGES = [("en", "English"), ("fi", "Suomi")]
    grant(visitor, "media")
    response = visitor.get("/bare/", headers={"accept-language": "fi"})
    got = response.content.decode()
    assert GATED.search(got)
    assert "placeholder" not in got


@pytest.mark.usefixtures("notice")
def test_a_page_is_judged_by_the_language_in_which_its_tags_asked(visitor: Visitor) -> None:
    """U8: not by the one that is active once the page is done."""
    grant(visitor, "media")
    assert FRAME in body(visitor, "/page/", FRAME)
    got = body(visitor, "/foreign/", FRAME)
    assert GATED.search(got)
    assert "placeholder" not in got

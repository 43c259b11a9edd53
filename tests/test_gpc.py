"""The browser's own signal: Global Privacy Control, header and statement (S1, S3, S4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from consent import models
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.visitor import Consent, attach
from tests.conftest import Publish
from tests.core.notices import category, service
from tests.js.pages import preferences_page, sample_notice
from tests.test_dialog import banner, visible
from tests.visiting import NAME, ORIGIN, Visitor, answers, records, set_cookies, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

SIGNAL = {"sec-gpc": "1"}
IGNORED = ["0", "true", "", " 1", "1 ", "1, 1", "1,1", "01", "+1", "1;q=1", "\u0661", "on"]
SENTENCE = "Your browser asks sites not to use your data for: Statistics, Marketing"
ALL = answers(yes=answers())
MEDIA = ["media", "media:video", "media:maps"]
REST = answers(yes=MEDIA)


def consent_of(header: str | None = None) -> Consent:
    headers = {} if header is None else {"sec-gpc": header}
    return attach(RequestFactory().get("/", headers=headers))


def sent(visitor: Visitor, means: str = "", **fields: Any) -> Any:
    """Choose as script does, under the signal."""
    return visitor.choose_json(means, headers={**ORIGIN, **SIGNAL}, **fields)


def sentences(html: str) -> list[tuple[bool, str]]:
    """Return whether each sentence about the signal shows, else is kept, and its text."""
    pattern = r'<p data-consent-signal(?: hidden data-text="([^">]+)")?>([^<]*)</p>'
    found = re.findall(pattern, html)
    assert len(found) == html.count("data-consent-signal")
    assert all(bool(kept) is not bool(text) for kept, text in found)
    return [(not kept, kept or text) for kept, text in found]


def said(html: str) -> set[str]:
    """Return the values of the forms' fields about the signal."""
    return set(re.findall(r'<input type="hidden" name="signal" value="([^"]*)">', html))


# The header


@pytest.mark.usefixtures("asked")
def test_the_signal_counts_if_it_is_exactly_1() -> None:
    """S1, S4: and refuses statistics and marketing unless set otherwise."""
    consent = consent_of("1")
    assert consent.signal
    assert consent.refused_by_signal == ("statistics", "marketing")


@pytest.mark.parametrize("header", [None, *IGNORED])
@pytest.mark.usefixtures("asked")
def test_anything_else_is_ignored(header: str | None) -> None:
    """S1."""
    consent = consent_of(header)
    assert not consent.signal
    assert consent.refused_by_signal == ()
    visitor = Visitor()
    headers = ORIGIN if header is None else {**ORIGIN, "sec-gpc": header}
    visitor.choose("accept", headers=headers)
    assert records()[0].answers == ALL


@pytest.mark.parametrize(
    ("setting", "refused"),
    [
        (("media",), ("media",)),
        (["unheard", "marketing"], ("marketing",)),
        (("necessary",), ()),
        ((), ()),
        ("marketing", ("marketing",)),
    ],
)
@pytest.mark.usefixtures("asked")
def test_the_site_says_which_categories_the_signal_refuses(
    setting: Any, refused: tuple[str, ...]
) -> None:
    """S4: a bare string is one key, because a misread setting must not silence the signal."""
    with override_settings(CONSENT_GPC_CATEGORIES=setting):
        assert consent_of("1").refused_by_signal == refused


def test_without_a_notice_there_is_nothing_to_refuse() -> None:
    """S4."""
    assert consent_of("1").refused_by_signal == ()


@pytest.mark.parametrize("name", ["signal", "refused_by_signal"])
@pytest.mark.usefixtures("asked")
def test_whoever_asks_for_the_signal_makes_the_page_private(name: str) -> None:
    """B8."""
    consent = consent_of()
    getattr(consent, name)
    assert consent.depends


@pytest.mark.usefixtures("asked")
def test_fragments_under_the_signal_are_kept_apart() -> None:
    """B8: the state is also what the browser's signal refuses."""
    assert consent_of("1").key == "undecided.signal"
    assert consent_of("0").key == consent_of().key == "undecided"
    with override_settings(CONSENT_GPC_CATEGORIES=()):
        assert consent_of("1").key == "undecided"


@pytest.mark.usefixtures("asked")
def test_under_the_signal_alone_nobody_has_chosen_and_nothing_is_granted() -> None:
    """S4."""
    consent = consent_of("1")
    assert not consent.decided
    assert not any(consent.granted(key) for key in ("statistics", "marketing", "media"))


@pytest.mark.parametrize("path", ["/page/", "/privacy/", "/privacy/receipt/"])
@pytest.mark.usefixtures("asked")
def test_the_signal_writes_no_record_and_no_cookie(visitor: Visitor, path: str) -> None:
    """S4, D1: and asks the database nothing."""
    visitor.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = visitor.get(path, headers=SIGNAL)
    assert response.status_code == 200
    assert set_cookies(response) == set()
    assert len(queries) == 0
    assert records() == []


# What each control does: signal x state x control x the form's field

PLACEHOLDER = {"layer": "placeholder", "grant": ["statistics:visits"]}
CONTROLS: list[tuple[dict[str, Any], dict[str, str], dict[str, str]]] = [
    # what is sent, the answers without words, the answers with them
    ({"means": "accept"}, REST, ALL),
    ({"means": "accept", "layer": "preferences"}, REST, ALL),
    ({"means": "refuse"}, answers(), answers()),
    ({"means": "close"}, answers(), answers()),
    ({"means": "save"}, answers(), answers()),
    *(
        ({"means": "save", "layer": "preferences", "grant": grant}, chosen, chosen)
        for grant, chosen in (
            (["marketing"], answers(yes=["marketing"])),
            (["statistics:visits"], answers(yes=["statistics:visits"])),
            (["statistics", "marketing", "media"], ALL),
        )
    ),
    *(
        ({"means": "placeholder", **PLACEHOLDER, **action}, chosen, chosen)
        for action, chosen in (
            ({}, answers(yes=["statistics:visits"], unasked=answers())),
            ({"action": "once"}, answers(yes=["statistics:visits"], unasked=answers())),
        )
    ),
]


@pytest.mark.parametrize("signal", [None, "", "1"])
@pytest.mark.parametrize(("fields", "unsaid", "with_words"), CONTROLS)
@pytest.mark.usefixtures("asked")
def test_the_signal_yields_only_to_a_control_that_names_it(
    visitor: Visitor,
    fields: dict[str, Any],
    unsaid: dict[str, str],
    with_words: dict[str, str],
    signal: str | None,
) -> None:
    """S4, P9: the record says exactly what was answered."""
    response = sent(visitor, **fields, signal=signal)
    assert response.status_code == 200
    (record,) = records()
    assert record.answers == (with_words if signal else unsaid)
    assert record.means == fields["means"]


@pytest.mark.parametrize("signal", [None, "", "1"])
@pytest.mark.parametrize(("fields", "_unsaid", "chosen"), CONTROLS)
@pytest.mark.usefixtures("asked")
def test_without_the_signal_the_field_changes_nothing(
    visitor: Visitor,
    fields: dict[str, Any],
    _unsaid: dict[str, str],
    chosen: dict[str, str],
    signal: str | None,
) -> None:
    """S1, S4."""
    visitor.choose_json(**fields, signal=signal)
    assert records()[0].answers == chosen


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, REST),
        ({"means": "refuse"}, REST),
        ({"means": "save", "grant": ["marketing"]}, answers(yes=["marketing", *MEDIA])),
        (
            {"means": "placeholder", "layer": "placeholder", "grant": ["statistics:visits"]},
            answers(yes=["statistics:visits", *MEDIA]),
        ),
        ({"means": "save", "grant": ["media:video"]}, REST),
        ({"means": "accept"}, ALL),
    ],
)
@pytest.mark.usefixtures("asked")
def test_accept_all_without_words_adds_nothing_refused_and_takes_nothing_granted(
    visitor: Visitor, before: dict[str, Any], after: dict[str, str]
) -> None:
    """S4: the grant in force was made by a control that named it."""
    if before:
        visitor.choose(**before)
    response = sent(visitor, "accept")
    assert records()[-1].answers == after
    granted = response.json()["granted"]
    assert ("marketing" in granted) is (after["marketing"] == "yes")
    assert records()[-1].action == ("accept" if after == ALL else "choose")


@pytest.mark.usefixtures("asked")
def test_a_grant_in_force_outlasts_the_signal(visitor: Visitor) -> None:
    """S4."""
    visitor.choose("accept")
    held = visitor.value
    response = visitor.get("/page/", headers=SIGNAL)
    assert b"data-consent-granted" in response.content
    assert NAME not in response.cookies
    assert visitor.value == held
    assert len(records()) == 1


def test_where_the_signal_refuses_everything_accept_all_without_words_is_a_refusal(
    visitor: Visitor, publish: Publish
) -> None:
    """S4, D2: it holds no id."""
    publish(worded(category("statistics", service("visits")), category("marketing")))
    assert sent(visitor, "accept").json()["receipt"] == ""
    (record,) = records()
    assert (record.action, record.means, record.receipt) == ("refuse", "accept", "")
    assert visitor.value.split(".")[3:5] == ["-", ""]


@pytest.mark.parametrize("value", ["0", "true", "2", "statistics", "1 1"])
@pytest.mark.usefixtures("asked")
def test_a_field_that_no_form_sends_is_bad_input(visitor: Visitor, value: str) -> None:
    """B7."""
    response = sent(visitor, "accept", signal=value)
    assert response.status_code == 400
    assert "signal" in response.json()["error"]
    assert (records(), visitor.value) == ([], "")


@pytest.mark.usefixtures("asked")
def test_accept_all_is_answered_without_script_too(visitor: Visitor) -> None:
    """S4, B10."""
    response = visitor.choose("accept", headers={**ORIGIN, **SIGNAL})
    assert response.status_code == 303
    assert records()[0].answers == REST
    html = visitor.get(response["Location"], headers=SIGNAL).content.decode()
    assert "You allow: Media. Everything else that is optional stays off." in html
    assert "Your browser refuses (Global Privacy Control): Statistics, Marketing." in html


def test_what_the_signal_refuses_is_read_from_the_notice_that_was_shown(
    visitor: Visitor, publish: Publish
) -> None:
    """S4, P2: a page from a cache records what its visitor saw."""
    publish(worded(category("marketing"), category("media")))
    publish(worded(category("media")), number=2)
    sent(visitor, "accept")
    assert records()[0].answers == {"marketing": "no", "media": "yes"}


@pytest.mark.usefixtures("asked")
def test_no_record_says_whether_the_browser_sent_the_signal() -> None:
    """D1: it would tell who chose from others who chose alike."""
    rows = []
    for headers in (ORIGIN, {**ORIGIN, **SIGNAL}):
        Visitor().choose("save", grant=["media"], headers=headers, signal="1")
        row = models.Record.objects.order_by("-id").values().first() or {}
        own = ("id", "receipt", "decided_at", "salt", "commitment")  # random, or made from those
        rows.append({k: v for k, v in row.items() if k not in own})
    assert rows[0] == rows[1]
    assert not any("gpc" in key or "signal" in key for key in rows[0])


@pytest.mark.usefixtures("asked")
def test_the_receipt_says_no_of_what_the_signal_refused(visitor: Visitor) -> None:
    """S4, D3."""
    sent(visitor, "accept")
    receipt = visitor.get("/privacy/receipt/?format=json").json()
    assert (receipt["action"], receipt["means"]) == ("choose", "accept")
    assert receipt["answers"] == REST


# What the visitor is told


@pytest.mark.parametrize(
    ("headers", "shows"), [({}, False), (SIGNAL, True), ({"sec-gpc": "0"}, False)]
)
@pytest.mark.usefixtures("asked")
def test_a_page_for_its_visitor_says_what_the_signal_refuses(
    visitor: Visitor, headers: dict[str, str], shows: bool
) -> None:
    """S4, B10: banner, preferences and each switch, and the forms say that it was said."""
    html = visitor.get("/page/", headers=headers).content.decode()
    found = sentences(html)
    assert [is_shown for is_shown, _ in found] == [shows] * 4
    assert [text.startswith(SENTENCE) for _, text in found] == [True, True, False, False]
    assert said(html) == {"1" if shows else ""}


@pytest.mark.parametrize("headers", [{}, SIGNAL])
@pytest.mark.parametrize("cacheable", [False, True])
@pytest.mark.usefixtures("asked")
def test_the_preferences_page_says_it_in_both_page_modes(
    visitor: Visitor, settings: Any, headers: dict[str, str], cacheable: bool
) -> None:
    """S4, B10, W2."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    html = visitor.get("/privacy/", headers=headers).content.decode()
    shows = bool(headers)
    assert [is_shown for is_shown, _ in sentences(html)] == [shows] * 3
    assert said(html) == {"1" if shows else ""}
    status = "You have not chosen yet. Everything optional is off."
    told = f"{status} Your browser refuses (Global Privacy Control): Statistics, Marketing."
    assert (told if shows else f"{status}</p>") in html


@override_settings(CONSENT_CACHEABLE_PAGES=True)
@pytest.mark.usefixtures("asked")
def test_cacheable_pages_are_the_same_with_and_without_the_signal(visitor: Visitor) -> None:
    """B8, S2: the script shows it there."""
    plain, signalling = visitor.get("/page/"), visitor.get("/page/", headers=SIGNAL)
    assert plain.content == signalling.content
    assert "Sec-GPC" not in signalling.get("Vary", "")
    assert "private" not in signalling.get("Cache-Control", "")
    assert not any(is_shown for is_shown, _ in sentences(plain.content.decode()))


@pytest.mark.parametrize("path", ["/cached-page/", "/cached/"])
@pytest.mark.usefixtures("asked")
def test_no_cache_tells_one_visitor_of_another_s_signal(path: str) -> None:
    """B8."""
    for headers in (SIGNAL, {}, SIGNAL):
        response = Visitor().get(path, headers=headers)
        shown = any(is_shown for is_shown, _ in sentences(response.content.decode()))
        assert shown is (bool(headers) and path == "/cached-page/")
        assert response["Cache-Control"] == "private, no-cache"
        assert "Sec-GPC" in response["Vary"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sentence_stands_before_the_buttons_in_both_languages(language: str) -> None:
    """S4, U9: it names the categories and the control."""
    notice = sample_notice()
    shown = render_dialog(notice, language)
    html = banner(shown.page(next_url="/", banner_hidden=False, signal=True).html)
    (told,) = (text for _, text in sentences(html[: html.index("<button")]))
    for word in ("Statistics, Marketing", notice.wording[language]["accept"], "Global Privacy"):
        assert word in told


def test_each_switch_concerned_is_described_by_the_signal() -> None:
    """S4, A2: inside of what describes the switch."""
    html = preferences_page(sample_notice(), signal=True)
    for key, concerned in (("statistics", True), ("marketing", True), ("media", False)):
        described = re.search(rf'id="consent-page-{key}-purpose">(.*)</div>\n', html)
        assert described is not None
        assert ("turn it on here" in visible(described[1])) is concerned


@pytest.mark.parametrize("setting", [(), ("unheard",)])
@pytest.mark.usefixtures("asked")
def test_where_the_signal_refuses_nothing_it_is_not_mentioned(
    visitor: Visitor, settings: Any, setting: tuple[str, ...]
) -> None:
    """S4."""
    settings.CONSENT_GPC_CATEGORIES = setting
    for path in ("/page/", "/privacy/"):
        html = visitor.get(path, headers=SIGNAL).content.decode()
        assert (sentences(html), said(html)) == ([], set())
        assert "Global Privacy Control" not in html
    sent(visitor, "accept")
    assert records()[0].answers == ALL


def test_a_notice_from_before_the_sentence_names_nothing_so_accept_all_yields(
    visitor: Visitor, publish: Publish
) -> None:
    """S4, P2: its wording is frozen, and the signal is followed all the same."""
    old = {
        language: {key: text for key, text in wording.items() if "signal" not in key}
        for language, wording in worded().wording.items()
    }
    publish(worded(wording=old))
    for path in ("/page/", "/privacy/"):
        html = visitor.get(path, headers=SIGNAL).content.decode()
        assert (sentences(html), said(html)) == ([], set())
    sent(visitor, "accept")
    assert records()[0].answers == REST


def test_the_presentation_is_the_same_with_and_without_the_signal(asked: Notice) -> None:
    """P2, D1: but another one where other categories are named."""
    shown = render_dialog(asked, "en")
    for signal in (False, True):
        html = shown.page(next_url="/", banner_hidden=False, signal=signal).html
        assert shown.digest in html
    with override_settings(CONSENT_GPC_CATEGORIES=["media"]):
        assert render_dialog(asked, "en").digest != shown.digest


@pytest.mark.usefixtures("asked")
def test_what_was_granted_is_not_said_to_be_refused(visitor: Visitor) -> None:
    """S4, W2: a category granted in part is not refused either."""
    visitor.choose("save", grant=["statistics:visits"])
    html = visitor.get("/privacy/", headers=SIGNAL).content.decode()
    assert "refuses (Global Privacy Control): Marketing." in html
    assert "refuses (Global" not in visitor.get("/privacy/").content.decode()


# The site's statement

ADDRESS = "/.well-known/gpc.json"


def test_the_site_says_where_the_specification_looks_that_it_follows(
    visitor: Visitor, publish: Publish
) -> None:
    """S3."""
    publish(worded())
    response = visitor.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {"gpc": True, "lastUpdate": datetime.now(UTC).date().isoformat()}
    assert response["Cache-Control"] == "public, max-age=86400"
    assert set_cookies(response) == set()
    assert "Sec-GPC" not in response.get("Vary", "")
    assert visitor.head(ADDRESS).status_code == 200
    assert visitor.post(ADDRESS).status_code == 405


def test_the_statement_dates_from_the_notice_in_force(visitor: Visitor, asked: Notice) -> None:
    """S3: the newest of this site, in UTC."""
    for number, site, day in ((2, "clinic", 2), (3, "another", 9)):
        models.Notice.objects.create(
            site=site,
            number=number,
            digest="0" * 64,
            document="{}",
            oldest_valid=1,
            material=False,
            published_by="test",
            published_at=datetime.fromisoformat(f"2026-03-0{day}T00:30:00+01:00"),
        )
    assert visitor.get(ADDRESS).json()["lastUpdate"] == date(2026, 3, 1).isoformat()


@pytest.mark.usefixtures("asked")
def test_a_site_that_ignores_the_signal_says_so(visitor: Visitor, settings: Any) -> None:
    """S3."""
    settings.CONSENT_GPC_CATEGORIES = ()
    assert visitor.get(ADDRESS).json()["gpc"] is False


def test_before_anything_is_published_nothing_is_promised(visitor: Visitor) -> None:
    """S3."""
    assert visitor.get(ADDRESS).status_code == 404


@pytest.mark.urls("consent.urls")
@pytest.mark.usefixtures("asked")
def test_a_site_that_did_not_ask_for_it_has_no_statement(visitor: Visitor) -> None:
    """S3: on request of the site."""
    assert visitor.get(ADDRESS).status_code == 404

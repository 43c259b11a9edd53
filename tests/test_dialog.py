"""What the templates show, from a notice and arguments alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from consent import dialog
from tests.js.pages import RECEIPT, placeholder, preferences_page, sample_notice

DECIDED = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def banner(html: str) -> str:
    return html[html.index("<section") : html.index("</section>")]


def visible(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def filled(language: str = "en", **fields: Any) -> str:
    values = {"next_url": "/page/?a=1&b=2", "banner_hidden": False, **fields}
    return dialog.page_html(dialog.render_dialog(sample_notice(), language), **values)


def test_no_marker_is_left_on_a_page() -> None:
    notice = sample_notice()
    link = dialog.link_html(notice, "en", next_url="/")
    assert "%%" not in filled() + link + placeholder(notice) + preferences_page(notice)


def test_the_page_to_come_back_to_is_escaped() -> None:
    html = filled(next_url='/"><script>')
    assert "<script>" not in html
    assert "/%22%3E%3Cscript%3E" in html


def test_the_digest_follows_text_and_language_but_not_the_visitor() -> None:
    """P2, P3."""
    notice = sample_notice()
    shown = dialog.render_dialog(notice, "en")
    assert shown == dialog.render_dialog(sample_notice(), "en")
    assert shown.digest != dialog.render_dialog(notice, "es").digest
    assert shown.digest != dialog.render_dialog(sample_notice(number=2), "en").digest
    assert shown.digest in filled(banner_hidden=True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_layer_one_says_everything_before_its_buttons(language: str) -> None:
    """U9, U10, G1."""
    notice = sample_notice()
    wording = notice.wording[language]
    html = banner(filled(language))
    text = visible(html[: html.index("<button")])
    for category in notice.optional:
        assert category.name[language] in text
        assert category.purpose[language] in text
    for part in (
        notice.controller.name[language],
        wording["by_both"],
        wording["by_third_parties"],
        wording["recipients_one"],
        wording["country_US"],
        wording["withdraw_how"].format(link=wording["link"]),
        wording["scope"].format(lifetime=wording["lifetime_days"].format(count=185)),
    ):
        assert part in text
    assert f'lang="{language}"' in html


def test_a_grant_and_a_refusal_of_different_lengths_are_both_said(settings: Any) -> None:
    """U10."""
    settings.CONSENT_REFUSAL_DAYS = 365
    assert "for 185 days, a refusal for 1 year." in visible(filled())


def test_reject_accept_and_choose_are_the_same_element() -> None:
    """U1, U3."""
    html = banner(filled())
    buttons = re.findall(r'<button class="([^"]+)"[^>]*>([^<]+)</button>', html)
    assert buttons == [
        ("consent-choices-button", "Reject all"),
        ("consent-choices-button", "Accept all"),
        ("consent-choices-button", "Choose"),
        ("consent-choices-plain", "Close and reject"),
    ]


def test_recipients_can_be_read_without_choosing() -> None:
    """G5."""
    link = re.search(r'href="([^"]+)#consent-page-media"', banner(filled()))
    assert link is not None
    assert "next=/page/%3Fa%3D1%26b%3D2" in link[1]
    assert 'id="consent-page-media"' in preferences_page(sample_notice())


def test_every_control_is_off_at_first() -> None:
    """U4."""
    assert " checked" not in filled() + preferences_page(sample_notice())


def test_layer_two_lists_services_trackers_and_rights() -> None:
    """G3, G4."""
    text = visible(preferences_page(sample_notice()))
    for part in (
        "Visits GmbH",
        "Processor: works for us",
        "Joint controller",
        "Controller of its own",
        "Germany",
        "Adequacy decision",
        "2 years",
        "https://provider.example/privacy",
        "player.filmhost.example",
        "_v_session",
        "Until you close the browser",
        "Counts visits",
        "Always active",
        "sessionid",
        "Needed for a service that you asked for.",
        "Complaints to Authority",
        "1 Street",
        "privacy@clinic.example",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("granted", "checked"),
    [
        ((), []),
        (("media",), ["media"]),
        (("media", "media:video"), ["media"]),
        (("statistics",), ["statistics", "statistics:visits", "statistics:heatmap"]),
        (("statistics:visits",), ["statistics:visits"]),
        (("statistics", "statistics:visits"), ["statistics:visits"]),
    ],
)
def test_the_page_shows_what_is_in_force(granted: tuple[str, ...], checked: list[str]) -> None:
    """W2."""
    html = preferences_page(sample_notice(), granted=granted)
    assert re.findall(r'value="([^"]+)"[^>]* checked>', html) == checked


def test_a_partly_granted_category_stands_open() -> None:
    """W2."""
    closed = preferences_page(sample_notice()).count("<details open>")
    partly = preferences_page(sample_notice(), granted=["statistics:visits"])
    assert partly.count("<details open>") == closed + 1


def test_the_status_says_what_is_in_force_since_when_and_how_to_change_it() -> None:
    notice = sample_notice()
    status = dialog.status_text(
        notice, "en", granted={"media", "statistics:visits"}, decided_at=DECIDED, receipt=RECEIPT
    )
    assert status["message"] == (
        "You allow: Statistics (Visits), Media. Everything else that is optional stays off."
    )
    assert status["since"].startswith("Since Nov. 23, 2026, ")
    html = filled(status=status)
    assert RECEIPT in html
    assert "“Privacy choices” at the foot of every page" in html


def test_a_refusal_shows_its_day_and_no_receipt() -> None:
    """D2."""
    status = dialog.status_text(sample_notice(), "es", decided_at=DECIDED)
    assert status == {
        "message": "No permite nada opcional: ni cookies opcionales ni contenidos externos.",
        "since": "Desde: 23 de noviembre de 2026",
        "receipt": "",
    }
    assert "<details hidden>" in filled("es", status=status)


def test_everything_and_nothing_have_words_of_their_own() -> None:
    notice = sample_notice()
    everything = dialog.status_text(notice, "en", granted=notice.optional_keys, decided_at=DECIDED)
    assert everything["message"] == "You allow: Statistics, Marketing, Media."
    assert dialog.status_text(notice, "en")["message"].startswith("You have not chosen yet.")


def test_the_early_script_is_only_on_cacheable_pages() -> None:
    notice = sample_notice(number=1234)
    assert "state.js" not in dialog.head_html(notice)
    head = dialog.head_html(notice, nonce="n1", cacheable=True)
    assert head.index("state.js") < head.index("dialog.css") < head.index("dialog.js")
    assert head.count('nonce="n1"') == 3
    assert 'data-notice="1234"' in head
    assert 'data-cacheable="1"' in head


def test_withdrawal_is_offered_only_where_a_grant_is_in_force() -> None:
    """W1."""
    notice = sample_notice()
    idle = dialog.link_html(notice, "en", next_url="/")
    assert re.search(r"<form [^>]*hidden>", idle)
    active = dialog.link_html(notice, "en", next_url="/", grant_in_force=True)
    assert not re.search(r"<form [^>]*hidden>", active)
    assert "Withdraw consent" in active


def test_the_placeholder_names_provider_and_consequence_and_gives_a_link() -> None:
    """V1, V3."""
    html = placeholder(sample_notice())
    text = visible(html)
    for part in (
        "comes from FilmHost Inc",
        "player.filmhost.example",
        "IP address",
        "United States",
        "the address of this page",
        "Load once",
        "Always allow Video",
        "Open at FilmHost Inc instead",
    ):
        assert part.replace("Video", "FilmHost") in text
    assert 'href="https://player.filmhost.example/1"' in html
    assert 'name="next" value="/#consent-gate-1"' in html


def test_a_placeholder_without_a_link_or_a_service_still_names_who() -> None:
    """V3."""
    html = placeholder(sample_notice(), service="", link="", category="statistics")
    assert "Visits GmbH, Provider Ltd" in visible(html)
    assert "<a " not in html
    assert 'name="grant" value="statistics"' in html


@pytest.mark.parametrize(("category", "service"), [("other", ""), ("media", "other")])
def test_what_the_notice_does_not_know_has_no_placeholder(category: str, service: str) -> None:
    assert placeholder(sample_notice(), category=category, service=service) == ""


def test_the_record_is_told_in_words() -> None:
    """D3."""
    record = {
        "receipt": RECEIPT,
        "decided_at": DECIDED,
        "action": "choose",
        "notice": 1,
        "language": "en",
        "site": "clinic",
        "answers": {"media": "yes", "statistics:visits": "no"},
    }
    context = dialog.receipt_context(sample_notice(), "en", record=record)
    assert context["record"]["answers"] == [
        {"name": "Media", "answer_text": "Allowed"},
        {"name": "Statistics: Visits", "answer_text": "Refused"},
    ]
    assert context["record"]["action_text"] == "Individual choice"
    assert dialog.receipt_context(sample_notice(), "en", record=None)["record"] is None

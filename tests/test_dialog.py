"""What the templates show, from a notice and arguments alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import override_settings
from django.test.utils import override_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from consent.core.localized import localized, said
from consent.core.notice import Service, Tracker
from consent.core.state import UNDECIDED, ConsentState, refusal
from consent.dialog import render_dialog
from consent.rendering import MARKERS, Template
from consent.status import elsewhere_text, status_of
from consent.texts import WORDING
from consent.views.contexts import receipt_context
from tests.core import notices
from tests.core.notices import category, service, text, tracker
from tests.js.pages import RECEIPT, placeholder, preferences_page, sample_notice
from tests.visiting import worded

DECIDED = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def banner(html: str) -> str:
    return html[html.index("<section") : html.index("</section>")]


def visible(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def filled(language: str = "en", **fields: Any) -> str:
    values = {"next_url": "/page/?a=1&b=2", "banner_hidden": False, **fields}
    return render_dialog(sample_notice(), language).page(**values).html


def test_no_marker_is_left_on_a_page() -> None:
    notice = sample_notice()
    link = render_dialog(notice, "en").link(next_url="/").html
    assert "%%" not in filled() + link + placeholder(notice) + preferences_page(notice)


def test_the_page_to_come_back_to_is_escaped() -> None:
    html = filled(next_url='/"><script>')
    assert "<script>" not in html
    assert "/%22%3E%3Cscript%3E" in html


def test_a_page_whose_address_holds_a_marker_is_shown_as_it_is() -> None:
    html = filled(next_url="/?q=%%consent-presentation%%")
    assert 'value="/?q=%%consent-presentation%%"' in html


def test_the_nonce_is_that_of_the_page_and_escaped() -> None:
    notice = sample_notice()
    for nonce in ("n1", "n2", '"><script>'):
        escaped = nonce.replace('"', "&quot;").replace(">", "&gt;").replace("<", "&lt;")
        assert render_dialog(notice, "en").head(nonce=nonce).html.count(f'nonce="{escaped}"') == 2
    assert "nonce" not in render_dialog(notice, "en").head().html


def test_the_addresses_are_those_of_the_page() -> None:
    """Under a prefix of the language, or another mount, what was rendered before is not reused."""
    notice = sample_notice()
    before = render_dialog(notice, "en").link(next_url="/").html
    with override_script_prefix("/clinic/"):
        assert 'href="/clinic/privacy/?' in render_dialog(notice, "en").link(next_url="/").html
        assert 'data-url="/clinic/privacy/decision/"' in render_dialog(notice, "en").head().html
    assert render_dialog(notice, "en").link(next_url="/").html == before


def test_a_changed_setting_shows_in_what_was_rendered_before() -> None:
    notice = sample_notice()
    assert 'data-grant="185"' in render_dialog(notice, "en").head().html
    with override_settings(CONSENT_GRANT_DAYS=30, STATIC_URL="/files/"):
        assert 'data-grant="30"' in render_dialog(notice, "en").head().html
        assert 'src="/files/consent/dialog.js"' in render_dialog(notice, "en").head().html
    assert 'data-grant="185"' in render_dialog(notice, "en").head().html


def test_the_digest_follows_text_and_language_but_not_the_visitor() -> None:
    """P2, P3."""
    notice = sample_notice()
    shown = render_dialog(notice, "en")
    assert shown == render_dialog(sample_notice(), "en")
    assert shown.digest != render_dialog(notice, "es").digest
    assert shown.digest != render_dialog(sample_notice(number=2), "en").digest
    assert shown.digest in filled(banner_hidden=True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_layer_one_says_everything_before_its_buttons(language: str) -> None:
    """U9, U10, G1."""
    notice = sample_notice()
    wording = notice.wording[language]
    html = banner(filled(language))
    text = visible(html[: html.index("<button")])
    for asked in notice.optional:
        assert asked.name[language] in text
        assert asked.purpose[language] in text
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


OURS, THEIRS = text("Clinic"), text("Provider Ltd")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        ([tracker(provider=OURS)], "by_us"),
        ([tracker(provider=text(" CLINIC "))], "by_us"),
        ([tracker(provider=text(""))], "by_us"),
        ([tracker(provider=THEIRS)], "by_third_parties"),
        ([tracker(provider=OURS, third_party=True)], "by_third_parties"),
        ([tracker(provider=OURS), tracker("_ga", provider=THEIRS)], "by_both"),
        ([service(role="own", provider=OURS)], "by_us"),
        ([service(role="own", provider=THEIRS)], "by_third_parties"),
        ([service(role="processor", provider=OURS)], "by_third_parties"),
        ([service(role="own", provider=OURS), tracker(provider=THEIRS)], "by_both"),
        ([service(role="own", provider=OURS, trackers=[tracker(provider=THEIRS)])], "by_both"),
        ([service(), tracker(provider=OURS)], "by_both"),
    ],
)
def test_a_provider_other_than_the_controller_is_never_us(
    parts: list[Service | Tracker], said: str
) -> None:
    """U9, U14, G1: and where nothing is declared, nobody is named."""
    services = [part for part in parts if isinstance(part, Service)]
    trackers = [part for part in parts if isinstance(part, Tracker)]
    shown = localized(worded(category("media", *services, trackers=trackers)), "en")["optional"][0]
    assert shown["parties"] == shown_words().get(said, "")


def shown_words() -> dict[str, str]:
    return {key: WORDING[key] for key in ("by_us", "by_third_parties", "by_both")}


def test_a_placeholder_names_who_provides_what_has_no_service() -> None:
    """U14: the trackers' provider; the controller only where it is the one."""
    notice = worded(category("media", trackers=[tracker(provider=THEIRS), tracker("b")]))
    shown = render_dialog(notice, "en").placeholder(
        category="media", gate="consent-gate-1", next_url="/"
    )
    assert shown is not None
    assert "This content comes from Provider Ltd, Clinic." in visible(shown.html)


def test_a_grant_and_a_refusal_of_different_lengths_are_both_said(settings: Any) -> None:
    """U10."""
    settings.CONSENT_REFUSAL_DAYS = 365
    assert "for 185 days, a refusal for 1 year." in visible(filled())


@pytest.mark.parametrize(("language", "word"), [("en", "health"), ("es", "salud")])
def test_sensitive_pages_say_before_the_buttons_what_a_visit_can_reveal(
    settings: Any, language: str, word: str
) -> None:
    """G7, P2: where the site says so, and as part of what was shown."""
    settings.CONSENT_SENSITIVE = False
    plain = render_dialog(sample_notice(), language)
    assert word not in visible(banner(plain.html))
    settings.CONSENT_SENSITIVE = True
    shown = render_dialog(sample_notice(), language)
    html = banner(shown.html)
    assert word in visible(html[: html.index("<button")])
    assert shown.digest != plain.digest
    sentence = sample_notice().wording[language]["sensitive"]
    assert shown.html.replace(f"<p>{sentence}</p>\n", "") == plain.html


def test_an_older_notice_without_that_sentence_shows_none(settings: Any) -> None:
    """G7: a check asks for a new notice."""
    settings.CONSENT_SENSITIVE = True
    notice = sample_notice()
    wording = {
        language: {key: text for key, text in texts.items() if key != "sensitive"}
        for language, texts in notice.wording.items()
    }
    assert "<p></p>" not in render_dialog(replace(notice, wording=wording), "en").html


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


def decided(keys: Iterable[str]) -> ConsentState:
    granted = frozenset(keys)
    return ConsentState(1, int(DECIDED.timestamp()), granted, receipt=RECEIPT, signed=True)


def test_the_status_says_what_is_in_force_since_when_and_how_to_change_it() -> None:
    notice = sample_notice()
    status = status_of(notice, "en", decided({"media", "statistics:visits"}))
    assert status["message"] == (
        "You allow: Statistics (Visits), Media. Everything else that is optional stays off."
    )
    assert status["since"].startswith("Since Nov. 23, 2026, ")
    html = filled(status=status)
    assert RECEIPT in html
    assert "“Privacy choices” at the foot of every page" in visible(html)


def test_a_refusal_shows_its_day_and_no_receipt() -> None:
    """D2."""
    status = status_of(sample_notice(), "es", refusal(1, int(DECIDED.timestamp())))
    assert status == {
        "message": "No permite nada opcional: ni cookies opcionales ni contenidos externos.",
        "since": "Desde: 22 de noviembre de 2026",
        "receipt": "",
    }
    assert "<details hidden>" in filled("es", status=status)


def test_everything_and_nothing_have_words_of_their_own() -> None:
    notice = sample_notice()
    everything = status_of(notice, "en", decided(notice.optional_keys))
    assert everything["message"] == "You allow: Statistics, Marketing, Media."
    undecided = status_of(notice, "en", UNDECIDED)
    assert undecided["message"].startswith("You have not chosen yet.")
    assert undecided["since"] == ""


def test_the_early_script_is_only_on_cacheable_pages() -> None:
    notice = sample_notice(number=1234)
    assert "state.js" not in render_dialog(notice, "en").head().html
    head = render_dialog(notice, "en").head(nonce="n1", cacheable=True).html
    assert head.index("state.js") < head.index("dialog.css") < head.index("dialog.js")
    assert head.count('nonce="n1"') == 3
    assert 'data-notice="1234"' in head
    assert 'data-cacheable="1"' in head


def test_no_crawler_is_led_to_the_preferences() -> None:
    """Each page would lead it to one more."""
    notice = sample_notice()
    html = filled() + render_dialog(notice, "en").link(next_url="/").html
    html += placeholder(notice, has_form=False)
    links = re.findall(r'<a [^>]*href="/privacy/\?[^>]*>', html)
    assert len(links) == 5
    assert all('rel="nofollow"' in link for link in links)


def test_withdrawal_is_offered_only_where_a_grant_is_in_force() -> None:
    """W1."""
    notice = sample_notice()
    idle = render_dialog(notice, "en").link(next_url="/").html
    assert re.search(r"<button [^>]*hidden>", idle)
    active = render_dialog(notice, "en").link(next_url="/", grant_in_force=True).html
    assert not re.search(r"<button [^>]*hidden>", active)
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
        "Open at FilmHost instead",
    ):
        assert part.replace("Video", "FilmHost") in text
    assert 'href="https://player.filmhost.example/1"' in html
    assert html.count("&amp;grant=media:video&amp;gate=consent-gate-1&amp;notice=1&amp;") == 2


@pytest.mark.parametrize("service", ["video", ""])
@pytest.mark.parametrize("sentence", ["Open at {service} instead", "Open at {provider} instead"])
def test_content_is_opened_at_the_service_that_it_stands_at(sentence: str, service: str) -> None:
    """V3: not at the company behind it; in notices from before this was said, too."""
    notice = sample_notice()
    wording = {**notice.wording, "en": {**notice.wording["en"], "open_instead": sentence}}
    html = placeholder(replace(notice, wording=wording), service=service)
    assert "Open at FilmHost instead" in visible(html)


def test_a_placeholder_names_hosts_and_not_their_paths() -> None:
    """V3: each once, for people."""
    host = notices.service("video", hosts=("film.example/embed", "film.example/api", "a.example"))
    media = notices.category("media", host)
    base = sample_notice()
    html = placeholder(replace(base, categories=(base.categories[0], media)), service="video")
    assert "connects your browser to film.example, a.example, which" in visible(html)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_ends_twice(language: str) -> None:
    """U10, V3: where a name ends with a full stop, as Ltd. and S.L. do."""
    ending = {"name": text("Films Ltd."), "provider": text("Film Company S.L.")}
    host = notices.service("video", recipients=text("Partner Inc."), country="US", **ending)
    media = notices.category("media", host, trackers=[tracker("player", third_party=True)])
    base = sample_notice()
    controller = replace(base.controller, name=text("Clinic Ltd."), contact=text("a@b.example."))
    notice = replace(base, categories=(base.categories[0], media), controller=controller)
    dialog = render_dialog(notice, language)
    shown = [
        dialog.html,
        *(placeholder(notice, language, service=key) for key in ("video", "")),
        *status_of(notice, language, decided({"media"})).values(),
        elsewhere_text(notice, language, frozenset(notice.optional_keys)),
        str(receipt_context(notice, language, record=None)["erase"]),
    ]
    for html in shown:
        assert not re.search(r"\.\.(?!\.)", visible(html))
    assert any("S.L." in html for html in shown)


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("From {name}.", "Films Ltd.", "From Films Ltd."),
        ("From {name}. Loading it", "Films Ltd.", "From Films Ltd. Loading it"),
        ("From {name}, and", "Films Ltd.", "From Films Ltd., and"),
        ("From {name} (“{name}”).", "Ltd.", "From Ltd. (“Ltd.”)."),
        ("From {name}.", "Films", "From Films."),
        ("From {name}...", "Films Ltd.", "From Films Ltd...."),
        ("{name}{name}.", "a.", "a.a."),
        ("{{x}} {name}.", "{name}.", "{x} {name}."),
        ("Nothing.", "Films Ltd.", "Nothing."),
    ],
)
def test_a_full_stop_is_written_once(sentence: str, name: str, expected: str) -> None:
    assert said(sentence, name=name) == expected


def test_a_placeholder_without_a_link_or_a_service_still_names_who() -> None:
    """V3."""
    html = placeholder(sample_notice(), service="", link="", category="statistics")
    assert "Visits GmbH, Clinic" in visible(html)
    assert "<a " not in html
    assert html.count("&amp;grant=statistics&amp;gate=") == 2


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
    context = receipt_context(sample_notice(), "en", record=record)
    assert context["record"]["answers"] == [
        {"name": "Media", "answer_text": "Allowed"},
        {"name": "Statistics: Visits", "answer_text": "Refused"},
    ]
    assert context["record"]["action_text"] == "Individual choice"
    assert receipt_context(sample_notice(), "en", record=None)["record"] is None


_VALUES = {name: st.sampled_from(["", "x", "é", "<b>", "%%consent-link%%"]) for name in MARKERS}

_PARTS = st.lists(st.sampled_from(["a", "é", *MARKERS.values()]))
_SOME = st.sets(st.sampled_from(list(MARKERS)))


@given(
    st.lists(st.sampled_from(["a", "é", *MARKERS.values()])), st.fixed_dictionaries(_VALUES), _SOME
)
def test_places_may_be_filled_in_any_order(
    parts: list[str], values: dict[str, str], early: set[str]
) -> None:
    template = Template("".join(parts))
    filled = template.fill(values)
    settled = template.settle({name: values[name] for name in early}).fill(values)
    assert settled.html == filled.html
    assert b"".join(settled.piece.parts).decode() == filled.html
    assert settled.piece.sources == filled.piece.sources
    assert filled.html.isascii()

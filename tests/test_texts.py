"""The dialog's own sentences."""

from __future__ import annotations

import string
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from consent.core.wording import LABELS, lint_label, lint_text
from consent.texts import WORDING, compile_wording, lifetime_text, missing_wording

DAY = 86_400


def fields(message: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(message) if field}


def test_english_and_spanish_miss_nothing() -> None:
    assert missing_wording("en") == []
    assert missing_wording("es") == []
    assert missing_wording("en-gb") == []


def test_a_language_without_translation_misses_its_sentences_and_falls_to_english() -> None:
    assert missing_wording("fr") == list(WORDING), "those of one word as well"
    assert compile_wording("fr") == WORDING


def test_a_regional_language_takes_its_base_language_texts() -> None:
    """U8."""
    assert compile_wording("es-mx") == compile_wording("es")
    assert missing_wording("es-mx") == []


def test_what_a_language_lacks_never_comes_from_the_site_s_default(settings: Any) -> None:
    """U8."""
    settings.LANGUAGE_CODE = "es"
    assert compile_wording("fr")["refuse"] == "Reject all"


def test_a_project_can_add_a_language(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Reject all"\nmsgstr "Tout refuser"\n\n'
        'msgid "Details"\nmsgstr "Details"\n'
    )
    run(["msgfmt", "-o", folder / "django.mo", source], check=True)
    settings.LOCALE_PATHS = [str(tmp_path)]
    assert compile_wording("fr")["refuse"] == "Tout refuser"
    missing = missing_wording("fr")
    assert "refuse" not in missing
    assert "details" not in missing, "a catalogue may translate a message by itself"
    assert "accept" in missing
    assert missing_wording("fr-ca") == missing


def test_somebody_may_decide_that_a_short_message_is_the_same() -> None:
    """U8: but no whole sentence is."""
    same = {WORDING["details"], WORDING["intro"], "another"}
    missing = missing_wording("fr", same=same)
    assert "details" not in missing
    assert "intro" in missing


def test_translations_keep_every_field() -> None:
    spanish = compile_wording("es")
    assert {key: fields(spanish[key]) for key in WORDING} == {
        key: fields(message) for key, message in WORDING.items()
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Reject all", "Accept all", "Choose")),
        ("es", ("Rechazar todo", "Aceptar todo", "Elegir")),
    ],
)
def test_the_buttons_say_what_consent_tools_know(language: str, words: tuple[str, ...]) -> None:
    wording = compile_wording(language)
    assert (wording["refuse"], wording["accept"], wording["choose"]) == words


@pytest.mark.parametrize(
    ("language", "opening"), [("en", "We use cookies"), ("es", "Usamos cookies")]
)
def test_the_text_opens_as_people_expect(language: str, opening: str) -> None:
    assert compile_wording(language)["intro"].startswith(opening)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_of_ours_implies_consent_or_shames(language: str) -> None:
    """U6, U9, U11."""
    found = []
    for key, text in compile_wording(language).items():
        lint = lint_label if key in LABELS or key == "close_refuse" else lint_text
        found += lint(text, where=key, language=language)
    assert found == []


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0, "Until you close the browser", "Hasta que cierre el navegador"),
        (None, "Until you delete it", "Hasta que usted lo borre"),
        (365 * DAY, "1 year", "1 año"),
        (730 * DAY, "2 years", "2 años"),
        (30 * DAY, "1 month", "1 mes"),
        (185 * DAY, "185 days", "185 días"),
        (DAY, "1 day", "1 día"),
        (7200, "2 hours", "2 horas"),
        (60, "1 minute", "1 minuto"),
        (61, "61 seconds", "61 segundos"),
    ],
)
def test_lifetimes_are_said_exactly(seconds: int | None, english: str, spanish: str) -> None:
    """G3."""
    assert lifetime_text(seconds, "en") == english
    assert lifetime_text(seconds, "es") == spanish

"""The active language is asked for once, and again wherever it may have changed."""

from __future__ import annotations

from contextlib import ExitStack
from contextvars import copy_context
from threading import Thread

import pytest
from django.test import override_settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from consent.active import ActiveLanguage

_LANGUAGES = st.sampled_from(["en", "es", "es-mx", "ca", None])
_STEPS = st.lists(st.tuples(st.sampled_from(["ask", "activate", "enter", "leave"]), _LANGUAGES))


def asked() -> str:
    return translation.get_language() or ""


@given(_STEPS)
def test_it_is_what_django_says(steps: list[tuple[str, str | None]]) -> None:
    """U8: whatever activates a language, and whatever restores it."""
    active = ActiveLanguage()
    with translation.override("en"), ExitStack() as entered:
        for step, language in steps:
            if step == "activate" and language:
                translation.activate(language)
            elif step == "enter":
                entered.enter_context(translation.override(language))
            elif step == "leave":
                entered.pop_all().close()
            assert active.tag() == asked()


def test_django_is_asked_once_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[str] = []
    monkeypatch.setattr("consent.active.get_language", lambda: times.append("asked") or "en")
    active = ActiveLanguage()
    assert [active.tag() for _ in range(3)] == ["en"] * 3
    assert times == ["asked"]


@override_settings(LANGUAGE_CODE="en")
def test_another_thread_has_a_language_of_its_own() -> None:
    """U8: also one that runs in a copy of the context in which the first has looked."""
    active, told = ActiveLanguage(), list[tuple[str, str]]()
    with translation.override("es"):
        assert active.tag() == "es"
        context = copy_context()
        thread = Thread(target=context.run, args=(lambda: told.append((active.tag(), asked())),))
        thread.start()
        thread.join()
    ((tag, language),) = told
    assert tag == language

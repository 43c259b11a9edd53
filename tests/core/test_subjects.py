"""Changes are told in people's names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.core.changes import compare
from consent.core.subjects import Subject, subject_of, subjects_of
from tests.core.notices import category, notice, service, tracker

NOTICE = notice(
    category(
        "media",
        service("youtube", trackers=[tracker("a.b:c/d")]),
        trackers=[tracker("controller.name")],
    )
)
NAMES = subjects_of(NOTICE, language="en")
MEDIA = NOTICE.categories[0].name["en"]
YOUTUBE = NOTICE.categories[0].services[0].name["en"]


@pytest.mark.parametrize(
    ("where", "subject"),
    [
        ("controller.name.en", Subject("controller", field="name", language="en")),
        ("language.ca", Subject("language", language="ca")),
        ("wording.title.es", Subject("wording", field="title", language="es")),
        ("media", Subject("category", MEDIA)),
        ("media.purpose.es", Subject("category", MEDIA, field="purpose", language="es")),
        ("media:youtube", Subject("service", MEDIA, YOUTUBE)),
        ("media:youtube.country", Subject("service", MEDIA, YOUTUBE, field="country")),
        ("gone.country", Subject("", field="gone.country")),
    ],
)
def test_a_path_is_told_in_names(where: str, subject: Subject) -> None:
    assert subject_of(where, NAMES) == subject


def test_every_change_names_what_it_is_about() -> None:
    """Dots, colons and slashes in a tracker's name lead nobody astray."""
    changes = compare(replace(NOTICE, categories=()), NOTICE)
    told = [subject_of(change.where, NAMES) for change in changes]
    assert all(subject.part for subject in told)
    assert {subject.tracker for subject in told if subject.part == "tracker"} == {
        "a.b:c/d",
        "controller.name",
    }
    assert all(subject.field.isidentifier() for subject in told if subject.field)

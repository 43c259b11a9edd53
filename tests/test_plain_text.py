"""What text browsers print: they know neither ``hidden`` nor style sheets nor ``<template>``."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from consent.core.notice import Notice
from tests.conftest import Publish
from tests.core.notices import category, service, text, tracker
from tests.visiting import Visitor, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

PAGES = ["/page/", "/privacy/"]
GPC = {"sec-gpc": "1"}


class _Printed(HTMLParser):
    """Collects every text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.skipped = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser's
        self.skipped = tag if tag in ("script", "style", "title") else ""

    def handle_endtag(self, tag: str) -> None:
        self.skipped = "" if tag == self.skipped else self.skipped

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.skipped:
            self.texts.append(" ".join(data.split()))


def printed(visitor: Visitor, path: str, **headers: Any) -> list[str]:
    parser = _Printed()
    parser.feed(visitor.get(path, headers=headers).content.decode())
    parser.close()
    return parser.texts


@pytest.fixture
def said(publish: Publish) -> dict[str, str]:
    """The sentences of a notice of which something would stay behind elsewhere."""
    storing = tracker("_film", domain="provider.example", third_party=True)
    notice: Notice = publish(
        worded(
            category("statistics", service("visits", name=text("Visits"))),
            category("media", service("video", trackers=[storing])),
        )
    )
    wording = dict(notice.wording["en"])
    link = {"link": wording["link"]}
    wording["status_change"] = wording["status_change"].format(**link)
    wording["status_elsewhere"] = wording["status_elsewhere"].format(names="Video")
    return wording


ANSWERS = ("status_saved", "status_none", "status_once", "status_offline", "status_elsewhere")
ABOUT_ANSWERS = ("status_change", "close")
RECEIPT = ("details", "receipt_id", "record_title")


def of(texts: list[str], said: dict[str, str], *keys: str) -> list[str]:
    """Return which of the sentences, by key, are among the texts."""
    return [key for key in keys if any(said[key] in text for text in texts)] if texts else ["?"]


@pytest.mark.parametrize("cacheable", [False, True], ids=["per-visitor", "cacheable"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_who_has_not_chosen_reads_an_answer(
    visitor: Visitor, said: dict[str, str], settings: Any, path: str, cacheable: bool
) -> None:
    """B10: nor what the browser's signal would mean, nor how to close or change what is not."""
    settings.CONSENT_CACHEABLE_PAGES = cacheable
    texts = printed(visitor, path)
    assert of(texts, said, *ANSWERS, "status_change", *RECEIPT) == []
    assert said["close"] not in texts
    assert not any("Global Privacy Control" in text for text in texts)
    assert (said["status_undecided"] in texts) is (path == "/privacy/")


@pytest.mark.parametrize("path", PAGES)
def test_who_refused_reads_so(visitor: Visitor, said: dict[str, str], path: str) -> None:
    """W2, W4: and what cannot be deleted from here, but of no receipt."""
    visitor.choose("refuse")
    texts = printed(visitor, path)
    assert of(texts, said, *ANSWERS) == ["status_none", "status_elsewhere"]
    assert of(texts, said, *ABOUT_ANSWERS, *RECEIPT) == [*ABOUT_ANSWERS]
    assert any(text.startswith("Since ") for text in texts)


@pytest.mark.parametrize("path", PAGES)
def test_who_granted_reads_what_and_the_receipt(
    visitor: Visitor, said: dict[str, str], path: str
) -> None:
    """W2, D3: nothing is withdrawn, so nothing is said of what would stay."""
    visitor.choose("save", grant=["statistics"])
    texts = printed(visitor, path)
    assert of(texts, said, *ANSWERS) == []
    assert any(text.startswith("You allow: Statistics") for text in texts)
    assert of(texts, said, *ABOUT_ANSWERS, *RECEIPT) == [*ABOUT_ANSWERS, *RECEIPT]
    assert visitor.value.split(".")[4] in texts


@pytest.mark.parametrize("path", PAGES)
def test_under_the_signal_its_sentences_are_read(
    visitor: Visitor, said: dict[str, str], path: str
) -> None:
    """S3."""
    texts = printed(visitor, path, **GPC)
    assert said["signal_category"] in texts
    assert any(text.startswith("Your browser asks sites not to use") for text in texts)

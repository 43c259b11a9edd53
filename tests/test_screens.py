"""Every screen of the app's admin keeps to a strict policy, and to this site."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.screens import demonstrate, screens

pytestmark = pytest.mark.django_db

INERT = ("consent_record_replay", "consent_notice_preview_frame")
"""Dialogs as they were shown, in sandboxed frames under a policy of their own."""


class Reader(HTMLParser):
    """Notes what a policy without unsafe-inline would stop, and what loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_data = said.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in said and not is_data):
            self.inline.append(tag)
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        loads = [said.get("src"), said.get("href") if tag == "link" else None]
        self.foreign += [each for each in loads if each and urlsplit(each).netloc]


def test_no_screen_needs_inline_script_or_style_or_anybody_else() -> None:
    """P10: evidence is read where nothing foreign runs, under a policy without unsafe-inline."""
    client = Client()
    client.force_login(demonstrate())
    found = {name: at for name, at in screens(client).items() if name not in INERT}
    assert len(found) > 40
    for name, address in found.items():
        reader = Reader()
        reader.feed(client.get(address).content.decode())
        assert (name, reader.inline, reader.foreign) == (name, [], [])


def test_the_reader_sees_what_it_is_for() -> None:
    reader = Reader()
    reader.feed('<p style="a" onclick="b"><style></style><script></script>')
    reader.feed('<script src="/a"></script>')
    reader.feed('<link href="https://fonts.example/a.css"><img src="//a.example/b.png">')
    assert reader.inline == ["style", "onclick", "style", "script"]
    assert reader.foreign == ["https://fonts.example/a.css", "//a.example/b.png"]

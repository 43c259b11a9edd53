"""Every screen of the app's admin keeps to a strict policy, and to this site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from consent.templatetags import consent_breadcrumbs
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
        self.names: list[str] = []
        self.times: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        is_data = said.get("type") == "application/json"
        if tag == "style" or (tag == "script" and "src" not in said and not is_data):
            self.inline.append(tag)
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        self.names += [said["id"]] if said.get("id") else []
        self.times += [said.get("datetime") or ""] if tag == "time" else []
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


WAY = re.compile(r'<(ol|div) class="breadcrumbs">(.*?)</\1>', re.DOTALL)


def way_to(client: Client, address: str) -> tuple[str, str]:
    found = WAY.search(client.get(address).content.decode())
    assert found is not None, address
    return found[1], found[2]


def test_every_screen_shows_its_way_as_this_djangos_admin_does() -> None:
    """P7: its style sheets know one element or the other, by version."""
    client = Client()
    client.force_login(demonstrate())
    element, _ = way_to(client, "/admin/auth/user/")
    for name, address in screens(client).items():
        if name not in (*INERT, "admin index"):
            found, way = way_to(client, address)
            assert (name, found) == (name, element)
            assert '<a href="/admin/">' in way


@pytest.mark.parametrize(("is_list", "element"), [(True, "ol"), (False, "div")])
def test_the_way_is_a_list_or_a_line(
    monkeypatch: pytest.MonkeyPatch, *, is_list: bool, element: str
) -> None:
    monkeypatch.setattr(consent_breadcrumbs, "IS_LIST", is_list)
    client = Client()
    client.force_login(demonstrate())
    found, way = way_to(client, "/admin/consent/notice/publish/")
    assert found == element
    assert re.findall(r">([^<>\n]+)</a>", way) == ["Home", "Privacy choices", "Notices"]
    assert ('<li aria-current="page">Publish</li>' in way) is is_list
    assert way.count("&rsaquo;") == (0 if is_list else 3)


def test_no_id_stands_twice_on_a_screen_and_every_time_is_one_of_html() -> None:
    """A2: links and labels point at one element; HTML knows no more than milliseconds."""
    client = Client()
    client.force_login(demonstrate())
    times = []
    for name, address in screens(client).items():
        reader = Reader()
        reader.feed(client.get(address).content.decode())
        assert (name, len(reader.names)) == (name, len(set(reader.names)))
        times += reader.times
    assert times
    assert all(re.fullmatch(r"[-0-9]{10}(T[:0-9]{8}(\+[0-9]{4}|Z))?", at) for at in times), times


def test_the_reader_sees_what_it_is_for() -> None:
    reader = Reader()
    reader.feed('<p style="a" onclick="b"><style></style><script></script>')
    reader.feed('<script src="/a"></script>')
    reader.feed('<link href="https://fonts.example/a.css"><img src="//a.example/b.png">')
    assert reader.inline == ["style", "onclick", "style", "script"]
    assert reader.foreign == ["https://fonts.example/a.css", "//a.example/b.png"]

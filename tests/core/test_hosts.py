"""Whose an address is, in Python; `tests/js/test_hosts.py` holds the scripts to the same table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.hosts import Place, Places, owners, place_of, plain_path, shared
from consent.core.markup import Rules, rewrite
from consent.core.markup.urls import Address, resolve
from consent.core.notice import Notice
from tests.core.notices import category, notice, service

TABLE = json.loads((Path(__file__).parent / "hosts.json").read_text("utf-8"))
DECLARED: dict[str, list[str]] = TABLE["declared"]
ADDRESSES: dict[str, list[str] | None] = TABLE["addresses"]
PAGE = "https://www.clinic.example/"


def declaring(**hosts: tuple[str, ...]) -> Notice:
    """Return a notice with a service for each: ``media_maps=("maps.example",)``."""
    parts = [(name.split("_"), each) for name, each in hosts.items()]
    return notice(
        *(
            category(key, service(name, hosts=each), required=key == "necessary")
            for (key, name), each in parts
        )
    )


def test_a_notice_s_services_own_what_they_declare() -> None:
    of = owners(
        declaring(
            necessary_login=("both.example", "own.example"),
            media_maps=("both.example", "shared.example", "maps.example/Embed"),
            preferences_captcha=("shared.example",),
        )
    )
    assert of == {
        Place("both.example", 0, ""): ("media:maps",),
        Place("own.example", 0, ""): (),
        Place("shared.example", 0, ""): ("media:maps", "preferences:captcha"),
        Place("maps.example", 0, "/Embed"): ("media:maps",),
    }


PLACES = Places(
    {
        place: tuple(
            key for key, texts in DECLARED.items() if key and place in map(place_of, texts)
        )
        for texts in DECLARED.values()
        for place in map(place_of, texts)
    }
)


@pytest.mark.parametrize(("url", "keys"), ADDRESSES.items())
def test_the_most_exact_declaration_decides(url: str, keys: list[str] | None) -> None:
    """G1: and what no declaration tells apart needs all of them."""
    address = resolve(url, Address("https", "www.clinic.example", 443))[0]
    assert address
    found = PLACES.find(address.host, address.port, address.path)
    assert (None if found is None else sorted(found)) == (None if keys is None else sorted(keys))


@pytest.mark.parametrize(("url", "keys"), ADDRESSES.items())
@pytest.mark.parametrize(
    "html",
    [
        '<img src="{}">',
        "<img src='{}' >",
        '<script src="{}"></script>',
        '<link rel="stylesheet" href="{}">',
        '<p style="background:url({})">x</p>',
        '<style>@import "{}";</style>',
        "<video poster={}>",
    ],
)
def test_markup_is_held_for_all_of_them(url: str, keys: list[str] | None, html: str) -> None:
    """G1, B2: in the usual spelling and in others, in styles as in attributes."""
    held: dict[str, tuple[str, ...]] = {}
    for texts in DECLARED.values():
        for text in texts:
            missing = tuple(k for k, all_of in DECLARED.items() if k and text in all_of)
            held |= {text: missing} if missing else {}
    free = frozenset(text for text in DECLARED[""] if text not in held)
    rules = Rules(held=held, passing=free)
    inert = rewrite(html.format(url).encode(), rules, page=PAGE).decode()
    if "style" in html and "\\" in url:
        return  # there it begins an escape
    for key in filter(None, DECLARED):
        category_key, _, name = key.partition(":")
        gate = f'data-consent-category="{category_key}" data-consent-service="{name}"'
        assert (key in inert or gate in inert) is (key in (keys or ())), inert


GATE = '<template data-consent-category="media" data-consent-service="maps" id="g" {}></template>'
END = "<template data-consent-end></template>"
IMAGE = "<img src=//shared.example/a>"


@pytest.mark.parametrize(
    ("granted", "html", "is_held"),
    [
        (("media:maps",), IMAGE, True),
        (("media:maps",), GATE.format("data-consent-granted") + IMAGE + END, False),
        (("media:maps",), GATE.format("data-consent-granted") + END + IMAGE, True),
        (("media:maps",), GATE.format("") + IMAGE + END, True),
        (("media:maps",), GATE.format("data-consent-granted") + "<img src=//other.example>", True),
        (("preferences:captcha",), GATE.format("data-consent-granted") + IMAGE + END, True),
        ((), GATE.format("data-consent-granted") + IMAGE + END, True),
        (("media:maps", "preferences:captcha"), IMAGE, False),
    ],
)
def test_a_gate_that_is_granted_says_whose_its_content_is(
    granted: tuple[str, ...], html: str, is_held: bool
) -> None:
    """G1: of what is shared, and only where the visitor has granted it."""
    shared_by = ("media:maps", "preferences:captcha")
    held = {"shared.example": shared_by, "other.example": "preferences:captcha"}
    rules = Rules(held=held, granted=frozenset(granted))
    inert = rewrite(html.encode(), rules, page=PAGE).decode()
    assert ("data-consent-held" in inert) is is_held


def test_what_is_declared_alike_is_told() -> None:
    of = declaring(
        necessary_login=("both.example",),
        media_maps=("both.example", "shared.example", "www.example/maps", "a.example/X"),
        preferences_captcha=("shared.example", "www.example/recaptcha", "a.example/x"),
    )
    assert shared(of) == {
        "both.example": ("necessary:login", "media:maps"),
        "shared.example": ("media:maps", "preferences:captcha"),
    }


def test_a_service_shares_nothing_with_itself() -> None:
    assert shared(declaring(media_maps=("a.example", "a.example", "a.example/"))) == {}


@given(st.text())
def test_no_text_stops_it(text: str) -> None:
    place = place_of(text)
    assert Places({place: ("a:b",)}).find("www.example", 443, text) in (None, ("a:b",))
    assert Places({Place("www.example", 0, ""): ()}).find("www.example", 443, text) == ()


paths = st.from_regex(r"(/[a-c]{1,2}){0,4}/?", fullmatch=True)


@given(st.lists(paths, min_size=1), paths)
def test_the_longest_path_above_it_decides(declared: list[str], path: str) -> None:
    places = {Place("a.example", 0, plain_path(each)): (each.rstrip("/"),) for each in declared}
    found = Places(places).find("a.example", 443, path)
    steps = path.rstrip("/").split("/")
    above = ["/".join(steps[:end]) for end in range(len(steps), 0, -1)]
    best = next((each for each in above if Place("a.example", 0, each) in places), None)
    everybody = {keys[0] for keys in places.values()}
    assert set(found or ()) == ({best} if best is not None else everybody)


def test_time_is_in_proportion_to_what_there_is() -> None:
    """A path of any length is walked a few times, however many dots it has."""
    assert plain_path("/a/.." * 40_000) == ""

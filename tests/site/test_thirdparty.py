"""The stand-in for third parties: a real server that sets cookies and logs what it was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.site.thirdparty import ThirdParty


@pytest.fixture
def third_party() -> Iterator[ThirdParty]:
    with ThirdParty() as server:
        yield server


def fetch(server: ThirdParty, path: str, **headers: str) -> Any:
    return urlopen(Request(server.origin + path, headers=headers), timeout=5)


@pytest.mark.parametrize(
    ("path", "cookie"),
    [("/embed/results", "player_id"), ("/embed/map", "map_id"), ("/pixel.gif", "adnet_id")],
)
def test_third_party_sets_a_cookie_that_other_sites_send_back(
    third_party: ThirdParty, path: str, cookie: str
) -> None:
    with fetch(third_party, path) as first:
        assert re.match(rf"{cookie}=\w+; .*SameSite=None; Secure", first.headers["Set-Cookie"])
    with fetch(third_party, path, Cookie=f"{cookie}=1") as second:
        assert second.headers["Set-Cookie"] is None


def test_third_party_logs_what_it_was_sent_until_reset(third_party: ThirdParty) -> None:
    fetch(third_party, "/hit?page=/en/", Referer="http://127.0.0.1/en/", Cookie="a=1").close()
    assert third_party.log[0]["method"] == "GET"
    assert third_party.log[0]["path"] == "/hit?page=/en/"
    assert third_party.log[0]["headers"]["Referer"] == "http://127.0.0.1/en/"
    assert third_party.log[0]["headers"]["Cookie"] == "a=1"
    with fetch(third_party, "/log") as log:
        assert json.load(log) == third_party.log
    fetch(third_party, "/reset").close()
    assert third_party.log == []


def test_third_party_takes_posts_and_knows_no_other_pages(third_party: ThirdParty) -> None:
    request = Request(f"{third_party.origin}/hit", data=b"page=/en/")
    with urlopen(request, timeout=5) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    with pytest.raises(HTTPError) as missing, fetch(third_party, "/elsewhere"):
        pass
    missing.value.close()
    assert [entry["method"] for entry in third_party.log] == ["POST", "GET"]

"""Deleting what must go takes little room in a response, and gets done all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any, NamedTuple

import pytest
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import re_path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.cookies import set_state_cookie
from consent.core.places import CookiePlace, declared_domain, declared_path, in_turn
from consent.core.state import DAY, ConsentState, refusal
from consent.middleware import ConsentMiddleware
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.pages import urlpatterns as pages
from tests.visiting import NAME, Visitor, awaited, deleted, worded

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

ROOM = 1024
"""Bytes that are ours: nginx takes 4 kB of headers in all, and most of it is the site's."""
FIXTURES = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
LEGACY = [f"banner_{number}" for number in range(30)]


def asking(request: HttpRequest) -> HttpResponse:
    """Depend on the visitor."""
    request.consent.depend()  # type: ignore[attr-defined]  # ours
    return HttpResponse()


urlpatterns = [*pages, re_path("^", asking)]


class Browser:
    """A jar as RFC 6265 has it: a cookie for each name, path and domain; one host, no script."""

    def __init__(self, host: str, cookies: Iterable[CookiePlace], *, kept: str = "") -> None:
        self.host, self.kept = host, kept
        self.jar = set(cookies)

    def visit(self, path: str) -> int:
        """Ask for a page with every cookie that goes there; return the bytes of ours in it."""
        sent = "; ".join(f"{place.name}=1" for place in self.jar if _goes_to(place.path, path))
        request = RequestFactory().get(path, headers={"cookie": sent, "host": self.host})
        response = ConsentMiddleware(asking)(request)
        assert isinstance(response, HttpResponse)
        for morsel in response.cookies.values():
            named = morsel["path"] if len(morsel["path"]) <= 1024 else ""
            at = named or path.rpartition("/")[0] or "/"
            if morsel.key != self.kept:
                self.jar -= {CookiePlace(morsel.key, at, d) for d in _domains(morsel["domain"])}
        return header_bytes(response)


def _goes_to(cookie: str, path: str) -> bool:
    return path == cookie or path.startswith(f"{cookie.rstrip('/')}/")


def _domains(domain: str) -> set[str]:
    bare = domain.removeprefix(".")
    return {bare, f".{bare}"} if bare else {""}


def header_bytes(response: HttpResponse) -> int:
    lines = (f"Set-Cookie: {morsel.OutputString()}\r\n" for morsel in response.cookies.values())
    return sum(len(line.encode("ascii")) for line in lines)


@pytest.fixture(autouse=True)
def declared(publish: Publish, settings: Any) -> None:
    """Put a notice into force whose trackers a long list of leftovers answers to."""
    settings.ALLOWED_HOSTS = ["*"]
    publish(
        worded(
            category("statistics", trackers=[tracker("_ga_*", domain=".clinic.example")]),
            category("media", service("video", trackers=[tracker("player", path="/films")])),
            category("marketing", trackers=[tracker("l" * 250)]),
        )
    )


@pytest.fixture
def every_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the turns one after the other, which chance does in any order."""
    turns = count()
    monkeypatch.setattr("consent.cookies.randbelow", lambda limit: next(turns) % limit)


DELETABLE = re.compile(r"player|l+|_ga_\d+")


@pytest.fixture
def surest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start with the surest place, as three turns of four do."""
    monkeypatch.setattr("consent.cookies.randbelow", lambda _limit: 1)


PATHS = st.sampled_from([0, 1, 120, 500, 900, 1100, 2000, 8000]).flatmap(
    lambda size: st.sampled_from(["/x", "/ñ", "/a/b", "/%3B;="]).map(
        lambda step: "/" + (step * size)[:size]
    )
)
HOSTS = st.integers(1, 12).map(lambda depth: ".".join(["sub"] * depth + ["clinic", "example"]))
NAMES = st.sampled_from(["player", "l" * 250, "_ga_" + "n" * 1000, "_ga_ñ", "__Host-_ga_1"]) | (
    st.integers(0, 999).map("_ga_{}".format)
)


@FIXTURES
@given(
    names=st.lists(NAMES, max_size=200, unique=True), path=PATHS, host=HOSTS, https=st.booleans()
)
def test_deletions_never_take_more_than_their_room(
    names: list[str], path: str, host: str, https: bool
) -> None:
    """W3: any number of leftovers, any path, any depth of domains; on pages and decisions."""
    sent = {"cookie": "; ".join(f"{name}=1" for name in names), "host": host}
    request = RequestFactory().get("/", headers=sent, secure=https)
    request.path = request.path_info = path
    response = ConsentMiddleware(asking)(request)
    assert isinstance(response, HttpResponse)
    assert header_bytes(response) <= ROOM
    assert bool(response.cookies) == any(DELETABLE.fullmatch(name) for name in names)


@pytest.mark.parametrize("means", ["refuse", "accept", "save", "withdraw"])
def test_a_decision_has_its_own_cookie_and_stays_within_the_room(
    settings: Any, means: str, visitor: Visitor
) -> None:
    """W3: the choice itself always goes out."""
    settings.CONSENT_LEGACY_COOKIES = LEGACY
    for name in (*LEGACY, *(f"_ga_{number}" for number in range(100)), "player"):
        visitor.cookies[name] = "1"
    if means == "withdraw":
        visitor.choose("accept")
    response = visitor.choose(means)
    assert visitor.value
    assert header_bytes(response) <= ROOM
    assert deleted(response)


DEEPEST = ".".join(["sub"] * 60 + ["clinic", "example"])


@pytest.mark.usefixtures("surest_first")
@pytest.mark.parametrize("host", ["clinic.example", "www.clinic.example", DEEPEST])
@pytest.mark.parametrize("state", [refusal(1, DAY), ConsentState(1, DAY, frozenset({"media"}))])
def test_others_of_the_choices_own_name_share_the_room(
    settings: Any, host: str, state: ConsentState
) -> None:
    """W3: as after a change of its domain; the choice itself comes last, and always."""
    settings.CONSENT_COOKIE_DOMAIN = "clinic.example"
    sent = {"cookie": f"{NAME}=a; {NAME}=b; {'; '.join(f'_ga_{n}=1' for n in range(50))}"}
    request = RequestFactory().get("/", headers={**sent, "host": host})

    def choosing(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response["Cache-Control"] = "private"
        set_state_cookie(response, state, request=request)
        return response

    response = ConsentMiddleware(choosing)(request)
    assert isinstance(response, HttpResponse)
    assert header_bytes(response) <= ROOM
    own = [morsel for morsel in response.cookies.values() if morsel.key == NAME]
    assert own[-1].value
    assert {(NAME, "/", "")} <= deleted(response), "the host's own, which is the surest"
    undecided = ConsentMiddleware(asking)(request)
    assert isinstance(undecided, HttpResponse)
    assert header_bytes(undecided) <= ROOM
    assert (NAME, "/", "clinic.example") in deleted(undecided)


@pytest.mark.usefixtures("every_turn")
def test_an_older_banners_cookies_share_the_room(settings: Any, visitor: Visitor) -> None:
    """W3: and go one after the other."""
    settings.CONSENT_LEGACY_COOKIES = LEGACY
    for name in (*LEGACY, "cookie_consent"):
        visitor.cookies[name] = "1"
    for _view in range(5):
        response = visitor.get("/page/")
        assert header_bytes(response) <= ROOM
        gone = {name for name, _path, _domain in deleted(response)}
        for key, morsel in list(visitor.cookies.items()):
            if morsel.key in gone:
                del visitor.cookies[key]
    assert not visitor.cookies


class Leftover(NamedTuple):
    """Where a page and its leftovers lie."""

    path: str
    cookies: list[CookiePlace]


DEEP = "/films/" + "f" * 120 + "/"
FAR = "/films/" + "f" * 2000 + "/2"
LEFTOVERS = {
    "the case behind nginx": Leftover(
        "/" + "p" * 120, [CookiePlace(f"_ga_{n}", "/", ".clinic.example") for n in range(3)]
    ),
    "many": Leftover("/films/1", [CookiePlace(f"_ga_{n}", "/", "") for n in range(80)]),
    "domains above": Leftover(
        "/", [CookiePlace("player", "/", d) for d in ("", "clinic.example", "www.clinic.example")]
    ),
    "the page's own path": Leftover(
        DEEP, [CookiePlace("player", at, "") for at in ("/films", DEEP, DEEP[:-1])]
    ),
    "a long path": Leftover(
        "/" + "p" * 700 + "/",
        [CookiePlace("player", "/" + "p" * 700 + end, "") for end in ("/", "")],
    ),
    "a directory that no header can name": Leftover(
        FAR, [CookiePlace("player", FAR[:-2], "clinic.example")]
    ),
    "a long name": Leftover("/films/1", [CookiePlace("l" * 250, "/films", "www.clinic.example")]),
}


@pytest.mark.usefixtures("every_turn")
@pytest.mark.parametrize("case", LEFTOVERS.values(), ids=LEFTOVERS)
def test_page_after_page_all_of_it_goes(case: Leftover) -> None:
    """W3, B13: within the room of each response."""
    browser = Browser("www.clinic.example", case.cookies)
    for _view in range(60):
        assert browser.visit(case.path) <= ROOM
    assert browser.jar == set()


@pytest.mark.usefixtures("every_turn")
def test_what_cannot_be_deleted_keeps_nothing_else_back() -> None:
    """W3: such as a cookie at a path that nobody declared."""
    stuck = [CookiePlace(f"_ga_{number}", "/a", "") for number in range(25)]
    last = CookiePlace("player", "/a/b", "www.clinic.example")
    browser = Browser("www.clinic.example", [*stuck, last])
    for _view in range(2000):
        browser.visit("/a/b/c")
        if last not in browser.jar:
            break
    assert browser.jar == set(stuck)


@FIXTURES
@given(size=st.integers(0, 40), at=st.integers(0, 400))
def test_every_place_has_a_turn_in_which_it_comes_first(size: int, at: int) -> None:
    """W3: and no turn forgets or repeats one."""
    places = [CookiePlace(str(number), "/", "") for number in range(size)]
    assert sorted(in_turn(places, at)) == sorted(places)
    firsts = {next(in_turn(places, turn), None) for turn in range(4 * max(1, size))}
    assert firsts == (set(places) or {None})
    for turn in range(1, 4):  # most turns start with the surest
        assert list(in_turn(places, turn)) == places


# What a header cannot carry


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("", "/"),
        ("/app", "/app"),
        ("/cita previa/ñ", "/cita%20previa/%C3%B1"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/日本", "/%E6%97%A5%E6%9C%AC"),
        ("/a;b\r\n", "/a%3Bb%0D%0A"),
        ("/a=b@c", "/a=b@c"),
    ],
)
def test_a_declared_path_goes_out_as_browsers_have_it(path: str, expected: str) -> None:
    """W3."""
    assert declared_path(path) == expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("", ""),
        ("clinic.example", "clinic.example"),
        (".Clinic.example", ".Clinic.example"),
        ("müller.example", "xn--mller-kva.example"),
        (".日本.example", ".xn--wgv71a.example"),
        ("a..b", ""),
        ("a.example; Secure", ""),
        ("a.example\r\nX: y", ""),
        ("x" * 70 + ".example", ""),
    ],
)
def test_a_declared_domain_goes_out_as_browsers_have_it(domain: str, expected: str) -> None:
    """W3."""
    assert declared_domain(domain) == expected


@pytest.mark.django_db(transaction=True)
def test_a_declaration_beyond_ascii_fails_no_page(publish: Publish) -> None:
    """W3, B7: headers hold ASCII, under WSGI and under ASGI."""
    odd = tracker("player", domain=".日本.example", path="/términos/日本")
    publish(worded(category("media", trackers=[odd])), number=2)
    environ = RequestFactory().get("/asking-page", headers={"cookie": "player=1"}).environ
    headers: list[tuple[str, str]] = []
    WSGIHandler()(environ, lambda _status, sent, *_: headers.extend(sent)).close()
    over_wsgi = {value.strip() for name, value in headers if name == "Set-Cookie"}
    where = "Domain=.xn--wgv71a.example; Max-Age=0; Path=/t%C3%A9rminos/%E6%97%A5%E6%9C%AC"
    assert f"player=; {where}" in over_wsgi
    assert "".join(over_wsgi).isascii()
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/asking-page",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"cookie", b"player=1")],
    }

    async def send(message: Any) -> None:
        sent.append(message)

    async def serve() -> None:
        handler = ASGIHandler()
        response = await handler.get_response_async(ASGIRequest(scope, None))
        await handler.send_response(response, send)

    awaited(serve())
    over_asgi = {value.decode() for name, value in sent[0]["headers"] if name == b"Set-Cookie"}
    assert over_asgi == over_wsgi


@pytest.mark.usefixtures("every_turn")
@pytest.mark.parametrize("size", [120, 900, 2000, 8000])
def test_a_long_address_is_answered(size: int, visitor: Visitor) -> None:
    """W3: the page behind a server that passes 4 kB of headers."""
    for name in ("_ga_1", "player", "l" * 250):
        visitor.cookies[name] = "1"
    response = visitor.get("/" + "ñ" * (size // 6))
    assert response.status_code == 200
    assert header_bytes(response) <= ROOM
    assert {name for name, _path, _domain in deleted(response)} == {"_ga_1", "player", "l" * 250}

"""Thousands of malformed cookies and posts: no error, and nothing granted (B7)."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.http import urlencode

from consent.cookies import signed_value
from consent.core.state import ConsentState, refusal
from consent.middleware import ConsentMiddleware, ContentMiddleware
from consent.models import Record, Tally
from tests.pages import GATE
from tests.visiting import NAME, ORIGIN, PRESENTATION, Visitor

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

SEED = 20_261_123
COOKIES, FULL_COOKIES, POSTS = 10_000, 300, 500
NOW = int(time.time())
ALPHABET = string.printable + "é€😀\x00\x7f\x80ÿ" + 'v1.~!?:-=|;"\\,%' * 3
GRANT = ConsentState(
    1,
    NOW,
    frozenset({"media", "statistics"}),
    frozenset({"media:maps"}),
    frozenset({"marketing"}),
    "3zkq8v0h2m4n6p8r0s2t4v6w8x",
)


def valid() -> list[str]:
    """Return values that a browser could really hold, signed and not."""
    states = (GRANT, refusal(1, NOW), refusal(7, NOW - 86_400 * 300))
    signed = [signed_value(state, site="clinic") for state in states]
    return [*signed, *(f"{state.payload()}." for state in states)]


def mutated(value: str, chance: random.Random) -> str:
    """Return a value that differs from the one given."""
    text = list(value)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(text) + 1)
        how = chance.randrange(5)
        if how == 0:
            text[place:place] = chance.choice(ALPHABET)
        elif how == 1:
            del text[place : place + chance.randint(1, 9)]
        elif how == 2:
            text[place : place + 1] = chance.choice(ALPHABET)
        elif how == 3:
            text[place:place] = text[: chance.randint(0, 30)]
        else:
            parts = "".join(text).split(".")
            chance.shuffle(parts)
            text = list(".".join(parts))
    result = "".join(text)
    return result if result != value else f"{value}x"


def garbage(count: int, chance: random.Random) -> Iterator[str]:
    """Yield malformed values: two in three are mutations of valid ones."""
    whole = valid()
    for number in range(count):
        if number % 3:
            yield mutated(chance.choice(whole), chance)
        else:
            yield "".join(chance.choices(ALPHABET, k=chance.choice((0, 1, 9, 60, 200, 1100))))


def is_true(value: str) -> bool:
    """Whether a mutation happens to be a value that the site itself has signed."""
    return value in valid()


@pytest.mark.usefixtures("asked")
def test_ten_thousand_malformed_cookies_grant_nothing(rf: RequestFactory) -> None:
    """B7: through both middlewares; every tenth through a gate as well."""
    gate = Template("{% load consent %}" + GATE)

    def view(request: HttpRequest) -> HttpResponse:
        consent = request.consent  # type: ignore[attr-defined]  # ours
        grants = any(consent.granted(*key.split(":")) for key in consent.notice.optional_keys)
        html = gate.render(Context({"request": request})) if request.path == "/gate/" else ""
        return HttpResponse(html, headers={"X-Grants": str(grants)})

    site = ConsentMiddleware(ContentMiddleware(view))
    granted = []
    for number, value in enumerate(garbage(COOKIES, random.Random(SEED))):
        request = rf.get("/" if number % 10 else "/gate/")
        request.COOKIES = {NAME: value, "cookie_consent": value[::-1]}
        response = site(request)
        assert isinstance(response, HttpResponse)
        assert response.status_code == 200
        if response["X-Grants"] == "True" or b"data-consent-granted" in response.content:
            granted.append(value)
        for morsel in response.cookies.values():
            morsel.OutputString()
    assert [value for value in granted if not is_true(value)] == []


@pytest.mark.usefixtures("asked")
def test_the_measurement_can_fail(rf: RequestFactory) -> None:
    """The same page grants on the value that the mutations come from."""
    visitor = Visitor()
    visitor.carry(valid()[0])
    assert "data-consent-granted" in visitor.get("/page/").content.decode()


@pytest.mark.usefixtures("asked")
def test_malformed_cookie_headers_break_no_page() -> None:
    """B7: through the whole site, as raw header bytes."""
    chance = random.Random(SEED + 1)
    for number, value in enumerate(garbage(FULL_COOKIES, chance)):
        visitor = Visitor()
        name = (NAME, "cookie_consent", "aviso_visto")[number % 3]
        raw = f"{name}={value}".encode("utf-8", "replace").decode("latin-1")
        path = ("/page/", "/privacy/", "/privacy/receipt/", "/dcc/")[number % 4]
        response = visitor.get(path, HTTP_COOKIE=raw)
        assert response.status_code == 200, (path, value)
        if not is_true(value):
            assert "data-consent-granted" not in response.content.decode(), value
    assert Record.objects.count() == 0


def fields(chance: random.Random) -> list[tuple[str, str]]:
    """Return a decision's form with something wrong in it."""
    form: list[tuple[str, str]] = [
        ("means", chance.choice(("accept", "save", "placeholder", "refuse"))),
        ("action", ""),
        ("notice", "1"),
        ("language", "en"),
        ("presentation", PRESENTATION),
        ("layer", "banner"),
        ("next", "/page/"),
        ("state", chance.choice(valid())),
        ("grant", "media"),
    ]
    breakable = ("means", "notice", "language", "presentation", "layer", "grant", "action")
    for name in chance.sample(breakable, chance.randint(1, 3)):
        value = chance.choice(
            (
                "".join(chance.choices(ALPHABET, k=chance.choice((1, 5, 70, 3000)))),
                mutated(PRESENTATION, chance) + "zz",
                "-1",
                "\x00",
                "٣x",
            )
        )
        form = [(key, value if key == name else old) for key, old in form]
        if name == "grant":
            form[0] = ("means", "save")
    chance.shuffle(form)
    return form


@pytest.mark.usefixtures("asked")
def test_five_hundred_malformed_posts_change_nothing(settings: Any) -> None:
    """B7: each gets 400 with a reason."""
    settings.CONSENT_GRANTS_PER_MINUTE = 0
    chance = random.Random(SEED + 2)
    for number in range(POSTS):
        visitor = Visitor()
        headers = {**ORIGIN, **({"accept": "application/json"} if number % 2 else {})}
        body = urlencode(fields(chance)).encode()
        response = visitor.post(
            "/privacy/decision/",
            body,
            content_type="application/x-www-form-urlencoded",
            headers=headers,
        )
        assert response.status_code == 400, body
        assert response.content
        assert NAME not in response.cookies
        assert visitor.value == ""
    assert (Record.objects.count(), Tally.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"means": "accept", "notice": 1}'),
        ("text/plain", b"means=accept&notice=1"),
        ("application/x-www-form-urlencoded", b"\xff\xfe\x00%zz&&&===;"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"means=accept"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"means=accept"),
        ("application/x-www-form-urlencoded", b"&".join([b"grant=media"] * 3000)),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("", b"means=accept"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_bodies_that_are_no_form_change_nothing(content_type: str, body: bytes) -> None:
    """B7."""
    visitor = Visitor()
    response = visitor.generic(
        "POST", "/privacy/decision/", body, content_type=content_type, headers=ORIGIN
    )
    assert response.status_code == 400
    assert NAME not in response.cookies
    assert Record.objects.count() == 0

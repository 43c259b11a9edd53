"""One choice under one name, wherever its cookie was put before the site changed its domain."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from consent.cookies import signed_value
from consent.core.notice import Notice
from consent.core.state import DAY, ConsentState, refusal
from tests.visiting import NAME, PRESENTATION, records

pytestmark = [
    pytest.mark.urls("tests.pages"),
    pytest.mark.django_db,
    pytest.mark.usefixtures("asked"),
]

NOW = int(time.time())
HOST = "www.clinic.example"
SIGNED = {"origin": f"http://{HOST}"}
RECEIPT = "3zkq8v0h2m4n6p8r0s2t4v6w8x"
DOMAINS = {
    None: "",
    "clinic.example": "clinic.example",
    HOST: HOST,
    ".clinic.example": "clinic.example",
}
"""How ``CONSENT_COOKIE_DOMAIN`` may be set, and where the cookie then is."""


@pytest.fixture(autouse=True)
def _on_a_host_with_domains_above_it(settings: object) -> None:
    settings.ALLOWED_HOSTS = [HOST]  # type: ignore[attr-defined]


def granted(days: int = 0, **fields: object) -> str:
    state = ConsentState(1, NOW - days * DAY, frozenset({"media"}), receipt=RECEIPT)
    return signed_value(state._replace(**fields), site="clinic")  # type: ignore[arg-type]


def refused(days: int = 0, *, signed: bool = False) -> str:
    state = refusal(1, NOW - days * DAY)
    return signed_value(state, site="clinic") if signed else f"{state.payload()}."


def ask(*values: str, path: str = "/gate/", **fields: object) -> HttpResponse:
    """Send several cookies of the one name, as browsers do, and a choice if there is one."""
    header = "; ".join(["other=1", *(f"{NAME}={value}" for value in values)])
    extra = {"HTTP_HOST": HOST, "HTTP_COOKIE": header}
    if not fields:
        return Client().get(path, **extra)
    data = {
        "notice": 1,
        "language": "en",
        "presentation": PRESENTATION,
        "layer": "banner",
        **fields,
    }
    return Client().post("/privacy/decision/", data, headers=SIGNED, **extra)


def places(response: HttpResponse) -> dict[str, str]:
    """Return what a browser keeps of our cookie by domain, if it takes the lines in their order."""
    kept: dict[str, str] = {}
    for morsel in response.cookies.values():
        if morsel.key == NAME:
            lone: SimpleCookie = SimpleCookie()
            lone[NAME] = morsel.value
            kept[morsel["domain"].lstrip(".")] = (
                morsel.value if morsel["max-age"] not in ("0", 0) else ""
            )
    return kept


def shows(response: HttpResponse) -> bool:
    return "data-consent-granted" in response.content.decode()


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ((granted(), refused(1)), True),
        ((granted(3), refused(2)), False),
        ((granted(), refused()), False),
        ((granted(1), refused(1)), False),
        ((granted(days=200), refused(1)), False),
        ((granted(2), refused(1), granted()), True),
        ((granted(2), "garbage"), True),
        ((granted(2), granted()[:-1] + "A"), True),
        ((refused(2), granted().rpartition(".")[0] + "."), False),
        ((refused(2, signed=True), f"v1.1.{'z' * 7}.media.{RECEIPT}.{'A' * 43}"), False),
        (("garbage", "rubbish"), False),
    ],
)
def test_the_newest_choice_that_is_proved_wins_in_whatever_order(
    values: tuple[str, ...], holds: bool
) -> None:
    """B7, W3: what is forged, unsigned or over stands back."""
    for sent in (values, values[::-1]):
        response = ask(*sent)
        assert shows(response) is holds
        assert response["Cache-Control"].startswith("private")


@pytest.mark.parametrize(("domain", "own"), DOMAINS.items())
def test_the_twins_go_with_the_page_on_which_they_are_seen(domain: str | None, own: str) -> None:
    """W3: and what holds is in its place."""
    with override_settings(CONSENT_COOKIE_DOMAIN=domain):
        kept = places(ask(granted(3), refused(1, signed=True)))
    assert {place for place, value in kept.items() if value} == {own}
    assert kept[own] == refused(1, signed=True)
    assert set(kept) == {"", HOST, "clinic.example"}


def test_where_none_of_them_holds_all_go() -> None:
    kept = places(ask(granted(300), "garbage"))
    assert kept == {"": "", HOST: "", "clinic.example": ""}


@pytest.mark.parametrize(("domain", "own"), DOMAINS.items())
@pytest.mark.parametrize(
    "sent", [refused(0, signed=True), refused(), granted()], ids=["signed", "written", "granted"]
)
@pytest.mark.parametrize("means", ["accept", "refuse"])
def test_every_choice_takes_the_place_of_what_is_elsewhere(
    domain: str | None, own: str, sent: str, means: str
) -> None:
    """W3: also a grant on the day of a refusal that would have the last word."""
    with override_settings(CONSENT_COOKIE_DOMAIN=domain):
        response = ask(sent, means=means)
        kept = places(response)
    if kept:  # an equal choice writes nothing
        assert {place for place, value in kept.items() if value} == {own}
        assert set(kept) == {"", HOST, "clinic.example"}
        last = [m["domain"].lstrip(".") for m in response.cookies.values() if m.key == NAME][-1]
        assert last == own, "some browsers tell a host from its domain by order alone"
    else:
        assert (means, sent) == ("refuse", refused(0, signed=True))


def test_a_visitor_with_one_cookie_or_none_gets_no_further_lines() -> None:
    """D2: nothing changes for those whose cookie was never moved."""
    assert places(ask(granted())) == {}
    assert places(ask(refused(signed=True))) == {}
    assert set(places(ask(means="accept"))) == {""}


def test_a_withdrawal_carries_the_receipt_of_the_newest_grant() -> None:
    """P1."""
    older = granted(5, receipt="0" * 26)
    ask(older, granted(), means="withdraw")
    assert [(record.action, record.receipt) for record in records()] == [("withdraw", RECEIPT)]


def test_switched_off_no_choice_is_thrown_away(asked: Notice) -> None:
    with override_settings(COOKIE_CONSENT_ENABLED=False):
        assert places(ask(granted(3), refused(1, signed=True))) == {}

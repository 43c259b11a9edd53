"""The decision URL: what it takes, what it answers, what it records, what it refuses."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.http import HttpRequest
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from consent import notices, recording, tallies
from consent.api import decision_recorded
from consent.cookies import signed_value
from consent.core.notice import Notice
from consent.core.state import DAY, ConsentState, refusal
from consent.models import Record, Tally
from consent.views import deciding
from tests.conftest import Publish
from tests.core.notices import category, service, tracker
from tests.pages import POLITE_FRAME
from tests.visiting import (
    NAME,
    ORIGIN,
    PRESENTATION,
    Visitor,
    answers,
    records,
    refusing,
    set_cookies,
    worded,
)

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

ALL = answers(yes=answers())
EVERY_CHOICE: list[tuple[dict[str, Any], str, str, dict[str, str]]] = [
    ({"means": "accept"}, "accept", "accept", ALL),
    ({"action": "accept"}, "accept", "accept", ALL),
    ({"means": "refuse"}, "refuse", "refuse", answers()),
    ({"means": "close"}, "refuse", "close", answers()),
    ({"means": "save"}, "refuse", "save", answers()),
    ({"means": "withdraw", "layer": "link"}, "refuse", "withdraw", answers()),
    (
        {"means": "save", "grant": ["statistics"], "layer": "preferences"},
        "choose",
        "save",
        answers(yes=["statistics", "statistics:visits"]),
    ),
    (
        {"means": "save", "grant": ["media:video"], "layer": "preferences"},
        "choose",
        "save",
        answers(yes=["media:video"]),
    ),
    (
        {"means": "save", "grant": ["statistics", "marketing", "media"]},
        "accept",
        "save",
        ALL,
    ),
    (
        {"means": "placeholder", "grant": ["media:video"], "layer": "placeholder"},
        "choose",
        "placeholder",
        answers(yes=["media:video"], unasked=answers()),
    ),
    (
        {"action": "once", "means": "placeholder", "grant": ["media:video"]},
        "once",
        "placeholder",
        answers(yes=["media:video"], unasked=answers()),
    ),
]


def expected_target(action: str) -> str:
    return r"/page/\?privacy-once=[^#]+#consent-gate-1" if action == "once" else "/page/#consent-st"


@pytest.mark.parametrize(("fields", "action", "means", "said"), EVERY_CHOICE)
@pytest.mark.parametrize("by", ["form", "script"])
@pytest.mark.usefixtures("asked")
def test_every_choice_is_answered_recorded_and_put_in_force(
    visitor: Visitor, fields: dict[str, Any], action: str, means: str, said: dict[str, str], by: str
) -> None:
    """P1, P9, B10: with and without script."""
    if by == "form":
        response = visitor.choose(**{"next": "/page/#consent-gate-1", **fields})
        assert response.status_code == 303
        assert re.match(expected_target(action), response["Location"])
        assert response["Cache-Control"] == "private, no-store"
    else:
        response = visitor.choose_json(**fields)
        assert response.status_code == 200
        body = response.json()
        assert (body["decision"], body["recorded"]) == (action, True)
        assert body["message"]
        said_too = {"message", "since", "anchor"}
        echoed = {"notice", "attempt"}
        assert set(body) == {"decision", "recorded", "granted", "receipt", *echoed, *said_too}
    (record,) = records()
    assert (record.action, record.means, record.by) == (action, means, by)
    assert record.answers == said
    grants = "yes" in said.values()
    assert bool(record.receipt) == grants
    assert set_cookies(response) == (set() if action == "once" else {NAME})
    if action != "once":
        assert (record.receipt in visitor.value) if grants else visitor.value.split(".")[4] == ""


def test_the_record_says_exactly_what_was_shown_and_chosen(visitor: Visitor, asked: Notice) -> None:
    """P1, P2, P9, D1: and nothing about who chose."""
    before = time.time()
    visitor.choose("save", grant=["media:video"], layer="preferences", language="es", junk="junk")
    row = Record.objects.values().get()
    assert before <= row.pop("decided_at").timestamp() <= time.time()
    assert re.fullmatch("[0-7][0-9a-hjkmnp-tv-z]{25}", row.pop("receipt"))
    assert re.fullmatch("[0-9a-f]{32}", row.pop("salt")), "random, and of nobody"
    assert re.fullmatch("[0-9a-f]{64}", row.pop("commitment")), "made from the rest"
    row.pop("id")
    assert row == {
        "site": "clinic",
        "notice": 1,
        "notice_digest": asked.digest,
        "language": "es",
        "presentation": PRESENTATION,
        "layer": "preferences",
        "means": "save",
        "by": "form",
        "action": "choose",
        "answers": answers(yes=["media:video"]),
    }


def test_the_record_has_no_column_for_who_or_where() -> None:
    """D1: the schema's deny-list."""
    denied = re.compile(
        r"ip$|addr|agent|url|uri|path|referr|user|account|session|login|mail|host|device|finger|key"
    )
    columns = [field.name for field in Record._meta.get_fields()]
    assert [name for name in columns if denied.search(name)] == []
    assert not any(field.is_relation for field in Record._meta.get_fields()), "P11: no foreign key"


@pytest.mark.usefixtures("asked")
def test_nothing_of_the_request_reaches_a_record_or_the_cache(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D1: addresses, agents, pages and referrers leave no trace."""
    written: list[str] = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda *a, **k: written.append(repr((a, k))) or add(*a, **k))
    traces = {
        "origin": "http://testserver",
        "user-agent": "TRACE-agent/1.0",
        "referer": "http://testserver/TRACE-referrer",
        "x-forwarded-for": "198.51.100.7",
    }
    visitor.cookies["sessionid"] = "TRACE-session"
    for choice in ("accept", "withdraw"):
        visitor.choose(choice, next="/TRACE-next/", headers=traces)
    written += [repr(row) for row in Record.objects.values()]
    assert len(written) >= 4
    for trace in ("TRACE", "198.51", "127.0.0.1"):
        assert trace not in "".join(written)


@pytest.mark.usefixtures("asked")
def test_two_refusing_visitors_hold_the_same_cookie_and_no_receipt() -> None:
    """D2."""
    first, second = Visitor(), Visitor()
    assert first.choose_json("refuse").json()["receipt"] == ""
    second.choose("close", language="es", layer="banner")
    assert first.value == second.value != ""
    assert [record.receipt for record in records()] == ["", ""]


@pytest.mark.usefixtures("asked")
def test_two_granting_visitors_hold_different_receipts() -> None:
    first, second = Visitor(), Visitor()
    assert first.choose_json("accept").json()["receipt"] in first.value
    second.choose("accept")
    receipts = {record.receipt for record in records()}
    assert len(receipts) == 2
    assert "" not in receipts


@pytest.mark.usefixtures("asked")
def test_a_receipt_is_carried_through_changes_to_the_withdrawal_and_ends_there(
    visitor: Visitor,
) -> None:
    """P1, W3: DESIGN 4.8."""
    visitor.choose("accept")
    visitor.choose("save", grant=["media:maps"])
    visitor.choose("placeholder", grant=["marketing"], layer="placeholder")
    visitor.choose("withdraw", layer="link")
    visitor.choose("accept")
    *carried, anew = records()
    assert [record.action for record in carried] == ["accept", "choose", "choose", "withdraw"]
    assert len({record.receipt for record in carried}) == 1
    assert carried[0].receipt != anew.receipt != ""


@pytest.mark.parametrize("means", ["withdraw", "refuse", "save"])
@pytest.mark.usefixtures("asked")
def test_a_grant_reduced_to_nothing_is_a_withdrawal_by_whatever_control(
    visitor: Visitor, means: str
) -> None:
    """W1, W3."""
    visitor.choose("accept")
    assert visitor.choose_json(means).json()["granted"] == []
    assert records()[-1].action == "withdraw"
    assert visitor.value.split(".")[3:5] == ["-", ""], "the cookie forgets the receipt: D2"


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"means": "accept"}, {"means": "accept"}),
        ({"means": "accept"}, {"means": "save", "grant": list(ALL)}),
        ({"means": "refuse"}, {"means": "close"}),
        ({"means": "save", "grant": ["media:maps"]}, {"means": "save", "grant": ["media:maps"]}),
    ],
)
@pytest.mark.usefixtures("asked")
def test_an_equal_choice_writes_nothing(
    visitor: Visitor, first: dict[str, Any], again: dict[str, Any]
) -> None:
    visitor.choose(**first)
    held = visitor.value
    response = visitor.choose_json(**again)
    assert response.status_code == 200
    assert NAME not in response.cookies
    assert visitor.value == held
    assert len(records()) == 1


@pytest.mark.usefixtures("asked")
def test_an_unsigned_refusal_is_recorded_once_it_reaches_the_server(visitor: Visitor) -> None:
    """P1, P8: the state in force must be signed for a choice to be equal to it."""
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    visitor.choose("refuse")
    assert len(records()) == 1
    assert not visitor.value.endswith(".")


@pytest.mark.parametrize(
    "fields",
    [
        {"means": "close", "action": "accept"},
        {"means": "close", "action": "choose", "grant": ["media"]},
        {"means": "refuse", "action": "accept"},
        {"means": "accept", "action": "refuse"},
        {"means": "withdraw", "action": "choose"},
        {"means": "accept", "action": "once", "grant": ["media:video"]},
        {"means": "placeholder", "action": "accept"},
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_control_stands_for_its_own_action_only(visitor: Visitor, fields: dict[str, Any]) -> None:
    """U7: closing never grants."""
    assert visitor.choose(**fields).status_code == 400
    assert (records(), visitor.value) == ([], "")


@pytest.mark.usefixtures("asked")
def test_closing_ignores_boxes_that_were_ticked(visitor: Visitor) -> None:
    """U7."""
    assert visitor.choose_json("close", grant=["media"]).json()["granted"] == []
    assert records()[0].answers == answers()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"means": "zzz"},
        {"action": "grant"},
        {"means": "accept", "notice": None},
        {"means": "accept", "notice": "0"},
        {"means": "accept", "notice": "-1"},
        {"means": "accept", "notice": "2"},
        {"means": "accept", "notice": "999999999"},
        {"means": "accept", "notice": "1e3"},
        {"means": "accept", "notice": "9" * 400},
        {"means": "accept", "language": "xx"},
        {"means": "accept", "language": "EN"},
        {"means": "accept", "language": None},
        {"means": "accept", "presentation": "not a digest"},
        {"means": "accept", "presentation": PRESENTATION.upper().replace("5", "A")},
        {"means": "accept", "layer": None},
        {"means": "accept", "layer": "footer"},
        {"means": "accept", "by": "robot"},
        {"means": "accept", "next": "/" * 2001},
        {"means": "accept", "next": "/\0"},
        {"means": "withdraw", "state": "x" * 1001},
        {"means": "save", "grant": ["unknown"]},
        {"means": "save", "grant": ["media:unknown"]},
        {"means": "save", "grant": ["necessary"]},
        {"means": "save", "grant": ["media", ""]},
        {"means": "save", "grant": ["media:video:x"]},
        {"action": "once"},
        {"action": "once", "grant": ["media:video", "media:maps"]},
        {"action": "once", "grant": ["necessary"]},
    ],
)
@pytest.mark.usefixtures("asked")
def test_bad_input_changes_nothing_and_says_why(visitor: Visitor, fields: dict[str, Any]) -> None:
    """B7."""
    visitor.choose("save", grant=["marketing"])
    held = visitor.value
    assert visitor.choose(**fields).status_code == 400
    response = visitor.choose_json(**fields)
    assert response.status_code == 400
    assert response.json()["error"].startswith("The choice could not be understood.")
    assert visitor.value == held
    assert len(records()) == 1


@pytest.mark.usefixtures("asked")
def test_no_answer_is_kept_anywhere(visitor: Visitor) -> None:
    """B8: neither what was taken nor why it was not."""
    elsewhere = {"origin": "https://evil.example"}
    for choose in (visitor.choose, visitor.choose_json):
        for sent in ({"means": "accept"}, {"means": "zzz"}, {"notice": 7}, {"headers": elsewhere}):
            response = choose(**sent)
            assert response["Cache-Control"] == "private, no-store"
            assert response["Vary"].startswith("Cookie, Sec-GPC")
            assert not response.has_header("Expires")


@pytest.mark.usefixtures("asked")
def test_a_problem_is_readable_without_script(visitor: Visitor) -> None:
    """B10: the preferences with the reason on top, and what was sent is escaped."""
    response = visitor.choose("<i>x", language="es", next="/gate/")
    html = response.content.decode()
    assert response.status_code == 400
    assert 'role="alert"' in html
    assert "<i>x" not in html
    assert "&lt;i&gt;x" in html
    assert 'value="/gate/"' in html


def test_without_a_notice_a_problem_is_plain_text(visitor: Visitor) -> None:
    response = visitor.choose("accept")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (records(), visitor.value) == ([], "")


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
@pytest.mark.usefixtures("asked")
def test_only_posts_decide(visitor: Visitor, method: str) -> None:
    response = getattr(visitor, method)(
        "/privacy/decision/?means=accept&notice=1&language=en&layer=banner",
        headers={"origin": "http://testserver"},
    )
    assert response.status_code == 405
    assert records() == []


@pytest.mark.usefixtures("asked")
def test_fields_in_the_address_do_not_count(visitor: Visitor) -> None:
    response = visitor.post(
        "/privacy/decision/?means=accept&notice=1&language=en&layer=banner",
        headers={"origin": "http://testserver"},
    )
    assert response.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
        {"origin": "http://testserver"},
        {"origin": "https://trusted.example"},
        {"origin": "https://a.wild.example"},
        {"origin": "https://b.a.wild.example:8443"},
    ],
)
@override_settings(
    CSRF_TRUSTED_ORIGINS=[
        "https://trusted.example",
        "https://*.wild.example",
        "https://*.wild.example:8443",
    ]
)
@pytest.mark.usefixtures("asked")
def test_the_sites_own_posts_are_taken(visitor: Visitor, headers: dict[str, str]) -> None:
    assert visitor.choose("accept", headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "Same-Origin "},
        {"origin": "https://evil.example"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:8000"},
        {"origin": "http://testserver.evil.example"},
        {"origin": "http://trusted.example"},
        {"origin": "https://a.trusted.example"},
        {"origin": "http://a.wild.example"},
        {"origin": "https://evilwild.example"},
        {"origin": "https://a.wild.example:1"},
        {"origin": "https://[::1"},
        {"origin": "https://evil.example#.wild.example"},
    ],
)
@override_settings(
    CSRF_TRUSTED_ORIGINS=["https://trusted.example", "https://*.wild.example", "https://[bad"],
    SILENCED_SYSTEM_CHECKS=["4_0.E001"],
)
@pytest.mark.usefixtures("asked")
def test_cross_site_posts_are_refused(headers: dict[str, str]) -> None:
    """B3: no other site can choose for a visitor, neither way."""
    checking = Visitor(enforce_csrf_checks=True)
    for means in ("accept", "refuse"):
        response = checking.choose(means, headers=headers)
        assert response.status_code == 403
        assert checking.choose_json(means, headers=headers).status_code == 403
    assert (records(), checking.value) == ([], "")


@pytest.mark.parametrize(
    "headers", [{}, {"origin": ""}, {"sec-fetch-site": ""}, {"referer": "http://testserver/page/"}]
)
@pytest.mark.usefixtures("asked")
def test_without_any_origin_a_refusal_holds_and_a_grant_does_not(headers: dict[str, str]) -> None:
    """B3, B10: text browsers and other plain clients name none; a refusal harms nobody."""
    grants: list[dict[str, Any]] = [
        {"means": "accept"},
        {"means": "save", "grant": ["media"]},
        {"means": "placeholder", "grant": ["media:video"], "layer": "placeholder"},
        {"action": "once", "grant": ["media:video"], "layer": "placeholder"},
        {"control": "means=accept"},
        {"means": "save", "control": "grant=media"},
        {"means": "zzz"},
        {"notice": "x"},
    ]
    for fields in grants:
        plain = Visitor(enforce_csrf_checks=True)
        assert plain.choose(headers=headers, **fields).status_code == 403
        assert plain.choose_json(headers=headers, **fields).status_code == 403
        assert (records(), plain.value) == ([], "")
    refusals: list[dict[str, Any]] = [
        {"means": "refuse"},
        {"means": "close"},
        {"means": "refuse", "grant": ["media"]},
        {"means": "save"},
        {"means": "withdraw", "layer": "link"},
    ]
    for fields in refusals:
        plain = Visitor(enforce_csrf_checks=True)
        assert plain.choose(headers=headers, **fields).status_code == 303
        assert plain.value.split(".")[3] == "-"
        plain.choose("save", grant=["media"])
        assert plain.choose_json(headers=headers, **fields).status_code == 200
        assert plain.value.split(".")[3] == "-"


@pytest.mark.usefixtures("asked")
def test_no_token_is_needed_and_no_other_cookie_is_ever_set() -> None:
    """B1: no CSRF cookie, no session."""
    checking = Visitor(enforce_csrf_checks=True)
    assert set_cookies(checking.get("/page/")) == set()
    assert set_cookies(checking.get("/privacy/")) == set()
    assert set_cookies(checking.choose("zzz")) == set()
    assert set_cookies(checking.choose("accept", headers={})) == set()
    assert set_cookies(checking.choose("accept")) == {NAME}
    assert set_cookies(checking.get("/page/")) == set()
    assert set_cookies(checking.get("/privacy/receipt/")) == set()
    assert set_cookies(checking.choose("withdraw")) == {NAME}
    assert list(checking.cookies) == [NAME]


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "//evil.example",
        "///evil.example",
        "https://evil.example",
        "http:///evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
        "\t//evil.example",
        "http://testserver@evil.example/",
        "data:text/html,x",
        "//[",
    ],
)
@pytest.mark.usefixtures("asked")
def test_no_redirect_leaves_the_site(visitor: Visitor, wanted: str) -> None:
    response = visitor.choose("accept", next=wanted)
    assert response["Location"] == "/privacy/#consent-status"
    for page in (visitor.choose("zzz", next=wanted), visitor.get("/privacy/", {"next": wanted})):
        addresses = re.findall(r'(?:href|name="next" value)="([^"]*)"', page.content.decode())
        assert not [a for a in addresses if "evil" in a.partition("?")[0]]


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/gate/?a=1&b=2", "/gate/?a=1&b=2#consent-status"),
        ("/gate/#elsewhere", "/gate/#consent-status"),
        ("http://testserver/gate/", "http://testserver/gate/#consent-status"),
        ("/página/", "/p%C3%A1gina/#consent-status"),
        ("/a\r\nSet-Cookie: x=1", "/a%0D%0ASet-Cookie:%20x=1#consent-status"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_redirect_leads_back_to_the_page(visitor: Visitor, wanted: str, target: str) -> None:
    assert visitor.choose("accept", next=wanted)["Location"] == target


@pytest.mark.usefixtures("asked")
def test_on_https_a_redirect_stays_there(visitor: Visitor) -> None:
    origin = {"origin": "https://testserver"}
    response = visitor.choose("accept", next="http://testserver/gate/", headers=origin, secure=True)
    assert response["Location"] == "/privacy/#consent-status"
    assert response.cookies[NAME]["secure"]


@pytest.mark.usefixtures("asked")
def test_the_cookie_goes_out_as_the_dialogs_script_writes_it(visitor: Visitor) -> None:
    """X4: as it stands, with "?" unquoted, readable by script."""
    response = visitor.choose("placeholder", grant=["media:video"], layer="placeholder")
    line = response.cookies[NAME].OutputString()
    assert "~?marketing~?media~?statistics." in line
    assert '"' not in line
    assert {part.strip().partition("=")[0] for part in line.split(";")[1:]} == {
        "Max-Age",
        "Path",
        "SameSite",
    }
    assert "Path=/" in line
    assert "SameSite=Lax" in line
    assert 0 <= 185 * DAY - response.cookies[NAME]["max-age"] < 30


@pytest.mark.usefixtures("asked")
def test_the_answer_to_script_says_what_is_in_force(visitor: Visitor) -> None:
    """W2."""
    body = visitor.choose_json("save", grant=["media:video"]).json()
    assert body["granted"] == ["media:video"]
    assert "Media (Video)" in body["message"]
    assert body["since"].startswith("Since ")
    assert body["receipt"] == records()[0].receipt
    body = visitor.choose_json("withdraw", language="es").json()
    assert (body["granted"], body["receipt"]) == ([], "")
    body = visitor.choose_json(action="once", grant=["media:maps"]).json()
    assert (body["decision"], body["granted"], body["since"]) == ("once", [], "")


def put_with_things_elsewhere(publish: Publish) -> None:
    """Put a notice into force whose video and maps keep something under their own addresses."""
    kept = [tracker("player_id", third_party=True, domain="player.example")]
    pixel = [tracker("pixel.gif", third_party=True, kind="pixel")]
    services = (service("video", trackers=kept), service("maps", trackers=kept))
    publish(worded(category("media", *services), category("ads", service("ad", trackers=pixel))))


def test_a_withdrawal_says_what_cannot_be_deleted_from_here(
    publish: Publish, visitor: Visitor
) -> None:
    """W4: what was granted and is not any more, and what belongs to another origin; by name."""
    put_with_things_elsewhere(publish)
    body = visitor.choose_json("save", grant=["media:video", "ads"]).json()
    assert "their own addresses" not in body["message"]
    assert body["anchor"] == "consent-status"
    body = visitor.choose_json("withdraw").json()
    assert "What Video stored under their own addresses cannot be deleted" in body["message"]
    assert body["anchor"] == "consent-elsewhere"
    visitor.choose_json("accept")
    body = visitor.choose_json("save", grant=["media:maps", "ads"], language="es").json()
    assert "Lo que Video guardó en sus propias direcciones" in body["message"]
    assert "Maps" not in body["message"].partition("Lo que")[2]


def test_a_refusal_by_somebody_who_granted_nothing_speaks_of_nothing_elsewhere(
    publish: Publish, visitor: Visitor
) -> None:
    """W4."""
    put_with_things_elsewhere(publish)
    body = visitor.choose_json("refuse").json()
    assert "addresses" not in body["message"]


def test_without_script_the_page_says_what_cannot_be_deleted(
    publish: Publish, visitor: Visitor
) -> None:
    """W4, B10: the anchor shows the sentence that the page holds."""
    put_with_things_elsewhere(publish)
    visitor.choose("accept")
    response = visitor.choose("withdraw")
    assert response["Location"] == "/page/#consent-elsewhere"
    html = visitor.get("/page/").content.decode()
    sentence = html.partition('id="consent-elsewhere">')[2].partition("</p>")[0]
    assert sentence.startswith("What Video, Maps stored under their own addresses")


@pytest.mark.usefixtures("asked")
def test_a_granted_once_is_recorded_with_the_receipt_in_force_and_changes_no_cookie(
    visitor: Visitor,
) -> None:
    """V2."""
    visitor.choose("save", grant=["marketing"])
    held = visitor.value
    visitor.choose(action="once", grant=["media:video"], layer="placeholder")
    first, once = records()
    assert once.receipt == first.receipt
    assert once.answers == answers(yes=["media:video"], unasked=answers())
    assert visitor.value == held


@pytest.mark.usefixtures("asked")
def test_a_button_in_a_form_elsewhere_decides_as_the_forms_of_older_pages_do(
    visitor: Visitor,
) -> None:
    """P1, V2: the same records, the same way back; a page from a cache still posts its form."""
    for action in ("once", "choose"):
        shown = {"action": action, "means": "placeholder", "grant": "media:video"}
        whole = {**shown, "layer": "placeholder", "next": "/page/#consent-gate-2"}
        before = Visitor().choose(**whole)
        said = urlencode({**shown, "layer": "placeholder", "gate": "consent-gate-2", "notice": 1})
        said += f"&language=en&presentation={PRESENTATION}"
        form = {"notice": None, "presentation": None, "layer": None, "next": "/page/?q=1#top"}
        after = visitor.choose(**form, control=said)
        assert after.status_code == before.status_code == 303
        assert after["Location"].partition("#")[2] == before["Location"].partition("#")[2]
        assert after["Location"].startswith("/page/?q=1")
        first, second = records()[-2:]
        for name in ("action", "means", "layer", "language", "presentation", "answers", "by"):
            assert getattr(first, name) == getattr(second, name)
    assert POLITE_FRAME in visitor.get("/page/").content.decode()


# What was published since


def test_a_stale_refusal_is_honoured_with_the_notice_that_was_shown(
    visitor: Visitor, publish: Publish
) -> None:
    """W7."""
    old = publish(worded())
    publish(worded(), number=2, oldest_valid=2)
    assert visitor.choose("refuse").status_code == 303
    assert visitor.value.startswith("v1.1.")
    assert records()[0].notice_digest == old.digest


def test_a_stale_grant_gets_the_new_dialog_after_a_material_change(
    visitor: Visitor, publish: Publish
) -> None:
    """W7, W8."""
    publish(worded())
    publish(worded(), number=2, oldest_valid=2)
    for fields in (
        {"means": "accept"},
        {"means": "save", "grant": ["media"]},
        {"action": "once", "grant": ["media:video"]},
    ):
        response = visitor.choose(**fields, next="/gate/")
        assert response.status_code == 409
        html = response.content.decode()
        assert "What this site asks about has changed" in html
        assert 'name="notice" value="2"' in html
        assert 'value="/gate/"' in html
        assert "checked" not in html
        assert visitor.choose_json(**fields).status_code == 409
    assert (records(), visitor.value) == ([], "")


def test_a_grant_of_a_corrected_notice_is_taken(visitor: Visitor, publish: Publish) -> None:
    """W8: a declared correction asks nobody again."""
    publish(worded())
    publish(worded(), number=2, oldest_valid=1)
    assert visitor.choose("accept").status_code == 303
    assert visitor.value.startswith("v1.1.")
    assert records()[0].notice == 1
    assert "data-consent-granted" in visitor.get("/gate/").content.decode()


def test_a_page_of_a_notice_newer_than_the_process_knows_is_taken(
    visitor: Visitor, publish: Publish
) -> None:
    """W7: another process has shown it; this one has not looked since."""
    publish(worded())
    notices.in_force("clinic")
    held = dict(notices._HELD)
    publish(worded(), number=2, oldest_valid=2)
    notices._HELD.update(held)
    response = visitor.choose("accept", notice=2)
    assert response.status_code == 303
    assert records()[0].notice == 2


def test_a_correction_that_drops_a_service_lets_nobody_grant_it_into_being(
    visitor: Visitor, publish: Publish
) -> None:
    """B7: DESIGN 4.12."""
    publish(worded())
    publish(worded(*worded().categories[:3]), number=2, oldest_valid=1)
    response = visitor.choose(
        action="once", grant=["media:video"], next="/gate/#consent-gate-1", layer="placeholder"
    )
    assert response.status_code == 303
    assert "data-consent-granted" not in visitor.get(response["Location"]).content.decode()


# How much one client may write


@override_settings(CONSENT_GRANTS_PER_MINUTE=2)
@pytest.mark.usefixtures("asked")
def test_grants_are_limited_and_refusals_always_hold(visitor: Visitor) -> None:
    """P8, D1: beyond the limit refusals are tallied."""
    visitor.choose("accept")
    visitor.choose("withdraw")
    response = visitor.choose_json("accept")
    assert response.status_code == 429
    assert response.json()["error"].startswith("Too many choices")
    assert visitor.choose("accept").status_code == 429
    assert visitor.choose_json(action="once", grant=["media"]).status_code == 429
    for one in (Visitor(), Visitor()):
        answer = one.choose_json("refuse")
        assert (answer.status_code, answer.json()["recorded"]) == (200, False)
        assert one.value.split(".")[3] == "-"
    assert len(records()) == 2
    (tally,) = Tally.objects.values("site", "notice", "action", "count")
    assert tally == {"site": "clinic", "notice": 1, "action": "refuse", "count": 2}


@override_settings(CONSENT_GRANTS_PER_MINUTE=1)
@pytest.mark.usefixtures("asked")
def test_one_client_does_not_use_up_anothers_limit(visitor: Visitor) -> None:
    visitor.choose("accept")
    other = Visitor(REMOTE_ADDR="203.0.113.5")
    assert other.choose("accept").status_code == 303


def test_a_tally_outlives_a_race() -> None:
    """P1: two processes count the first refusal of a day at once, each in one statement."""
    with CaptureQueriesContext(connection) as queries:
        tallies.count_decision(site="clinic", notice=1, action="refuse")
        tallies.count_decision(site="clinic", notice=1, action="refuse")
    assert Tally.objects.get().count == 2
    assert len(queries) == 2


# The database refuses

INSERT = 'INSERT INTO "consent_record"'


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "fields",
    [
        {"means": "accept"},
        {"means": "save", "grant": ["media"]},
        {"action": "once", "grant": ["media:video"]},
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_grant_that_cannot_be_recorded_is_no_grant(
    visitor: Visitor, fields: dict[str, Any]
) -> None:
    """P8."""
    with refusing(INSERT) as tried:
        response = visitor.choose(**fields)
        answer = visitor.choose_json(**fields)
    assert len(tried) == 2
    assert (response.status_code, answer.status_code) == (503, 503)
    assert "could not be recorded" in response.content.decode()
    assert "could not be recorded" in answer.json()["error"]
    assert visitor.value == ""
    assert NAME not in response.cookies
    assert visitor.choose("accept").status_code == 303, "asking again is possible"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
def test_a_refusal_that_cannot_be_recorded_holds(visitor: Visitor) -> None:
    """P8."""
    with refusing(INSERT):
        response = visitor.choose("refuse")
        assert response.status_code == 303
        assert visitor.value.split(".")[3] == "-"
        answer = Visitor().choose_json("close")
        assert (answer.status_code, answer.json()["recorded"]) == (200, False)
    assert records() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
def test_a_withdrawal_that_cannot_be_recorded_holds(visitor: Visitor) -> None:
    """P8, W3."""
    visitor.choose("accept")
    with refusing(INSERT):
        assert visitor.choose("withdraw").status_code == 303
    assert visitor.value.split(".")[3] == "-"
    assert "data-consent-granted" not in visitor.get("/gate/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("warm", [True, False])
@pytest.mark.usefixtures("asked")
def test_without_a_database_refusals_hold_and_grants_do_not(visitor: Visitor, warm: bool) -> None:
    """P8, B7: whether the notice was read before or not."""
    if warm:
        notices.in_force("clinic")
    with refusing():
        assert visitor.choose("accept").status_code == 503
        assert visitor.choose_json("save", grant=["media"]).status_code == 503
        assert visitor.choose_json(action="once", grant=["media"]).status_code == 503
        assert visitor.value == ""
        for means in ("refuse", "close", "withdraw", "save"):
            one = Visitor()
            assert one.choose(means).status_code == 303
            assert one.value.startswith("v1.1.")
            assert one.value.split(".")[3] == "-"
            assert Visitor().choose_json(means).json()["recorded"] is False
    assert records() == []


@pytest.mark.django_db(transaction=True)
@override_settings(CONSENT_GRANTS_PER_MINUTE=1)
@pytest.mark.usefixtures("asked")
def test_a_refusal_that_cannot_be_tallied_holds() -> None:
    """P8."""
    Visitor().choose("accept")
    one = Visitor()
    with refusing('INSERT INTO "consent_tally"', 'UPDATE "consent_tally"'):
        assert one.choose("refuse").status_code == 303
    assert one.value.split(".")[3] == "-"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
def test_a_record_is_committed_even_where_requests_are_atomic(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P8: one autocommitted insert, before the cookie goes out."""
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    atomic: list[bool] = []
    record = recording.record_decision

    def watched(*args: Any, **kwargs: Any) -> Record:
        atomic.append(connection.in_atomic_block)
        return record(*args, **kwargs)

    monkeypatch.setattr(deciding, "record_decision", watched)
    assert visitor.choose("accept").status_code == 303
    assert atomic == [False]
    with refusing(INSERT):
        assert visitor.choose("withdraw").status_code == 303
    assert len(records()) == 1


# A withdrawal made offline, delivered later


@pytest.mark.usefixtures("asked")
def test_a_withdrawal_made_offline_is_recorded_with_its_receipt(visitor: Visitor) -> None:
    """W3, P1."""
    visitor.choose("accept")
    kept = visitor.value
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    answer = visitor.choose_json("withdraw", layer="link", state=kept)
    assert answer.json()["decision"] == "withdraw"
    granted, withdrawn = records()
    assert (withdrawn.action, withdrawn.receipt) == ("withdraw", granted.receipt)
    assert visitor.value.split(".")[3] == "-"


@pytest.mark.usefixtures("asked")
def test_it_is_recorded_although_a_page_has_signed_the_refusal_meanwhile(visitor: Visitor) -> None:
    """W3, P1."""
    visitor.choose("accept")
    kept = visitor.value
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    visitor.get("/page/")
    assert not visitor.value.endswith("."), "the server signs it on sight"
    visitor.choose_json("withdraw", layer="link", state=kept)
    assert [record.action for record in records()] == ["accept", "withdraw"]


@pytest.mark.usefixtures("asked")
def test_a_newer_grant_with_another_receipt_stays_in_force(visitor: Visitor) -> None:
    """W3."""
    visitor.choose("accept")
    kept = visitor.value
    visitor.cookies.clear()
    visitor.choose("save", grant=["media"])
    newer = visitor.value
    answer = visitor.choose_json("withdraw", state=kept).json()
    assert answer["decision"] == "withdraw"
    assert "media" in answer["granted"]
    first, second, withdrawn = records()
    assert withdrawn.receipt == first.receipt != second.receipt
    assert visitor.value == newer


@pytest.mark.parametrize("means", ["accept", "save"])
@pytest.mark.usefixtures("asked")
def test_a_kept_state_counts_for_refusals_only(visitor: Visitor, means: str) -> None:
    """B7: nobody grants with somebody else's receipt."""
    other = Visitor()
    other.choose("accept")
    visitor.choose(means, grant=["media"], state=other.value)
    assert records()[1].receipt != records()[0].receipt


@pytest.mark.parametrize("forge", [str, str.upper, "junk{}".format])
@pytest.mark.usefixtures("asked")
def test_a_forged_kept_state_is_as_if_it_were_not_there(visitor: Visitor, forge: Any) -> None:
    """B7."""
    grant = ConsentState(1, int(time.time()), frozenset({"media"}), receipt="0" * 26)
    visitor.choose("withdraw", state=forge(signed_value(grant, site="spa")))
    assert [(record.action, record.receipt) for record in records()] == [("refuse", "")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
def test_a_kept_withdrawal_that_cannot_be_recorded_is_to_be_delivered_again(
    visitor: Visitor,
) -> None:
    """P1: the refusal holds in the browser, and the server must not say that it is done."""
    visitor.choose("accept")
    kept = visitor.value
    visitor.carry(f"{refusal(1, int(time.time())).payload()}.")
    with refusing(INSERT):
        assert visitor.choose_json("withdraw", state=kept).status_code == 503
    notices.forget()
    with refusing():
        assert visitor.choose_json("withdraw", state=kept).status_code == 503
    assert visitor.choose_json("withdraw", state=kept).status_code == 200
    assert records()[-1].action == "withdraw"


# Switched off


@override_settings(COOKIE_CONSENT_ENABLED=False)
@pytest.mark.usefixtures("asked")
def test_switched_off_nothing_can_be_granted(visitor: Visitor) -> None:
    """B7."""
    assert visitor.choose("accept").status_code == 503
    assert visitor.choose_json(action="once", grant=["media"]).status_code == 503
    assert visitor.choose("refuse").status_code == 303
    assert [record.action for record in records()] == ["refuse"]


def test_a_missing_middleware_is_named(asked: Notice, settings: Any) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "consent" not in name]
    with pytest.raises(ImproperlyConfigured, match=r"consent\.middleware\.ConsentMiddleware"):
        Visitor().choose("accept")


@pytest.mark.usefixtures("asked")
def test_receivers_hear_of_a_record_and_their_errors_change_nothing(visitor: Visitor) -> None:
    heard: list[Record] = []

    def hear(record: Record, **kwargs: Any) -> None:
        heard.append(record)
        raise RuntimeError("a receiver's own trouble")

    decision_recorded.connect(hear)
    try:
        assert visitor.choose("accept").status_code == 303
    finally:
        decision_recorded.disconnect(hear)
    assert heard == records()


def test_new_receipts_differ_and_are_crockford() -> None:
    """D2, P1: 128 bits."""
    receipts = {recording.new_receipt() for _ in range(200)}
    assert len(receipts) == 200
    assert all(re.fullmatch("[0-7][0-9a-hjkmnp-tv-z]{25}", receipt) for receipt in receipts)


def enabled_for_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@override_settings(COOKIE_CONSENT_ENABLED=enabled_for_script)
@pytest.mark.usefixtures("asked")
def test_the_switch_may_depend_on_the_request(visitor: Visitor) -> None:
    assert visitor.choose("accept").status_code == 503
    assert visitor.choose_json("accept").status_code == 200


# Inside a page of another site

CROSS_SITE = {"sec-fetch-storage-access": "none"}
FRAMED: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"sec-fetch-dest": "iframe"}, {}),
    ({"sec-fetch-dest": "object"}, {}),
    ({"sec-fetch-dest": "fencedframe", "sec-fetch-site": "same-origin"}, {}),
    ({"sec-fetch-dest": "document", **CROSS_SITE}, {}),
    ({"sec-fetch-dest": "empty", **CROSS_SITE}, {}),
    ({"sec-fetch-dest": "empty"}, {"obstacle": "framed"}),
]
GRANTING: list[dict[str, Any]] = [
    {"means": "accept"},
    {"means": "save", "grant": ["media"]},
    {"means": "placeholder", "grant": ["media:video"], "layer": "placeholder"},
    {"action": "once", "means": "placeholder", "grant": ["media:video"]},
]


@pytest.mark.parametrize(("headers", "fields"), FRAMED)
@pytest.mark.parametrize("choice", GRANTING)
@pytest.mark.usefixtures("asked")
def test_no_grant_is_taken_in_a_frame_that_may_be_another_sites(
    visitor: Visitor, headers: dict[str, str], fields: dict[str, str], choice: dict[str, Any]
) -> None:
    """U12: the press may have been meant for something that lay above."""
    for choose in (visitor.choose, visitor.choose_json):
        response = choose(**choice, **fields, headers={**ORIGIN, **headers})
        assert response.status_code == 403
        assert "in a window of its own" in response.content.decode()
    assert (records(), visitor.value) == ([], "")
    assert visitor.choose_json(**choice).status_code == 200


@pytest.mark.parametrize(("headers", "fields"), FRAMED)
@pytest.mark.parametrize("means", ["refuse", "close", "withdraw", "save"])
@pytest.mark.usefixtures("asked")
def test_a_refusal_holds_in_every_frame(
    visitor: Visitor, headers: dict[str, str], fields: dict[str, str], means: str
) -> None:
    """P8."""
    visitor.choose("accept")
    assert visitor.choose(means, **fields, headers={**ORIGIN, **headers}).status_code == 303
    assert visitor.value.split(".")[3] == "-"


@pytest.mark.parametrize(("headers", "fields"), FRAMED)
@override_settings(CONSENT_FRAMED=True)
@pytest.mark.usefixtures("asked")
def test_a_site_that_is_meant_to_be_framed_takes_grants_there(
    visitor: Visitor, headers: dict[str, str], fields: dict[str, str]
) -> None:
    assert visitor.choose("accept", **fields, headers={**ORIGIN, **headers}).status_code == 303


@pytest.mark.parametrize("dest", ["document", "empty", ""])
@pytest.mark.usefixtures("asked")
def test_a_page_in_a_window_of_its_own_grants(visitor: Visitor, dest: str) -> None:
    assert visitor.choose("accept", headers={**ORIGIN, "sec-fetch-dest": dest}).status_code == 303


@pytest.mark.usefixtures("asked")
def test_a_browser_that_keeps_no_cookies_is_told_so_and_may_load_once(visitor: Visitor) -> None:
    """P8, V2: what cannot be remembered is not allowed, and not recorded as if it were."""
    response = visitor.choose_json("accept", obstacle="cookies")
    assert response.status_code == 403
    assert response.json()["error"].startswith("Your browser keeps no cookies of this site")
    assert records() == []
    once = {"action": "once", "means": "placeholder", "grant": ["media:video"]}
    assert visitor.choose_json(**once, obstacle="cookies").status_code == 200
    assert visitor.choose_json("refuse", obstacle="cookies").status_code == 200


# Two equal grants


@pytest.mark.parametrize("means", ["accept", "placeholder"])
@pytest.mark.usefixtures("asked")
def test_the_same_press_sent_twice_is_one_record(means: str) -> None:
    """P1: whoever sends it again, before the answer has come."""
    fields = {"attempt": "1234567", "grant": ["media:video"]}
    answers_of = [Visitor().choose_json(means, **fields).json() for _ in range(3)]
    (record,) = records()
    assert {answer["receipt"] for answer in answers_of} == {record.receipt}
    assert all(answer["recorded"] for answer in answers_of)


@pytest.mark.usefixtures("asked")
def test_loading_twice_is_two_records_unless_it_is_one_press(visitor: Visitor) -> None:
    """V2, P1: each time is a decision of its own."""
    visitor.choose("save", grant=["statistics"])
    once = {"action": "once", "means": "placeholder", "grant": ["media:video"]}
    for attempt in ("11111", "11111", "22222", None, None):
        assert visitor.choose_json(**once, attempt=attempt).status_code == 200
    assert [record.action for record in records()] == ["choose", *["once"] * 4]


@pytest.mark.usefixtures("asked")
def test_two_visitors_who_grant_alike_are_two_records() -> None:
    """P1: none is lost, from one address or not."""
    for attempt in ("11111", "22222", None, None):
        Visitor().choose_json("accept", attempt=attempt)
    assert len({record.receipt for record in records()}) == 4


@pytest.mark.usefixtures("asked")
def test_a_change_that_is_sent_twice_is_one_record(visitor: Visitor) -> None:
    """P1: without script too, because both change the same grant."""
    visitor.choose("accept")
    held = visitor.value
    for _ in range(3):
        visitor.carry(held)
        visitor.choose("save", grant=["media:video"])
    assert [record.action for record in records()] == ["accept", "choose"]
    assert len({record.receipt for record in records()}) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
def test_a_grant_whose_first_post_was_not_recorded_is_recorded(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P8: nothing is believed of the first but its record."""
    monkeypatch.setattr("consent.repeats.PATIENCE", 0.1)
    with refusing(INSERT):
        assert visitor.choose_json("accept", attempt="1234567").status_code == 503
    assert records() == []
    answer = visitor.choose_json("accept", attempt="1234567").json()
    assert answer["recorded"] is True
    assert [record.receipt for record in records()] == [answer["receipt"]]


@pytest.mark.usefixtures("asked")
def test_a_cache_that_fails_stands_in_no_grants_way(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P8."""

    def fail(*args: Any, **fields: Any) -> None:
        raise ConnectionError("the cache is gone")

    monkeypatch.setattr(cache, "add", fail)
    assert visitor.choose_json("accept", attempt="1234567").json()["recorded"] is True
    assert len(records()) == 1


@pytest.mark.parametrize("attempt", ["1", "12ab5", "1" * 41])
@pytest.mark.usefixtures("asked")
def test_a_number_that_script_did_not_draw_is_bad_input(visitor: Visitor, attempt: str) -> None:
    assert visitor.choose_json("accept", attempt=attempt).status_code == 400
    assert records() == []

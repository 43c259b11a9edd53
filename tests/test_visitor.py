"""``request.consent``: what is in force for a request, and that doubt means no."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from consent import notices
from consent.api import get_consent, granted
from consent.cookies import signed_value
from consent.core.notice import Notice
from consent.core.state import DAY, UNDECIDED, ConsentState, refusal
from consent.status import status_of
from consent.visitor import Consent, attach
from tests.conftest import Publish
from tests.visiting import NAME, Visitor, refusing, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

NOW = int(time.time())
RECEIPT = "3zkq8v0h2m4n6p8r0s2t4v6w8x"


def grant(*keys: str, notice: int = 1, decided: int = NOW, **fields: Any) -> ConsentState:
    return ConsentState(notice, decided, frozenset(keys), receipt=RECEIPT, **fields)


def value(state: ConsentState, site: str = "clinic") -> str:
    return signed_value(state, site=site)


def consent_of(sent: str | None = None, path: str = "/", **cookies: str) -> Consent:
    request = RequestFactory().get(path)
    request.COOKIES = {**({NAME: sent} if sent is not None else {}), **cookies}
    return attach(request)


@pytest.mark.usefixtures("asked")
def test_without_a_cookie_nothing_is_decided_and_nothing_granted() -> None:
    """B1."""
    consent = consent_of()
    assert not consent.decided
    assert consent.key == "undecided"
    assert not consent.granted("media")
    assert not consent.granted("media", "video")


@pytest.mark.usefixtures("asked")
def test_a_category_is_granted_with_its_services() -> None:
    """G1."""
    consent = consent_of(value(grant("media")))
    assert consent.decided
    assert consent.granted("media")
    assert consent.granted("media", "video")
    assert not consent.granted("marketing")
    assert not consent.granted("statistics", "visits")


@pytest.mark.usefixtures("asked")
def test_a_service_is_granted_alone() -> None:
    """G1, V2."""
    consent = consent_of(value(grant("media:video")))
    assert consent.granted("media", "video")
    assert not consent.granted("media", "maps")
    assert not consent.granted("media")


@pytest.mark.usefixtures("asked")
def test_a_service_is_refused_alone() -> None:
    """G1."""
    consent = consent_of(value(grant("media", refused=frozenset({"media:maps"}))))
    assert consent.granted("media", "video")
    assert not consent.granted("media", "maps")
    assert not consent.granted("media")


@pytest.mark.usefixtures("asked")
def test_what_no_notice_knows_is_not_granted() -> None:
    """B7: DESIGN 4.12."""
    consent = consent_of(value(grant("media", "unknown", "media:unknown", "unknown:x")))
    for keys in (("unknown",), ("media", "unknown"), ("unknown", "x"), ("",), ("", "video")):
        assert not consent.granted(*keys)
    assert not consent.granted("necessary", "unknown")


@pytest.mark.usefixtures("asked")
def test_what_is_necessary_needs_no_grant() -> None:
    assert consent_of().granted("necessary")
    assert consent_of(value(refusal(1, NOW))).granted("necessary")


def test_without_a_notice_nothing_is_granted(db: None) -> None:
    """B7."""
    consent = consent_of(value(grant("media")))
    assert consent.notice is None
    assert not consent.decided
    assert not consent.granted("media")
    assert not consent.granted("necessary")


@pytest.mark.usefixtures("asked")
def test_a_language_without_texts_grants_nothing() -> None:
    """U8."""
    with override("ca"):
        consent = consent_of(value(grant("media")))
        assert consent.language is None
        assert not consent.granted("media")
        assert "cookie_consent" not in consent._request.COOKIES
    with override("es-mx"):
        assert consent.language == "es"
        assert consent.granted("media")
    with override(None):
        assert not consent.granted("media")


@pytest.mark.parametrize("enabled", [False, lambda *_: False])
@pytest.mark.usefixtures("asked")
def test_switched_off_nothing_is_granted(enabled: Any) -> None:
    """B7."""
    with override_settings(COOKIE_CONSENT_ENABLED=enabled):
        assert not consent_of(value(grant("media"))).granted("media")
        assert not consent_of(value(grant("media"))).decided


def on_the_first_page(request: HttpRequest) -> bool:
    return request.path == "/first/"


@override_settings(COOKIE_CONSENT_ENABLED=on_the_first_page)
@pytest.mark.usefixtures("asked")
def test_the_switch_is_asked_for_each_request() -> None:
    assert consent_of(value(grant("media")), "/first/").granted("media")
    assert not consent_of(value(grant("media")), "/second/").granted("media")


@pytest.mark.usefixtures("asked")
def test_another_sites_cookie_is_undecided() -> None:
    """B7."""
    assert not consent_of(value(grant("media"), site="spa")).decided
    assert not consent_of(value(refusal(1, NOW), site="spa")).decided


@pytest.mark.usefixtures("asked")
def test_nothing_grants_without_a_signature() -> None:
    """B7: only refusals are believed."""
    assert not consent_of(f"{grant('media').payload()}.").decided
    assert not consent_of(f"{grant('media').payload()}.{'A' * 43}").decided
    unsigned = consent_of(f"{refusal(1, NOW).payload()}.")
    assert unsigned.decided
    assert unsigned.state.is_refusal


@pytest.mark.usefixtures("asked")
def test_a_rotated_secret_key_keeps_grants_only_as_a_fallback() -> None:
    sent = value(grant("media"))
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert consent_of(sent).granted("media")
    with override_settings(SECRET_KEY="new"):
        assert not consent_of(sent).granted("media")


@pytest.mark.parametrize("state", [grant("media"), refusal(1, NOW)], ids=["grant", "refusal"])
@pytest.mark.usefixtures("asked")
def test_a_decision_holds_185_days_and_not_longer(
    monkeypatch: pytest.MonkeyPatch, state: ConsentState
) -> None:
    """W5, W7, B7: grants and refusals alike, not sliding; at least six months."""
    sent = value(state)
    for shift, decided in ((0, True), (184 * DAY, True), (185 * DAY, False), (900 * DAY, False)):
        monkeypatch.setattr("time.time", lambda at=state.decided + shift: float(at))
        assert consent_of(sent).decided is decided


@pytest.mark.usefixtures("asked")
def test_a_decision_from_the_future_is_doubtful() -> None:
    """B7: a clock may be off by a day at most."""
    assert consent_of(value(grant("media", decided=NOW + DAY // 2))).granted("media")
    assert not consent_of(value(grant("media", decided=NOW + 2 * DAY))).decided
    assert not consent_of(value(refusal(1, NOW + 3 * DAY))).decided


@override_settings(CONSENT_GRANT_DAYS=10, CONSENT_REFUSAL_DAYS=400)
@pytest.mark.usefixtures("asked")
def test_a_site_sets_how_long_each_is_remembered() -> None:
    """W5."""
    assert not consent_of(value(grant("media", decided=NOW - 11 * DAY))).decided
    assert consent_of(value(refusal(1, NOW - 399 * DAY))).decided


def test_after_a_material_change_grants_are_asked_again_and_refusals_last_out(
    publish: Publish,
) -> None:
    """W7, W8."""
    publish(worded())
    publish(worded(), number=2, oldest_valid=2)
    assert not consent_of(value(grant("media"))).decided
    assert consent_of(value(refusal(1, NOW))).decided
    assert consent_of(value(grant("media", notice=2))).granted("media")


def test_after_a_correction_nobody_is_asked_again(publish: Publish) -> None:
    """W8."""
    publish(worded())
    publish(worded(), number=2, oldest_valid=1)
    assert consent_of(value(grant("media"))).granted("media")
    assert consent_of(value(refusal(1, NOW))).decided


def test_a_service_that_is_no_longer_declared_is_not_granted(publish: Publish) -> None:
    """DESIGN 4.12."""
    publish(worded())
    publish(worded(*worded().categories[:3]), number=2, oldest_valid=1)
    assert not consent_of(value(grant("media"))).granted("media", "video")


def test_a_signed_cookie_that_names_a_newer_notice_makes_the_process_look(
    publish: Publish,
) -> None:
    """W7: another process has published, and this visitor has answered it."""
    publish(worded())
    assert consent_of().notice.number == 1  # type: ignore[union-attr]  # there is one
    held = dict(notices._HELD)
    publish(worded(), number=2, oldest_valid=2)
    notices._HELD.update(held)
    unsigned = f"{refusal(2, NOW).payload()}."
    assert consent_of(unsigned).notice.number == 1  # type: ignore[union-attr]  # there is one
    assert consent_of(value(grant("media", notice=2))).granted("media")


@pytest.mark.usefixtures("asked")
def test_a_grant_of_a_notice_that_does_not_exist_is_doubtful() -> None:
    """B7."""
    assert not consent_of(value(grant("media", notice=9))).decided


@pytest.mark.usefixtures("asked")
def test_the_key_differs_where_the_state_does() -> None:
    """B8: and only there, so that fragments are shared."""
    states = [
        refusal(1, NOW),
        refusal(2, NOW),
        grant("media"),
        grant("media:video"),
        grant("media", unasked=frozenset({"marketing"})),
    ]
    keys = {consent_of(value(state)).key for state in states} | {consent_of().key}
    assert len(keys) == 6
    other = ConsentState(1, NOW - DAY, frozenset({"media"}), receipt="1" * 26)
    assert consent_of(value(other)).key == consent_of(value(grant("media"))).key


@pytest.mark.parametrize(
    "ask",
    [
        lambda consent: consent.granted("media"),
        lambda consent: consent.granted("unknown"),
        lambda consent: consent.decided,
        lambda consent: consent.state,
        lambda consent: consent.key,
        lambda consent: consent._request.COOKIES.get("cookie_consent"),
        lambda consent: "cookie_consent" in consent._request.COOKIES,
    ],
)
@pytest.mark.usefixtures("asked")
def test_whatever_tells_the_state_makes_the_response_depend_on_it(ask: Any) -> None:
    """B8."""
    consent = consent_of()
    assert not consent.depends
    ask(consent)
    assert consent.depends
    assert consent._request._cache_update_cache is False  # type: ignore[attr-defined]  # Django's


@pytest.mark.usefixtures("asked")
def test_other_questions_leave_the_response_to_everybody() -> None:
    """B8, DESIGN 4.10."""
    consent = consent_of(value(grant("media")), sessionid="x")
    assert consent.notice is not None
    assert consent.language == "en"
    assert consent._request.COOKIES["sessionid"] == "x"
    assert consent.allows("media")
    assert not consent.depends


@pytest.mark.usefixtures("asked")
def test_a_decided_or_undecided_request_runs_no_query_once_warm() -> None:
    """DESIGN 4.11."""
    consent_of().granted("media")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for sent in (None, value(grant("media")), value(refusal(1, NOW)), "garbage"):
            consent_of(sent).granted("media", "video")
    assert len(queries) == 0


def test_without_a_database_the_notice_held_goes_on(asked: Notice) -> None:
    """B7, P8."""
    assert consent_of(value(grant("media"))).granted("media")
    with refusing(), override_settings(CONSENT_NOTICE_REFRESH_SECONDS=0):
        assert consent_of(value(grant("media"))).granted("media")
        assert consent_of(value(grant("media", notice=2))).state == UNDECIDED
        notices.forget()
        assert not consent_of(value(grant("media"))).granted("media")


@pytest.mark.usefixtures("asked")
def test_the_facade_asks_the_same(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES = {NAME: value(grant("media:video"))}
    consent = attach(request)
    assert get_consent(request) is consent
    assert granted(request, "media", "video")
    assert not granted(request, "media")


def test_a_request_without_consent_is_explained(rf: RequestFactory) -> None:
    request = rf.get("/")
    with pytest.raises(ImproperlyConfigured, match=r"'consent\.middleware\.ConsentMiddleware'"):
        granted(request, "media")


@pytest.mark.usefixtures("asked")
def test_a_choice_holds_for_the_rest_of_its_own_request(visitor: Visitor) -> None:
    """W2."""
    visitor.choose("accept")
    body = visitor.get("/privacy/").content.decode()
    assert body.count(" checked") == 5  # three categories, and two services of media


def test_since_when_is_told_in_the_time_zone_of_the_page() -> None:
    """W2: what was said in another zone a moment ago is not said again."""
    notice = worded()
    state = grant("media", decided=1_790_000_000, signed=True)
    told: dict[str, set[str]] = {}
    for zone in ("UTC", "Asia/Tokyo", "UTC"):
        with timezone.override(zone):
            told.setdefault(zone, set()).add(status_of(notice, "en", state)["since"])
    assert [len(told["UTC"]), len(told["Asia/Tokyo"])] == [1, 1]
    assert told["UTC"] != told["Asia/Tokyo"]


def test_what_one_page_does_with_its_status_stays_on_that_page() -> None:
    notice, state = worded(), refusal(1, 1_790_000_000)
    status_of(notice, "en", state)["message"] = "changed"
    assert status_of(notice, "en", state)["message"] != "changed"

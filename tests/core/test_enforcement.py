"""Which of the cookies that a browser sends must go, and from where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consent.core.enforcement import CookiePlace, cookies_to_delete
from consent.core.notice import Notice
from consent.core.state import UNDECIDED, ConsentState, refusal
from tests.core.notices import category, notice, service, tracker

NECESSARY = category(
    "necessary",
    required=True,
    trackers=[tracker("sessionid"), tracker("_ga_consent"), tracker("lang", kind="local")],
)
NOTICE = notice(
    NECESSARY,
    category(
        "statistics",
        service("visits", trackers=[tracker("_ga_*", domain=".clinic.example", path="/app")]),
        trackers=[tracker("_visits"), tracker("lang"), tracker("stored", kind="local")],
    ),
    category("marketing", trackers=[tracker("_visits", domain="clinic.example")]),
    category(
        "media",
        service("video", trackers=[tracker("player")]),
        service("maps", trackers=[tracker("map[1]"), tracker("rootless", path="")]),
    ),
)


def gone(*sent: str, granted: tuple[str, ...] = (), notice: Notice = NOTICE) -> set[CookiePlace]:
    state = ConsentState(1, 0, frozenset(granted)) if granted else refusal(1, 0)
    places = list(cookies_to_delete(sent, state, notice))
    return set(places)


def test_a_cookie_goes_from_every_declared_path_and_domain() -> None:
    """W3."""
    assert gone("_ga_1") == {
        CookiePlace("_ga_1", "/app", ""),
        CookiePlace("_ga_1", "/", ""),
        CookiePlace("_ga_1", "/app", ".clinic.example"),
        CookiePlace("_ga_1", "/", ".clinic.example"),
    }


def test_a_cookie_declared_twice_goes_from_the_places_of_both() -> None:
    """W3."""
    assert gone("_visits") == {
        CookiePlace("_visits", "/", ""),
        CookiePlace("_visits", "/", "clinic.example"),
    }


def test_a_tracker_without_a_path_goes_from_the_root() -> None:
    assert gone("rootless") == {CookiePlace("rootless", "/", "")}


def test_a_cookie_that_any_grant_covers_stays() -> None:
    assert gone("_visits", granted=("marketing",)) == set()
    assert gone("_visits", "player", granted=("media",)) == gone("_visits")


def test_services_are_told_apart() -> None:
    """W3, G1."""
    assert gone("player", "rootless", granted=("media:video",)) == gone("rootless")
    half = ConsentState(1, 0, frozenset({"media"}), frozenset({"media:maps"}))
    left = set(cookies_to_delete(["player", "rootless"], half, NOTICE))
    assert left == {CookiePlace("rootless", "/", "")}


def test_an_exempt_cookie_stays_although_an_optional_glob_matches() -> None:
    assert gone("_ga_consent", "sessionid") == set()


def test_an_exempt_storage_key_does_not_exempt_a_cookie_of_that_name() -> None:
    assert gone("lang") == {CookiePlace("lang", "/", "")}


def test_what_is_not_declared_or_not_a_cookie_stays() -> None:
    assert gone("unknown", "stored", "_ga", "x_visits", "_visits2", "PLAYER") == set()


def test_brackets_in_a_name_are_a_glob() -> None:
    assert gone("map1") == {CookiePlace("map1", "/", "")}


def test_undecided_is_not_granted() -> None:
    """B1."""
    assert list(cookies_to_delete(["player"], UNDECIDED, NOTICE)) == [
        CookiePlace("player", "/", "")
    ]


def test_notices_are_not_mixed_up() -> None:
    for size in range(12):
        other = notice(NECESSARY, category("only", trackers=[tracker(f"one{size}")]))
        assert gone(f"one{size}", notice=other) == {CookiePlace(f"one{size}", "/", "")}
        assert gone("player", notice=other) == set()
    assert gone("player")


def test_without_exempt_cookies_nothing_is_exempt() -> None:
    bare = notice(category("only", trackers=[tracker("_visits")]))
    assert gone("_visits", notice=bare) == {CookiePlace("_visits", "/", "")}


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_name_can_be_sent(names: list[str]) -> None:
    """B7."""
    assert {place.name for place in gone(*names)} <= set(names)


@given(st.sets(st.sampled_from(NOTICE.optional_keys)))
def test_granting_more_never_deletes_more(granted: set[str]) -> None:
    sent = ("_ga_1", "_visits", "player", "rootless", "sessionid")
    assert gone(*sent, granted=tuple(granted)) <= gone(*sent)

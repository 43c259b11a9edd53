"""Which cookies may be set, and which of those that a browser sends must go, and from where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consent.core.enforcement import (
    cookies_out_of_sight,
    cookies_to_delete,
    is_exempt,
    verdict_on,
)
from consent.core.notice import Notice
from consent.core.places import CookiePlace
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
    assert len(places) == len(set(places)), "each place goes out once"
    return {place for place in places if not place.partitioned}


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
    left = cookies_to_delete(["player", "rootless"], half, NOTICE)
    assert {place.name for place in left} == {"rootless"}


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
    assert CookiePlace("player", "/", "") in cookies_to_delete(["player"], UNDECIDED, NOTICE)


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


# Places that nobody declared


def test_a_cookie_goes_from_every_domain_above_the_host_and_from_the_pages_path() -> None:
    """W3: where a script of this page may have put it."""
    places = cookies_to_delete(
        ["player"], UNDECIDED, NOTICE, host="www.clinic.example:8000", path="/app/film"
    )
    domains = ("", "www.clinic.example", "clinic.example")
    paths = ("/", "/app/film", "/app")
    assert set(places) == {
        *(CookiePlace("player", path, domain) for path in paths for domain in domains),
        CookiePlace("player", "/", "", partitioned=True),
    }


def test_what_is_declared_goes_first_for_every_name() -> None:
    """W3: a response has room for so many, and guesses must not push the sure ones out."""
    names = ["_ga_1", "player"]
    places = list(
        cookies_to_delete(names, UNDECIDED, NOTICE, host="www.clinic.example", path="/app/film")
    )
    sure = [*gone("_ga_1"), *gone("player")]
    assert set(places[: len(sure)]) == set(sure)


def test_a_declared_domain_is_not_guessed_again() -> None:
    places = list(cookies_to_delete(["_ga_1"], UNDECIDED, NOTICE, host="clinic.example", path="/"))
    domains = [place.domain for place in places if place.path == "/" and not place.partitioned]
    assert sorted(domains) == ["", ".clinic.example"]


def test_a_cookie_for_another_path_goes_unseen() -> None:
    """W3: a browser sends it to that path only, never to the decision."""
    elsewhere = notice(
        NECESSARY,
        category(
            "only",
            service("one", trackers=[tracker("deep", domain="clinic.example", path="/app")]),
            trackers=[tracker("deep_*", path="/app"), tracker("here", path="/privacy/")],
        ),
        category(
            "other", trackers=[tracker("basket", path="/shop"), tracker("sessionid", path="/x")]
        ),
    )
    half = ConsentState(1, 0, frozenset({"other"}))
    found = set(cookies_out_of_sight(half, elsewhere, "/privacy/decision/"))
    assert found == {
        CookiePlace("deep", path, domain)
        for path in ("/app", "/")
        for domain in ("", "clinic.example")
    }
    assert set(cookies_out_of_sight(half, elsewhere, "/app")) == {
        CookiePlace("here", "/privacy/", ""),
        CookiePlace("here", "/", ""),
    }
    assert set(cookies_out_of_sight(half, elsewhere, "/apple")) >= found


# Cookies on their way out


def test_a_name_is_judged_by_every_tracker_that_claims_it() -> None:
    """B1, G1."""
    some = ConsentState(1, 0, frozenset({"marketing", "media:video"}))
    verdicts = {
        "sessionid": "exempt",
        "_ga_consent": "exempt",
        "_ga_1": "declined",
        "_visits": "granted",
        "player": "granted",
        "rootless": "declined",
        "stored": "undeclared",
        "lang": "declined",
        "_ga": "undeclared",
        "": "undeclared",
    }
    assert {name: verdict_on(name, some, NOTICE) for name in verdicts} == verdicts


def test_without_a_notice_nothing_is_declared() -> None:
    assert verdict_on("sessionid", UNDECIDED, None) == "undeclared"
    assert not is_exempt("sessionid", None)


NAMES = st.sampled_from(["sessionid", "_ga_1", "_ga_consent", "_visits", "player", "lang", "x"])
STATES = st.builds(
    ConsentState,
    notice=st.just(1),
    granted=st.sets(st.sampled_from(NOTICE.optional_keys)).map(frozenset),
    refused=st.sets(st.sampled_from(["media:video", "media:maps"])).map(frozenset),
)


@given(NAMES | st.text(max_size=10), STATES)
def test_a_cookie_is_deleted_exactly_when_it_may_not_be_set(name: str, state: ConsentState) -> None:
    """B1, W3: one judgement."""
    declined = verdict_on(name, state, NOTICE) == "declined"
    assert bool(list(cookies_to_delete([name], state, NOTICE))) == declined


@given(NAMES | st.text(max_size=10), STATES)
def test_only_a_grant_that_names_it_lets_an_optional_cookie_out(
    name: str, state: ConsentState
) -> None:
    """B1, B7: judged here by the long way round."""
    verdict = verdict_on(name, state, NOTICE)
    assert (verdict == "exempt") == is_exempt(name, NOTICE)
    claimed = {
        key
        for key, names in {
            "statistics": {"_visits", "lang"},
            "statistics:visits": {"_ga_1", "_ga_consent"},
            "marketing": {"_visits"},
            "media:video": {"player"},
        }.items()
        if name in names
    }
    answers = state.answers(NOTICE)
    if verdict == "granted":
        assert any(answers[key] == "yes" for key in claimed)
    if verdict == "declined":
        assert all(answers[key] != "yes" for key in claimed)
    if verdict == "undeclared":
        assert not claimed


@given(st.lists(NAMES))
def test_without_a_choice_only_exempt_cookies_and_undeclared_ones_go_out(names: list[str]) -> None:
    """B1."""
    verdicts = {verdict_on(name, UNDECIDED, NOTICE) for name in names}
    assert verdicts <= {"exempt", "declined", "undeclared"}


def test_more_names_than_are_held_are_judged_all_the_same() -> None:
    """B7: they come from outside, and the memory for them is limited."""
    for number in range(1000):
        assert verdict_on(f"_ga_{number}", UNDECIDED, NOTICE) == "declined"
        assert verdict_on(f"other_{number}", UNDECIDED, NOTICE) == "undeclared"
    assert verdict_on("_ga_" + "x" * 5000, UNDECIDED, NOTICE) == "declined"
    assert verdict_on("sessionid", UNDECIDED, NOTICE) == "exempt"

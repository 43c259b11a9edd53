"""Which hosts a policy may list, and what becomes of the policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.hosts import is_host, is_place, place_of
from consent.core.notice import Notice
from consent.core.policy import FALLBACKS, FRAMES, extensions, sources
from consent.core.state import UNDECIDED, ConsentState, refusal
from tests.core.notices import category, notice, service

NOTICE = notice(
    category("necessary", service("login", hosts=("login.example",)), required=True),
    category("statistics", service("visits", hosts=("stats.example", "localhost:8001"))),
    category(
        "media",
        service("video", hosts=("player.example", "*.film.example")),
        service("maps", hosts=("maps.example", "player.example", "player.example/map")),
    ),
)
EXEMPT = ("login.example",)
STATISTICS = ("stats.example", "localhost:8001")
VIDEO = ("*.film.example",)
MAPS = ("maps.example", "player.example/map", "player.example/map/")
ALL = (*EXEMPT, *STATISTICS, "player.example", *VIDEO, *MAPS)
NOT_FRAMES = sorted(set(FALLBACKS) - FRAMES)
keys = st.sampled_from(NOTICE.optional_keys)
states = st.builds(
    ConsentState, notice=st.just(1), granted=st.frozensets(keys), refused=st.frozensets(keys)
)


def granting(*granted: str, refused: tuple[str, ...] = ()) -> ConsentState:
    return ConsentState(1, 0, frozenset(granted), frozenset(refused))


@pytest.mark.parametrize("directive", NOT_FRAMES)
@pytest.mark.parametrize(
    ("state", "hosts"),
    [
        (UNDECIDED, EXEMPT),
        (refusal(1, 0), EXEMPT),
        (granting("statistics"), (*EXEMPT, *STATISTICS)),
        (granting("media:video"), (*EXEMPT, *VIDEO)),
        (granting("media", refused=("media:maps",)), (*EXEMPT, *VIDEO)),
        (granting("media:maps"), (*EXEMPT, *MAPS)),
        (granting("statistics", "media"), ALL),
        (None, ALL),
    ],
)
def test_a_directive_lists_what_is_granted_or_exempt(
    directive: str, state: ConsentState | None, hosts: tuple[str, ...]
) -> None:
    """B9, G1, DESIGN 7: what two services declare alike needs both."""
    assert sources(NOTICE, state, directive) == hosts


@pytest.mark.parametrize("directive", sorted(FRAMES))
@pytest.mark.parametrize("state", [UNDECIDED, refusal(1, 0), granting("media"), None])
def test_frames_always_list_every_declared_host(directive: str, state: ConsentState) -> None:
    """DESIGN 7: a frame may be loaded once, into a page that has its policy already."""
    assert sources(NOTICE, state, directive) == ALL


@pytest.mark.parametrize("directive", ["", "form-action", "script-src-attr", "Script-Src", "x;y"])
def test_an_unknown_directive_is_an_error_that_names_the_others(directive: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{directive!r} is not a policy's directive")):
        sources(NOTICE, UNDECIDED, directive)


@given(states, st.sampled_from(NOT_FRAMES))
def test_a_host_is_listed_exactly_if_all_of_its_services_may_load(
    state: ConsentState, directive: str
) -> None:
    """B9, G1."""
    declared = [
        (host, category.required or state.answer(category.key, service.key) == "yes")
        for category in NOTICE.categories
        for service in category.services
        for host in service.hosts
    ]
    listed = {host for host, _ in declared} - {host for host, may_load in declared if not may_load}
    below = {f"{host}/" for host in listed if "/" in host}
    assert set(sources(NOTICE, state, directive)) == listed | below


def declaring(hosts: list[str]) -> Notice:
    return notice(category("media", service("video", hosts=tuple(hosts))))


@given(st.lists(st.text() | st.from_regex(r"[\w.*:;'\" ,/-]{1,20}", fullmatch=True)))
def test_no_host_can_inject_anything_into_a_policy(hosts: list[str]) -> None:
    """B9: whatever a fixture or a script has put into the registry."""
    listed = sources(declaring(hosts), None, "script-src")
    assert {place_of(host).text for host in hosts if is_place(host)} <= set(listed)
    for host in listed:
        assert re.fullmatch(r"[-a-z0-9_.:*]+(?:/[-\w.~!$&'()*+=:@%/]*)?", host, re.ASCII)
        assert host.rpartition("*")[0] == ""
        assert host != "*"


@pytest.mark.parametrize(
    "host", ["a", "a.example", "localhost:8001", "*.a.example", "*.a.example:443", "xn--a-0ga.b"]
)
def test_these_are_hosts(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "*", "*.", "*.com", "*:80", "**.a.b", "a.*.b", "*a.b", "a..b", "-a.b", "A.b", "ä.b"),
        *("a.b:0", "a.b:65536", "a.b:٣", "a b", "a.b;", "a.b,", "a.b\n", "'self'"),
        *("https://a.b", "a.b/x"),
    ],
)
def test_these_are_not(host: str) -> None:
    assert not is_host(host)


@pytest.mark.parametrize("place", ["a.b/x", "a.b/x/Y.js", "*.a.b/x", "a.b:80/x/", "a.b/"])
def test_these_are_hosts_with_a_path(place: str) -> None:
    assert is_place(place)


@pytest.mark.parametrize(
    "place",
    ["/x", "a.b/x y", "a.b/x;y", "a.b/x,y", "a.b/x'", "a.b//x", "a.b/x?y", "a.b/x#y", "a.b/ä"],
)
def test_these_are_none(place: str) -> None:
    assert not is_place(place)


# Where they go


def extended(policy: dict[str, Any], *directives: str) -> dict[str, tuple[Any, ...]]:
    return extensions(policy, directives or ("script-src", "img-src"), lambda _: ("a.example",))


def test_hosts_join_a_directive_and_keep_what_it_holds() -> None:
    nonce = object()
    policy = {"script-src": ["'self'", nonce], "img-src": {"data:", "'self'"}}
    assert extended(policy) == {
        "script-src": ("'self'", nonce, "a.example"),
        "img-src": ("'self'", "data:", "a.example"),
    }
    assert policy["script-src"] == ["'self'", nonce]


@pytest.mark.parametrize(
    ("policy", "directive", "values"),
    [
        ({"default-src": "'self'"}, "img-src", ("'self'", "a.example")),
        ({"default-src": ["'none'"]}, "script-src", ("a.example",)),
        ({"child-src": ["b"], "default-src": ["c"]}, "frame-src", ("b", "a.example")),
        ({"script-src": ["b"], "default-src": ["c"]}, "worker-src", ("b", "a.example")),
        ({"img-src": None, "default-src": ["c"]}, "img-src", ("c", "a.example")),
        ({"img-src": [], "default-src": ["c"]}, "img-src", ("a.example",)),
    ],
)
def test_a_missing_directive_starts_from_what_governs_it(
    policy: dict[str, Any], directive: str, values: tuple[str, ...]
) -> None:
    """Else the site's own images would be blocked by a policy that lists only a service's."""
    assert extended(policy, directive) == {directive: values}


@pytest.mark.parametrize("policy", [{}, {"base-uri": ["'none'"]}, {"img-src": ["a.example"]}])
def test_what_is_not_restricted_or_lists_it_already_does_not_change(policy: dict[str, Any]) -> None:
    assert extended(policy) == {}


def test_a_more_special_directive_that_would_overrule_is_extended_too() -> None:
    policy = {"script-src": ["'self'"], "script-src-elem": ["b"], "default-src": ["c"]}
    assert extended(policy, "script-src") == {
        "script-src": ("'self'", "a.example"),
        "script-src-elem": ("b", "a.example"),
    }


values = st.none() | st.lists(st.sampled_from(["'self'", "'none'", "b", "c"])) | st.just("'self'")
policies = st.dictionaries(st.sampled_from([*FALLBACKS, "base-uri"]), values)
wanted = st.lists(st.sampled_from(list(FALLBACKS)))


hosts = st.lists(st.sampled_from(["b", "h.example", "i.example"]), unique=True)


@given(policies, st.sampled_from(list(FALLBACKS)), hosts)
def test_a_changed_directive_is_what_governed_it_and_the_hosts(
    policy: dict[str, Any], directive: str, hosts: list[str]
) -> None:
    governing = (policy.get(name) for name in (directive, *FALLBACKS[directive]))
    found = next((values for values in governing if values is not None), None)
    before = [found] if isinstance(found, str) else found or []
    kept = [value for value in before if value != "'none'"]
    missing = [host for host in hosts if host not in kept]
    expected = {directive: (*kept, *missing)} if missing and found is not None else {}
    changed = extensions(policy, [directive], lambda _: hosts)
    assert {d: v for d, v in changed.items() if d == directive} == expected
    assert extensions(policy | changed, [directive], lambda _: hosts) == {}

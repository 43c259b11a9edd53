"""Where a cookie may live."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.places import (
    CookiePlace,
    declared_places,
    guessed_places,
    host_domains,
    page_paths,
)


@pytest.mark.parametrize(
    ("host", "domains"),
    [
        ("www.clinic.example", ["www.clinic.example", "clinic.example"]),
        ("WWW.Clinic.Example.:443", ["www.clinic.example", "clinic.example"]),
        ("clinic.example", ["clinic.example"]),
        ("localhost:8000", []),
        ("127.0.0.1:8000", []),
        ("[2001:db8::1]:8000", []),
        ("", []),
        ("a..b", []),
    ],
)
def test_a_cookie_can_be_set_for_a_host_and_what_is_above_it(host: str, domains: list[str]) -> None:
    """W3: never for a single label, and never for an address."""
    assert host_domains(host) == domains


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("/", ["/", "/"]),
        ("/film", ["/film", "/"]),
        ("/app/film", ["/app/film", "/app"]),
        ("/app/film/", ["/app/film/", "/app/film"]),
        ("", ["/"]),
        ("*", ["/"]),
    ],
)
def test_a_page_has_its_own_path_and_the_one_browsers_take(path: str, paths: list[str]) -> None:
    """W3: RFC 6265, 5.1.4."""
    assert page_paths(path) == paths


@pytest.mark.parametrize("name", ["__Host-id", "__host-id", "__Host-Http-id"])
def test_a_cookie_bound_to_its_host_has_one_place(name: str) -> None:
    """W3: browsers ignore any other line for such a name."""
    declared = [("/app", "clinic.example")]
    assert list(declared_places(name, declared)) == [CookiePlace(name, "/", "")]
    guessed = guessed_places(name, declared, host="www.clinic.example", path="/app/film")
    assert list(guessed) == [CookiePlace(name, "/", "", partitioned=True)]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_host_and_path_can_be_asked(host: str, path: str) -> None:
    """B7."""
    for domain in host_domains(host):
        assert "." in domain
        assert host.lower().partition(":")[0].strip(".").endswith(domain)
    assert all(found.startswith("/") for found in page_paths(path))


@given(st.lists(st.tuples(st.sampled_from(["/", "/a"]), st.sampled_from(["", "b.example"]))))
def test_the_host_alone_and_the_root_are_always_among_the_places(
    declared: list[tuple[str, str]],
) -> None:
    """W3."""
    places = set(declared_places("_ga", declared))
    assert CookiePlace("_ga", "/", "") in places
    assert places >= {CookiePlace("_ga", path, domain) for path, domain in declared}

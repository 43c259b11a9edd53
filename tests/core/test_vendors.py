"""Which keys grant which vendor's types; anything that is not understood grants nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.vendors import (
    SINGLE,
    VENDORS,
    are_vendors,
    declared,
    entries,
    is_well_formed,
    routes,
    unknown_types,
    unknown_vendors,
)
from tests.core.notices import notice

ASKED = notice().optional_keys
KNOWN = [f"{vendor}:{kind}" for vendor, types in VENDORS.items() for kind in types]

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)
mappings = st.dictionaries(
    st.sampled_from([*ASKED, "necessary", "unheard"]) | st.text(),
    st.lists(st.sampled_from([*KNOWN, "matomo", "google", "uet:x", "nobody:x"]) | st.text()),
)


@given(json_like, json_like)
def test_whatever_is_written_is_read_without_an_error(signals: Any, vendors: Any) -> None:
    """B7."""
    known = declared(vendors)
    is_well_formed(signals)
    are_vendors(vendors)
    unknown_vendors(signals, known)
    unknown_types(signals, known)
    for types in routes(signals, known, ASKED).values():
        assert all(key in ASKED for keys in types.values() for key in keys)


@given(mappings)
def test_a_type_is_granted_by_exactly_the_asked_keys_that_name_it(
    signals: dict[str, list[str]],
) -> None:
    """B7, G1."""
    found = routes(signals, VENDORS, ASKED)
    named = {(entry.key, entry.vendor, entry.type) for entry in entries(signals)}
    for vendor, types in VENDORS.items():
        assert (vendor in found) is any(name == vendor for _, name, _ in named)
        if vendor in found:
            assert tuple(found[vendor]) == types
            for kind, keys in found[vendor].items():
                assert set(keys) == {key for key in ASKED if (key, vendor, kind) in named}
                assert len(keys) == len(set(keys))
    assert set(found) <= set(VENDORS)


@given(mappings)
def test_what_has_no_finding_is_all_in_force_or_not_asked(signals: dict[str, list[str]]) -> None:
    lost = unknown_vendors(signals, VENDORS) or unknown_types(signals, VENDORS)
    found = routes(signals, VENDORS, ASKED)
    for entry in entries(signals):
        if entry.key in ASKED and not lost:
            assert entry.key in found[entry.vendor][entry.type]


def test_a_vendor_named_alone_has_one_type() -> None:
    found = routes({"statistics": ["matomo"]}, VENDORS, ASKED)
    assert found == {"matomo": {SINGLE: ["statistics"]}}


def test_a_vendor_of_the_sites_own_is_known_by_its_declaration() -> None:
    known = declared({"newsletter": ["opens", "clicks"], "counter": []})
    assert known == {**VENDORS, "newsletter": ("opens", "clicks"), "counter": (SINGLE,)}
    signals = {"media:video": ["newsletter:opens", "counter"]}
    assert routes(signals, known, ASKED) == {
        "newsletter": {"opens": ["media:video"], "clicks": []},
        "counter": {SINGLE: ["media:video"]},
    }


def test_no_declaration_takes_a_known_vendors_place() -> None:
    assert declared({"google": ["everything"]}) == VENDORS
    assert not are_vendors({"google": ["everything"]})


@pytest.mark.parametrize(
    "value",
    [
        None,
        "newsletter",
        ["newsletter"],
        {"a:b": []},
        {"a": "b"},
        {"a": ["b c"]},
        {1: []},
        {"": []},
    ],
)
def test_a_declaration_that_would_be_passed_over_is_none(value: Any) -> None:
    assert not are_vendors(value)
    assert declared(value) == VENDORS


@pytest.mark.parametrize(
    "value",
    [
        None,
        "google",
        ["google"],
        {"media": "google"},
        {"media": None},
        {"media": [1]},
        {1: []},
        {"media": {"matomo"}},
    ],
)
def test_a_mapping_of_another_shape_is_seen(value: Any) -> None:
    """A set has no order that would be the same in every process."""
    assert not is_well_formed(value)
    assert routes(value, VENDORS, ASKED) == {}


def test_what_is_not_known_is_named_as_written_and_once() -> None:
    signals = {"media": ["goggle:ads", "google:ads", "google"], "statistics": ["goggle", "uet:ads"]}
    assert unknown_vendors(signals, VENDORS) == ["goggle"]
    assert unknown_types(signals, VENDORS) == ["google:ads", "google", "uet:ads"]

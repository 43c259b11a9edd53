"""The canonical form of a notice, its digest, and what changed between two."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.changes import compare
from consent.core.notice import Category, Notice, canonical, renumbered
from tests.core.notices import category, notice, service, text, tracker

NECESSARY = category("necessary", required=True, trackers=[tracker("sessionid", criterion="B")])


def test_a_notice_survives_its_document() -> None:
    """P2: the snapshot holds all that the notice says."""
    original = notice()
    stored = json.loads(json.dumps(original.document()))
    assert Notice.from_document(stored) == original
    assert Notice.from_document(stored).digest == original.digest


def test_the_digest_is_the_sha_256_of_the_canonical_document() -> None:
    """P2: anybody can rehash."""
    document = notice().document()
    expected = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert notice().digest == hashlib.sha256(expected.encode()).hexdigest()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text('añ€𝄞\\"/'), st.lists))
def test_canonical_bytes_are_read_back_equal(value: object) -> None:
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("tags", "nearest"),
    [
        (("es",), "es"),
        (("pt",), "pt-br"),
        (("pt-pt",), "pt-br"),
        (("PT_PT", "es"), "es"),
        (("", "ca"), "en"),
        ((), "en"),
        (("ca", "es-mx"), "es"),
    ],
)
def test_the_nearest_language_fits_or_is_related_or_comes_first(
    tags: tuple[str, ...], nearest: str
) -> None:
    """U8."""
    spoken = replace(notice(), languages=("en", "pt-br", "es"))
    assert spoken.nearest_language(*tags) == nearest


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("tag", "language"),
    [("es", "es"), ("es-mx", "es"), ("ES_AR", "es"), ("en-gb-oed", "en"), ("de", None), ("", None)],
)
def test_a_regional_language_falls_back_to_its_base(tag: str, language: str | None) -> None:
    """U8: the dialog speaks the page's language or not at all."""
    assert notice().language_for(tag) == language


def test_required_categories_are_never_asked_about() -> None:
    assert [c.key for c in notice().optional] == ["statistics", "marketing", "media"]
    assert not any(key.startswith("necessary") for key in notice().optional_keys)


def changed(before: Category, after: Category) -> list[bool]:
    old, new = notice(NECESSARY, before), notice(NECESSARY, after)
    return [change.material for change in compare(old, new)]


def test_the_same_notice_has_no_changes() -> None:
    assert compare(notice(), renumbered(notice(), number=2, oldest_valid=1)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "joint"},
        {"country": "CN"},
        {"hosts": ("provider.example", "cdn.example")},
        {"recipients": text("Somebody Inc")},
        {"purpose": text("Shows a film and counts viewers")},
        {"data_types": text("address, browser, location")},
        {"name": text("Another")},
        {"provider": text("Buyer Corp")},
        {"trackers": (tracker("_new"),)},
    ],
)
def test_what_a_service_does_is_material(fields: dict[str, object]) -> None:
    """W8: a new or changed service, recipient, role, country, host re-asks."""
    before = service("video", page_addresses=False)
    after = replace(before, **fields)  # type: ignore[arg-type]  # fields come by name
    assert True in changed(category("media", before), category("media", after))


@pytest.mark.parametrize(
    ("fields", "was"),
    [
        ({"policy_url": text("https://elsewhere.example/")}, {}),
        ({"hosts": ()}, {}),
        ({"page_addresses": False}, {"page_addresses": True}),
        ({"recipients": text("A")}, {"recipients": text("A\nB")}),
    ],
)
def test_what_shrinks_is_not_material(fields: dict[str, object], was: dict[str, object]) -> None:
    before = service("video", **was)
    after = replace(before, **fields)  # type: ignore[arg-type]  # fields come by name
    found = changed(category("media", before), category("media", after))
    assert found
    assert True not in found


@pytest.mark.parametrize(
    ("before", "after", "material"),
    [(0, 60, True), (60, 0, False), (60, 61, True), (60, None, True), (None, 60, False)],
)
def test_only_a_longer_lifetime_is_material(
    before: int | None, after: int | None, material: bool
) -> None:
    """W8: a longer lifetime re-asks; a shorter one does not."""
    found = changed(
        category("statistics", trackers=[tracker(lifetime=before)]),
        category("statistics", trackers=[tracker(lifetime=after)]),
    )
    assert found == [material]


def test_a_new_purpose_is_material_and_a_removed_one_is_not() -> None:
    """W8: a new purpose re-asks."""
    one, two = category("media"), category("marketing")
    assert True in [c.material for c in compare(notice(one), notice(one, two))]
    assert True not in [c.material for c in compare(notice(one, two), notice(one))]


def test_what_is_exempt_does_not_ask_anybody_again() -> None:
    more = replace(NECESSARY, trackers=(*NECESSARY.trackers, tracker("messages", criterion="B")))
    found = compare(notice(NECESSARY, category("media")), notice(more, category("media")))
    assert found
    assert not any(change.material for change in found)


def test_an_optional_category_that_was_required_is_material() -> None:
    assert True in changed(category("media", required=True), category("media"))


def test_another_controller_is_material() -> None:
    """W8: who asks has changed."""
    other = replace(notice(), controller=replace(notice().controller, name=text("Buyer")))
    assert [c.material for c in compare(notice(), other)] == [True, True]


def test_a_new_language_and_new_sentences_are_not_material() -> None:
    wording = {**notice().wording, "fr": {"accept": "Tout accepter"}}
    other = replace(notice(), languages=("en", "es", "fr"), wording=wording)
    reworded = replace(notice(), wording={**notice().wording, "en": {"accept": "Allow all"}})
    for new in (other, reworded):
        found = compare(notice(), new)
        assert found
        assert not any(change.material for change in found)


def test_a_change_reads_as_a_sentence() -> None:
    [change] = compare(
        notice(category("media", service("video", country="US"))),
        notice(category("media", service("video", country="CN"))),
    )
    assert str(change) == "media:video.country: 'US' -> 'CN' (material)"

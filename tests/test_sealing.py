"""Seals: every committed record in exactly one, in a chain that anybody can recompute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import settings as properties
from hypothesis import strategies as st

from consent import sealing, tallies
from consent.core import merkle
from consent.core.evidence import (
    bound_digest,
    commitment,
    moment,
    ranges_digest,
    record_bytes,
    record_key,
    rows_digest,
    seal_digest,
)
from consent.core.notice import Notice
from consent.keys import evidence_keys
from consent.models import Anchor, Leaf, Record, Seal, Tally
from tests.evidence import recorded, records_made_anew, verified

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]
ROUNDS = os.environ.get("FIRE_ROUNDS", "5")


def test_a_seal_covers_what_was_recorded_and_who_was_asked_about_what(asked: Notice) -> None:
    """P6: leaves in order, a root over them, a digest over all of it."""
    records = [recorded(asked, action) for action in ("accept", "refuse", "accept")]
    (seal,) = sealing.seal()
    leaves = list(Leaf.objects.order_by("index"))
    assert [leaf.index for leaf in leaves] == [0, 1, 2, 3]
    assert [(leaf.kind, leaf.row) for leaf in leaves[:3]] == [("record", r.pk) for r in records]
    assert leaves[3].kind == "notice"
    hashes = [merkle.leaf_hash(bytes.fromhex(leaf.commitment)) for leaf in leaves]
    assert seal.root == merkle.root(hashes).hex()
    assert (seal.number, seal.first, seal.count, seal.previous) == (1, 0, 4, "")
    assert seal.upto == records[-1].pk
    assert seal.digest == seal_digest(vars(Seal.objects.get()))


def test_seals_form_a_chain_and_nothing_is_sealed_twice(asked: Notice) -> None:
    """P6."""
    recorded(asked)
    (first,) = sealing.seal()
    assert sealing.seal() == []
    recorded(asked)
    (second,) = sealing.seal()
    assert (second.number, second.previous, second.first) == (2, first.digest, first.count)
    assert sealing.unsealed().count() == 0


def test_many_records_make_several_seals(asked: Notice) -> None:
    for _ in range(7):
        recorded(asked)
    seals = sealing.seal(limit=3)
    assert [seal.count for seal in seals] == [3 + 1, 3, 1]
    assert verified()[0].is_sound


def test_ids_that_were_never_given_leave_no_record_out(asked: Notice) -> None:
    """P6: a transaction that is rolled back takes its ids with it."""
    first = recorded(asked)
    values = {field.attname: getattr(first, field.attname) for field in Record._meta.fields}
    ids = [first.pk, *(first.pk + gap for gap in (1, 3, 5000, 5001))]
    for pk in ids[1:]:
        Record.objects.create(**{**values, "id": pk})
    seals = sealing.seal(limit=3)
    leaves = Leaf.objects.filter(kind="record").order_by("index")
    assert list(leaves.values_list("row", flat=True)) == ids
    assert all(seal.count <= 3 + 1 for seal in seals)  # the notice goes with the first
    assert seals[-1].upto == ids[-1]
    assert verified()[0].is_sound


def test_an_anchor_alone_is_no_reason_for_a_seal(asked: Notice) -> None:
    recorded(asked)
    (seal,) = sealing.seal()
    Anchor.objects.create(kind="file", seal=1, digest=seal.digest, place="/a")
    assert sealing.seal() == []
    recorded(asked)
    sealing.seal()
    assert Leaf.objects.filter(kind="anchor").count() == 1


def test_days_are_counted_as_they_are_sealed_and_once(asked: Notice) -> None:
    """What is counted at once, beyond the limit, is added to."""
    row = recorded(asked, "refuse")
    recorded(asked, "refuse")
    recorded(asked)
    sealing.seal()
    sealing.seal()
    day = row.decided_at.astimezone(UTC).date()
    found = Tally.objects.values_list("day", "notice", "language", "layer", "action", "count")
    shown = (day, 1, "en", "banner")
    assert set(found) == {(*shown, "refuse", 2), (*shown, "accept", 1)}
    recorded(asked)
    sealing.seal()
    assert Tally.objects.get(action="accept").count == 2
    tallies.count_decision(site="clinic", notice=1, action="refuse")
    assert sum(Tally.objects.filter(action="refuse").values_list("count", flat=True)) == 3


def test_a_commitment_reveals_nothing_without_its_key_and_opens_with_it(asked: Notice) -> None:
    """P6, D5: equal decisions have different commitments; a record's own key opens one only."""
    first, second = recorded(asked, "refuse"), recorded(asked, "refuse")
    assert first.commitment != second.commitment
    row = Record.objects.get(pk=first.pk)
    own = record_key(evidence_keys()[0], row.salt)
    assert commitment(own, record_bytes(vars(row))) == row.commitment
    assert commitment(own, record_bytes(vars(second))) != second.commitment


def test_a_key_that_was_replaced_still_verifies(asked: Notice, settings: Any) -> None:
    """P6: rotation, and a key set later than the first record."""
    recorded(asked)
    settings.CONSENT_EVIDENCE_KEY = "first"
    recorded(asked)
    settings.CONSENT_EVIDENCE_KEY = "second"
    settings.CONSENT_EVIDENCE_KEY_FALLBACKS = ["first", ""]
    recorded(asked)
    sealing.seal()
    assert verified()[0].is_sound
    settings.CONSENT_EVIDENCE_KEY_FALLBACKS = []
    assert verified()[0].faults == {"changed": 1}


@pytest.mark.django_db(transaction=True)
def test_a_callers_transaction_is_refused(asked: Notice) -> None:
    recorded(asked)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sealing.seal()
    assert Seal.objects.count() == 0


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@given(st.lists(st.tuples(_TEXTS, st.integers(0, 10**6)), max_size=6, unique=True))
def test_a_digest_of_rows_depends_on_which_and_not_on_their_order(rows: list[Any]) -> None:
    assert rows_digest(rows) == rows_digest(reversed(rows))
    if rows:
        assert rows_digest(rows) != rows_digest(rows[1:])


_RANGES = st.tuples(_TEXTS, st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.lists(_RANGES, min_size=1, max_size=6, unique=True))
def test_a_digest_of_ranges_depends_on_which_and_is_no_digest_of_rows(ranges: list[Any]) -> None:
    assert ranges_digest(ranges) == ranges_digest(reversed(ranges))
    assert ranges_digest(ranges) != ranges_digest(ranges[1:])
    (kind, first, last), *_ = ranges
    assert ranges_digest([(kind, first, last)]) != rows_digest([(kind, first), (kind, last)])


_BOUND = st.lists(st.tuples(st.integers(0, 10**6), _TEXTS), max_size=6, unique=True)


@given(_BOUND, _BOUND)
def test_two_lists_of_bound_rows_have_one_digest_only_if_they_are_alike(
    rows: list[Any], others: list[Any]
) -> None:
    assert (bound_digest(rows) == bound_digest(others)) == (rows == others)


@properties(max_examples=50)
@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_is_the_same_in_every_zone(value: Any) -> None:
    try:
        text = moment(value.astimezone(UTC))
    except OverflowError:  # a zone beyond the calendar's end
        return
    assert moment(value) == text
    assert text == value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_killed_at_any_moment_lose_and_double_nothing(tmp_path: Path) -> None:
    """P1, P6: twenty writers, two sealers, on this database; a file's for SQLite."""
    environment = dict(os.environ)
    if connection.vendor == "sqlite":
        environment["DJANGO_SETTINGS_MODULE"] = "tests.site.settings"
        environment["DEMO_DATABASE"] = str(tmp_path / "fire.sqlite3")
        migrate = [sys.executable, "tests/site/manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env=environment, check=True)
    else:
        described = json.loads(environment["TEST_DATABASE"])  # see tests/databases/settings.py
        described["NAME"] = connection.settings_dict["NAME"]
        environment["TEST_DATABASE"] = json.dumps(described)
    fire = [sys.executable, "-m", "tests.fire", ROUNDS]
    done = subprocess.run(fire, env=environment, capture_output=True, text=True, check=False)
    if connection.vendor == "postgresql":
        records_made_anew()
    assert done.returncode == 0, done.stdout + done.stderr

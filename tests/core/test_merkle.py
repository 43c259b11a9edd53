"""The Merkle tree of RFC 9162: published vectors, the textbook's definition, forged proofs."""

from __future__ import annotations

import hashlib
import time
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.core.merkle import (
    EMPTY,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    leaf_hashes,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# Certificate Transparency's own vectors: kInputs, kSHA256Roots, kSHA256Paths and kSHA256Proofs of
# google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc (its leaves count from 1),
# which transparency-dev/merkle's tests repeat.
INPUTS = [
    bytes.fromhex(data) for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")
] + [bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NODE_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
NODE_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
NODE_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
NODE_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
NODE_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
NODE_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PATHS = [  # (leaf from 1, size, path)
    (1, 1, []),
    (1, 8, [NODE_1, NODE_2_3, NODE_4_7]),
    (6, 8, [NODE_4, NODE_6_7, ROOTS[3]]),
    (3, 3, [ROOTS[1]]),
    (2, 5, [ROOTS[0], NODE_2_3, NODE_4]),
]
PROOFS = [  # (first, second, proof)
    (1, 1, []),
    (1, 8, [NODE_1, NODE_2_3, NODE_4_7]),
    (6, 8, [NODE_4_5, NODE_6_7, ROOTS[3]]),
    (2, 5, [NODE_2_3, NODE_4]),
]
LEAVES = [leaf_hash(data) for data in INPUTS]


def textbook(data: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, section 2.1.1, as written there."""
    if not data:
        return hashlib.sha256(b"").digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = cut(len(data))
    return hashlib.sha256(b"\x01" + textbook(data[:k]) + textbook(data[k:])).digest()


def cut(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def textbook_path(m: int, data: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(data) == 1:
        return []
    k = cut(len(data))
    if m < k:
        return [*textbook_path(m, data[:k]), textbook(data[k:])]
    return [*textbook_path(m - k, data[k:]), textbook(data[:k])]


def textbook_subproof(m: int, data: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1; PROOF(m, D) is SUBPROOF(m, D, true)."""
    if m == len(data):
        return [] if known else [textbook(data)]
    k = cut(len(data))
    if m <= k:
        return [*textbook_subproof(m, data[:k], known=known), textbook(data[k:])]
    return [*textbook_subproof(m - k, data[k:], known=False), textbook(data[:k])]


def hashed(count: int) -> tuple[list[bytes], list[bytes]]:
    data = [number.to_bytes(4, "big") for number in range(count)]
    return data, [leaf_hash(each) for each in data]


def test_leaves_and_nodes_are_hashed_apart() -> None:
    assert leaf_hash(b"abc") == hashlib.sha256(b"\x00abc").digest()
    assert leaf_hashes(iter([b"abc", b""])) == [leaf_hash(b"abc"), leaf_hash(b"")]
    assert (
        node_hash(b"l" * 32, b"r" * 32) == hashlib.sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    )
    assert root([]) == EMPTY == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_published(size: int) -> None:
    """P6."""
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]
    assert root(iter(LEAVES[:size])).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("leaf", "size", "path"), PATHS)
def test_inclusion_proofs_are_those_published(leaf: int, size: int, path: list[str]) -> None:
    """P5, P6."""
    proof = inclusion_proof(LEAVES[:size], leaf - 1)
    assert [each.hex() for each in proof] == path
    top = bytes.fromhex(ROOTS[size - 1])
    assert verify_inclusion(LEAVES[leaf - 1], leaf - 1, size, proof, top)
    assert not verify_inclusion(LEAVES[leaf - 1], leaf, size, proof, top)
    assert not verify_inclusion(LEAVES[leaf - 1], leaf - 1, size * 2, proof, top)
    assert not verify_inclusion(LEAVES[leaf - 1], leaf - 1, size // 2, proof, top)


@pytest.mark.parametrize(("first", "second", "path"), PROOFS)
def test_consistency_proofs_are_those_published(first: int, second: int, path: list[str]) -> None:
    """P5, P6."""
    proof = consistency_proof(LEAVES[:second], first)
    assert [each.hex() for each in proof] == path
    roots = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
    assert verify_consistency(first, second, *roots, proof)
    if path:
        for wrong in ((first - 1, second), (first ^ 2, second), (first, second * 2)):
            assert not verify_consistency(*wrong, *roots, proof)
        assert not verify_consistency(first, second, roots[1], roots[0], proof)


def test_the_example_of_the_rfc() -> None:
    """RFC 9162, section 2.1.5: seven leaves, the nodes named as in its figure."""
    leaves = LEAVES[:7]
    a, b, c, d, e, f, j = leaves
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, l = node_hash(g, h), node_hash(i, j)  # noqa: E741  # the figure's name
    assert root(leaves) == node_hash(k, l)
    assert inclusion_proof(leaves, 0) == [b, h, l]
    assert inclusion_proof(leaves, 3) == [c, g, l]
    assert inclusion_proof(leaves, 4) == [f, j, k]
    assert inclusion_proof(leaves, 6) == [i, k]
    assert consistency_proof(leaves, 3) == [c, d, g, l]
    assert consistency_proof(leaves, 4) == [l]
    assert consistency_proof(leaves, 6) == [i, j, k]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_the_textbooks(data: list[bytes]) -> None:
    """P6."""
    assert root(map(leaf_hash, data)) == textbook(data)


@pytest.mark.parametrize("size", [1023, 1024, 1025, 2047, 2048, 2049, 3072, 5000, 7169])
def test_the_root_of_a_long_run_is_the_textbooks(size: int) -> None:
    data, leaves = hashed(size)
    assert root(iter(leaves)) == textbook(data)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_inclusion_proof_is_the_textbooks_and_verifies(where: tuple[int, int]) -> None:
    """P5."""
    size, index = where
    data, leaves = hashed(size)
    proof = inclusion_proof(leaves, index)
    assert proof == textbook_path(index, data)
    assert verify_inclusion(leaves[index], index, size, proof, root(leaves))


@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_every_consistency_proof_is_the_textbooks_and_verifies(sizes: tuple[int, int]) -> None:
    """P5, P6."""
    second, first = sizes
    data, leaves = hashed(second)
    proof = consistency_proof(leaves, first)
    assert proof == (textbook_subproof(first, data) if first else [])
    assert verify_consistency(first, second, root(leaves[:first]), root(leaves), proof)


SMALL = range(1, 34)


@pytest.mark.parametrize("size", SMALL)
def test_a_leaf_proves_its_own_place_only(size: int) -> None:
    """P6."""
    leaves = hashed(size)[1]
    top = root(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        places = [
            (leaf, place)
            for leaf in leaves
            for place in range(size + 2)
            if verify_inclusion(leaf, place, size, proof, top)
        ]
        assert places == [(leaves[index], index)]
        for wrong in (0, index, size // 2, size * 2):
            assert wrong == size or not verify_inclusion(leaves[index], index, wrong, proof, top)


@given(st.data())
def test_any_changed_byte_breaks_an_inclusion_proof(data: st.DataObject) -> None:
    """P6."""
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = hashed(size)[1]
    whole = [leaves[index], root(leaves), *inclusion_proof(leaves, index)]
    leaf, top, *proof = forged(data, whole)
    assert not verify_inclusion(leaf, index, size, proof, top)


@given(st.data())
def test_any_changed_byte_breaks_a_consistency_proof(data: st.DataObject) -> None:
    """P6."""
    second = data.draw(st.integers(1, 70))
    first = data.draw(st.integers(1, second))
    leaves = hashed(second)[1]
    whole = [root(leaves[:first]), root(leaves), *consistency_proof(leaves, first)]
    before, after, *proof = forged(data, whole)
    assert not verify_consistency(first, second, before, after, proof)


def forged(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    """The same hashes with one byte changed."""
    at = data.draw(st.integers(0, len(hashes) - 1))
    byte = data.draw(st.integers(0, 31))
    mask = data.draw(st.integers(1, 255))
    changed = bytearray(hashes[at])
    changed[byte] ^= mask
    return [*hashes[:at], bytes(changed), *hashes[at + 1 :]]


@given(st.data())
def test_a_longer_or_shorter_proof_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    leaves = hashed(size)[1]
    top, before = root(leaves), root(leaves[:first])
    inclusion, consistency = inclusion_proof(leaves, index), consistency_proof(leaves, first)
    for change in (lambda p: [*p, top], lambda p: [top, *p], lambda p: p[1:], lambda p: p[:-1]):
        assert not verify_inclusion(leaves[index], index, size, change(inclusion), top)
        assert not verify_consistency(first, size, before, top, change(consistency))


@pytest.mark.parametrize("second", SMALL)
def test_an_earlier_tree_proves_its_own_size_only(second: int) -> None:
    """P6: a rewritten or shortened past is not consistent."""
    leaves = hashed(second)[1]
    top = root(leaves)
    for first in range(1, second):
        proof = consistency_proof(leaves, first)
        sizes = [
            n
            for n in range(second + 2)
            if verify_consistency(n, second, root(leaves[:first]), top, proof)
        ]
        assert sizes == [first]
        rewritten = [leaf_hash(b"another"), *leaves[1:first]]
        assert not verify_consistency(first, second, root(rewritten), top, proof)


def test_a_node_does_not_pass_for_a_leaf() -> None:
    """P6: a shorter proof for an inner node fails, because leaves are hashed apart."""
    inner = LEAVES[0] + LEAVES[1]
    top = root(LEAVES[:4])
    proof = inclusion_proof(LEAVES[:4], 0)[1:]
    assert verify_inclusion(node_hash(LEAVES[0], LEAVES[1]), 0, 2, proof, top)
    assert not verify_inclusion(leaf_hash(inner), 0, 2, proof, top)


GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(max_size=5),
    st.binary(max_size=40),
    st.lists(st.one_of(st.none(), st.integers(), st.binary(min_size=31, max_size=33)), max_size=4),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.just(2**70000),
    st.just(object()),
)


@given(st.tuples(GARBAGE, GARBAGE, GARBAGE, GARBAGE, GARBAGE))
def test_garbage_is_not_a_proof(values: tuple[object, ...]) -> None:
    assert verify_inclusion(*values) is False  # type: ignore[arg-type]  # on purpose
    assert verify_consistency(*values) is False  # type: ignore[arg-type]  # on purpose


@given(GARBAGE, st.integers(0, 4))
def test_a_proof_with_one_garbage_argument_fails(garbage: object, at: int) -> None:
    leaves = LEAVES[:7]
    inclusion: list[object] = [leaves[2], 2, 7, inclusion_proof(leaves, 2), root(leaves)]
    consistency: list[object] = [3, 7, root(leaves[:3]), root(leaves), consistency_proof(leaves, 3)]
    for values, verify in ((inclusion, verify_inclusion), (consistency, verify_consistency)):
        if garbage != values[at]:
            values[at] = garbage
            assert verify(*values) is False  # type: ignore[arg-type]  # on purpose


def test_numbers_beyond_any_tree_are_answered_at_once() -> None:
    """A forged file cannot keep its verifier busy."""
    huge = 2**1_000_000
    started = time.perf_counter()
    assert not verify_inclusion(EMPTY, huge, huge + 1, [EMPTY], EMPTY)
    assert not verify_consistency(huge, huge + 1, EMPTY, EMPTY, [EMPTY])
    assert time.perf_counter() - started < 1


def test_the_empty_tree_is_where_every_tree_began() -> None:
    assert verify_consistency(0, 0, EMPTY, EMPTY, [])
    assert verify_consistency(0, 8, EMPTY, root(LEAVES), [])
    assert not verify_consistency(0, 0, EMPTY, root(LEAVES), [])
    assert not verify_consistency(0, 0, LEAVES[0], LEAVES[0], [])
    assert not verify_consistency(0, 8, LEAVES[0], root(LEAVES), [])
    assert not verify_consistency(0, 8, EMPTY, root(LEAVES), [LEAVES[0]])
    assert not verify_inclusion(LEAVES[0], 0, 0, [], EMPTY)


@pytest.mark.parametrize("index", [-1, 8, 9])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError, match=f"no leaf {index}"):
        inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("first", [-1, 9])
def test_a_tree_does_not_extend_a_larger_one(first: int) -> None:
    with pytest.raises(IndexError, match=f"no first {first}"):
        consistency_proof(LEAVES, first)


def test_a_root_needs_memory_for_one_run_only() -> None:
    """The leaves are never held together."""
    tracemalloc.start()
    try:
        root(leaf_hash(number.to_bytes(4, "big")) for number in range(40_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 500_000


def test_a_large_tree_is_quick() -> None:
    """Half a million a second are usual; the limit leaves room for a busy machine."""
    leaves = hashed(100_000)[1]
    started = time.perf_counter()
    proof = inclusion_proof(leaves, 77_777)
    assert time.perf_counter() - started < 1
    assert verify_inclusion(leaves[77_777], 77_777, 100_000, proof, root(leaves))

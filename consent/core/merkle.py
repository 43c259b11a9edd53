"""The Merkle tree of RFC 9162, section 2.1, which is that of RFC 6962, with SHA-256.

Leaves and nodes are hashed apart, so that neither can pass for the other. A lone last node of a
level rises as it is: that gives the same tree as cutting at the largest power of two.

A root does not say how many leaves it has. Take the number from where the root stands (a seal
binds both): a wrong number can leave the path of a leaf as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import count, islice

EMPTY = sha256().digest()
"""The root of a tree without leaves."""

_SIZE = 32
_RUN = 1024
_MOST = 2**64


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def leaf_hashes(data: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of several leaves; one comprehension, because proofs hash a whole tree."""
    return [sha256(b"\x00" + each).digest() for each in data]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node, from those of its two children."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, read once; memory grows with the logarithm alone."""
    stream = iter(hashes)
    nodes: list[bytes] = []
    for number in count(1):
        run = list(islice(stream, _RUN))
        if len(run) < _RUN:
            break
        _push(nodes, _top(run), number)
    if run:
        nodes.append(_top(run))
    top = nodes.pop() if nodes else EMPTY
    while nodes:
        top = node_hash(nodes.pop(), top)
    return top


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return ``PATH(index, D)`` over leaf hashes: the siblings on the way up from that leaf.

    Raise `IndexError` for a leaf that is not there.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(f"A tree of {len(hashes)} leaves has no leaf {index}.")
    return _path(hashes, index)


def consistency_proof(hashes: Sequence[bytes], first: int) -> list[bytes]:
    """Return ``PROOF(first, D)`` over leaf hashes: that its first leaves are the tree before.

    It is empty for no leaves and for all of them. Raise `IndexError` for more than there are.
    """
    if not 0 <= first <= len(hashes):
        raise IndexError(f"A tree of {len(hashes)} leaves has no first {first}.")
    if first in (0, len(hashes)):
        return []
    level, last = hashes, first - 1
    while last & 1:
        level, last = _above(level), last >> 1
    # Where the earlier tree is one whole node, that node is its root, which the verifier has.
    return [level[last], *_path(level, last)] if last else _path(level, last)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a leaf hash stands at that index of the tree of that size and root; never raise.

    RFC 9162, section 2.1.3.2.
    """
    if not (_are_numbers(index, size) and _are_hashes(proof, leaf, root) and index < size):
        return False
    node, last, top = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if node & 1 or node == last:
            top = node_hash(sibling, top)
            node, last = _risen(node, last)
        else:
            top = node_hash(top, sibling)
        node, last = node >> 1, last >> 1
    return not last and top == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of the first size and root is where the second began; never raise.

    RFC 9162, section 2.1.4.2. Every tree began with the empty one.
    """
    if not (_are_numbers(first, second) and _are_hashes(proof, first_root, second_root)):
        return False
    if second == 0 and second_root != EMPTY:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY
    return first < second and _extends(first, second, (first_root, second_root), proof)


def _extends(first: int, second: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> bool:
    if not proof:
        return False
    path = proof if first & (first - 1) else [roots[0], *proof]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if not last:
            return False
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            node, last = _risen(node, last)
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    return not last and (before, after) == roots


def _risen(node: int, last: int) -> tuple[int, int]:
    """Return a node and its level's last where it is next a right child, or the level is one."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Return the level above; one comprehension, because proofs hash a whole tree."""
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) & 1:
        above.append(level[-1])
    return above


def _top(level: Sequence[bytes]) -> bytes:
    while len(level) > 1:
        level = _above(level)
    return level[0]


def _path(level: Sequence[bytes], node: int) -> list[bytes]:
    path = []
    while len(level) > 1:
        if (sibling := node ^ 1) < len(level):
            path.append(level[sibling])
        level, node = _above(level), node >> 1
    return path


def _push(nodes: list[bytes], node: bytes, number: int) -> None:
    """Put the root of run ``number``, from 1, on those before: like to like, as a counter adds."""
    while not number & 1:
        node, number = node_hash(nodes.pop(), node), number >> 1
    nodes.append(node)


def _are_numbers(*values: object) -> bool:
    return all(type(value) is int and 0 <= value < _MOST for value in values)


def _are_hashes(proof: object, *values: object) -> bool:
    if not isinstance(proof, list | tuple):
        return False
    return all(type(value) is bytes and len(value) == _SIZE for value in (*proof, *values))

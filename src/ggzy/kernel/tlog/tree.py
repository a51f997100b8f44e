"""The Merkle tree of the evidence log: hashing, growing at the right edge, proofs and their verification.

Hashing after RFC 6962 section 2.1; verification after RFC 9162 sections 2.1.3 to 2.1.5. No Django here: an
outsider may import this file alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32
EMPTY = sha256(b"").digest()

# The hash of the complete subtree with 2**level leaves that starts at leaf index * 2**level.
Reader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash under which an entry stands in the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees together."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Growth:
    """What appending leaves brings: the new right edge, and every subtree completed on the way.

    `completed[level]` lists the new complete subtrees with 2**level leaves, from left to right.
    """

    edge: list[bytes]
    completed: list[list[bytes]]


def append(size: int, edge: Sequence[bytes], leaves: Sequence[bytes]) -> Growth:
    """Add leaf hashes to a tree of `size` leaves of which only the right edge is known.

    The edge holds the complete subtrees that the size's binary digits name, largest first.
    """
    if len(edge) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} edge hashes, not {len(edge)}")
    left = list(edge)
    kept: list[bytes] = []
    completed: list[list[bytes]] = []
    row = list(leaves)
    while row:
        completed.append(row)
        if size & 1:
            row = [left.pop(), *row]
        if len(row) & 1:
            kept.append(row[-1])
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        size >>= 1
    return Growth(left + kept[::-1], completed)


def root(edge: Sequence[bytes]) -> bytes:
    """The root of the tree whose right edge this is (largest subtree first)."""
    if not edge:
        return EMPTY
    node = edge[-1]
    for subtree in reversed(edge[:-1]):
        node = node_hash(subtree, node)
    return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""
    return root(append(0, [], leaves).edge)


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (level, index) that cover the leaves start to end, left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def range_hash(start: int, end: int, read: Reader) -> bytes:
    """The hash over the leaves start to end, where start is a multiple of a power of two >= end - start."""
    return root([read(level, index) for level, index in subtrees(start, end)])


def root_at(size: int, read: Reader) -> bytes:
    """The root that the tree had when it held `size` leaves."""
    return range_hash(0, size, read)


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """The hashes from the leaf's sibling up to the root's child (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, read))
            end = middle
        else:
            path.append(range_hash(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: Reader) -> list[bytes]:
    """The hashes that show that the tree of `new` leaves continues that of `old` (RFC 6962 section 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not continue one of {old}")
    start, end = 0, new
    path = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, read))
            end = middle
        else:
            path.append(range_hash(start, middle, read))
            start = middle
    if start:
        path.append(range_hash(start, end, read))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof shows the leaf hash at this index of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf, expected, *proof):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and node == expected


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the newer tree continues the older one (RFC 9162 section 2.1.4.2)."""
    if old == new > 0:
        return not proof and old_root == new_root
    if not 0 < old < new or not _are_hashes(old_root, new_root, *proof):
        return False
    path = list(proof)
    if old.bit_count() == 1:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    older = newer = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, node)
        position >>= 1
        last >>= 1
    return last == 0 and older == old_root and newer == new_root


def _split(count: int) -> int:
    """The largest power of two smaller than count."""
    return 1 << (count - 1).bit_length() - 1


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)

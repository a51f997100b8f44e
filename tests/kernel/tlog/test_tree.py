"""The tree against public vectors and against the plain definition."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ggzy.kernel.tlog import tiles, tree

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc6962_merkle_proofs.json").read_text())


def _hash(text: str | None) -> bytes:
    return b64decode(text or "")


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


@pytest.mark.parametrize("name", VECTORS["inclusion"])
def test_inclusion_vectors(name):
    v = VECTORS["inclusion"][name]
    proof = [_hash(h) for h in v["proof"] or []]
    good = tree.verify_inclusion(v["leafIdx"], v["treeSize"], _hash(v["leafHash"]), proof, _hash(v["root"]))
    assert good is not v["wantErr"]


@pytest.mark.parametrize("name", VECTORS["consistency"])
def test_consistency_vectors(name):
    v = VECTORS["consistency"][name]
    proof = [_hash(h) for h in v["proof"] or []]
    good = tree.verify_consistency(v["size1"], v["size2"], _hash(v["root1"]), _hash(v["root2"]), proof)
    assert good is not v["wantErr"]


def leaves_of(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(i).encode()) for i in range(count)]


def reader_of(leaves: list[bytes]) -> tree.Reader:
    return lambda level, index: naive_root(leaves[index << level : (index + 1) << level])


@given(st.lists(st.integers(0, 40), max_size=6))
def test_growing_in_steps_gives_the_root_of_the_definition(steps):
    leaves, edge = [], []
    for step in steps:
        more = leaves_of(len(leaves) + step)[len(leaves) :]
        edge = tree.append(len(leaves), edge, more).edge
        leaves += more
    assert tree.root(edge) == naive_root(leaves)


@given(st.data(), st.integers(1, 300))
def test_each_leaf_is_proven_and_no_other_in_its_place(data, size):
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    path = tree.inclusion_proof(index, size, reader_of(leaves))
    root = naive_root(leaves)
    assert tree.verify_inclusion(index, size, leaves[index], path, root)
    assert not tree.verify_inclusion(index, size, tree.leaf_hash(b"another"), path, root)
    if size > 1:
        assert not tree.verify_inclusion((index + 1) % size, size, leaves[index], path, root)


@given(st.data(), st.integers(1, 300))
def test_a_tree_continues_each_of_its_earlier_sizes(data, new):
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    path = tree.consistency_proof(old, new, reader_of(leaves))
    assert tree.verify_consistency(old, new, naive_root(leaves[:old]), naive_root(leaves), path)
    assert not tree.verify_consistency(old, new, tree.leaf_hash(b"forked"), naive_root(leaves), path)


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_the_spans_of_two_steps_cover_each_tile_of_the_whole(first, second):
    start, size = sorted((first, second))
    whole = {(level, n) for level, n, _ in tiles.spans(size)}
    assert {(level, n) for level, n, _ in [*tiles.spans(start), *tiles.spans(size, start)]} == whole


@pytest.mark.parametrize(
    ("n", "width", "path"),
    [(0, 256, "tile/0/000"), (67, 12, "tile/0/067.p/12"), (1234067, 256, "tile/0/x001/x234/067")],
)
def test_tiles_lie_where_the_specification_says(n, width, path):
    assert tiles.path(0, n, width) == path

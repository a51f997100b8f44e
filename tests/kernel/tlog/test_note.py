"""Signed notes and checkpoints against Tessera's own test log."""

import json
from pathlib import Path

import pytest

from ggzy.kernel.tlog import note, tiles, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint

LOG = json.loads((Path(__file__).parent / "vectors" / "tlog_tiles_tessera_testlog.json").read_text())


@pytest.mark.parametrize("size", LOG["checkpoints"])
def test_every_checkpoint_of_the_other_log_opens_and_fits_its_leaves(size):
    opened = Checkpoint.parse(note.verify(LOG["checkpoints"][size], [note.Verifier.parse(LOG["vkey"])]))
    leaves = [tree.leaf_hash(leaf.encode()) for leaf in LOG["leaves"][: int(size)]]
    assert (opened.size, opened.root) == (int(size), tree.root_of(leaves))


def test_its_tile_and_its_bundle_are_ours_to_the_byte():
    entries = [leaf.encode() for leaf in LOG["leaves"]]
    assert b"".join(map(tree.leaf_hash, entries)).hex() == LOG["tile_0_000_p_15_hex"]
    assert tiles.bundle(entries).hex() == LOG["entries_000_p_15_hex"]
    assert tiles.unbundle(bytes.fromhex(LOG["entries_000_p_15_hex"])) == entries


def test_unknown_signatures_are_passed_over_and_forged_ones_are_not():
    ours, other = note.Signer.generate("city.example/evidence/2026"), note.Signer.generate("witness.example")
    signed = note.sign("text\n", [ours, other])
    assert note.verify(signed, [ours.verifier]) == "text\n"
    with pytest.raises(note.Unverified):
        note.verify(signed.replace("text", "test"), [ours.verifier])
    with pytest.raises(note.Unverified):
        note.verify(note.sign("text\n", [other]), [ours.verifier])


def test_a_key_survives_being_written_down():
    signer = note.Signer.generate("city.example/evidence")
    again = note.Signer.parse(signer.skey)
    assert again.verifier.vkey == signer.verifier.vkey
    assert "PRIVATE" not in repr(note.Verifier.parse(signer.verifier.vkey))


def test_one_signature_has_one_spelling():
    signer = note.Signer.generate("city.example/evidence")
    signed = note.sign("text\n", [signer])
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = signed[-3]  # 68 bytes: the last letter before "=" has two bits that say nothing
    respelt = signed[:-3] + letters[letters.index(last) ^ 1] + "=\n"
    assert signed.endswith(f"{last}=\n")
    with pytest.raises(note.Unverified):
        note.verify(respelt, [signer.verifier])

"""Proof: one file that shows, offline, that an entry is in the log (c2sp.org/tlog-proof@v1). No Django here."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from ggzy.kernel.tlog import note, tree
from ggzy.kernel.tlog.checkpoint import Checkpoint

HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class Proof:
    """The leaf's place, the hashes up to the root, and the signed checkpoint as it was published."""

    index: int
    path: list[bytes]
    checkpoint: str

    @property
    def text(self) -> str:
        """The proof as its file holds it."""
        path = "".join(b64encode(node).decode() + "\n" for node in self.path)
        return f"{HEADER}\nindex {self.index}\n{path}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Read a proof file; an `extra` line is skipped, as nothing vouches for it. ValueError when damaged."""
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != HEADER or not blank:
            raise ValueError("not a proof")
        del lines[0 : 2 if lines[1:] and lines[1].startswith("extra ") else 1]
        word, _, index = lines[0].partition(" ") if lines else ("", "", "")
        if word != "index" or not (index.isascii() and index.isdecimal()) or str(int(index)) != index:
            raise ValueError("the proof does not say where the entry stands")
        return cls(int(index), [b64decode(line, validate=True) for line in lines[1:]], checkpoint)


def verify(proof: Proof, leaf: bytes, verifiers: Sequence[note.Verifier]) -> Checkpoint:
    """The checkpoint under which the leaf hash stands; ValueError (or note.Unverified) when it does not."""
    checkpoint = Checkpoint.parse(note.verify(proof.checkpoint, verifiers))
    if not tree.verify_inclusion(proof.index, checkpoint.size, leaf, proof.path, checkpoint.root):
        raise ValueError("the entry is not at this place of the log")
    return checkpoint

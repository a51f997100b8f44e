"""Checkpoint: the log's origin, size and root in three lines (c2sp.org/tlog-checkpoint). No Django here."""

import binascii
from base64 import b64decode, b64encode
from dataclasses import dataclass

from ggzy.kernel.tlog import tree


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of one log at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's text (further lines are allowed and ignored); ValueError when it is damaged."""
        lines = text.split("\n")
        if len(lines) < 4 or not all(lines[:-1]) or lines[-1]:
            raise ValueError("a checkpoint has at least three lines")
        origin, size, root = lines[:3]
        if not (size.isascii() and size.isdecimal()) or str(int(size)) != size:
            raise ValueError("the size is not a plain decimal number")
        try:
            digest = b64decode(root, validate=True)
        except binascii.Error as fault:
            raise ValueError("the root is not base64") from fault
        if len(digest) != tree.HASH_SIZE:
            raise ValueError("the root is not 32 bytes long")
        return cls(origin, int(size), digest)

"""Receipt: the signed promise that an event will be in the log within a minute. No Django here.

    ggzy-receipt/1
    <origin of the log>
    leaf <base64 of the leaf hash>
    time <unix milliseconds>
    mmd 60000

A receipt whose leaf is not in the log sixty seconds after its time is proof of misbehaviour. Around midnight
of New Year's Eve the leaf may stand in the log of the following year: the log is chosen when the event is
sequenced, the promise is given before.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from ggzy.kernel.tlog import note, tree

HEADER = "ggzy-receipt/1"
MERGE_DELAY = 60_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is promised: this leaf, in this log, within `mmd` milliseconds of `time`."""

    origin: str
    leaf_hash: bytes
    time: int
    mmd: int = MERGE_DELAY

    @property
    def text(self) -> str:
        """The text that is signed."""
        leaf = b64encode(self.leaf_hash).decode()
        return f"{HEADER}\n{self.origin}\nleaf {leaf}\ntime {self.time}\nmmd {self.mmd}\n"

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt's text; ValueError when it is not one."""
        try:
            header, origin, leaf, time, mmd, end = text.split("\n")
            values = dict(line.split(" ", 1) for line in (leaf, time, mmd))
            found = cls(origin, b64decode(values["leaf"], validate=True), int(values["time"]), int(values["mmd"]))
        except (ValueError, KeyError, binascii.Error) as fault:
            raise ValueError("not a receipt") from fault
        if header != HEADER or end or len(found.leaf_hash) != tree.HASH_SIZE or found.text != text:
            raise ValueError("not a receipt")
        return found


def sign(receipt: Receipt, signer: note.Signer) -> str:
    """The receipt as a signed note."""
    return note.sign(receipt.text, [signer])


def verify(signed: str, verifiers: Sequence[note.Verifier]) -> Receipt:
    """The receipt that a known key signed; note.Unverified or ValueError otherwise."""
    return Receipt.parse(note.verify(signed, verifiers))

"""Succession: the operator's word that a year's log has ended and which one continues it. No Django here.

    ggzy-next-log/1
    <origin of the new log>
    <origin of the log that has ended>
    <its last size>
    <its last root>

It is a signed note under the ended log's name. A witness that has cosigned just this last checkpoint accepts the
new log under the same keys, and from then on cosigns the ended one no more: each year's log has one successor.
"""

import re
from dataclasses import dataclass

from ggzy.kernel.tlog.checkpoint import Checkpoint

HEADER = "ggzy-next-log/1"
_YEARLY = re.compile(r"(.+)/(\d{4})")


@dataclass(frozen=True, slots=True)
class Succession:
    """The new log's origin, and the last checkpoint of the one before it."""

    origin: str
    ended: Checkpoint

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{HEADER}\n{self.origin}\n{self.ended.text}"

    @classmethod
    def parse(cls, text: str) -> "Succession":
        """Read a succession's text; ValueError when it is none, or not of one operator's logs in order of years."""
        header, _, rest = text.partition("\n")
        origin, _, rest = rest.partition("\n")
        found = cls(origin, Checkpoint.parse(rest))
        before, after = _YEARLY.fullmatch(found.ended.origin), _YEARLY.fullmatch(origin)
        if header != HEADER or found.text != text or not before or not after:
            raise ValueError("not a succession of logs")
        if before[1] != after[1] or int(before[2]) >= int(after[2]):
            raise ValueError("not a later year of the same operator's logs")
        return found

"""Files of other publishers turned into envelopes of the standard; no database, any size, bad items reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ggzy.desks.exchange.convert import envelopes, ocds, portal
from ggzy.desks.exchange.convert.detect import Found, detect
from ggzy.desks.exchange.convert.item import Item, Problem, Sender, Unrecognised

__all__ = ["Found", "Item", "Problem", "Sender", "Unrecognised", "convert", "detect"]


def convert(path: Path | str, sender: Sender, start: int = 0) -> Iterator[Item]:
    """Every item of a file as an envelope or as a Problem, in the file's order.

    `sender` fills the fields that the source does not have. `start` is the position of the last item that was
    stored by an earlier run. Raises Unrecognised, in Chinese, when the file is of no kind that is known.
    """
    path = Path(path)
    found = detect(path)
    if found.kind == "standard":
        return envelopes.convert(path, start)
    if found.kind == "portal":
        return portal.convert(path, sender, start)
    return ocds.convert(path, found, sender, start)

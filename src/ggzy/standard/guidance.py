"""What a data set is and when it is sent, in sentences for whoever builds a trading system."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from .model import DataSet


class Guidance(NamedTuple):
    """One sentence each: what it tells, and on which occasion it is sent."""

    what: str
    when: str


class _File(msgspec.Struct):
    kinds: dict[str, Guidance]
    data_sets: dict[str, Guidance]


def guidance(entry: DataSet) -> Guidance:
    """The sentences of this data set, or else those of its kind."""
    told = _told()
    return told.data_sets.get(entry.number) or told.kinds.get(entry.kind) or told.kinds["other"]


@cache
def _told() -> _File:
    return msgspec.json.decode((files(__package__) / "data" / "guidance.json").read_bytes(), type=_File)

"""Typed access to records: one generated msgspec struct a data set, its attributes are the wire names."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from .model import DataSet
from .registry import data_set


def typed(number: str) -> type[msgspec.Struct]:
    """The struct of this data set: text is str ("" when absent), numbers are Decimal or None."""
    return _typed(data_set(number))


def read(number: str, data: bytes) -> Any:
    """A record, or its public part, as an instance of `typed(number)`; ValidationError when malformed."""
    return msgspec.json.decode(data, type=typed(number))


@lru_cache(maxsize=1024)
def _typed(entry: DataSet) -> type[msgspec.Struct]:
    columns: list[tuple[str, Any, Any]] = [
        (field.name, Decimal | None, None) if field.format.kind == "number" else (field.name, str, "")
        for field in entry.fields
    ]
    return msgspec.defstruct(
        entry.table.title().replace("_", ""),
        columns,
        frozen=True,
        module=__name__,
        namespace={"__doc__": entry.title},
    )

"""The standard's own NDJSON: the lines are envelopes already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ggzy.desks.exchange.convert.item import Item, Unfit
from ggzy.desks.exchange.convert.reading import converted


def convert(path: Path, start: int = 0) -> Iterator[Item]:
    """Pass envelopes through; a line that is none becomes a Problem. The intake judges what is in them."""
    return converted(path, start, _envelope)


def _envelope(line: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(line.get("data_set"), str) or not isinstance(line.get("data"), dict):
        raise Unfit(
            "import.no_envelope", "缺少 data_set 或 data", '{"data_set":"503","key":"…","op":"1","data":{…}}'
        )
    return line

"""The standard's own NDJSON: the lines are envelopes already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ggzy.desks.exchange.convert.item import Item, Problem, Unfit
from ggzy.desks.exchange.convert.reading import decoded, lines


def convert(path: Path, start: int = 0) -> Iterator[Item]:
    """Pass envelopes through; a line that is none becomes a Problem. The intake judges what is in them."""
    position = start
    for line in lines(path, start):
        if isinstance(line, Problem):
            yield Item(position, line)
            return
        position = line.end
        try:
            envelope = decoded(line.raw)
            if not isinstance(envelope.get("data_set"), str) or not isinstance(envelope.get("data"), dict):
                raise Unfit(
                    "import.no_envelope",
                    "缺少 data_set 或 data",
                    '{"data_set":"503","key":"…","op":"1","data":{…}}',
                )
        except Unfit as unfit:
            yield Item(position, unfit.at(f"第 {line.number} 行"))
        else:
            yield Item(position, envelope)

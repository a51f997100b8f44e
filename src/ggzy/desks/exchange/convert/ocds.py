"""OCDS 1.1 releases and records (standard.open-contracting.org/1.1) as envelopes of data set 1900."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import ijson

from ggzy.desks.exchange.convert.detect import Found
from ggzy.desks.exchange.convert.item import Item, Problem, Sender, Unfit
from ggzy.desks.exchange.convert.reading import BROKEN_STREAM, broken_off, decoded, lines, opened
from ggzy.desks.exchange.convert.release import envelopes

_PREFIXES = {"ocds-releases": "releases.item", "ocds-records": "records.item", "ocds-array": "item"}


def convert(path: Path, found: Found, sender: Sender, start: int = 0) -> Iterator[Item]:
    """Every release of the file as one envelope a stage; what cannot be converted as a Problem."""
    source = _lines(path, start) if found.kind == "ocds-lines" else _package(path, found.kind, start)
    position = start
    for end, where, item in source:
        if isinstance(item, Problem):
            yield Item(position, item)
            position = end
            continue
        results = [*_of_item(item, where, found.publisher, sender)]
        for result in results[:-1]:  # only the last one may move the position on
            yield Item(position, result)
        position = end
        if results:
            yield Item(position, results[-1])


def _of_item(item: Any, where: str, publisher: str, sender: Sender) -> Iterator[dict[str, Any] | Problem]:
    try:
        releases = _releases(item)
    except Unfit as unfit:
        yield unfit.at(where)
        return
    for place, release in enumerate(releases):
        try:
            yield from envelopes(release, publisher, sender)
        except Unfit as unfit:
            yield unfit.at(where if len(releases) == 1 else f"{where}.releases[{place}]")


def _releases(item: Any) -> list[dict[str, Any]]:
    """The releases of a record (its compiled one when the others are only linked), or the release itself."""
    if not isinstance(item, dict):
        raise Unfit(
            "import.not_an_object", f"是 {type(item).__name__} 而不是对象", "OCDS release 或 record 对象"
        )
    if "compiledRelease" not in item and "releases" not in item and "versionedRelease" not in item:
        return [item]
    embedded = item.get("releases")
    if isinstance(embedded, list) and embedded and all(isinstance(r, dict) and "ocid" in r for r in embedded):
        return embedded
    compiled = item.get("compiledRelease")
    if isinstance(compiled, dict):
        return [compiled]
    raise Unfit("ocds.no_release", "记录里没有可用的 release（只有链接或 versionedRelease）",
                "record.releases 中的完整 release，或 record.compiledRelease")  # fmt: skip


def _lines(path: Path, start: int) -> Iterator[tuple[int, str, Any]]:
    for line in lines(path, start):
        if isinstance(line, Problem):
            yield start, "", line
            return
        where = f"第 {line.number} 行"
        try:
            item: Any = decoded(line.raw)
        except Unfit as unfit:
            item = unfit.at(where)
        yield line.end, where, item


def _package(path: Path, kind: str, start: int) -> Iterator[tuple[int, str, Any]]:
    prefix = _PREFIXES[kind]
    name = prefix.removesuffix(".item").removesuffix("item")
    place = 0
    with opened(path) as content:
        try:
            for item in islice(ijson.items(content, prefix), start, None):
                place += 1
                yield start + place, f"{name}[{start + place - 1}]", item
        except (ijson.JSONError, UnicodeDecodeError, *BROKEN_STREAM) as broken:
            where = f"{name}[{start + place}]"
            yield start + place, where, broken_off(where, broken)

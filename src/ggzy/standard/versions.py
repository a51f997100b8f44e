"""Versions of the standard side by side: the national text as it was found, what is in force here, and any others.

Another version is one more file (`data/versions/*.json`, or the same folder in a city's own standard), in the form
of `national-2.0.json`. Where a cell of ours was changed, the national text is what its `origin` keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from . import registry
from .model import DataSet, Field

IN_FORCE, NATIONAL = "in-force", "national"
CELLS = {
    "number": "编号", "fields_from": "字段表", "table": "表名", "title": "名称", "name": "字段名", "format": "数据格式",
    "required": "必填", "scope": "公开范围", "domain": "值域", "codes": "代码表",
}  # fmt: skip
SCOPES = {"public": "社会公开", "government": "政务公开", "record": "由记录的公开范围决定"}
UNSAID = "（空）"

Cells = Mapping[str, str]


class Table(NamedTuple):
    """A data set in one version: its own cells, those of its fields by wire name, and why some were changed."""

    cells: Cells
    fields: Mapping[str, Cells]
    why: Mapping[str, str]


class Version(NamedTuple):
    """A version of the standard; `since` is a day or a month, or nothing where it is not known."""

    id: str
    title: str
    source: str
    since: str
    tables: Mapping[str, Table]

    @property
    def size(self) -> int:
        """How many fields it has in all."""
        return sum(len(table.fields) for table in self.tables.values())


class Difference(NamedTuple):
    """What differs in one place: `cell` in words; "" stands for a data set or a field that one side lacks."""

    number: str
    title: str
    field: str
    name: str
    cell: str
    old: str
    new: str
    why: str


def versions() -> dict[str, Version]:
    """All that are known, by id: the national text, what is in force, then each further file."""
    parts = registry.editions()
    national = next(edition for edition in parts if edition.version == registry.VERSION)
    own = "、".join(edition.title for edition in parts if edition is not national and edition.title)
    found = [
        Version(
            NATIONAL,
            f"{national.title}（国家文本）",
            national.source,
            national.since,
            _tables(national.data_sets, as_found=True),
        ),
        Version(
            IN_FORCE,
            "本平台现行版本",
            f"国家文本更正后，加上{own}" if own else "国家文本更正后",
            "",
            _tables(registry.DATA_SETS.values()),
        ),
    ]
    for beside in registry.editions("versions"):
        found.append(
            Version(beside.version, beside.title, beside.source, beside.since, _tables(beside.data_sets))
        )
    return {version.id: version for version in found}


def differences(old: Version, new: Version) -> list[Difference]:
    """What changed from one version to the other, by data set and then in the order of the fields."""
    numbers = sorted(old.tables.keys() | new.tables.keys(), key=lambda number: (len(number), number))
    return [
        found
        for number in numbers
        for found in _between(number, old.tables.get(number), new.tables.get(number))
    ]


def _between(number: str, old: Table | None, new: Table | None) -> Iterator[Difference]:
    table = new or old
    if table is None:
        return
    title = table.cells["title"]
    if old is None or new is None:
        is_there = f"{len(table.fields)} 个字段"
        yield Difference(
            number, title, "", "", "", "" if old is None else is_there, "" if new is None else is_there, ""
        )
        return
    why = {**old.why, **new.why}
    for cell, before, after in _changed(old.cells, new.cells):
        yield Difference(number, title, "", "", CELLS[cell], before, after, why.get("", ""))
    for name in {**new.fields, **old.fields}:
        one, other = old.fields.get(name), new.fields.get(name)
        told = (other or one or {})["title"]
        if one is None or other is None:
            yield Difference(number, title, name, told, "", _brief(one), _brief(other), why.get(name, ""))
            continue
        for cell, before, after in _changed(one, other):
            yield Difference(number, title, name, told, CELLS[cell], before, after, why.get(name, ""))


def _changed(old: Cells, new: Cells) -> Iterator[tuple[str, str, str]]:
    for cell in CELLS:
        if (before := old.get(cell, "")) != (after := new.get(cell, "")):
            yield cell, before, after


def _brief(field: Cells | None) -> str:
    return f"{field['title']} {field['format']}" if field else ""


def _tables(sets: Iterable[DataSet], *, as_found: bool = False) -> dict[str, Table]:
    return {entry.number: _table(entry, as_found=as_found) for entry in sets}


def _table(entry: DataSet, *, as_found: bool) -> Table:
    """A data set as cells in words; `as_found` puts back what its origins keep."""
    cells = {"number": entry.number, "table": entry.table, "title": entry.title, "fields_from": entry.number}
    fields = {field.name: _cells(field) for field in entry.fields}
    if as_found:
        cells |= _kept(entry.origin)
        fields = {name: {**cells, **_kept(entry.field(name).origin)} for name, cells in fields.items()}
    why = {field.name: field.origin["why"] for field in entry.fields if "why" in field.origin}
    return Table(cells, fields, why | {"": entry.origin.get("why", "")})


def _kept(origin: Mapping[str, str]) -> dict[str, str]:
    return {cell: value or UNSAID for cell, value in origin.items() if cell in CELLS}


def _cells(field: Field) -> dict[str, str]:
    required = "是" if field.required else "视条件" if field.conditions else "否"
    return {
        "name": field.name, "title": field.title, "format": field.notation, "required": required,
        "scope": SCOPES[field.scope], "domain": field.domain, "codes": field.codes or "",
    }  # fmt: skip

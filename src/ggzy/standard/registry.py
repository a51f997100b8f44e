"""The standard in force: packaged JSON files, and a city's own files over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from .formats import parse_format
from .identify import IDENTIFIERS
from .masking import MASKS
from .model import CodeList, DataSet, Edition, UnknownDataSet

VERSION = "2.0"
_DATA = files(__package__) / "data"
_TAIL = ("PLATFORM_CODE", "DATA_TIMESTAMP")  # every record tells who sent it and when

_data_sets: dict[str, DataSet] = {}
_code_lists: dict[str, CodeList] = {}
_aliases: dict[str, str] = {}
_stages: list[str] = []
_folders: list[Traversable] = []

DATA_SETS: Mapping[str, DataSet] = MappingProxyType(_data_sets)
CODE_LISTS: Mapping[str, CodeList] = MappingProxyType(_code_lists)


def data_set(number: str) -> DataSet:
    """The data set with this number; a V1.0 number (800) finds its V2.0 set (1800). Raises UnknownDataSet."""
    found = _data_sets.get(number) or _data_sets.get(_aliases.get(number, ""))
    if found is None:
        raise UnknownDataSet(number)
    return found


def code_list(id: str) -> CodeList:
    """The code list with this id; KeyError when there is none."""
    return _code_lists[id]


def stages() -> tuple[str, ...]:
    """The stages of a trade in the order of a time line."""
    return tuple(_stages)


def load(overlay: Path | str | None = None) -> None:
    """Read the packaged standard, then a city's folder of the same shape over it (call it before any work).

    In the folder: `catalogue.json` adds to or replaces what is said of a set; `codes/*.json` replaces a list,
    or adds to it with `"extends": true`; any other `*.json` holds whole data sets, which replace those of the
    same number. A folder `versions` beside them holds other versions in that same form, to be compared only.
    """
    tables: dict[str, dict[str, Any]] = {}
    codes: dict[str, dict[str, Any]] = {}
    aliases: dict[str, str] = {}
    order: list[str] = []
    folders: list[Traversable] = [_DATA] if overlay is None else [_DATA, Path(overlay)]
    for folder in folders:
        for table in _tables(folder):
            tables[table["number"]] = tables.get(table["number"], {}) | table
        for entry in _files(folder / "codes"):
            if folder is not _DATA:
                entry["own"] = [*entry.get("values", {})]
            if entry.pop("extends", False):
                known = codes.get(entry["id"], {})
                entry = known | entry | {"values": known.get("values", {}) | entry.get("values", {})}
            codes[entry["id"]] = entry
        catalogue = _read(folder / "catalogue.json") if (folder / "catalogue.json").is_file() else {}
        for number, meaning in catalogue.get("data_sets", {}).items():
            tables[number] = tables.get(number, {}) | meaning
        aliases |= catalogue.get("aliases", {})
        order = catalogue.get("stages", order)
    fresh_sets = msgspec.convert(tables, dict[str, DataSet])
    fresh_codes = msgspec.convert(codes, dict[str, CodeList])
    _refuse_loose_ends(fresh_sets, fresh_codes)
    _data_sets.clear()
    _data_sets.update(sorted(fresh_sets.items(), key=lambda item: int(item[0])))
    _code_lists.clear()
    _code_lists.update(fresh_codes)
    _aliases.clear()
    _aliases.update(aliases)
    _stages[:] = order
    _folders[:] = folders


def editions(place: str = "") -> list[Edition]:
    """The files that the standard in force was read from; with `place` "versions" those that lie beside them."""
    return [
        msgspec.convert(entry, Edition)
        for folder in _folders
        for entry in _files(folder / place if place else folder)
        if isinstance(entry.get("data_sets"), list)
    ]


def _tables(folder: Traversable) -> Iterator[dict[str, Any]]:
    for entry in _files(folder):
        if isinstance(entry.get("data_sets"), list):
            yield from entry["data_sets"]


def _files(folder: Traversable) -> Iterator[dict[str, Any]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if path.name.endswith(".json"):
                yield _read(path)


def _read(path: Traversable) -> dict[str, Any]:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])


def _refuse_loose_ends(sets: dict[str, DataSet], codes: dict[str, CodeList]) -> None:
    """A file that names what does not exist is refused here, not at the first record."""
    for entry in sets.values():
        named = [name for _, name in (*entry.declares, *entry.parents, *entry.mentions)]
        named += [name for names in entry.meanings.values() for name in names if not name.startswith("=")]
        named += [rule.when for field in entry.fields for rule in field.conditions]
        for name in (*entry.key, *named, *_TAIL):
            if name not in entry.by_name:
                raise ValueError(f"data set {entry.number} has no field {name}")
        for field in entry.fields:
            for word, known in (
                (field.codes, codes),
                (field.identifier, IDENTIFIERS),
                (field.personal, MASKS),
            ):
                if word is not None and word not in known:
                    raise ValueError(f"data set {entry.number}, field {field.name}: unknown word {word}")
            parse_format(field.notation)


load()

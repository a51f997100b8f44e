"""A data set made ready for speed: a generated reader, and tables of positions for each rule.

A record travels as a row: its values as strings in canonical order of the wire names, "" for a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from . import registry
from .identify import IDENTIFIERS
from .masking import MASKS
from .model import CodeList, Condition, DataSet, Field

Row = Sequence[str]
Picker = Callable[[Row], tuple[str, ...]]


Masks = tuple[tuple[int, str, Callable[[str], str]], ...]


class Part(NamedTuple):
    """One half of a record: which positions it takes and the struct that writes them."""

    names: tuple[str, ...]
    pick: Picker
    write: type[msgspec.Struct]
    masks: Masks


class Split(NamedTuple):
    public: Part
    private: Part


class Named(NamedTuple):
    """Where a code stands and how it is called: ("lot:", position, are there several)."""

    prefix: str
    at: int
    multiple: bool


class Layout(NamedTuple):
    data_set: DataSet
    fields: tuple[Field, ...]
    at: dict[str, int]
    decode: Callable[[bytes], msgspec.Struct]
    numbers: tuple[tuple[int, Field], ...]
    fixed: tuple[tuple[int, int], ...]
    moments: tuple[tuple[int, int], ...]
    coded: tuple[tuple[int, CodeList], ...]
    identified: tuple[tuple[int, Callable[[str], bool]], ...]
    rules: tuple[tuple[int, int, int, Condition], ...]
    closed: Split
    opened: Split
    scope_at: int
    key: Picker
    key_is_personal: bool
    timestamp_at: int
    platform_at: int
    published_at: int
    declares: tuple[Named, ...]
    parents: tuple[Named, ...]
    others: tuple[Named, ...]


@lru_cache(maxsize=1024)
def layout_of(data_set: DataSet) -> Layout:
    """Compile one data set; a second call costs a look-up."""
    fields = tuple(sorted(data_set.fields, key=lambda field: field.name))
    at = {field.name: place for place, field in enumerate(fields)}
    numbered = list(enumerate(fields))
    lists = registry.CODE_LISTS
    deal = data_set.meanings.get("deal_code", ())
    return Layout(
        data_set=data_set,
        fields=fields,
        at=at,
        decode=msgspec.json.Decoder(_reader(data_set, fields)).decode,
        numbers=tuple((i, f) for i, f in numbered if f.format.kind == "number"),
        fixed=tuple(
            (i, f.format.min_length)
            for i, f in numbered
            if f.format.kind == "text" and f.format.fixed and not f.required
        ),
        moments=tuple(
            (i, f.format.min_length) for i, f in numbered if f.format.kind in ("date", "minute", "datetime")
        ),
        coded=tuple(
            (i, lists[f.codes])
            for i, f in numbered
            if f.codes and (lists[f.codes].closed or lists[f.codes].warn)
        ),
        identified=tuple((i, IDENTIFIERS[f.identifier]) for i, f in numbered if f.identifier),
        rules=tuple(
            (i, at[rule.when], at[rule.otherwise] if rule.otherwise else -1, rule)
            for i, f in numbered
            for rule in f.conditions
        ),
        closed=_split(data_set, fields, {"public"}),
        opened=_split(data_set, fields, {"public", "record"}),
        scope_at=at[data_set.scope_field] if data_set.scope_field else -1,
        key=_picker([at[name] for name in data_set.key]),
        key_is_personal=any(data_set.field(name).mask for name in data_set.key),
        timestamp_at=at["DATA_TIMESTAMP"],
        platform_at=at["PLATFORM_CODE"],
        published_at=_published(data_set, at),
        declares=_named(data_set, at, data_set.declares),
        parents=_named(data_set, at, data_set.parents),
        others=_named(data_set, at, (*data_set.mentions, *(("deal", name) for name in deal))),
    )


def _published(data_set: DataSet, at: dict[str, int]) -> int:
    """Where the moment of publication stands; -1 when the public is shown none (a guarantee's is not)."""
    shown = [
        at[name]
        for name in data_set.meanings.get("published_at", ())
        if data_set.field(name).scope != "government"
    ]
    return shown[0] if shown else -1


def _reader(data_set: DataSet, fields: tuple[Field, ...]) -> type[msgspec.Struct]:
    """The struct that takes a valid record at the speed of msgspec; what it refuses is read again slowly."""
    return msgspec.defstruct(
        f"Record{data_set.number}",
        [_column(field) for field in fields],
        forbid_unknown_fields=True,
        kw_only=True,
    )


def _column(field: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
    form = field.format
    if form.kind == "number":
        return (field.name, msgspec.Raw) if field.required else (field.name, msgspec.Raw, msgspec.Raw(b""))
    if field.required:
        return field.name, Annotated[
            str, Meta(min_length=max(form.min_length, 1), max_length=form.max_length)
        ]
    return field.name, Annotated[str, Meta(max_length=form.max_length)] | None, ""


def _split(data_set: DataSet, fields: tuple[Field, ...], scopes: set[str]) -> Split:
    return Split(
        _part(f"Public{data_set.number}", [(i, f) for i, f in enumerate(fields) if f.scope in scopes]),
        _part(f"Private{data_set.number}", [(i, f) for i, f in enumerate(fields) if f.scope not in scopes]),
    )


def _part(name: str, columns: list[tuple[int, Field]]) -> Part:
    return Part(
        names=tuple(field.name for _, field in columns),
        pick=_picker([place for place, _ in columns]),
        write=msgspec.defstruct(name, [(field.name, str, "") for _, field in columns], omit_defaults=True),
        masks=tuple((i, f.name, MASKS[f.mask]) for i, (_, f) in enumerate(columns) if f.mask),
    )


def _picker(places: list[int]) -> Picker:
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        return lambda row: (row[places[0]],)
    return lambda row: ()


def _named(data_set: DataSet, at: dict[str, int], pairs: Sequence[tuple[str, str]]) -> tuple[Named, ...]:
    return tuple(Named(f"{kind}:", at[name], data_set.field(name).multiple) for kind, name in pairs)

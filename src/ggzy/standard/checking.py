"""Check one record: the door every record comes through, from a trading system or from our own markets.

Fast when the record is right (a generated msgspec reader), patient when it is not (`reading`).
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import msgspec

from . import faults, registry
from .canonical import canonical, encode
from .layout import Layout, Masks, Named, Row, Split, layout_of
from .masking import mask_text, may_hold_id
from .model import Checked, Fault
from .numbers import LONGEST, number_token
from .reading import UNREADABLE, read
from .rules import judge

_KEY_LENGTH = 200
_ESCAPED_CONTROL = re.compile(rb"\\[bfu]")
_NOTHING: set[int] = set()
_astuple = msgspec.structs.astuple


def check(number: str, data: bytes | dict[str, Any]) -> Checked:
    """Read, judge and split one record of a data set; never raises for what a sender can send.

    `data` is a JSON object, as bytes (fastest) or decoded. A record with any fault is to be refused; with
    warnings only it is kept. Numbers may be JSON numbers or strings; "" and null count as missing.
    """
    data_set = registry.DATA_SETS.get(number)
    if data_set is None:
        try:
            data_set = registry.data_set(number)
        except registry.UnknownDataSet:
            return Checked(number, faults=(faults.unknown_data_set(number),))
    layout = layout_of(data_set)
    if isinstance(data, dict):
        encoded = _encoded(data)
        if isinstance(encoded, Fault):
            return Checked(data_set.number, faults=(encoded,))
        data = encoded
    row = fast_row(layout, data)
    if row is not None:
        public, private = divide(layout, row, {})
        if not (_has_controls(public) or _has_controls(private)):
            return _checked(layout, row, public, private, [], [], _NOTHING)
    return patient_check(layout, data)


def patient_check(layout: Layout, data: bytes) -> Checked:
    """The same as `check`, finding every fault of shape; for a valid record both give the same answer."""
    reading = read(layout, data)
    if isinstance(reading, Fault):
        return Checked(layout.data_set.number, faults=(reading,))
    public, private = divide(layout, reading.row, reading.extras)
    return _checked(layout, reading.row, public, private, reading.faults, reading.warnings, reading.faulty)


def fast_row(layout: Layout, data: bytes) -> list[str] | None:
    """The record as a row, or None when only the patient reader can say what is wrong with it."""
    try:
        row = list(_astuple(layout.decode(data)))
    except UNREADABLE:
        return None
    if None in row:
        row = ["" if value is None else value for value in row]
    for at, field in layout.numbers:
        plain = number_token(bytes(row[at])[:LONGEST])
        if plain is None or (not plain and field.required):
            return None
        row[at] = plain
    return None if True in map(str.isspace, row) else row


def divide(layout: Layout, row: Row, extras: dict[str, str]) -> tuple[bytes, bytes]:
    """The public and the private part as canonical JSON; what is masked in public stays whole in private."""
    split: Split = layout.opened if layout.scope_at >= 0 and row[layout.scope_at] == "1" else layout.closed
    values = split.public.pick(row)
    originals: dict[str, str] = {}
    if split.public.masks:
        values, originals = _mask(split.public.masks, values)
    public = encode(split.public.write(*values))
    if may_hold_id(public):
        values, found = _mask(
            tuple((at, name, mask_text) for at, name in enumerate(split.public.names)), values
        )
        public, originals = encode(split.public.write(*values)), found | originals
    hidden = split.private.pick(row)
    if originals or extras:
        kept = {name: value for name, value in zip(split.private.names, hidden, strict=True) if value}
        return public, canonical(extras | originals | kept)
    return public, encode(split.private.write(*hidden))


def _mask(masks: Masks, values: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The public values with personal numbers masked, and the originals of what was changed."""
    masked, originals = list(values), {}
    for at, name, mask in masks:
        if (value := values[at]) and (hidden := mask(value)) != value:
            masked[at], originals[name] = hidden, value
    return tuple(masked), originals


def _checked(
    layout: Layout,
    row: Row,
    public: bytes,
    private: bytes,
    found: list[Fault],
    warned: list[Fault],
    faulty: set[int],
) -> Checked:
    judge(layout, row, faulty, found, warned)
    declares = _codes(layout.declares, row)
    parents = _codes(layout.parents, row)
    return Checked(
        layout.data_set.number,
        public,
        private,
        tuple(found),
        tuple(warned),
        _key(layout, row),
        row[layout.timestamp_at],
        row[layout.platform_at],
        row[layout.published_at] if layout.published_at >= 0 else "",
        declares,
        parents,
        declares + parents + _codes(layout.others, row),
    )


def _key(layout: Layout, row: Row) -> str:
    """The natural key: its fields joined by "|"; a long one, or one that may name a person, as its digest."""
    key = "|".join(layout.key(row))
    if not key.strip("|"):
        return ""
    if layout.key_is_personal or len(key) > _KEY_LENGTH:
        return "sha256:" + sha256(key.encode()).hexdigest()
    return key


def _codes(places: tuple[Named, ...], row: Row) -> tuple[str, ...]:
    """The codes at these places as "kind:code", several of them taken apart at ";"."""
    codes: list[str] = []
    for prefix, at, multiple in places:
        value = row[at]
        if not value:
            continue
        if multiple and ";" in value:
            codes += [prefix + item.strip() for item in value.split(";") if item.strip()]
        else:
            codes.append(prefix + value)
    return tuple(codes)


def _has_controls(part: bytes) -> bool:
    """Does canonical JSON seem to hold controls? An escaped backslash before b, f or u looks the same."""
    return b"\\" in part and _ESCAPED_CONTROL.search(part) is not None


def _encoded(data: dict[str, Any]) -> bytes | Fault:
    """A decoded record as JSON bytes; a Fault that names the first field which cannot be written."""
    try:
        return encode(data)
    except (TypeError, *UNREADABLE):
        for name, value in data.items():
            try:
                encode({str(name): value})
            except (TypeError, *UNREADABLE):
                return faults.malformed(
                    "含有无法编码的内容", str(name).encode("utf-8", "replace").decode()[:40]
                )
    return faults.malformed("字段名无法编码")

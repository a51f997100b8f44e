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
from .layout import Layout, Named, Part, Row, Split, layout_of
from .masking import mask_text, may_hold_id
from .model import Checked, Fault
from .numbers import number_token
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
        if not (_suspicious(public) or _suspicious(private)):
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
        plain = number_token(bytes(row[at]))
        if plain is None or (not plain and field.required):
            return None
        row[at] = plain
    return row


def divide(layout: Layout, row: Row, extras: dict[str, str]) -> tuple[bytes, bytes]:
    """The public and the private part as canonical JSON; what is masked in public stays whole in private."""
    split: Split = layout.opened if layout.scope_at >= 0 and row[layout.scope_at] == "1" else layout.closed
    values = split.public.pick(row)
    public = encode(split.public.write(*values))
    originals: dict[str, str] = {}
    if split.public.masks or may_hold_id(public):
        public, originals = _mask(split.public, values)
    hidden = split.private.pick(row)
    if originals or extras:
        kept = {name: value for name, value in zip(split.private.names, hidden, strict=True) if value}
        return public, canonical(extras | originals | kept)
    return public, encode(split.private.write(*hidden))


def _mask(part: Part, values: tuple[str, ...]) -> tuple[bytes, dict[str, str]]:
    """The public part with personal numbers masked, and the originals of what was changed."""
    masked = [mask_text(value) for value in values]
    for at, _, mask in part.masks:
        if values[at]:
            masked[at] = mask(values[at])
    originals = {name: old for name, old, new in zip(part.names, values, masked, strict=True) if old != new}
    return encode(part.write(*masked)), originals


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
        declares,
        parents,
        declares + parents + _codes(layout.others, row),
    )


def _key(layout: Layout, row: Row) -> str:
    """The natural key: its fields joined by "|"; a long one is named by its digest."""
    key = "|".join(layout.key(row))
    if len(key) > _KEY_LENGTH:
        return "sha256:" + sha256(key.encode()).hexdigest()
    return key if key.strip("|") else ""


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


def _suspicious(part: bytes) -> bool:
    """Escaped controls, or a value that begins with a blank: the patient reader decides."""
    if b'" ' in part or b'"\xe3\x80\x80' in part or b'"\xc2\xa0' in part:
        return True
    return b"\\" in part and (_ESCAPED_CONTROL.search(part) is not None or b'"\\' in part)


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

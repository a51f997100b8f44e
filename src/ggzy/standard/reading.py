"""The patient reader: takes any bytes and finds every fault of shape, after the fast one has refused."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from . import faults
from .layout import Layout
from .model import Fault, Field
from .numbers import plain_number

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_KINDS = {"{": "对象", "[": "数组", "t": "布尔值", "f": "布尔值"}
_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_string = msgspec.json.Decoder(str).decode
UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError, OverflowError)
MANY = 50


class Reading(NamedTuple):
    """The row as far as it could be read, fields outside the standard, and what was wrong (by field name)."""

    row: list[str]
    extras: dict[str, str]
    faults: list[Fault]
    warnings: list[Fault]
    faulty: set[int]


def read(layout: Layout, data: bytes) -> Reading | Fault:
    """Read every field on its own; one Fault instead when the bytes are no JSON object at all."""
    try:
        raws = _object(data)
    except UNREADABLE as reason:
        return faults.malformed(_plain(reason))
    reading = Reading([""] * len(layout.fields), {}, [], [], set())
    for place, field in enumerate(layout.fields):
        value, fault = _value(layout, field, raws.pop(field.name, None))
        if fault is not None:
            reading.faults.append(fault)
            reading.faulty.add(place)
        else:
            reading.row[place] = value
    for name, raw in raws.items():
        _keep_extra(layout, reading, name, raw)
    return reading


def _value(layout: Layout, field: Field, raw: msgspec.Raw | None) -> tuple[str, Fault | None]:
    """One field's canonical text, or its fault of shape."""
    try:
        token = bytes(raw).decode() if raw is not None else "null"
        text = _string(token.encode()) if token[0] == '"' else token
    except UNREADABLE:
        return "", faults.bad_text(layout.data_set, field.name)
    data_set, form = layout.data_set, field.format
    if token == "null" or not text.strip():  # noqa: S105  a JSON token, no secret
        return "", faults.missing(data_set, field) if field.required else None
    if token[0] in _KINDS:
        return "", faults.wrong_type(data_set, field, _KINDS[token[0]])
    if form.kind == "number":
        plain = plain_number(text)
        return (plain, None) if plain is not None else ("", faults.bad_number(data_set, field, text))
    if token[0] != '"':
        return "", faults.wrong_type(data_set, field, f"数字 {text[:20]}")
    if _CONTROL.search(text):
        return "", faults.bad_text(data_set, field.name)
    if form.kind == "text":
        if form.max_length is not None and len(text) > form.max_length:
            return "", faults.too_long(data_set, field, text)
        if len(text) < form.min_length:
            return "", faults.too_short(data_set, field, text)
    return text, None


def _keep_extra(layout: Layout, reading: Reading, name: str, raw: msgspec.Raw) -> None:
    """A field the standard does not know is kept as text in the private part."""
    try:
        token = bytes(raw).decode()
        text = _string(token.encode()) if token[0] == '"' else token
    except UNREADABLE:
        text = "\0"
    if _CONTROL.search(name) or _CONTROL.search(text):
        if len(reading.faults) < MANY:
            reading.faults.append(faults.bad_text(layout.data_set, _CONTROL.sub("", name)))
    elif token != "null" and text:  # noqa: S105
        reading.extras[name] = text
        if len(reading.extras) <= MANY:
            reading.warnings.append(faults.unknown_field(layout.data_set, name))


def _plain(reason: Exception) -> str:
    if isinstance(reason, UnicodeError):
        return "不是 UTF-8 编码"
    if isinstance(reason, RecursionError):
        return "嵌套过深"
    if isinstance(reason, msgspec.ValidationError):
        return "最外层不是对象"
    return "不是合法的 JSON"

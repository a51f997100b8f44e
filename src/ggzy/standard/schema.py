"""A data set as JSON Schema (2020-12): what `check` accepts, the schema accepts.

The other way round all holds that a schema can say. It cannot count the decimals of a JSON number, work out an
exponent, or see a lone surrogate (`UNSAID`); and it says nothing of warnings, since those never refuse a record.
Patterns keep to what ECMA-262, RE2 and Python read alike (no look-around).
"""

from __future__ import annotations

import re
from typing import Any

from .addresses import schema_address
from .model import CodeList, Condition, DataSet, Field
from .registry import DATA_SETS, VERSION, code_list, data_set

DIALECT = "https://json-schema.org/draft/2020-12/schema"
UNSAID = frozenset({"record.number_too_long", "record.number_malformed", "record.text_malformed"})
"""Faults that a record may have although the schema accepts it."""

Schema = dict[str, Any]

_BLANK = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f"
_NOTHING, _TEXT, _DIGITS = ({"$ref": f"#/$defs/{name}"} for name in ("nothing", "text", "figures"))
_DEFS: Schema = {
    "nothing": {
        "description": "没有填写：null、空文字或只有空白",
        "anyOf": [{"type": "null"}, {"type": "string", "pattern": f"^[{_BLANK}]*$"}],
    },
    "text": {"description": "不含控制字符的文字", "type": "string", "pattern": f"^[^{_CONTROL}]*$"},
    "figures": {"type": "string", "pattern": "^[-+.0-9eE]*$", "maxLength": 99},
}
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    "(?:[0-9]{4}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    f"|02(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}0229)"
)
_MINUTE = f"{_DAY}(?:[01][0-9]|2[0-3])[0-5][0-9]"
_MOMENTS = {"date": f"^{_DAY}$", "minute": f"^{_MINUTE}$", "datetime": f"^{_MINUTE}[0-5][0-9]$"}
_EXPONENT = r"-?[0-9]{1,48}(?:\.[0-9]{1,40})?[eE][+-]?[0-9]{1,2}"


def json_schema(number: str, site: str = "") -> Schema:
    """JSON Schema of one data set with Chinese titles; `site` (https://…) makes its `$id` an address."""
    entry = data_set(number)
    rules = [(field, rule) for field in entry.fields for rule in field.conditions if rule.level == "fault"]
    schema: Schema = {
        "$schema": DIALECT,
        "$id": f"{site}{schema_address(entry.number)}" if site else f"urn:ggzy:data-set:{entry.number}",
        "title": f"{entry.number} {entry.title}",
        "type": "object",
        "required": [field.name for field in entry.fields if field.required],
        "properties": {field.name: _property(field) for field in entry.fields},
        "propertyNames": _TEXT,
        "additionalProperties": {
            "description": "规范以外的字段：只存档、不公开",
            "anyOf": [{"not": {"type": "string"}}, _TEXT],
        },
    }
    if rules:
        schema["allOf"] = [_condition(entry, field, rule) for field, rule in rules]
    return schema | {"$defs": _DEFS}


def bundle(site: str = "") -> Schema:
    """All data sets in one schema; it judges a whole line of the intake by the data set that the line names."""
    chosen = [
        {
            "if": {
                "properties": {"data_set": {"const": number}, "op": {"enum": ["1", "2"]}},
                "required": ["data_set"],
            },
            "then": {"properties": {"data": {"$ref": json_schema(number, site)["$id"]}}},
        }
        for number in DATA_SETS
    ]
    return {
        "$schema": DIALECT,
        "$id": f"{site}{schema_address()}" if site else "urn:ggzy:standard",
        "title": f"公共资源交易平台系统数据规范 V{VERSION}：报送的一行",
        "type": "object",
        "required": ["data_set", "data"],
        "properties": {
            "data_set": {"title": "数据集编号", "enum": [*DATA_SETS]},
            "key": {"title": "记录标识", "type": "string", "maxLength": 200},
            "op": {"title": "操作：1 新增、2 变更、3 撤回", "enum": ["1", "2", "3"]},
            "data": {"title": "记录", "type": "object"},
        },
        "allOf": chosen,
        "$defs": {number: json_schema(number, site) for number in DATA_SETS},
    }  # fmt: skip


def _property(field: Field) -> Schema:
    about: Schema = {"title": field.title, "description": _description(field), "x-scope": field.scope}
    if field.codes:
        about["x-codes"] = field.codes
    value = _value(field)
    return about | (value if field.required else {"anyOf": [_NOTHING, value]})


def _value(field: Field) -> Schema:
    """What a value that is given must be."""
    form = field.format
    codes = code_list(field.codes) if field.codes else None
    closed = codes if codes is not None and codes.closed else None
    if form.kind == "number":
        return _number(form.digits, form.decimals, closed)
    if form.kind in _MOMENTS:
        return {"type": "string", "maxLength": form.min_length, "pattern": _MOMENTS[form.kind]}
    if closed is not None:
        return _codes(field, closed)
    text: Schema = _TEXT | {"minLength": max(form.min_length, 1), "pattern": f"[^{_BLANK}]"}
    return text if form.max_length is None else text | {"maxLength": form.max_length}


def _codes(field: Field, codes: CodeList) -> Schema:
    """A closed list: one of its codes, or several with semicolons between them."""
    form = field.format
    if not field.multiple:
        most = form.max_length or max(map(len, codes.values))
        return {"enum": [code for code in codes.values if form.min_length <= len(code) <= most]}
    one = f"[{_BLANK}]*(?:{'|'.join(map(re.escape, codes.values))})?[{_BLANK}]*"
    several: Schema = _TEXT | {"minLength": max(form.min_length, 1)}
    if form.max_length is not None:
        several["maxLength"] = form.max_length
    return several | {"allOf": [{"pattern": f"[^{_BLANK}]"}, {"pattern": f"^{one}(?:;{one})*$"}]}


def _number(digits: int, decimals: int, codes: CodeList | None) -> Schema:
    """A number of N..digits,decimals, or one that stands for a code; as a JSON number or in quotes."""
    whole = max(digits - decimals, 1)
    point = rf"(?:\.[0-9]{{1,{decimals}}}0{{0,{40 - decimals}}})?" if decimals else r"(?:\.0{1,40})?"
    if codes is None:
        figure = f"-?0{{0,{48 - whole}}}[0-9]{{1,{whole}}}{point}"
        number: Schema = {"type": "number", "exclusiveMinimum": -(10**whole), "exclusiveMaximum": 10**whole}
        if not decimals:
            number["multipleOf"] = 1
    else:
        sign = "-?" if "0" in codes.values else ""
        figure = rf"{sign}0{{0,47}}(?:{'|'.join(map(re.escape, codes.values))})(?:\.0{{1,40}})?"
        number = {"enum": [int(code) for code in codes.values if code.isdecimal()]}
    return {"anyOf": [number, _DIGITS | {"pattern": f"^(?:{figure}|{_EXPONENT})$"}]}


def _condition(entry: DataSet, field: Field, rule: Condition) -> Schema:
    """If the other field is given (or has one of some values), this one is, or the one that may stand for it."""
    other = entry.field(rule.when)
    asked: Schema = {"enum": [*rule.values]} if rule.values else {"not": _NOTHING}
    if rule.values and other.format.kind == "number":
        asked = {"enum": [*rule.values, *(int(value) for value in rule.values if value.isdecimal())]}
    needed = [name for name in (field.name, rule.otherwise) if name]
    return {
        "if": {"required": [rule.when], "properties": {rule.when: asked}},
        "then": {"anyOf": [{"required": [name], "properties": {name: {"not": _NOTHING}}} for name in needed]},
    }


def _description(field: Field) -> str:
    parts = [field.format.describe(), field.domain, field.note]
    if field.codes:
        values = code_list(field.codes).values
        parts.append("、".join(f"{code} {title}" for code, title in list(values.items())[:12]))
    return "；".join(part for part in parts if part)

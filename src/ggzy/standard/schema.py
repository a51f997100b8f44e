"""A data set as JSON Schema, for the documentation of the interface."""

from __future__ import annotations

from typing import Any

from .model import Field
from .registry import code_list, data_set

_DIGITS = {"date": r"^\d{8}$", "minute": r"^\d{12}$", "datetime": r"^\d{14}$"}


def json_schema(number: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of one data set with Chinese titles, for people and for generated clients."""
    entry = data_set(number)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"ggzy:data-set:{entry.number}",
        "title": f"{entry.number} {entry.title}",
        "type": "object",
        "required": [field.name for field in entry.fields if field.required],
        "properties": {field.name: _property(field) for field in entry.fields},
    }


def _property(field: Field) -> dict[str, Any]:
    form = field.format
    schema: dict[str, Any] = {
        "title": field.title,
        "description": _description(field),
        "x-scope": field.scope,
    }
    if form.kind == "number":
        return schema | {"type": ["string", "number"]}
    schema["type"] = "string"
    if form.kind in _DIGITS:
        return schema | {"pattern": _DIGITS[form.kind]}
    if field.required:
        schema["minLength"] = max(form.min_length, 1)
    if form.max_length is not None:
        schema["maxLength"] = form.max_length
    if field.codes and not field.multiple and code_list(field.codes).closed:
        schema["enum"] = [*code_list(field.codes).values] + ([] if field.required else [""])
    return schema


def _description(field: Field) -> str:
    parts = [field.format.describe(), field.domain, field.note]
    if field.codes:
        values = code_list(field.codes).values
        parts.append("、".join(f"{code} {title}" for code, title in list(values.items())[:12]))
    return "；".join(part for part in parts if part)

"""A made-up record of each data set, marked 演示, that passes `check` without a word."""

from __future__ import annotations

from . import dealcode
from .identifiers import id_check_char, organisation_check_char, uscc_check_char
from .model import Field
from .registry import code_list, data_set

_USCC_BODY = "91310000DEM000001"
_ORGANISATION_BODY = "DEM00001"
_ID_BODY = "31010119900307000"
_MOMENT = "20260317093000"
_PLATFORM = "E3100009999"


def example(number: str) -> dict[str, str]:
    """One complete record, the same at every call; every name and number in it is invented."""
    entry = data_set(number)
    pairs = (*entry.mentions, *entry.parents, *entry.declares)
    linked = {
        name: kind for kind, name in pairs if kind != "opening"
    }  # an opening goes by the code of its lot
    return {field.name: _value(field, entry.title, linked.get(field.name)) for field in entry.fields}


def _value(field: Field, title: str, linked: str | None) -> str:
    form = field.format
    if field.codes:
        return _code(field)
    if field.identifier:
        return _identifier(field.identifier, form.max_length)
    if field.personal:
        return _personal(field.personal)
    if form.kind == "number":
        return "1" if form.digits - form.decimals < 3 else "100"
    if form.kind != "text":
        return _MOMENT[: form.min_length]
    if linked:  # the same code in all examples, so that one is the parent of the other
        return _identifier(f"{linked}_number", form.max_length).ljust(form.min_length, "0")
    if form.fixed:
        return "0" * form.min_length
    if "URL" in field.name:
        return "https://example.com/"
    return f"演示{title}·{field.title}"[: form.max_length]


def _code(field: Field) -> str:
    """The first code that fits the field's length; lists are shared by fields of one and two characters."""
    codes = list(code_list(field.codes or "").values)
    form = field.format
    for code in codes:
        if form.kind == "number" or form.min_length <= len(code) <= (form.max_length or len(code)):
            return code
    return codes[0].rjust(form.min_length, "0")


def _identifier(kind: str, room: int | None) -> str:
    uscc = _USCC_BODY + uscc_check_char(_USCC_BODY)
    project = f"{_PLATFORM}000001"
    made = {
        "organisation_code": _ORGANISATION_BODY + organisation_check_char(_ORGANISATION_BODY),
        "id_number": _ID_BODY + id_check_char(_ID_BODY),
        "region": "310000",
        "invest_project": "2026-310000-47-01-000001",
        "deal_code": dealcode.make("A01", uscc, _MOMENT[:8], 1),
        "platform_number": _PLATFORM,
        "project_number": project,
        "procedure_number": project + "001",
        "lot_number": project + "001001",
    }
    return made.get(kind, uscc)[:room]


def _personal(kind: str) -> str:
    return {"id": _identifier("id_number", 18), "phone": "021-00000000", "account": "0000000000000000"}[kind]

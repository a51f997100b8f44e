"""What a well-shaped row must obey: real dates, known codes, conditions, check digits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from . import faults
from .formats import is_moment
from .layout import Layout, Row
from .model import Fault
from .numbers import fits

_LONGEST = 40  # no identifier is longer; longer texts never reach the caches of the check functions


def judge(layout: Layout, row: Row, faulty: set[int], found: list[Fault], warned: list[Fault]) -> None:
    """Append every fault and warning of meaning; positions in `faulty` were refused before: silent now."""
    data_set, fields = layout.data_set, layout.fields
    for at, length in layout.fixed:
        value = row[at]
        if value and len(value) != length:
            found.append(faults.too_short(data_set, fields[at], value))
    for at, length in layout.moments:
        value = row[at]
        if value and not is_moment(value, length):
            found.append(faults.bad_moment(data_set, fields[at], value))
    for at, field in layout.numbers:
        value = row[at]
        if value and not fits(value, field.format.digits, field.format.decimals):
            found.append(faults.big_number(data_set, field, value))
    for at, codes in layout.coded:
        value = row[at]
        if value and value not in codes.values:
            item = _first_bad(value, fields[at].multiple, codes.values.__contains__)
            if item is not None:
                fault = faults.unknown_code(data_set, fields[at], codes, item)
                (found if codes.closed else warned).append(fault)
    for at, valid in layout.identified:
        value = row[at]
        if value and (len(value) > _LONGEST or not valid(value)):
            item = _first_bad(value, fields[at].multiple, partial(_identifies, valid))
            if item is not None:
                warned.append(faults.bad_identifier(data_set, fields[at], item))
    for at, when, otherwise, condition in layout.rules:
        if row[at] == "" and (value := row[when]) and at not in faulty:
            if condition.values and value not in condition.values:
                continue
            if otherwise >= 0 and row[otherwise]:
                continue
            fault = faults.missing_because(data_set, fields[at], condition, value)
            (found if condition.level == "fault" else warned).append(fault)


def _first_bad(value: str, multiple: bool, good: Callable[[str], bool]) -> str | None:
    """The first item that is not good; one complaint a field is enough."""
    items = (item.strip() for item in value.split(";")) if multiple else (value,)
    return next((item for item in items if item and not good(item)), None)


def _identifies(valid: Callable[[str], bool], code: str) -> bool:
    return len(code) <= _LONGEST and valid(code)

"""Which check belongs to which word in a field's `identifier`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from . import dealcode, identifiers, numbering


def _number_of(kind: str) -> Callable[[str], bool]:
    return lambda code: numbering.kind_of(code) == kind


IDENTIFIERS: dict[str, Callable[[str], bool]] = {
    "uscc": identifiers.uscc_valid,
    "organisation": identifiers.organisation_valid,
    "organisation_code": identifiers.organisation_code_valid,
    "party": identifiers.party_valid,
    "id_number": identifiers.id_number_valid,
    "region": identifiers.region_valid,
    "invest_project": identifiers.invest_project_valid,
    "deal_code": dealcode.valid,
    "platform_number": lru_cache(maxsize=4096)(_number_of("platform")),
    "project_number": _number_of("project"),
    "procedure_number": _number_of("procedure"),
    "lot_number": _number_of("lot"),
}

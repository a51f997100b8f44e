"""Roles, the families that exclude each other, and what a party's staff may do: data, with their words."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

PARTY = "party"
"""The family of whoever acts for a party; what such an account may do says its membership, not a grant."""
ADMINISTRATORS = ("sysadmin", "secadmin", "auditadmin")
"""Three roles of which none may be without anybody (三权分立)."""


class Role(NamedTuple):
    """One role. `sensitive`: granted by two persons and for a time only."""

    code: str
    family: str
    title: str
    sensitive: bool


@cache
def roles() -> dict[str, Role]:
    """All roles that can be granted, by code."""
    return {row["role"]: Role(row["role"], row["family"], row["中文"], row["sensitive"] == "yes") for row in _rows("roles")}


@cache
def families() -> dict[str, str]:
    """What each family of roles is called; an account has roles of one family only."""
    return {row["family"]: row["中文"] for row in _rows("families")}


@cache
def rights() -> dict[str, str]:
    """What a party's staff can be allowed, and what it is called."""
    return {row["right"]: row["中文"] for row in _rows("rights")}


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

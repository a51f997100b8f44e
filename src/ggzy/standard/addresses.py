"""Where a site shows the standard. An error message may link to the very field that it is about."""

from __future__ import annotations


def page_address(number: str, field: str = "") -> str:
    """The page of a data set, at one of its fields when one is named."""
    return f"/standard/{number}#{field}" if field else f"/standard/{number}"


def schema_address(number: str = "") -> str:
    """The JSON Schema of a data set, of all of them when none is named."""
    return f"/standard/{number}.schema.json" if number else "/standard/schema.json"

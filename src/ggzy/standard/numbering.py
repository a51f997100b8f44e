"""Numbers of platforms, projects, procedures, lots and documents (电子招标投标系统技术规范 第1部分 附录 B).

Each longer number begins with the shorter: platform C11, project C17, procedure C20, lot C23, document C26.
"""

from __future__ import annotations

import re
from functools import cache

LENGTHS = {"platform": 11, "project": 17, "procedure": 20, "lot": 23, "document": 26}
_KINDS = {length: kind for kind, length in LENGTHS.items()}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"[A-Z]\d{10}(?:\d{6}(?:[0-9a-z]{3}){0,3})?", re.ASCII)


def kind_of(number: str) -> str | None:
    """ "platform", "project", "procedure", "lot" or "document"; None when it has not the form of any."""
    return _KINDS.get(len(number)) if _SHAPE.fullmatch(number) else None


def parse(number: str) -> dict[str, str] | None:
    """The number and every number it begins with, by kind; None when it has not the form of any."""
    if kind_of(number) is None:
        return None
    return {kind: number[:length] for kind, length in LENGTHS.items() if length <= len(number)}


def platform_number(letter: str, region: str, serial: int) -> str:
    """C11: a letter, a region of GB/T 2260 and four digits."""
    return _checked(f"{letter}{region}{serial:04d}", "platform")


def project_number(platform: str, serial: int) -> str:
    """C17: the platform and six digits."""
    return _checked(f"{platform}{serial:06d}", "project")


def next_number(parent: str, serial: int) -> str:
    """C20, C23 or C26 under its parent: serials 001-999, then those with a letter from 00a on (V2.0)."""
    child = {"project": "procedure", "procedure": "lot", "lot": "document"}.get(kind_of(parent) or "")
    if child is None:
        raise ValueError(f"no number can stand under {parent!r}")
    if not 1 <= serial < 1000 + len(_lettered()):
        raise ValueError(f"no serial {serial} of three characters")
    return _checked(parent + (f"{serial:03d}" if serial < 1000 else _lettered()[serial - 1000]), child)


@cache
def _lettered() -> tuple[str, ...]:
    """The three-character serials that hold a letter, in order: they never meet 001-999."""
    every = (a + b + c for a in _DIGITS for b in _DIGITS for c in _DIGITS)
    return tuple(serial for serial in every if not serial.isdigit())


def _checked(number: str, kind: str) -> str:
    if kind_of(number) != kind:
        raise ValueError(f"not the parts of a {kind} number: {number!r}")
    return number

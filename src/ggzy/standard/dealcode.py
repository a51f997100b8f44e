"""统一交易标识码: the code that follows one lot through all its records (V2.0, 统一交易标识码编码方案)."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from .formats import is_day

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_SHAPE = re.compile(r"([A-Z]\d{2})-([0-9A-Z]{18})-(\d{8})-(\d{6})-([0-9A-Z*])", re.ASCII)


class DealCode(msgspec.Struct, frozen=True):
    """The parts of a deal code. `check` is the character received, right or not."""

    deal_class: str
    platform_code: str
    day: str
    serial: str
    check: str

    @property
    def check_ok(self) -> bool:
        return self.check == check_char(self.deal_class + self.platform_code + self.day + self.serial)


def check_char(body: str) -> str:
    """The check character over the 35 characters without hyphens (GB/T 17710, ISO 7064 MOD 37-2)."""
    carry = 0
    for char in body:
        carry = (carry + _VALUE[char]) * 2 % 37
    return _ALPHABET[(1 - carry) % 37]


def make(deal_class: str, platform_code: str, day: str, serial: int) -> str:
    """A new deal code: class (A01), credit code of the trading system, yyyyMMdd, serial of six digits."""
    body = (deal_class, platform_code, day, f"{serial:06d}")
    code = "-".join((*body, check_char("".join(body))))
    if not _SHAPE.fullmatch(code) or not is_day(day):
        raise ValueError(f"not the parts of a deal code: {body}")
    return code


def parse(code: str) -> DealCode | None:
    """The parts of a code received; None when it has not the form of one. The check is not judged here."""
    found = _SHAPE.fullmatch(code)
    return DealCode(*found.groups()) if found and is_day(found[3]) else None


@lru_cache(maxsize=65536)
def valid(code: str) -> bool:
    """Has it the form and the right check? Published codes often fail the check, so only ever warn."""
    parts = parse(code)
    return parts is not None and parts.check_ok

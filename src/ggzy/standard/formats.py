"""The standard's notation of formats (C18, C..200, N..20,6, yyyyMMdd) and what it allows."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

import msgspec

CHINA = timezone(timedelta(hours=8))
_DATES = {"yyyyMMdd": ("date", 8), "yyyyMMddHHmm": ("minute", 12), "yyyyMMddHHmmss": ("datetime", 14)}
_WORDS = {
    "date": "8 位日期，如 20260317",
    "minute": "12 位日期时间，如 202603170930",
    "datetime": "14 位日期时间，如 20260317093000",
}
_NOTATION = re.compile(r"(?P<kind>[CN])(?P<upto>\.\.)?(?P<size>\d+|ul)(?:,(?P<decimals>\d+))?")


class Format(msgspec.Struct, frozen=True):
    """What a value may look like. Lengths count characters; `max_length` None is unlimited.

    `kind` is text, number, date, minute or datetime; `digits` and `decimals` are for numbers.
    """

    notation: str
    kind: str
    min_length: int = 0
    max_length: int | None = None
    digits: int = 0
    decimals: int = 0

    @property
    def fixed(self) -> bool:
        return self.max_length is not None and self.min_length == self.max_length

    def describe(self) -> str:
        """The format in words for a clerk, e.g. "最多 200 字"."""
        if self.kind in _WORDS:
            return _WORDS[self.kind]
        if self.kind == "number":
            return f"数字，最多 {self.digits} 位" + (
                f"，小数最多 {self.decimals} 位" if self.decimals else "，整数"
            )
        if self.max_length is None:
            return "文字，长度不限"
        return f"恰好 {self.max_length} 字" if self.fixed else f"最多 {self.max_length} 字"


@lru_cache(maxsize=256)
def parse_format(notation: str) -> Format:
    """Read one notation of the standard (V2.0, column 数据格式). ValueError when it is none."""
    if notation in _DATES:
        kind, length = _DATES[notation]
        return Format(notation, kind, length, length)
    found = _NOTATION.fullmatch(notation)
    if found is None:
        raise ValueError(f"unknown format notation: {notation!r}")
    if found["kind"] == "N":
        return Format(notation, "number", digits=int(found["size"]), decimals=int(found["decimals"] or 0))
    if found["size"] == "ul":
        return Format(notation, "text")
    size = int(found["size"])
    return Format(notation, "text", 0 if found["upto"] else size, size)


@lru_cache(maxsize=65536)
def is_day(text: str) -> bool:
    """Is this yyyyMMdd a day that exists?"""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def is_moment(text: str, length: int) -> bool:
    """Is this a day (8), a minute (12) or a second (14 digits) that exists?"""
    if len(text) != length or not is_day(text[:8]):
        return False
    if length == 8:
        return True
    clock = text[8:]
    return clock.isdigit() and clock.isascii() and clock[:2] < "24" and clock[2:4] < "60" and clock[4:] < "60"


def stamp(at: datetime) -> str:
    """A moment as the standard writes it (yyyyMMddHHmmss), in China's time."""
    return at.astimezone(CHINA).strftime("%Y%m%d%H%M%S")


def moment(text: str) -> datetime | None:
    """A date or date-time of the standard (8, 12 or 14 digits) in China's time; None when it is none."""
    if len(text) not in (8, 12, 14) or not is_moment(text, len(text)):
        return None
    return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=CHINA)

"""Working days of the demo city: no opening, no deadline and no notice on a weekend or a public holiday.

The holidays are those of the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知); for years without
one here, the days that never move. Saturdays and Sundays on which one works instead are not used.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

_FREE = {
    2023: "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
    2024: "0101-0101 0210-0217 0404-0406 0501-0505 0608-0610 0915-0917 1001-1007",
    2025: "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
_ALWAYS = "0101-0101 0404-0405 0501-0502 1001-1003"


def working(day: datetime, *, before: bool = False) -> datetime:
    """This moment's day or the next working one (`before`: the last one), at the same hour."""
    return day + timedelta(days=days) if (days := _off(day.toordinal(), -1 if before else 1)) else day


@cache
def _off(ordinal: int, step: int) -> int:
    """How many days away the working day is."""
    day = date.fromordinal(ordinal)
    while day.weekday() > 4 or (day.month, day.day) in _free(day.year):
        day += timedelta(days=step)
    return day.toordinal() - ordinal


@cache
def _free(year: int) -> frozenset[tuple[int, int]]:
    found = set()
    for span in _FREE.get(year, _ALWAYS).split():
        day, last = (datetime.strptime(f"{year}{end}", "%Y%m%d") for end in span.split("-"))  # noqa: DTZ007 - days have no zone
        while day <= last:
            found.add((day.month, day.day))
            day += timedelta(days=1)
    return frozenset(found)

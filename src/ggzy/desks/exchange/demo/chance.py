"""Chance that repeats: everything random in the demo city comes from one seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from ggzy.desks.exchange.demo.workdays import working

T = TypeVar("T")


class Dice:
    """A stream of choices that is the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._source = Random(seed)  # noqa: S311 - invented data must repeat, it guards nothing
        self.random = self._source.random

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices; the first ones come far more often, as words do in real notices."""
        return choices[int(len(choices) * self.random() * self.random())]

    def any(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the other."""
        return choices[int(len(choices) * self.random())]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """`count` different ones (fewer if there are not so many)."""
        size = len(choices)
        first = int(size * self.random())
        stride = 1 + int(6 * self.random()) if size > 6 * count else 1
        return [choices[(first + step * stride) % size] for step in range(min(count, size))]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int((high - low + 1) * self.random())

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share

    def amount(self, middle: float, spread: float = 0.9) -> float:
        """Yuan, log-normal around the middle, rounded to hundreds."""
        return max(100.0, round(middle * math.exp(spread * self._source.gauss(0.0, 1.0)), -2))

    def guid(self) -> str:
        """A GUID of 36 characters."""
        digits = f"{self._source.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def office(self, day: datetime, *, before: bool = False) -> datetime:
        """A moment in office hours on this day, or else on the working day after (`before`: before) it."""
        day = working(day, before=before)
        seconds = 30600 + int(self.random() * 30600)  # 08:30-17:00
        return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(seconds=seconds)


def later(moment: datetime, days: float) -> datetime:
    """The moment so many days on."""
    return moment + timedelta(days=days)


def at_clock(day: datetime, hour: int, minute: int = 0) -> datetime:
    """This day (or the next working one) at a fixed hour, as deadlines are."""
    day = working(day)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def stamp(moment: datetime) -> str:
    """yyyyMMddHHmmss, as the standard writes a moment."""
    return moment.strftime("%Y%m%d%H%M%S")


def words(moment: datetime) -> str:
    """A moment as a notice writes it: 2026年3月17日9时30分."""
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute:02d}分"

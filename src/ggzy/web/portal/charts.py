"""Columns of figures as bars that start at zero; each leads to the records behind it."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ggzy.web.portal.words import decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure; `share` and `gap` are per cent of the highest one, filled and empty."""

    label: str
    amount: Decimal
    share: str
    gap: str
    url: str


def bars(rows: Iterable[tuple[str, Any]], url: Callable[[str], str], label: Callable[[str], str] = str) -> list[Bar]:
    """Make bars from (name, amount) rows; none at all when every amount is zero."""
    figures = [(name, decimal(amount) or Decimal(0)) for name, amount in rows]
    highest = max((amount for _, amount in figures), default=Decimal(0))
    if highest <= 0:
        return []
    made = []
    for name, amount in figures:
        share = max(amount, Decimal(0)) * 100 / highest
        made.append(Bar(label(name), amount, f"{share:.1f}", f"{100 - share:.1f}", url(name)))
    return made


def months(volume: Iterable[tuple[str, Any]]) -> list[Bar]:
    """The volume of each month (named 2026-03) with the notices published in it behind the bar."""

    def url(month: str) -> str:
        last = monthrange(int(month[:4]), int(month[5:7]))[1]
        return f"/notices?stage=result&since={month}-01&until={month}-{last:02d}"

    return bars(volume, url, lambda month: month.replace("-", "."))

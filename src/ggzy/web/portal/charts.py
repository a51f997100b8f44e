"""Columns of figures as bars that start at zero; each leads to the records behind it."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from ggzy.web.portal.words import decimal

# Every language counts in units of its own: those of large sums and of small ones, and how many yuan each is.
SCALES = {"zh-hans": (("亿元", 10**8), ("万元", 10**4)), "en": (("million yuan", 10**6), ("yuan", 1))}


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure; `share` and `gap` are per cent of the highest one, filled and empty."""

    label: str
    amount: Decimal
    figure: str
    share: str
    gap: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars that share one unit, so that their figures can be compared at a glance."""

    unit: str
    bars: list[Bar]


def chart(rows: Iterable[tuple[str, Any]], url: Callable[[str], str], label: Callable[[str], str] = str) -> Chart | None:
    """Make bars from (name, amount in yuan) rows; nothing when no amount is above zero."""
    figures = [(name, decimal(amount) or Decimal(0)) for name, amount in rows]
    highest = max((amount for _name, amount in figures), default=Decimal(0))
    if highest <= 0:
        return None
    large, small = SCALES[get_language()]
    unit, size = large if highest >= large[1] else small
    bars = []
    for name, amount in figures:
        share = max(amount, Decimal(0)) * 100 / highest
        bars.append(Bar(label(name), amount, f"{amount / size:,.2f}", f"{share:.1f}", f"{100 - share:.1f}", url(name)))
    return Chart(unit, bars)


def months(volume: Iterable[tuple[str, Any]]) -> Chart | None:
    """The volume of each month (named 2026-03) with the notices published in it behind the bar."""

    def url(month: str) -> str:
        last = monthrange(int(month[:4]), int(month[5:7]))[1]
        return f"/notices?stage=result&since={month}-01&until={month}-{last:02d}"

    return chart(volume, url, lambda month: month.replace("-", "."))

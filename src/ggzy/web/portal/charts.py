"""Columns of figures as bars that start at zero; each leads to the records behind it."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ggzy.web.portal.words import decimal


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
    unit, size = (_("亿元"), 10**8) if highest >= 10**8 else (_("万元"), 10**4)
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

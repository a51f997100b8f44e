"""The home page's figures."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tantivy import Query, Searcher

from ggzy.desks.disclosure import deadlines, index, names, slices
from ggzy.desks.disclosure.query import (
    EVERY_FACET,
    Hit,
    all_of,
    any_of,
    between,
    nearest_hits,
    newest_hits,
    span,
    tagged,
)
from ggzy.kernel import clock
from ggzy.standard import CHINA

_ROWS = 10
_ANNOUNCED = ("notice", "prequalification", "change", "clarification", "candidates", "result")
"""Stages whose papers people look out for; contracts and reports are found with their project."""
_MONTHS = 12


class Market(NamedTuple):
    """A market's figures: new today, ending today, deals this week (from Monday)."""

    code: str
    new: int
    due: int
    deals: int


@dataclass(frozen=True, slots=True)
class Home:
    """What the home page shows; `volume` is yuan of the results published in each of the last twelve months."""

    markets: list[Market] = field(default_factory=list)
    newest: list[Hit] = field(default_factory=list)
    closing: list[Hit] = field(default_factory=list)
    volume: list[tuple[str, Decimal]] = field(default_factory=list)


class _Kept:
    """The last answer, shared by all threads for a moment."""

    SECONDS = 1.5

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = 0.0
        self._for: object = None
        self._home = Home()

    def get(self) -> Home:
        with self._lock:
            folder = index.current()
            if self._for != folder or time.monotonic() - self._made > self.SECONDS:
                self._home, self._made, self._for = _home(), time.monotonic(), folder
            return self._home


def _home() -> Home:
    searcher = index.reader.searcher()
    markets = [code for code in names.MARKETS if code != "other"]
    if searcher is None:
        return Home([Market(code, 0, 0, 0) for code in markets])
    now = clock.now().astimezone(CHINA)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, monday = today + timedelta(days=1), today - timedelta(days=today.weekday())
    announced = any_of([tagged(f"stage:{stage}") for stage in _ANNOUNCED])
    new = _by_market(searcher, announced, between("at", today, tomorrow))
    due = _due(searcher, today, tomorrow)
    deals = _by_market(searcher, between("at", monday, tomorrow), tagged("stage:result"))
    return Home(
        [Market(code, new.get(code, 0), due.get(code, 0), deals.get(code, 0)) for code in markets],
        _newest(searcher, announced),
        _closing(searcher, now),
        _volume(searcher, today),
    )


def _newest(searcher: Searcher, announced: Query) -> list[Hit]:
    """The newest notices; one that does not say when it was published is not new because it came today."""
    found = newest_hits(searcher, all_of([tagged("listed"), announced]), 3 * _ROWS)
    return [paper for paper in found if paper.dated][:_ROWS]


def _due(searcher: Searcher, today: datetime, tomorrow: datetime) -> dict[str, int]:
    """How many papers set a deadline of today that still holds, by market.

    Only these can rule today, so no other is read; one that a later paper has moved or repeated is not counted.
    """
    asked = all_of([tagged("listed"), deadlines.calls(), between("deadline", today, tomorrow)])
    papers = slices.latest(searcher, asked, slices.total(searcher, asked))
    return Counter(paper.market for paper, rules in deadlines.ruling(papers) if rules)


def _closing(searcher: Searcher, now: datetime) -> list[Hit]:
    """What bidders must not miss: each trade once, at the deadline that its last paper sets."""
    ruling: dict[int, tuple[datetime, Hit]] = {}
    for paper in nearest_hits(searcher, deadlines.calls(), now, 3 * _ROWS):
        for found in deadlines.rulings(paper, deadlines.papers_about(paper)):
            if found.at >= now:
                ruling[found.paper.head_id] = (found.at, found.paper)
    return [paper for _, paper in sorted(ruling.values(), key=lambda found: found[0])[:_ROWS]]


def _by_market(searcher: Searcher, *asked: Query) -> dict[str, int]:
    counted: dict[str, int] = {}
    for bucket in searcher.aggregate(all_of([tagged("listed"), *asked]), EVERY_FACET)["facet"]["buckets"]:
        market = bucket["key"].partition("|")[0]
        counted[market] = counted.get(market, 0) + bucket["doc_count"]
    return counted


def _volume(searcher: Searcher, today: datetime) -> list[tuple[str, Decimal]]:
    months = [_month(today, back) for back in range(_MONTHS - 1, -2, -1)]
    spans = list(zip(months, months[1:], strict=False))
    ranges = [{"from": index.at_key(first), "to": index.at_key(after)} for first, after in spans]
    asked = all_of(
        [tagged("listed"), tagged("stage:result"), between("at", months[0], months[-1]), span("amount", 0, None)]
    )
    sums = {"sum": {"sum": {"field": "amount"}}}
    found = searcher.aggregate(asked, {"months": {"range": {"field": "at", "ranges": ranges}, "aggs": sums}})
    by_start = {round(bucket.get("from", 0)): bucket["sum"]["value"] for bucket in found["months"]["buckets"]}
    return [
        (f"{first:%Y-%m}", Decimal(round(by_start.get(index.at_key(first)) or 0)) / 100) for first, _ in spans
    ]


def _month(today: datetime, back: int) -> datetime:
    years, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return today.replace(year=years, month=month + 1, day=1)


home = _Kept().get

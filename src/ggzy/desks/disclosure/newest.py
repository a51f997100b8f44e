"""The newest hits of a query without walking through all of them."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple, TypeVar

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from ggzy.desks.disclosure.index import SCHEMA, day

_DAY, _MINUTE = 86_400 << 31, 60 << 31
_WORTH = 20_000
_CROWDED = 10_000
_EVER = (0, 1 << 63)
_AT_ONCE = 5_000

T = TypeVar("T")


class Kept:
    """What was worked out for the present view of the index; with a new view all is forgotten."""

    MOST = 500

    def __init__(self) -> None:
        self._of: tuple[Searcher | None, dict[Hashable, Any]] = (None, {})

    def get(self, searcher: Searcher, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for this key, or what is made now."""
        view, kept = self._of
        if view is not searcher:
            self._of = _, kept = searcher, {}
        if key not in kept:
            made = make()
            if len(kept) < self.MOST:
                kept[key] = made
            return made
        return kept[key]


class _Span(NamedTuple):
    """A stretch of time: its first place, the place after its last, how many hits lie in it."""

    first: int
    end: int
    hits: int


_kept = Kept()


def newest(
    searcher: Searcher, asked: Query, total: int, offset: int, size: int, key: Hashable = None
) -> list[DocAddress]:
    """The hits from `offset` on, newest first; `total` is their exact number.

    How they spread over days says in which days the page lies, and only these are looked through; of a day with very
    many, as on which a city's past was loaded, only its minutes. With a `key` that stands for the query, the spread is
    worked out once a view.
    """
    size = min(size, total - offset)
    if total <= _WORTH:
        return ordered(searcher, asked, "at", Order.Desc, offset, size)
    window = _Span(*_EVER, total)
    newer = 0
    for interval in (_DAY, _MINUTE):
        if window.hits > _CROWDED:
            spans = _spread(searcher, asked, window, interval, key)
            window, newer = _window(spans, newer, offset, offset + size)
    return ordered(searcher, _within(asked, window), "at", Order.Desc, offset - newer, size)


def by_days(interval: int = _DAY) -> dict[str, Any]:
    """What to ask an aggregation for, so that `remember` can keep how a query's hits spread over days."""
    return {"spans": {"histogram": {"field": "at", "interval": interval, "min_doc_count": 1}}}


def remember(searcher: Searcher, key: Hashable, answer: dict[str, Any]) -> None:
    """Keep what an aggregation by days has answered, for whoever asks for the newest hits of the query."""
    _kept.get(searcher, (key, _EVER), lambda: _spans(answer, _DAY))


def _spread(searcher: Searcher, asked: Query, window: _Span, interval: int, key: Hashable) -> list[_Span]:
    """The stretches within a window that hold hits, newest first."""

    def count() -> list[_Span]:
        return _spans(searcher.aggregate(_within(asked, window), by_days(interval)), interval)

    return count() if key is None else _kept.get(searcher, (key, window[:2]), count)


def _spans(answer: dict[str, Any], interval: int) -> list[_Span]:
    return [
        _Span(int(b["key"]), int(b["key"]) + interval, b["doc_count"]) for b in reversed(answer["spans"]["buckets"])
    ]


def _window(spans: list[_Span], newer: int, start: int, end: int) -> tuple[_Span, int]:
    """The stretch in which the hits from `start` to before `end` lie, and how many are newer than all of it.

    `newer` hits are newer than the newest of the spans.
    """
    latest, skipped, hits = 0, newer, 0
    for span in spans:
        if skipped + hits + span.hits <= start:
            skipped += span.hits
            continue
        latest, hits = latest or span.end, hits + span.hits
        if skipped + hits >= end:
            return _Span(span.first, latest, hits), skipped
    return _Span(_EVER[0], latest or _EVER[1], hits), skipped


def _within(asked: Query, window: _Span) -> Query:
    """Hits of a stretch of time: its days are found by their terms, then the moments of these are looked at."""
    if (window.first, window.end) == _EVER:
        return asked
    last = window.end - 1
    days = Query.range_query(SCHEMA, "day", FieldType.Integer, day(window.first), day(last))
    moments = Query.range_query(SCHEMA, "at", FieldType.Integer, window.first, last)
    return Query.boolean_query([(Occur.Must, one) for one in (asked, days, moments)])


def ordered(
    searcher: Searcher, asked: Query, by: str, order: Order, offset: int, size: int
) -> list[DocAddress]:
    """Some hits in the order of a figure (`at`, `amount`, `deadline`)."""
    found = searcher.search(asked, size, count=False, order_by_field=by, order=order, offset=offset)
    return [address for _, address in found.hits]


def each(searcher: Searcher, asked: Query, most: int) -> Iterator[DocAddress]:
    """All hits, newest first; what is held does not grow with what is read, for no two stand at one place in time."""
    before = _EVER[1] - 1
    while most > 0:
        older = Query.range_query(SCHEMA, "at", FieldType.Integer, 0, before - 1)
        within = Query.boolean_query([(Occur.Must, asked), (Occur.Must, older)])
        size = min(most, _AT_ONCE)
        hits = searcher.search(within, size, count=False, order_by_field="at", order=Order.Desc).hits
        yield from (address for _, address in hits)
        if len(hits) < size:
            return
        before, most = hits[-1][0], most - size

"""The newest hits of a query without walking through all of them."""

import time
from itertools import accumulate

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from ggzy.desks.disclosure.index import SCHEMA, day

_DAY = 86_400 << 31
_SPREAD = 4
_WIDER = 8
_WORTH = 20_000
_DAYS = {"days": {"histogram": {"field": "at", "interval": _DAY, "min_doc_count": 1}}}


class _Calendar:
    """How the entries spread over days; a minute old is good enough, since it only guesses where to look."""

    KEEP_SECONDS = 60.0

    def __init__(self) -> None:
        self._made = -self.KEEP_SECONDS
        self._days: list[tuple[int, int]] = []

    def first_of(self, searcher: Searcher, entries: float) -> int:
        """The beginning of the last days that hold so many entries."""
        if time.monotonic() - self._made > self.KEEP_SECONDS:
            buckets = searcher.aggregate(Query.all_query(), _DAYS)["days"]["buckets"][::-1]
            newer = accumulate(bucket["doc_count"] for bucket in buckets)
            self._days = [(int(bucket["key"]), count) for bucket, count in zip(buckets, newer, strict=True)]
            self._made = time.monotonic()
        return next((day for day, count in self._days if count >= entries), 0)


_calendar = _Calendar()


def newest(searcher: Searcher, asked: Query, total: int, offset: int, size: int) -> list[DocAddress]:
    """The hits from `offset` on, newest first; `total` is their exact number.

    A page near the top is looked for among the last days only, as many as should hold enough hits; when they
    hold fewer, more days are taken. A page near the end is read from the end.
    """
    size = min(size, total - offset)
    if searcher.num_docs > _WORTH:
        share = _SPREAD * (offset + size) / total
        while share < 0.5:
            first = _calendar.first_of(searcher, share * searcher.num_docs)
            recent = Query.range_query(SCHEMA, "day", FieldType.Integer, day(first), None)
            within = Query.boolean_query([(Occur.Must, asked), (Occur.Must, recent)])
            found = ordered(searcher, within, "at", Order.Desc, offset, size)
            if len(found) == size:
                return found
            share *= _WIDER
    behind = total - offset - size
    if behind < offset:
        return ordered(searcher, asked, "at", Order.Asc, behind, size)[::-1]
    return ordered(searcher, asked, "at", Order.Desc, offset, size)


def ordered(
    searcher: Searcher, asked: Query, by: str, order: Order, offset: int, size: int
) -> list[DocAddress]:
    """Some hits in the order of a figure (`at`, `amount`, `deadline`)."""
    found = searcher.search(asked, size, count=False, order_by_field=by, order=order, offset=offset)
    return [address for _, address in found.hits]

"""Counts and slices of what the index holds: a page shows some of it and knows how much there is."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from tantivy import Order, Query, Searcher

from ggzy.desks.disclosure import index
from ggzy.desks.disclosure.newest import ordered
from ggzy.desks.disclosure.query import EVERY_FACET, Hit, all_of, hit

_AT_ONCE = 1000


class Coded(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The beginning of an entry, as far as its codes; what stands before them is passed over."""

    head_id: int
    version: msgspec.Raw
    data_set: msgspec.Raw
    market: msgspec.Raw
    kind: msgspec.Raw
    stage: msgspec.Raw
    region: msgspec.Raw
    title: msgspec.Raw
    text: msgspec.Raw
    published_at: msgspec.Raw
    amount: msgspec.Raw
    principal: msgspec.Raw
    agent: msgspec.Raw
    winner: msgspec.Raw
    bidder: msgspec.Raw
    codes: tuple[str, ...]


_coded = msgspec.msgpack.Decoder(Coded).decode


def total(searcher: Searcher, asked: Query) -> int:
    """How many entries there are, exactly."""
    return int(searcher.search(asked, 1).count)


def oldest(searcher: Searcher, asked: Query, size: int, offset: int = 0) -> list[Hit]:
    """Some entries, in the order of their dates."""
    return _slice(searcher, asked, Order.Asc, size, offset)


def latest(searcher: Searcher, asked: Query, size: int, offset: int = 0) -> list[Hit]:
    """Some entries, the newest first."""
    return _slice(searcher, asked, Order.Desc, size, offset)


def _slice(searcher: Searcher, asked: Query, order: Order, size: int, offset: int) -> list[Hit]:
    found = ordered(searcher, asked, "at", order, offset, size) if size else []
    return [hit(entry, ()) for entry in index.entries(searcher, found)]


def coded(searcher: Searcher, asked: Query) -> Iterator[Coded]:
    """The number and the codes of all entries, without the cost of their texts."""
    for offset in range(0, total(searcher, asked), _AT_ONCE):
        for address in ordered(searcher, asked, "at", Order.Asc, offset, _AT_ONCE):
            yield _coded(bytes(searcher.doc(address).get_first("entry")))


def facets(searcher: Searcher, asked: Query) -> dict[tuple[str, str], int]:
    """How many entries there are of each stage and kind."""
    counted: dict[tuple[str, str], int] = {}
    for bucket in searcher.aggregate(asked, EVERY_FACET)["facet"]["buckets"]:
        _market, stage, kind, _region = bucket["key"].split("|")
        counted[stage, kind] = counted.get((stage, kind), 0) + bucket["doc_count"]
    return counted


class Family:
    """All records of one project. The first of them are read once; mostly these are all, and nothing more is asked."""

    READ = 300

    def __init__(self, searcher: Searcher, asked: Query) -> None:
        self.searcher = searcher
        self.asked = asked
        self.total = total(searcher, asked)
        self.first = sorted(oldest(searcher, asked, self.READ), key=by_date)
        self.is_whole = self.total <= self.READ

    def facets(self) -> dict[tuple[str, str], int]:
        """How many records there are of each stage and kind."""
        if self.is_whole:
            return dict(Counter((one.stage, one.kind) for one in self.first))
        return facets(self.searcher, self.asked)

    def oldest(self, asked: Query, fits: Callable[[Hit], bool], size: int) -> list[Hit]:
        """The first records to which `asked` applies, in the order of their dates; `fits` says the same of one read."""
        if self.is_whole:
            return [one for one in self.first if fits(one)][:size]
        return sorted(oldest(self.searcher, all_of([self.asked, asked]), size), key=by_date)

    def codes(self, asked: Query, fits: Callable[[Hit], bool]) -> Iterator[tuple[str, ...]]:
        """The codes of all records to which `asked` applies."""
        if self.is_whole:
            return (one.codes for one in self.first if fits(one))
        return (one.codes for one in coded(self.searcher, all_of([self.asked, asked])))


def by_date(hit: Hit) -> tuple[datetime, int]:
    """The order of papers in a trade."""
    return hit.published_at, hit.head_id

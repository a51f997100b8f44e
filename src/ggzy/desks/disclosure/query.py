"""Search: the newest hits, their exact number and the counts beside every filter, in one answer."""

import time
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from tantivy import DocAddress, FieldType, Occur, Order, Searcher
from tantivy import Query as Asked

from ggzy.desks.disclosure import index, newest, synonyms, terms
from ggzy.desks.disclosure.entry import LISTED, Entry
from ggzy.desks.disclosure.filters import GROUPS, Chip, Query
from ggzy.desks.disclosure.index import SCHEMA
from ggzy.desks.disclosure.newest import Kept, ordered
from ggzy.kernel import clock
from ggzy.standard import CHINA

__all__ = ["Chip", "Hit", "Page", "Query", "found_by_code", "search"]

SNIPPET = 120
_MOST_BUCKETS = 65_000
_BOOST = 4.0
_DATED = datetime(1970, 1, 2, tzinfo=CHINA)
"""Entries from here on have a date of their own."""
_ONE_PAGE = {"sort": "newest", "page": 1, "size": 20}
"""What searches differ in that have the same hits."""
EVERY_FACET = {"facet": {"terms": {"field": "facet", "size": _MOST_BUCKETS}}}


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a list. The two `_html` texts are escaped, with the words in <mark>; amounts are yuan.

    `dated` and `changed_at` are those of the entry.
    """

    head_id: int
    data_set: str
    market: str
    kind: str
    stage: str
    region: str
    title: str
    title_html: str
    snippet_html: str
    published_at: datetime
    amount: Decimal | None
    principal: str
    agent: str
    winner: str
    deadline_at: datetime | None
    codes: tuple[str, ...]
    withdrawn: bool = False
    dated: bool = True
    changed_at: datetime | None = None

    def code(self, kind: str) -> str:
        """Its first code of a kind (project, procedure, lot, deal, party …), or nothing."""
        prefix = f"{kind}:"
        return next((code[len(prefix) :] for code in self.codes if code.startswith(prefix)), "")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `facets` counts for each group what there would be without that group's own filter.

    `also` are the words that say the same as those typed, and were looked for with them.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=lambda: {group: {} for group in GROUPS})
    problems: list[str] = field(default_factory=list)
    took_ms: float = 0.0
    page: int = 1
    pages: int = 1
    also: list[str] = field(default_factory=list)


def search(query: Query) -> Page:
    """Answer a search from the index as it is now."""
    began = time.perf_counter()
    searcher = index.reader.searcher()
    if searcher is None:
        return Page(problems=[*query.problems, _("检索索引正在建立，请稍后再试。")])
    meant = synonyms.meant(query.words)
    words = [word for group in meant for word in group]
    query = replace(query, words="\n".join(words))  # what is kept for a view is kept for these words
    wide = _wide(query, meant, searcher)
    total, facets = _counts(searcher, wide, query)
    pages = max(1, -(-total // query.size))
    page = min(query.page, pages)
    narrow = _narrow(wide, query)
    addresses = _addresses(searcher, narrow, query, words, total, (page - 1) * query.size)
    hits = [hit(entry, words) for entry in index.entries(searcher, addresses)]
    took = (time.perf_counter() - began) * 1000
    also = [word for group in meant for word in group[1:]]
    return Page(hits, total, facets, list(query.problems), took, page, pages, also)


def whole(query: Query, most: int) -> tuple[int, Iterator[Entry]]:
    """How many entries a list has, and all of them (the first `most`) in its order, from one view of the index.

    What is taken in or withdrawn while they are read changes nothing of what is read.
    """
    searcher = index.reader.searcher()
    if searcher is None:
        return 0, iter(())
    words = [word for group in synonyms.meant(query.words) for word in group]
    asked = matching(query, searcher)
    total = searcher.search(asked, 1).count
    if query.sort == "newest":
        return total, index.entries(searcher, newest.each(searcher, asked, most))
    whole = replace(query, words="\n".join(words), size=most)
    return total, index.entries(searcher, _addresses(searcher, asked, whole, words, total, 0))


def matching(query: Query, searcher: Searcher) -> Asked:
    """What a list asks of the index: its words within all its filters."""
    return _narrow(_wide(query, synonyms.meant(query.words), searcher), query)


def found_by_code(*codes: str, limit: int = 1000) -> list[Hit]:
    """The entries that carry one of the codes ("lot:E44…", "winner:91…", or a bare one), newest first."""
    searcher = index.reader.searcher()
    if searcher is None or not codes:
        return []
    found = ordered(searcher, carrying(*codes), "at", Order.Desc, 0, limit)
    return [hit(entry, ()) for entry in index.entries(searcher, found)]


def newest_hits(searcher: Searcher, asked: Asked, limit: int) -> list[Hit]:
    """The newest of some entries."""
    total = searcher.search(asked, 1).count
    found = newest.newest(searcher, asked, total, 0, limit) if total else []
    return [hit(entry, ()) for entry in index.entries(searcher, found)]


def nearest_hits(searcher: Searcher, asked: Asked, now: datetime, limit: int) -> list[Hit]:
    """Those of some notices whose deadline comes next."""
    asked = all_of([tagged("listed"), asked, between("deadline", now, None)])
    return [
        hit(entry, ())
        for entry in index.entries(searcher, ordered(searcher, asked, "deadline", Order.Asc, 0, limit))
    ]


def is_shown(head_id: int) -> bool:
    """Whether a record can be found in public now."""
    searcher = index.reader.searcher()
    if searcher is None or not 0 <= head_id < 2**62:
        return False
    return searcher.search(Asked.term_query(SCHEMA, "head", head_id), 1).count > 0


def hit(entry: Entry, words: Sequence[str]) -> Hit:
    """An entry as a line of a list, its words marked."""
    return Hit(
        entry.head_id, entry.data_set, entry.market, entry.kind, entry.stage, entry.region, entry.title,
        terms.mark(entry.title, words), terms.mark(entry.text[:20_000], words, SNIPPET),
        entry.published_at.astimezone(CHINA), entry.amount, entry.principal, entry.agent,
        entry.winner or entry.bidder, entry.deadline_at and entry.deadline_at.astimezone(CHINA), entry.codes,
        dated=entry.dated, changed_at=entry.changed_at,
    )  # fmt: skip


def _wide(query: Query, meant: Sequence[Sequence[str]], searcher: Searcher) -> Asked:
    """The query without the filters of the groups, of which the counts beside each choice need to be free."""
    asked = [any_of([terms.find(SCHEMA, word, searcher.doc_freq) for word in group]) for group in meant]
    if set(query.kind) <= LISTED:
        asked.append(tagged("listed"))
    if query.code:
        asked.append(Asked.term_query(SCHEMA, "code", index.code_term(query.code), "basic"))
    if query.since or query.until:
        asked.append(between("at", _midnight(query.since) or _DATED, _midnight(query.until, 1)))
    if query.amount_min is not None or query.amount_max is not None:
        asked.append(_costing(_fen(query.amount_min) or 0, _fen(query.amount_max)))
    return all_of(asked)


def _narrow(wide: Asked, query: Query) -> Asked:
    """The whole query, given what it is without the filters of the groups."""
    return all_of([wide, *(_chosen(group, getattr(query, group)) for group in GROUPS if getattr(query, group))])


_kept = Kept()


def _buckets(searcher: Searcher, wide: Asked, key: Hashable, by_days: bool) -> list[tuple[dict[str, str], int]]:
    """The codes of each facet with its count; `key` stands for the query.

    The pages, sortings and choices of one search share them as long as the view of the index is the same. Where the
    newest of the same hits will be asked for, one pass also counts them by days.
    """

    def count() -> list[tuple[dict[str, str], int]]:
        request = EVERY_FACET | newest.by_days() if by_days else EVERY_FACET
        answer = searcher.aggregate(wide, request)
        if by_days:
            newest.remember(searcher, key, answer)
        buckets = answer["facet"]["buckets"]
        return [(dict(zip(GROUPS, b["key"].split("|"), strict=True)), b["doc_count"]) for b in buckets]

    return _kept.get(searcher, key, count)


def _counts(searcher: Searcher, wide: Asked, query: Query) -> tuple[int, dict[str, dict[str, int]]]:
    """The total, and per group the count of each of its codes: one pass over the index answers all."""
    chosen = {group: {_code(group, value) for value in getattr(query, group)} for group in GROUPS}
    counted: dict[str, dict[str, int]] = {group: defaultdict(int) for group in GROUPS}
    total = 0
    freed = replace(query, market=(), stage=(), kind=(), region=(), **_ONE_PAGE)
    key, is_same = (freed, set(query.kind) <= LISTED), not any(chosen.values())
    for codes, count in _buckets(searcher, wide, key, by_days=is_same and query.sort == "newest"):
        missed = [group for group in GROUPS if chosen[group] and codes[group] not in chosen[group]]
        if not missed:
            total += count
        for group in GROUPS:
            if not missed or missed == [group]:
                counted[group][codes[group]] += count
    return total, {
        group: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
        for group, counts in counted.items()
    }


def _addresses(
    searcher: Searcher, narrow: Asked, query: Query, words: Sequence[str], total: int, offset: int
) -> list[DocAddress]:
    if not total:
        return []
    if query.sort == "relevance" and words:
        titles = [Asked.boost_query(terms.in_title(SCHEMA, w), _BOOST) for w in words]
        ranked = Asked.boolean_query([(Occur.Must, narrow), *((Occur.Should, title) for title in titles)])
        return [
            address for _, address in searcher.search(ranked, query.size, count=False, offset=offset).hits
        ]
    if query.sort == "amount":
        return ordered(searcher, narrow, "amount", Order.Desc, offset, query.size)
    if query.sort == "deadline":
        return _by_deadline(searcher, narrow, offset, query.size)
    key = (replace(query, **_ONE_PAGE), set(query.kind) <= LISTED)
    return newest.newest(searcher, narrow, total, offset, query.size, key)


def _by_deadline(searcher: Searcher, narrow: Asked, offset: int, size: int) -> list[DocAddress]:
    """Those that still run, the nearest end first; then all others, the newest first."""
    running = between("deadline", clock.now(), None)
    ahead = all_of([narrow, running])
    count = searcher.search(ahead, 1).count
    found = ordered(searcher, ahead, "deadline", Order.Asc, offset, size) if offset < count else []
    if len(found) < size:
        others = Asked.boolean_query([(Occur.Must, narrow), (Occur.MustNot, running)])
        found += ordered(searcher, others, "at", Order.Desc, max(0, offset - count), size - len(found))
    return found


def _midnight(day: date | None, later: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=later)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def _costing(low: int, high: int | None) -> Asked:
    """Entries whose amount (fen) lies between two others, both included.

    Whole magnitudes are found by their terms; only within the two at the edges are single amounts looked at.
    """
    first = index.magnitude(low)
    edges = {first} if low > index.least(first) else set()
    last = None
    if high is not None:
        last = index.magnitude(high)
        edges |= {last} if high < index.least(last + 1) - 1 else set()
    inside = (first + (first in edges), last if last is None else last - (last in edges))
    found = [span("magnitude", *inside)] if last is None or inside[0] <= inside[1] else []
    exact = span("amount", low, high)
    return any_of([*found, *(all_of([span("magnitude", edge, edge), exact]) for edge in sorted(edges))])


def _code(group: str, value: str) -> str:
    return index.region_term(value) if group == "region" else value


def _chosen(group: str, values: Sequence[str]) -> Asked:
    return any_of([tagged(f"{group}:{_code(group, value)}") for value in values])


def tagged(tag: str) -> Asked:
    """Entries of a group, such as "stage:result", or "listed"."""
    return Asked.term_query(SCHEMA, "tag", tag, "basic")


def carrying(*codes: str) -> Asked:
    """Entries that carry one of the codes ("lot:E44…", or a bare one)."""
    return Asked.term_set_query(SCHEMA, "code", [index.code_term(code) for code in codes])


def between(field: str, first: datetime | None, after: datetime | None) -> Asked:
    """Entries whose moment (`at` or `deadline`) is from `first` on and before `after`."""
    low, end = (None if at is None else index.at_key(at) for at in (first, after))
    if field == "at" and all(key is None or index.begins_day(key) for key in (low, end)):
        return span("day", low and index.day(low), end and index.day(end) - 1)
    return span(field, low or 0, end and end - 1)


def span(field: str, low: int | None, high: int | None) -> Asked:
    """Entries whose figure lies between two others, both included."""
    return Asked.range_query(SCHEMA, field, FieldType.Integer, low, high)


def any_of(asked: Sequence[Asked]) -> Asked:
    """Entries to which at least one thing applies."""
    if len(asked) == 1:
        return asked[0]
    return Asked.boolean_query([(Occur.Should, one) for one in asked])


def all_of(asked: Sequence[Asked]) -> Asked:
    """Entries to which everything applies."""
    if not asked:
        return Asked.all_query()
    return asked[0] if len(asked) == 1 else Asked.boolean_query([(Occur.Must, one) for one in asked])

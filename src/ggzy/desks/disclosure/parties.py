"""The page of one party: what it won and bought, what is said about it, and what names it without its code."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tantivy import Occur, Query, Searcher

from ggzy.desks.disclosure import index, slices, terms
from ggzy.desks.disclosure.query import Hit, all_of, carrying, span, tagged
from ggzy.kernel import clock
from ggzy.standard import CHINA

ROLES = ("principal", "agent", "winner", "bidder")
ON_A_PAGE = 50
LISTS = ("won", "bought", "penalties", "named")
"""What the page lists, each with its own number of the page in the address."""

_LOOKED_AT = 200
_SHORTEST = 4
"""Characters of a name that can stand for one party; shorter ones stand in too many texts."""
_FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a list, the newest first, and how many there are in all; `first` is the place of its first one."""

    hits: list[Hit]
    first: int
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Party:
    """A party by its code. `totals` are yuan won in each year; of results without an amount or a date there are none.

    `named` are the notices in which its name stands but not its code: they may speak of another of the same name.
    `mentions` counts all notices in which the name stands.
    """

    code: str
    name: str
    roles: list[str]
    won: Slice
    bought: Slice
    penalties: Slice
    named: Slice
    mentions: int
    totals: list[tuple[str, Decimal]]


def party(code: str, pages: dict[str, int] | None = None) -> Party | None:
    """The party with this credit code; nothing when no record names it. `pages` says which page of which list."""
    searcher = index.reader.searcher()
    if searcher is None or not code:
        return None
    about = carrying(f"party:{code}")
    if not slices.total(searcher, about):
        return None
    asked = pages or {}
    name = _called(searcher, about, code)
    mentioning, unsure = _naming(searcher, name, carrying(f"party:{code}", f"principal:{code}"))
    won = all_of([carrying(f"winner:{code}"), tagged("stage:result")])
    bought = all_of([carrying(f"principal:{code}"), tagged("stage:notice")])
    return Party(
        code,
        name or code,
        [role for role in ROLES if slices.total(searcher, carrying(f"{role}:{code}"))],
        _slice(searcher, won, asked.get("won", 1)),
        _slice(searcher, bought, asked.get("bought", 1)),
        _slice(searcher, all_of([about, tagged("stage:penalty")]), asked.get("penalties", 1)),
        _slice(searcher, unsure, asked.get("named", 1)),
        slices.total(searcher, mentioning),
        _totals(searcher, won),
    )


def _slice(searcher: Searcher, asked: Query, page: int) -> Slice:
    total = slices.total(searcher, asked)
    pages = max(1, -(-total // ON_A_PAGE))
    page = min(max(page, 1), pages)
    before = (page - 1) * ON_A_PAGE
    return Slice(slices.latest(searcher, asked, ON_A_PAGE, before), before + 1, total, page, pages)


def _called(searcher: Searcher, about: Query, code: str) -> str:
    """The name in its own registration, or else by which the newest record calls it."""
    own = slices.latest(searcher, all_of([about, tagged("kind:party")]), 1)
    hits = own + slices.latest(searcher, about, _LOOKED_AT)
    return next(filter(None, (_name(hit, code) for hit in hits)), "")


def _name(hit: Hit, code: str) -> str:
    """The name by which a record calls the party; where it stands depends on the party's role in it."""
    if f"principal:{code}" in hit.codes:
        return hit.principal
    if f"agent:{code}" in hit.codes:
        return hit.agent
    named = {one.partition(":")[2] for one in hit.codes if one.startswith("party:")}
    others = named - {one.partition(":")[2] for one in hit.codes if one.startswith(("principal:", "agent:"))}
    return hit.winner if others == {code} else ""


def _naming(searcher: Searcher, name: str, its_own: Query) -> tuple[Query, Query]:
    """The notices in which a name stands, and those of them that do not carry the code."""
    if len(name) < _SHORTEST:
        return Query.empty_query(), Query.empty_query()
    stands = terms.find(index.SCHEMA, terms.normal(name), searcher.doc_freq)
    mentioning = all_of([tagged("listed"), stands])
    return mentioning, Query.boolean_query([(Occur.Must, mentioning), (Occur.MustNot, its_own)])


def _totals(searcher: Searcher, won: Query) -> list[tuple[str, Decimal]]:
    """Yuan of the results of each year from the first one on in which there is one."""
    starts = [datetime(year, 1, 1, tzinfo=CHINA) for year in range(_FIRST_YEAR, clock.now().year + 2)]
    spans = list(zip(starts, starts[1:], strict=False))
    ranges = [{"from": index.at_key(first), "to": index.at_key(after)} for first, after in spans]
    sums = {"sum": {"sum": {"field": "amount"}}}
    asked = all_of([won, span("amount", 0, None)])
    found = searcher.aggregate(asked, {"years": {"range": {"field": "at", "ranges": ranges}, "aggs": sums}})
    by_start = {
        round(bucket.get("from", 0)): bucket["sum"]["value"]
        for bucket in found["years"]["buckets"]
        if bucket["doc_count"]
    }
    return [
        (f"{first:%Y}", Decimal(round(by_start[index.at_key(first)])) / 100)
        for first, _after in spans
        if index.at_key(first) in by_start
    ]

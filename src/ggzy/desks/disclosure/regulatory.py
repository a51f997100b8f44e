"""Regulatory information: approvals, qualifications, penalties and other decisions on record (沪府办发〔2016〕5号 三(二)1)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from tantivy import Query as Asked

from ggzy import standard
from ggzy.desks.disclosure import index, wire
from ggzy.desks.disclosure.filters import Query
from ggzy.desks.disclosure.newest import newest
from ggzy.desks.disclosure.query import Hit, all_of, any_of, carrying, hit, matching, newest_hits, tagged
from ggzy.kernel import clock
from ggzy.kernel.ledger import feed

_LOOKED_AT = 400
_MOST = 500
_REVOKED = "1"

State = Literal["", "current", "ahead", "over", "revoked"]


class Topic(NamedTuple):
    """A sort of regulatory information: the kinds of records that hold it, narrowed by tags of the index.

    `in_market` is false for what belongs to a party and to no trade.
    """

    title: str
    kinds: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]
    in_market: bool = True


TOPICS = {
    "approvals": Topic("审批与备案", ("approval", "project"), (
        ("kind:approval",), ("kind:project", "market:construction"), ("kind:project", "market:other"),
    )),
    "qualifications": Topic("资质", ("qualification", "party"), (("kind:qualification",),), in_market=False),
    "penalties": Topic("处罚与黑名单", ("credit",), (("kind:credit", "stage:penalty"),)),
    "rewards": Topic("奖励与其他信用", ("credit", "party"), (("kind:credit", "stage:"),)),
    "complaints": Topic("投诉处理", ("complaint",), (("kind:complaint",),)),
}  # fmt: skip
"""A purchase has no approval of its own to show, so the projects of procurement are not among the approvals."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One approval, qualification, penalty … with what its own record says of it; "" where it says nothing.

    `state` tells whether a term (a restriction, a qualification's validity) runs now; "" for what has none.
    `party` and `project` are codes.
    """

    hit: Hit
    data_set: str
    party_name: str
    party: str
    project: str
    authority: str
    document_no: str
    level: str
    decision: str
    basis: str
    holds_from: datetime | None
    holds_until: datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class Found:
    """A page of decisions, how many there are in all, and how many each topic has under the same filters."""

    decisions: list[Decision]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


def find(topic: str, query: Query) -> Found:
    """The decisions of a topic that the words and filters of a list ask for, the newest first."""
    searcher = index.reader.searcher()
    if searcher is None:
        return Found([], 0, 1, 1, dict.fromkeys(TOPICS, 0))
    asked = {
        name: all_of([_about(one), matching(replace(query, kind=one.kinds, stage=()), searcher)])
        for name, one in TOPICS.items()
    }
    counts = {name: searcher.search(one, 1).count for name, one in asked.items()}
    total = counts[topic]
    pages = max(1, -(-total // query.size))
    page = min(query.page, pages)
    found = newest(searcher, asked[topic], total, (page - 1) * query.size, query.size) if total else []
    return Found(decisions(hit(entry, ()) for entry in index.entries(searcher, found)), total, page, pages, counts)


def of_party(code: str) -> dict[str, list[Decision]]:
    """What is on record about a party itself, by topic, the newest first; topics without anything are left out.

    A record may name others, too, such as the authority that decided: the party it is about is asked of itself.
    """
    searcher = index.reader.searcher()
    if searcher is None or not code:
        return {}
    about = carrying(f"party:{code}")
    hits = {name: newest_hits(searcher, all_of([about, _about(one)]), _MOST) for name, one in TOPICS.items()}
    found = {name: [told for told in decisions(hits[name]) if told.party == code] for name in hits}
    return {name: told for name, told in found.items() if told}


def decisions(hits: Iterable[Hit]) -> list[Decision]:
    """The hits with what their records say; those that were withdrawn meanwhile are left out."""
    return [told for hit in hits if (told := decision(hit)) is not None]


def decision(hit: Hit) -> Decision | None:
    """A hit with what its record says; nothing when the record is not public any more."""
    published = feed.record(hit.head_id)
    known = standard.DATA_SETS.get(hit.data_set)
    if known is None or published is None or published.withdrawn or published.is_hidden:
        return None
    data = msgspec.json.decode(published.public)
    told = known.told(data)
    first = wire.moment(told.get("holds_from", ""))
    until = wire.deadline(told.get("holds_until", "") or told.get("last_day", ""))
    party = told.get("party_code", "")
    return Decision(
        hit, known.title, told.get("party_name", "") or _name(party), party,
        hit.code("project") or hit.code("procedure") or hit.code("lot"),
        told.get("authority", ""), told.get("document_no", ""), _level(known, told), wire.plain(told.get("decision", "")),
        wire.plain(told.get("basis", "")), first, until, _state(told, first, until),
    )  # fmt: skip


def newest_of(number: str, limit: int) -> list[Hit]:
    """The newest records of one data set, as far as they are among the newest of its market and kind."""
    searcher = index.reader.searcher()
    if searcher is None:
        return []
    known = standard.data_set(number)
    asked = [tagged(f"kind:{known.kind}"), *([tagged(f"market:{known.market}")] if known.market else [])]
    return [hit for hit in newest_hits(searcher, all_of(asked), _LOOKED_AT) if hit.data_set == number][:limit]


def _about(topic: Topic) -> Asked:
    return any_of([all_of([tagged(tag) for tag in tags]) for tags in topic.tags])


def _state(told: dict[str, str], first: datetime | None, until: datetime | None) -> State:
    if told.get("revoked") == _REVOKED:
        return "revoked"
    if first is None and until is None:
        return ""
    now = clock.now()
    if until is not None and until < now:
        return "over"
    return "ahead" if first is not None and first > now else "current"


def _level(known: standard.DataSet, told: dict[str, str]) -> str:
    """A qualification's level in words, where the code list knows it."""
    level = told.get("level", "")
    field = known.field(known.meanings["level"][0]) if level else None
    return standard.code_list(field.codes).values.get(level, level) if field is not None and field.codes else level


def _name(party: str) -> str:
    """The name under which a party is registered."""
    searcher = index.reader.searcher()
    if searcher is None or not party:
        return ""
    registered = newest_hits(searcher, all_of([carrying(f"party:{party}"), tagged("kind:party")]), 5)
    return next((one.winner for one in registered if one.winner), "")

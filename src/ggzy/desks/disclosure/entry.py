"""From a published record to what a reader can find of it. Pure: looks at no table and no index."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

from ggzy import standard
from ggzy.desks.disclosure import wire
from ggzy.kernel.ledger.feed import Published

UNSEEN = frozenset({"person", "expert", "supervision", "register"})
"""Kinds that nobody looks for in public: natural persons, the expert bank, supervision's own matters, and what the party
register tells other systems."""

LISTED = frozenset(
    (
        *("approval", "invitation", "prequalification", "clarification", "opening", "candidates", "result"),
        *(
            "contract",
            "performance",
            "failure",
            "objection",
            "complaint",
            "listing",
            "deal",
            "outside",
            "credit",
        ),
    )
)
"""Kinds that people call notices; all others are found through their project or party."""

_ROLES = ("principal", "agent", "winner", "bidder", "party")
_CODES = ("project", "procedure", "lot", "deal")
_WORDS = (
    *("title", "text", "project_name", "published_at", "deadline_at", "last_day", "open_days"),
    *("amount", "amount_unit", "currency"),
    *("region", "area", "market", "stage", *(f"{role}_name" for role in _ROLES), "market_role", "deal_class"),
)
"""What an entry takes from a record besides its codes, in the standard's house words where it has one."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the index knows of one record in force. `amount` is in yuan, moments carry their zone.

    `codes` reads "kind:code": project, procedure, lot, deal; principal, agent, winner, bidder, and "party" for
    each of these that the record names itself. `region` is a GB/T 2260 code of six digits, or a name where the sender gave no code. Only
    notices have a text. Where its date of publication is not public or not given (`dated` is false; no data set
    has another public date to take its place), `published_at` is when the platform took the record in;
    `changed_at` is when it took in the version in force, if that is not the first.
    """

    head_id: int
    version: int
    data_set: str
    market: str
    kind: str
    stage: str
    region: str
    title: str
    text: str
    published_at: datetime
    amount: Decimal | None = None
    principal: str = ""
    agent: str = ""
    winner: str = ""
    bidder: str = ""
    codes: tuple[str, ...] = ()
    deadline_at: datetime | None = None
    withdrawn: bool = False
    listed: bool = False
    dated: bool = True
    changed_at: datetime | None = None

    @property
    def searched(self) -> str:
        """Everything that words are looked for in: title, text, and the names that these lack.

        In a notice also the codes that these lack; other records are found by a code only when it is whole.
        """
        found = f"{self.title}\n{self.text}" if self.text else self.title
        for name in (self.principal, self.agent, self.winner, self.bidder):
            if name not in found:
                found += f"\n{name}"
        if self.listed:
            for code in self.codes:
                bare = code.partition(":")[2]
                if bare not in found:
                    found += f"\n{bare}"
        return found


def entry(published: Published) -> Entry | None:
    """What readers can find of a record; nothing for kinds that are not looked for in public.

    A record that is withdrawn, or not public any more, gives an entry without content that says so.
    """
    known = standard.DATA_SETS.get(published.data_set)
    if known is None or known.kind in UNSEEN:
        return None
    if published.withdrawn or published.is_hidden:
        return Entry(
            published.head_id, published.version, published.data_set, known.market or "other", known.kind,
            known.stage or "", "", known.title, "", published.at, withdrawn=True,
        )  # fmt: skip
    return _entry(published, known)


def _entry(published: Published, known: standard.DataSet) -> Entry:
    plan = _plan(known.number)
    (
        title, text, project, published_at, deadline_at, last_day, open_days, amount, unit, currency, region, area, market, stage,
        principal, agent, winner, bidder, party, role, deal_class, *values,
    ) = plan.take(plan.decode(published.public))  # fmt: skip
    codes = _codes(plan.kinds, values)
    if known.kind == "outside":
        market = wire.OUTSIDE_MARKETS.get(market, "other")
        stage = wire.OUTSIDE_STAGES.get(stage, "notice")
    else:
        deal = next((code.removeprefix("deal:") for code in codes if code.startswith("deal:")), deal_class)
        market, stage = known.market or standard.market_of(deal, role) or "other", known.stage or ""
    who = principal or agent or winner or bidder or party
    shown_at = wire.moment(published_at)
    return Entry(
        published.head_id,
        published.version,
        published.data_set,
        market,
        known.kind,
        stage,
        wire.region(region or area, codes),
        wire.plain(title if title and title != who else _called(known, who or project)),
        _text(plan, known, text, published.public) if plan.listed else "",
        shown_at or published.at,
        wire.amount(amount, plan.unit or unit, currency),
        principal,
        agent,
        winner,
        bidder or party,
        codes,
        wire.deadline(deadline_at or last_day) or wire.after(shown_at, open_days),
        listed=plan.listed,
        dated=shown_at is not None,
        changed_at=published.at if published.version > 1 else None,
    )


def _called(known: standard.DataSet, name: str) -> str:
    """The title of a record that has none of its own."""
    return f"{known.title}：{name}" if name else known.title


def _text(plan: "_Plan", known: standard.DataSet, text: str, public: str) -> str:
    """The text of a notice; of one that has no such field its fields, one a line."""
    if plan.has_text:
        return wire.plain(text)
    data = _decode(public)
    return wire.plain("\n".join(f"{f.title}：{data[f.name]}" for f in known.fields if data.get(f.name)))


def _codes(kinds: tuple[str, ...], values: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for kind, value in zip(kinds, values, strict=False):
        if value:
            for code in wire.several(value):
                found[f"{kind}:{code}"] = None
                if kind in _ROLES:
                    found[f"party:{code}"] = None
    return tuple(found)


class _Plan:
    """How the records of one data set are read, worked out once.

    `take` gives the values of `_WORDS`, "" for what the set has no field for, then those of the codes `kinds`.
    """

    def __init__(self, known: standard.DataSet) -> None:
        names = {word: wires[0] for word, wires in known.meanings.items() if wires[0][0] != "="}
        unit = known.meanings.get("amount_unit", ("",))[0]
        self.unit = unit[1:] if unit.startswith("=") else ""
        """The unit of a data set whose amounts are always in the same one."""
        if known.kind == "outside":
            names |= {"market": "MARKET", "stage": "STAGE", "area": "REGION_NAME"}
        coded = [(kind, f"{kind}_code") for kind in (*_CODES, *_ROLES)] + [("lot", "lot_codes")]
        coded = [(kind, word) for kind, word in coded if word in names]
        self.kinds = tuple(kind for kind, _ in coded)
        self.has_text = "text" in names
        self.listed = known.kind in LISTED and bool(known.stage or known.kind == "outside")
        self.listed &= names.keys() >= {"title", "published_at"}
        wires = [names.get(word) or "none" for word in (*_WORDS, *(word for _, word in coded))]
        fields = [(name, str, "") for name in dict.fromkeys((*wires, "none"))]
        self.take = attrgetter(*wires)
        self.decode = msgspec.json.Decoder(msgspec.defstruct("Row", fields, gc=False)).decode


@cache
def _plan(number: str) -> _Plan:
    return _Plan(standard.DATA_SETS[number])

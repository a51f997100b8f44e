"""From a published record to what a reader can find of it. Pure: looks at no table and no index."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from ggzy import standard
from ggzy.desks.disclosure import wire
from ggzy.kernel.ledger.feed import Published

UNSEEN = frozenset({"person", "expert", "supervision"})
"""Kinds that nobody looks for in public: natural persons, the expert bank, supervision's own matters."""

LISTED = frozenset(
    (
        *("invitation", "prequalification", "clarification", "opening", "candidates", "result"),
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
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of one record in force. `amount` is in yuan, moments carry their zone.

    `codes` reads "kind:code": project, procedure, lot, deal; principal, agent, winner, bidder, and "party" for
    each of these. `region` is a GB/T 2260 code of six digits, or a name where the sender gave no code.
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
    listed: bool = field(default=False, kw_only=True)

    @property
    def searched(self) -> str:
        """Everything that words are looked for in: title, text, and the names and codes that these lack."""
        found = f"{self.title}\n{self.text}"
        names = (self.principal, self.agent, self.winner, self.bidder)
        for more in (*names, *(code.partition(":")[2] for code in self.codes)):
            if more not in found:
                found += f"\n{more}"
        return found


def entry(published: Published) -> Entry | None:
    """What readers can find of a record; nothing for kinds that are not looked for in public.

    A withdrawn record gives an entry without content that says so.
    """
    known = standard.DATA_SETS.get(published.data_set)
    if known is None or known.kind in UNSEEN:
        return None
    if published.withdrawn:
        return Entry(
            published.head_id, published.version, published.data_set, known.market or "other", known.kind,
            known.stage or "", "", known.title, "", published.at, withdrawn=True,
        )  # fmt: skip
    return _entry(published, known, _decode(published.public))


def _entry(published: Published, known: standard.DataSet, data: dict[str, Any]) -> Entry:
    names = _wire_names(known.number)

    def get(meaning: str) -> str:
        name = names.get(meaning)
        return data.get(name) or "" if name else ""

    people = {role: get(f"{role}_name") for role in _ROLES}
    market, stage = known.market or "other", known.stage or ""
    if known.kind == "outside":
        market = wire.OUTSIDE_MARKETS.get(data.get("MARKET", ""), "other")
        stage = wire.OUTSIDE_STAGES.get(data.get("STAGE", ""), "notice")
    codes = _codes(known.number, data)
    return Entry(
        published.head_id,
        published.version,
        published.data_set,
        market,
        known.kind,
        stage,
        wire.region(get("region") or data.get("REGION_NAME", ""), codes),
        _title(known, get("title"), people, get("project_name")),
        wire.plain(get("text")) if "text" in names else _facts(known, data),
        wire.moment(get("published_at")) or published.at,
        wire.amount(get("amount"), _constant(known.number) or get("amount_unit"), get("currency")),
        people["principal"],
        people["agent"],
        people["winner"],
        people["bidder"] or people["party"],
        codes,
        wire.moment(get("deadline_at")),
        listed=known.kind in LISTED and bool(stage) and names.keys() >= {"title", "published_at"},
    )


def _title(known: standard.DataSet, title: str, people: dict[str, str], project: str) -> str:
    who = next(filter(None, people.values()), "")
    if title and title != who:
        return wire.plain(title)
    return wire.plain(f"{known.title}：{who or project}" if who or project else known.title)


def _facts(known: standard.DataSet, data: dict[str, Any]) -> str:
    """The text of a record that has none: its fields, one a line."""
    return wire.plain("\n".join(f"{f.title}：{data[f.name]}" for f in known.fields if data.get(f.name)))


def _codes(number: str, data: dict[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for kind, name in _code_names(number):
        if value := data.get(name):
            for code in wire.several(value):
                found[f"{kind}:{code}"] = None
                if kind in _ROLES:
                    found[f"party:{code}"] = None
    return tuple(found)


@cache
def _wire_names(number: str) -> dict[str, str]:
    """House word -> wire field of a data set; the standard has at most one field for each."""
    meanings = standard.DATA_SETS[number].meanings
    return {word: names[0] for word, names in meanings.items() if not names[0].startswith("=")}


@cache
def _constant(number: str) -> str:
    """The unit of a data set whose amounts are always in the same one."""
    unit = standard.DATA_SETS[number].meanings.get("amount_unit", ("",))[0]
    return unit[1:] if unit.startswith("=") else ""


@cache
def _code_names(number: str) -> tuple[tuple[str, str], ...]:
    names = _wire_names(number)
    known = [(kind, names[f"{kind}_code"]) for kind in (*_CODES, *_ROLES) if f"{kind}_code" in names]
    if "lot_codes" in names:
        known.append(("lot", names["lot_codes"]))
    return tuple(known)

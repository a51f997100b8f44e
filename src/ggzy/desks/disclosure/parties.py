"""The page of one party: what it won and bought, and what is said about it."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from ggzy.desks.disclosure.query import Hit, found_by_code
from ggzy.standard import CHINA

ROLES = ("principal", "agent", "winner", "bidder")


@dataclass(frozen=True, slots=True)
class Party:
    """A party by its code. `totals` are yuan won in each year; lists have the newest first."""

    code: str
    name: str
    roles: list[str]
    won: list[Hit]
    bought: list[Hit]
    penalties: list[Hit]
    credit: list[Hit]
    totals: list[tuple[str, Decimal]]


def party(code: str) -> Party | None:
    """The party with this credit code; nothing when no record names it."""
    hits = found_by_code(f"party:{code}")
    if not hits:
        return None
    won = [hit for hit in hits if hit.stage == "result" and f"winner:{code}" in hit.codes]
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for hit in won:
        totals[f"{hit.published_at.astimezone(CHINA):%Y}"] += hit.amount or 0
    return Party(
        code,
        next(
            filter(None, (_name(hit, code) for hit in sorted(hits, key=lambda hit: hit.kind != "party"))),
            code,
        ),
        [role for role in ROLES if any(f"{role}:{code}" in hit.codes for hit in hits)],
        won,
        [hit for hit in hits if hit.stage == "notice" and f"principal:{code}" in hit.codes],
        [hit for hit in hits if hit.stage == "penalty"],
        [hit for hit in hits if hit.kind in ("credit", "performance") and hit.stage != "penalty"],
        sorted(totals.items()),
    )


def _name(hit: Hit, code: str) -> str:
    """The name by which a record calls the party; where it stands depends on the party's role in it."""
    if f"principal:{code}" in hit.codes:
        return hit.principal
    if f"agent:{code}" in hit.codes:
        return hit.agent
    alone = sum(one.startswith("party:") for one in hit.codes) <= 2
    return hit.winner if alone else ""

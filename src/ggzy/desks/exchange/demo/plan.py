"""How a construction trade of the demo city goes, before it is played."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ggzy.desks.exchange.demo import words
from ggzy.desks.exchange.demo.chance import Dice
from ggzy.desks.exchange.demo.parties import City, Party
from ggzy.desks.exchange.demo.systems import REGIONS, SYSTEMS

SYSTEM = "construction"


@dataclass(slots=True)
class Lot:
    """A lot of a tender: its codes, its price ceiling, and who bid for it."""

    code: str
    name: str
    deal_code: str
    ceiling: float
    days: int
    scope: str
    bids: list[tuple[Party, float]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """How a construction trade goes: all that is decided by chance, or fixed for the showcase."""

    name: str
    project_code: str
    trade: str
    deal_class: str
    industry: str
    work_class: str
    amount: float
    region: str
    address: str
    principal: Party
    agent: Party
    notice_at: datetime
    lots: int = 1
    changed: bool = False
    clarified: bool = False
    failed: tuple[str, str] | None = None
    offence: tuple[str, str] | None = None
    watched: bool = False


def draw(city: City, dice: Dice, number: int, notice_at: datetime) -> Plan:
    """Draw a trade by chance; `number` makes its codes."""
    form, deal_class, industry, work_class, middle = dice.pick(words.WORKS)
    principal, agent = dice.pick(city.principals), dice.pick(city.agents)
    trade, share = dice.pick(words.TRADES)
    place = REGIONS[principal.region]
    street, street2, street3 = dice.some(words.STREETS, 3)
    subject = form.format(
        street=street, street2=street2, street3=street3, principal=principal.name.removeprefix(place),
        quarter=dice.pick(words.QUARTERS), river=dice.pick(words.RIVERS), village=dice.any(words.VILLAGES),
        village2=dice.pick(words.VILLAGES),
    )  # fmt: skip
    return Plan(
        name=f"{place}{subject}{dice.any(words.PHASES)}", project_code=project_code(number), trade=trade,
        deal_class=deal_class, industry=industry, work_class=work_class, amount=dice.amount(middle * share),
        region=principal.region, address=f"{place}{street}", principal=principal, agent=agent,
        notice_at=notice_at,
        lots=dice.any((1, 1, 1, 1, 1, 2, 2, 3)), changed=dice.chance(0.15), clarified=dice.chance(0.4),
        failed=dice.any(words.REASONS) if dice.chance(0.07) else None,
        offence=dice.pick(words.OFFENCES) if dice.chance(0.03) else None, watched=dice.chance(0.12),
    )  # fmt: skip


def project_code(number: int) -> str:
    """The C17 number of the demo city's n-th project; a new platform serial begins after each million."""
    platform = SYSTEMS[SYSTEM].platform_number
    turn, serial = divmod(number, 1_000_000)
    return f"{platform[:7]}{int(platform[7:]) + turn * 10:04d}{serial:06d}"


def self_code(plan: Plan) -> str:
    """The principal's own number of the tender."""
    return f"SFZB-{plan.notice_at.year}-{plan.project_code[-6:]}"

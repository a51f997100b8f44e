"""A government procurement of the demo city, from the project to the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City, Party
from ggzy.desks.exchange.demo.systems import CITY_CODE, MEDIA, SYSTEMS
from ggzy.standard import dealcode

SYSTEM = "procurement"
_PLACE = "示范市政府采购电子交易平台（演示）"


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a purchase; a purchase without packages is its own only one."""

    code: str
    name: str
    deal_code: str
    budget: float


@dataclass(frozen=True, slots=True)
class Purchase:
    """All that a purchase's records have in common."""

    code: str
    name: str
    thing: str
    deal_class: str
    mode: tuple[str, str]
    principal: Party
    agent: Party
    days: int
    packages: tuple[Package, ...]

    @property
    def fields(self) -> dict[str, str]:
        """The fields by which every record names the purchase."""
        return {"PURCHASE_PROJECT_CODE": self.code, "PURCHASE_PROJECT_NAME": self.name}


def play(docket: Docket, city: City, dice: Dice, number: int, notice_at: datetime) -> None:
    """Send the records of one purchase up to now; `number` makes its codes."""
    created = dice.office(later(notice_at, -dice.between(3, 20)), before=True)
    purchase = _draw(city, dice, number, notice_at, created)
    for package in purchase.packages:
        _register(docket, dice, purchase, package, created)
    deadline = _announce(docket, dice, purchase, notice_at)
    if dice.chance(0.18):
        deadline = _correct(docket, dice, purchase, notice_at, deadline)
    for package in purchase.packages:
        _decide(docket, city, dice, purchase, package, deadline)


def _draw(city: City, dice: Dice, number: int, notice_at: datetime, created: datetime) -> Purchase:
    thing, deal_class, middle = dice.pick(words.PURCHASES)
    principal, agent = dice.pick(city.principals), dice.pick(city.agents)
    name = f"{principal.name}{notice_at.year}年{thing}项目"
    code = f"SFCG-{notice_at.year}-{number:07d}"
    count = 2 if dice.chance(0.12) else 1
    packages = []
    for place in range(count):
        serial = (number * 2 + place) % 1_000_000
        deal = dealcode.make(deal_class, SYSTEMS[SYSTEM].code, stamp(created)[:8], serial)
        own = (code, name) if count == 1 else (f"{code}-{place + 1}", f"{name}（采购包{place + 1}）")
        packages.append(Package(*own, deal, dice.amount(middle / count)))
    mode = dice.pick(words.MODES)
    days = dice.between(15, 365)
    return Purchase(code, name, thing, deal_class, mode, principal, agent, days, tuple(packages))


def _register(docket: Docket, dice: Dice, purchase: Purchase, package: Package, at: datetime) -> None:
    principal, agent = purchase.principal, purchase.agent
    bought = texts.purchase(dice, purchase.deal_class, package.name, package.budget, purchase.days)
    docket.send(dice, SYSTEM, "550", package.code, at, {
        **purchase.fields, "RELATE_CODE": "0", "TENDER_PROJECT_TYPE": purchase.deal_class,
        "PURCHASER_NAME": principal.name, "PURCHASER_CODE": principal.code, "PURCHASER_ROLE": "04",
        "PRICE_FORM_CODE": "1", "PROGRAM_BUDGET": f"{package.budget:.2f}", "BUDGET_CURRENCY": "156",
        "UNIT_BUDGET": "0", "IS_PROJECT": "0", "PURCHASER_MODE": purchase.mode[0],
        "PURCHASER_CONTENT": f"{texts.MARK}\n{bought}", "PURCHASER_ORGANIZE_FORM": "2",
        "PURCHASER_AGENCY_NAME": agent.name, "PURCHASER_AGENCY_CODE": agent.code,
        "PURCHASER_AGENCY_ROLE": "05", "PURCHASER_AGENCY_CONNECTOR": agent.contact,
        "PURCHASER_AGENCY_INFORMATION": agent.phone, "PURCHASE_SECTION_CODE": package.code,
        "PURCHASE_SECTION_NAME": package.name, "REGION_CODE": principal.region, "TRA_PLACE_CODE": CITY_CODE,
        "CREATE_TIME": stamp(at), "UNIFIED_DEAL_CODE": package.deal_code,
    })  # fmt: skip


def _announce(docket: Docket, dice: Dice, purchase: Purchase, at: datetime) -> datetime:
    """Send the notice; returns its deadline (87号令: 20 days for open tendering; 214号: 10 days)."""
    mode, method = purchase.mode
    deadline = at_clock(later(at, dice.between(20, 28) if mode == "1" else dice.between(11, 15)), 14, 30)
    budget = sum(package.budget for package in purchase.packages)
    scope = texts.purchase(dice, purchase.deal_class, purchase.name, budget, purchase.days)
    call = texts.Call(
        purchase.name,
        purchase.code,
        purchase.principal,
        purchase.agent,
        scope,
        budget,
        deadline,
        method,
        _PLACE,
    )
    docket.send(dice, SYSTEM, "551", f"{purchase.code}:notice", at, {
        **purchase.fields, "BULLETIN_BID_NUM": str(len(purchase.packages)),
        "PURCHASE_SECTION_CODE": ";".join(package.code for package in purchase.packages),
        "UNIFIED_DEAL_CODE": ";".join(package.deal_code for package in purchase.packages),
        "BULLETIN_TITLE": f"{purchase.agent.name}关于{purchase.name}的{method}公告"[:200],
        "BULLETIN_CONTENT": texts.invitation(dice, call, texts.PROCUREMENT),
        "BULLETIN_START_TIME": stamp(at), "BULLETIN_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/zfcg/{purchase.code}", "BID_CLOSING_TIME": stamp(deadline),
    })  # fmt: skip
    return deadline


def _correct(docket: Docket, dice: Dice, purchase: Purchase, at: datetime, old: datetime) -> datetime:
    """Send a correction of the first package; returns the deadline that now holds.

    Fifteen days are left after it in open tendering (财政部令第87号 第二十七条), five otherwise (第74号令).
    """
    package = purchase.packages[0]
    corrected = dice.office(later(at, dice.between(3, 4)))
    left = 16 if purchase.mode[0] == "1" else 6
    moved = at_clock(max(later(old, dice.between(3, 8)), later(corrected, left)), 14, 30)
    docket.send(dice, SYSTEM, "552", f"{package.code}:correction:1", corrected, {
        **purchase.fields, "PURCHASE_SECTION_CODE": package.code, "UNIFIED_DEAL_CODE": package.deal_code,
        "TERMINATION_BULLETIN_TITLE": f"{purchase.thing}项目更正公告（一）"[:50],
        "TERMINATION_BULLETIN_CONTENT": f"{texts.MARK}\n项目名称：{purchase.name}{texts.change(dice, old, moved)}",
        "MODIFICATION_START_TIME": stamp(corrected), "IS_POSTPONE": "1",
        "POST_BID_CLOSING_TIME": stamp(moved), "URL": f"https://demo.invalid/zfcg/{package.code}-g1",
    })  # fmt: skip
    return moved


def _decide(
    docket: Docket, city: City, dice: Dice, purchase: Purchase, package: Package, deadline: datetime
) -> None:
    """Opening, bidders, result and contract of one package."""
    own = {
        "PURCHASE_PROJECT_CODE": purchase.code, "PURCHASE_SECTION_CODE": package.code,
        "UNIFIED_DEAL_CODE": package.deal_code,
    }  # fmt: skip
    invited = dice.some(city.suppliers, dice.between(3, 6))
    bids = [(party, round(package.budget * (0.78 + 0.21 * dice.random()), 2)) for party in invited]
    docket.send(dice, SYSTEM, "556", f"{package.code}:opening", deadline, {
        **own, "NOTICE_NAME": f"{package.name}开标记录",
        "BID_OPENING_ACTOR": "采购人、代理机构及全体供应商代表（线上）",
        "BID_OPENING_CONTENT": texts.opening(dice, package.name, bids, purchase.days),
        "BID_OPENING_ADDRESS": _PLACE, "BID_OPENING_TIME": stamp(deadline),
        "URL": f"https://demo.invalid/zfcg/{package.code}-o",
    })  # fmt: skip
    for party, price in bids:
        docket.send(dice, SYSTEM, "557", f"{package.code}:{party.code}", later(deadline, 0.01), {
            **own, "BIDDER_NAME": party.name, "IS_LOST": "0", "BIDDER_CODE_TYPE": "1",
            "BIDDER_ORG_CODE": party.code, "BIDDER_ROLE": "06", "IS_COMMIT_MARGIN": "1",
            "MARGIN_PAY_FORM": "7", "PRICE_FORM_CODE": "1",
            "MARGIN_RECEIVE_TIME": stamp(later(deadline, -2 * dice.random())), "BID_PRICE": f"{price:.2f}",
            "PRICE_CURRENCY": "156", "PRICE_UNIT": "0",
        })  # fmt: skip
    winner, price = min(bids, key=lambda bid: bid[1])
    _conclude(docket, dice, purchase, package, {**purchase.fields, **own}, winner, price, deadline)


def _conclude(
    docket: Docket, dice: Dice, purchase: Purchase, package: Package, own: dict[str, str], winner: Party,
    price: float, deadline: datetime,
) -> None:  # fmt: skip
    principal, agent = purchase.principal, purchase.agent
    awarded = dice.office(later(deadline, dice.between(1, 5)))
    docket.send(dice, SYSTEM, "553", f"{package.code}:result", awarded, {
        **own, "REGION_CODE": principal.region, "TRA_PLACE_CODE": CITY_CODE,
        "PURCHASER_AGENCY_NAME": agent.name, "PURCHASER_AGENCY_CODE": agent.code,
        "WIN_BID_BULLETIN_TITLE": f"{package.name}中标（成交）结果公告"[:200],
        "WIN_BID_BULLETIN_CONTENT": texts.result(dice, package.name, principal, winner, price, purchase.days),
        "WIN_BID_BULLETIN_START_TIME": stamp(awarded), "URL": f"https://demo.invalid/zfcg/{package.code}-r",
        "WINNINGBIDDER_NAME": winner.name, "WINNINGBIDDER_TYPE": "1", "WINNINGBIDDER_CODE": winner.code,
        "PRICE_FORM_CODE": "1", "WIN_BID_PRICE": f"{price:.2f}", "CURRENCY_CODE": "156", "PRICE_UNIT": "0",
        "CREATOR": agent.contact,
    })  # fmt: skip
    signed = dice.office(later(awarded, dice.between(4, 19)))  # within thirty days, holidays and all
    docket.send(dice, SYSTEM, "554", f"{package.code}:contract", signed, {
        **own, "CONTRACT_NAME": f"{package.name}合同（演示）", "PURCHASER_NAME": principal.name,
        "PURCHASER_CODE": principal.code, "LEGAL_ROLE": "04", "SUPPLIER_NAME": winner.name,
        "SUPPLIER_CODE": winner.code, "PRICE_FORM_CODE": "1", "CONTRACT_AMOUNT": f"{price:.2f}",
        "CURRENCY_CODE": "156", "PRICE_UNIT": "0", "CONTRACT_TERM": str(purchase.days),
        "SIGNING_TIME": stamp(signed), "URL": f"https://demo.invalid/zfcg/{package.code}-h",
    })  # fmt: skip

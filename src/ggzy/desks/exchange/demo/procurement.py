"""A government procurement of the demo city, from the project to the contract."""

from __future__ import annotations

from datetime import datetime

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City, Party
from ggzy.desks.exchange.demo.systems import CITY_CODE, MEDIA, SYSTEMS
from ggzy.standard import dealcode

SYSTEM = "procurement"
_PLACE = "示范市政府采购电子交易平台（演示）"


def play(docket: Docket, city: City, dice: Dice, number: int, notice_at: datetime) -> None:
    """Send the records of one procurement up to now; `number` makes its codes."""
    thing, deal_class, middle = dice.pick(words.PURCHASES)
    principal, agent = dice.pick(city.principals), dice.pick(city.agents)
    mode, method = dice.pick(words.MODES)
    budget, days = dice.amount(middle), dice.between(15, 365)
    year = notice_at.year
    name = f"{principal.name}{year}年{thing}项目"
    code = f"SFCG-{year}-{number:07d}"
    created = dice.office(later(notice_at, -dice.between(3, 20)), before=True)
    deal = dealcode.make(deal_class, SYSTEMS[SYSTEM].code, stamp(created)[:8], number % 1_000_000)
    packs = (
        [(f"{code}-{n + 1}", f"{name}（采购包{n + 1}）") for n in range(2)]
        if dice.chance(0.12)
        else [(code, name)]
    )
    for section, section_name in packs:
        docket.send(dice, SYSTEM, "550", section, created, {
            "PURCHASE_PROJECT_CODE": code, "PURCHASE_PROJECT_NAME": name, "RELATE_CODE": "0",
            "TENDER_PROJECT_TYPE": deal_class, "PURCHASER_NAME": principal.name,
            "PURCHASER_CODE": principal.code, "PURCHASER_ROLE": "04", "PRICE_FORM_CODE": "1",
            "PROGRAM_BUDGET": f"{budget:.2f}", "BUDGET_CURRENCY": "156", "UNIT_BUDGET": "0",
            "IS_PROJECT": "0", "PURCHASER_MODE": mode,
            "PURCHASER_CONTENT": texts.MARK + "\n" + texts.purchase(dice, deal_class, section_name, budget, days),
            "PURCHASER_ORGANIZE_FORM": "2", "PURCHASER_AGENCY_NAME": agent.name,
            "PURCHASER_AGENCY_CODE": agent.code, "PURCHASER_AGENCY_ROLE": "05",
            "PURCHASER_AGENCY_CONNECTOR": agent.contact, "PURCHASER_AGENCY_INFORMATION": agent.phone,
            "PURCHASE_SECTION_CODE": section, "PURCHASE_SECTION_NAME": section_name,
            "REGION_CODE": principal.region, "TRA_PLACE_CODE": CITY_CODE, "CREATE_TIME": stamp(created),
            "UNIFIED_DEAL_CODE": deal,
        })  # fmt: skip
    own = {"PURCHASE_PROJECT_CODE": code, "PURCHASE_PROJECT_NAME": name}
    deadline = at_clock(
        later(notice_at, dice.between(20, 28) if mode == "1" else dice.between(8, 14)), 14, 30
    )
    sections = ";".join(section for section, _ in packs)
    docket.send(dice, SYSTEM, "551", f"{code}:notice", notice_at, {
        **own, "BULLETIN_BID_NUM": str(len(packs)), "PURCHASE_SECTION_CODE": sections,
        "UNIFIED_DEAL_CODE": deal, "BULLETIN_TITLE": f"{agent.name}关于{name}的{method}公告"[:200],
        "BULLETIN_CONTENT": texts.invitation(dice, name, principal, agent, texts.purchase(dice, deal_class, name, budget, days), code,
                                             budget, deadline, method, _PLACE),
        "BULLETIN_START_TIME": stamp(notice_at), "BULLETIN_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/zfcg/{code}", "BID_CLOSING_TIME": stamp(deadline),
    })  # fmt: skip
    if dice.chance(0.18):
        deadline = _correct(docket, dice, own, packs[0][0], deal, thing, notice_at, deadline)
    for section, section_name in packs:
        pack = {**own, "PURCHASE_SECTION_CODE": section, "UNIFIED_DEAL_CODE": deal}
        _decide(docket, city, dice, pack, section_name, (principal, agent), budget, deadline, days)


def _correct(
    docket: Docket,
    dice: Dice,
    own: dict[str, str],
    section: str,
    deal: str,
    thing: str,
    at: datetime,
    old: datetime,
) -> datetime:
    moved = at_clock(later(old, dice.between(3, 8)), 14, 30)
    corrected = dice.office(later(at, dice.between(3, 6)))
    docket.send(dice, SYSTEM, "552", f"{section}:correction:1", corrected, {
        **own, "PURCHASE_SECTION_CODE": section, "UNIFIED_DEAL_CODE": deal,
        "TERMINATION_BULLETIN_TITLE": f"{thing}项目更正公告（一）"[:50],
        "TERMINATION_BULLETIN_CONTENT": f"{texts.MARK}\n项目名称：{own['PURCHASE_PROJECT_NAME']}{texts.change(dice, old, moved)}",
        "MODIFICATION_START_TIME": stamp(corrected), "IS_POSTPONE": "1",
        "POST_BID_CLOSING_TIME": stamp(moved), "URL": f"https://demo.invalid/zfcg/{section}-g1",
    })  # fmt: skip
    return moved


def _decide(
    docket: Docket, city: City, dice: Dice, pack: dict[str, str], name: str, sides: tuple[Party, Party],
    budget: float,
    deadline: datetime, days: int,
) -> None:  # fmt: skip
    """Opening, bidders, result and contract of one package."""
    principal, agent = sides
    section = pack["PURCHASE_SECTION_CODE"]
    bids = [(party, round(budget * (0.78 + 0.21 * dice.random()), 2))
            for party in dice.some(city.suppliers, dice.between(3, 6))]  # fmt: skip
    plain = {k: v for k, v in pack.items() if k != "PURCHASE_PROJECT_NAME"}
    docket.send(dice, SYSTEM, "556", f"{section}:opening", deadline, {
        **plain, "NOTICE_NAME": f"{name}开标记录",
        "BID_OPENING_ACTOR": "采购人、代理机构及全体供应商代表（线上）",
        "BID_OPENING_CONTENT": texts.opening(dice, name, bids, days), "BID_OPENING_ADDRESS": _PLACE,
        "BID_OPENING_TIME": stamp(deadline), "URL": f"https://demo.invalid/zfcg/{section}-o",
    })  # fmt: skip
    for party, price in bids:
        docket.send(dice, SYSTEM, "557", f"{section}:{party.code}", later(deadline, 0.01), {
            **plain, "BIDDER_NAME": party.name, "IS_LOST": "0", "BIDDER_CODE_TYPE": "1",
            "BIDDER_ORG_CODE": party.code, "BIDDER_ROLE": "06", "IS_COMMIT_MARGIN": "1",
            "MARGIN_PAY_FORM": "7", "PRICE_FORM_CODE": "1",
            "MARGIN_RECEIVE_TIME": stamp(later(deadline, -2 * dice.random())), "BID_PRICE": f"{price:.2f}",
            "PRICE_CURRENCY": "156", "PRICE_UNIT": "0",
        })  # fmt: skip
    winner, price = min(bids, key=lambda bid: bid[1])
    awarded = dice.office(later(deadline, dice.between(1, 5)))
    docket.send(dice, SYSTEM, "553", f"{section}:result", awarded, {
        **pack, "REGION_CODE": principal.region, "TRA_PLACE_CODE": CITY_CODE,
        "PURCHASER_AGENCY_NAME": agent.name, "PURCHASER_AGENCY_CODE": agent.code,
        "WIN_BID_BULLETIN_TITLE": f"{name}中标（成交）结果公告"[:200],
        "WIN_BID_BULLETIN_CONTENT": texts.result(dice, name, principal, winner, price, days),
        "WIN_BID_BULLETIN_START_TIME": stamp(awarded), "URL": f"https://demo.invalid/zfcg/{section}-r",
        "WINNINGBIDDER_NAME": winner.name, "WINNINGBIDDER_TYPE": "1", "WINNINGBIDDER_CODE": winner.code,
        "PRICE_FORM_CODE": "1", "WIN_BID_PRICE": f"{price:.2f}", "CURRENCY_CODE": "156", "PRICE_UNIT": "0",
        "CREATOR": agent.contact,
    })  # fmt: skip
    signed = dice.office(later(awarded, dice.between(4, 28)))
    docket.send(dice, SYSTEM, "554", f"{section}:contract", signed, {
        **pack, "CONTRACT_NAME": f"{name}合同（演示）", "PURCHASER_NAME": principal.name,
        "PURCHASER_CODE": principal.code, "LEGAL_ROLE": "04", "SUPPLIER_NAME": winner.name,
        "SUPPLIER_CODE": winner.code, "PRICE_FORM_CODE": "1", "CONTRACT_AMOUNT": f"{price:.2f}",
        "CURRENCY_CODE": "156", "PRICE_UNIT": "0", "CONTRACT_TERM": str(days), "SIGNING_TIME": stamp(signed),
        "URL": f"https://demo.invalid/zfcg/{section}-h",
    })  # fmt: skip

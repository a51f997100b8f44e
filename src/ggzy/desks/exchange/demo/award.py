"""The second half of a construction trade: opening, candidates, result, contract, performance."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.credit import Offence, fulfilled, punish
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City, Party, masked
from ggzy.desks.exchange.demo.plan import SYSTEM, Lot, Plan
from ggzy.desks.exchange.demo.systems import CITY_CODE, MEDIA
from ggzy.standard.identifiers import id_check_char

_PLACE = "示范市公共资源交易中心开标室"


def compete(
    docket: Docket, city: City, dice: Dice, plan: Plan, procedure: str, lot: Lot, deadline: datetime
) -> None:
    """Opening, candidates, result, contract and performance of one lot."""
    pool = city.builders if plan.trade in ("施工", "设计施工总承包", "设备采购") else city.designers
    low = 0.80 + 0.12 * dice.random()
    lot.bids = [
        (party, round(lot.ceiling * (low + 0.07 * dice.random()), 2))
        for party in dice.some(pool, dice.between(3, 8))
    ]
    own = {"TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODE": lot.code, "UNIFIED_DEAL_CODE": lot.deal_code}
    _open(docket, dice, own, lot, deadline)
    ranked = sorted(lot.bids, key=lambda bid: bid[1])[:3]
    published = dice.office(later(deadline, dice.between(2, 5)))
    _publish_candidates(docket, dice, own, lot, ranked, published)
    winner, price = ranked[0]
    awarded = dice.office(later(published, dice.between(6, 9)))
    docket.send(dice, SYSTEM, "513", f"{lot.code}:result", awarded, {
        **own, "REGION_CODE": plan.region, "TRA_PLACE_CODE": CITY_CODE, "TENDER_AGENCY_NAM": plan.agent.name,
        "TENDER_AGENCY_CODE": plan.agent.code, "NOTICE_NAME": f"{lot.name}中标结果公告",
        "NOTICE_CONTENT": texts.result(dice, lot.name, plan.principal, winner, price, lot.days),
        "NOTICE_SEND_TIME": stamp(awarded), "NOTICE_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/jsgc/{lot.code}-r", "NOTICE_NATURE": "1", "BULLETIN_TYPE": "1",
        "WIN_BIDDER_NAME": winner.name, "BIDDER_CODE_TYPE": "1", "WIN_BIDDER_CODE": winner.code,
        "BIDDER_ROLE": "03", "PRICE_FORM_CODE": "1", "BID_AMOUNT": f"{price:.2f}", "BID_CURRENCY": "156",
        "PRICE_UNIT": "0", "BULLETIN_DUTY": plan.agent.contact, "EXAMINER_NAME": "平台验证员",
    })  # fmt: skip
    if plan.offence:
        _punish(docket, city, dice, plan, procedure, lot, awarded)
    _perform(docket, city, dice, plan, own, lot, ranked[0], awarded)


def _open(docket: Docket, dice: Dice, own: dict[str, str], lot: Lot, deadline: datetime) -> None:
    docket.send(dice, SYSTEM, "506", f"{lot.code}:opening", deadline, {
        "TENDER_PROJECT_CODE": own["TENDER_PROJECT_CODE"], "BID_SECTION_CODES": lot.code,
        "UNIFIED_DEAL_CODES": lot.deal_code, "NOTICE_NAME": f"{lot.name}开标记录",
        "BID_OPENING_ACTOR": "招标人、代理机构及全体投标人代表（线上）",
        "BID_OPENING_CONTENT": texts.opening(dice, lot.name, lot.bids, lot.days),
        "BID_OPENING_ADDRESS": f"{_PLACE}{dice.between(1, 12)}", "BID_OPENING_TIME": stamp(deadline),
        "URL": f"https://demo.invalid/jsgc/{lot.code}-o",
    })  # fmt: skip
    for party, price in lot.bids:
        handed_in = later(deadline, -2 * dice.random())
        docket.send(dice, SYSTEM, "507", f"{lot.code}:{party.code}", later(deadline, 0.01), {
            **own, "BIDDER_NAME": party.name, "IS_LOST": "0", "BIDDER_CODE_TYPE": "1",
            "BIDDER_ORG_CODE": party.code, "BIDDER_ROLE": "03", "BID_MANAGER": masked(dice),
            "PM_CODE": manager_id(party.serial), "PM_CERTIFICATES": f"注册建造师 YS{party.serial:08d}",
            "IS_COMMIT_MARGIN": "1", "MARGIN_PAY_FORM": "7", "PRICE_FORM_CODE": "1",
            "MARGIN_RECEIVE_TIME": stamp(handed_in), "BID_PRICE": f"{price:.2f}", "PRICE_CURRENCY": "156",
            "PRICE_UNIT": "0", "TIME_LIMIT": str(lot.days), "CHECKIN_TIME": stamp(handed_in),
        })  # fmt: skip


def _publish_candidates(
    docket: Docket, dice: Dice, own: dict[str, str], lot: Lot, ranked: list[tuple[Party, float]], at: datetime
) -> None:
    for place, (party, price) in enumerate(ranked, 1):
        docket.send(dice, SYSTEM, "510", f"{lot.code}:candidate:{place}", at, {
            **own, "WIN_CANDIDATE_NAME": party.name, "BIDDER_CODE_TYPE": "1",
            "WIN_CANDIDATE_CODE": party.code, "BIDDER_ROLE": "03", "WIN_CANDIDATE_ORDER": str(place),
            "IS_FLOAT_RATE": "0", "EVALUATION_RESULT": f"{97.0 - 2.1 * place:.2f}", "PRICE_FORM_CODE": "1",
            "BID_PRICE": f"{price:.2f}", "PRICE_CURRENCY": "156", "PRICE_UINT": "0", "QUALITY": "合格",
            "EVALUATION_STATUS": "综合评估法，得分见公示", "WIN_CANDIDATE_QUALIFICATION": "满足招标文件要求",
        })  # fmt: skip
    docket.send(dice, SYSTEM, "511", f"{lot.code}:candidates", later(at, 0.01), {
        "TENDER_PROJECT_CODE": own["TENDER_PROJECT_CODE"], "BID_SECTION_CODES": lot.code,
        "UNIFIED_DEAL_CODE": lot.deal_code, "PUBLICITY_NAME": f"{lot.name}中标候选人公示",
        "PUBLICITY_CONTENT": texts.candidates(dice, lot.name, ranked, lot.days),
        "PUBLICITY_REFER_TIME": stamp(at), "NOTICE_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/jsgc/{lot.code}-c", "PUBLICITY_TYPE": "1",
        "PUBLICITY_START_TIME": stamp(at), "PUBLICITY_END_TIME": stamp(at_clock(later(at, 3), 17)),
        "OBJECTION_METHOD": "登录交易系统在线提出异议", "BULLETIN_DUTY": "代理机构项目负责人",
        "EXAMINER_NAME": "平台验证员",
    })  # fmt: skip


def _punish(
    docket: Docket, city: City, dice: Dice, plan: Plan, procedure: str, lot: Lot, awarded: datetime
) -> None:
    head, why = plan.offence or words.OFFENCES[0]
    party = lot.bids[-1][0] if head in ("串通投标", "弄虚作假") else min(lot.bids, key=lambda bid: bid[1])[0]
    at = dice.office(later(awarded, dice.between(20, 160)))
    offence = Offence(party, head, why, procedure, lot.code, lot.name, lot.deal_code, plan.name, plan.region)
    punish(docket, dice, city.construction_supervisor, offence, at)


def _perform(
    docket: Docket, city: City, dice: Dice, plan: Plan, own: dict[str, str], lot: Lot,
    won: tuple[Party, float],
    awarded: datetime,
) -> None:  # fmt: skip
    winner, price = won
    signed = dice.office(later(awarded, dice.between(4, 19)))  # within thirty days, holidays and all
    finished = dice.office(later(signed, lot.days * (0.9 + 0.4 * dice.random())))
    settled = round(price * (0.94 + 0.1 * dice.random()), 2)
    docket.send(dice, SYSTEM, "512", f"{lot.code}:contract", signed, {
        **own, "CONTRACT_NAME": f"{lot.name}合同", "TENDERER_NAME": plan.principal.name,
        "TENDER_CODE": plan.principal.code, "BIDDER_NAME": winner.name, "BIDDER_CODE": winner.code,
        "CONTRACT_PRICE": f"{price:.2f}", "PRICE_CURRENCY": "156", "PRICE_UNIT": "0", "PRICE_FORM_CODE": "1",
        "CONTRACT_CONTENT": texts.works(dice, plan.deal_class, plan.address, price, lot.days),
        "LIMITE_TIME": str(lot.days), "QUALITY_REQUIRE": "合格", "SUBMIT_TIME": stamp(signed),
        "CONTRACT_SIGN_TIME": stamp(signed),
    })  # fmt: skip
    reported = dice.office(later(finished, dice.between(3, 20)))
    docket.send(dice, SYSTEM, "522", f"{lot.code}:performance", reported, {
        **own, "PERFORMANCE_REPORT_NAME": f"{lot.name}履约情况报告", "TENDERER_NAME": plan.principal.name,
        "TENDERER_CODE": plan.principal.code, "PERFORMANCE_PARTY_NAME": winner.name,
        "PERFORMANCE_PARTY_CODE": winner.code, "SETTLE_PRICE": f"{settled:.2f}",
        "FINISH_TIME": stamp(finished), "ACTUALLY_PERIOD": str((finished - signed).days),
        "PERFORMANCE_CONTENT": "已按合同完成，验收合格。", "REPORT_ISSUE_TIME": stamp(reported),
    })  # fmt: skip
    fulfilled(
        docket,
        dice,
        city.construction_supervisor,
        winner,
        own,
        plan.name,
        lot,
        signed,
        finished,
        price,
        settled,
    )


def manager_id(serial: int) -> str:
    """An ID number with a right check digit in a region that does not exist, so that it is nobody's."""
    return _manager_id(serial % 9973)


@lru_cache(maxsize=10_000)
def _manager_id(serial: int) -> str:
    born = f"19{60 + serial % 35}{1 + serial % 12:02d}{1 + serial % 28:02d}"
    body = f"{CITY_CODE}{born}{serial % 1000:03d}"
    return body + id_check_char(body)

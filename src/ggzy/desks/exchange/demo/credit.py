"""What the demo city's supervisors report: complaints, penalties, debarments, performance, awards, alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ggzy.desks.exchange.demo.chance import Dice, later, stamp
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import Party
from ggzy.desks.exchange.demo.texts import MARK

SYSTEM = "supervision"


class TradedLot(Protocol):
    """What a supervisor needs to know of a lot."""

    code: str
    name: str
    deal_code: str
    days: int


class TradePlan(Protocol):
    """What a supervisor needs to know of a trade."""

    deal_class: str
    region: str
    principal: Party


@dataclass(frozen=True, slots=True)
class Offence:
    """Who did what in which trade."""

    party: Party
    head: str
    facts: str
    procedure: str
    lot_code: str
    lot_name: str
    deal_code: str
    project_name: str
    region: str


def punish(docket: Docket, dice: Dice, office: Party, offence: Offence, at: datetime) -> None:
    """Send the penalty; a third of them put the party on the blacklist, and half of those come off again."""
    party = offence.party
    _complain(docket, office, offence, later(at, -20))
    number = f"示建罚〔{at.year}〕{dice.between(1, 900)}号"
    until = later(at, 30 * dice.between(3, 24))
    guid = dice.guid()
    docket.send(dice, SYSTEM, "300", guid, at, {
        "VIOLATING_CODE": guid, "VIOLATING_NAME": f"关于{party.name}{offence.head}的处罚决定",
        "VIOLATING_TIME": stamp(later(at, -30))[:8],
        "VIOLATING_TYPE": "1" if offence.head == "串通投标" else "9", "BODY_NAME": party.name,
        "BODY_TYPE": "1", "BODY_CODE": party.code, "BODY_ROLE": "03", "AREA": offence.region,
        "REWARD_PUNISHMENT_BODY": "02",
        "VIOLATING_INSTRUCTIONS": f"{MARK}\n经查，{party.name}在{offence.lot_name}中{offence.facts}，事实清楚，证据确凿。",
        "GOVERNMENT": office.name, "TENDER_PROJECT_NAME": offence.project_name[:200],
        "TENDER_PROJECT_CODE": offence.procedure, "BID_SECTION_CODE": offence.lot_code,
        "BID_SECTION_NAME": offence.lot_name, "UNIFIED_DEAL_CODE": offence.deal_code, "DOCUMENT_CODE": number,
        "PUNISHMENT_BASIS": "《中华人民共和国招标投标法》第五十三条、第五十四条及其实施条例有关规定",
        "PUNISHMENT_RESULT": f"罚款{dice.between(1, 30)}万元，限制期内取消其参加依法必须进行招标的项目的投标资格",
        "CONFINED_ACTION": "1", "CONFINED_START": stamp(at), "CONFINED_END": stamp(until),
        "OPERATE_DATE": stamp(at), "SCOPE": "1",
    })  # fmt: skip
    if dice.chance(0.33):
        _blacklist(docket, dice, office, offence, number, at, until)


def _complain(docket: Docket, office: Party, offence: Offence, at: datetime) -> None:
    """Send the complaint with which the matter began, and how it was settled."""
    accepted, handled = later(at, 3), later(at, 18)
    docket.send(_own_dice(offence.lot_code), SYSTEM, "404", f"{offence.lot_code}:complaint", handled, {
        "TENDER_PROJECT_NAME": offence.project_name[:200], "TENDER_PROJECT_CODE": offence.procedure,
        "BID_SECTION_CODE": offence.lot_code, "BID_SECTION_NAME": offence.lot_name,
        "UNIFIED_DEAL_CODE": offence.deal_code, "COMPLAINT_NAME": "演示投诉人", "COMPLAINT_PHONE": "0000-0000000",
        "COMPLAINT_MAIL": "complaint@demo.invalid", "COMPLAINTED_BODY_NAME": offence.party.name,
        "COMPLAINTED_BODY_TYPE": "1", "COMPLAINTED_BODY_CODE": offence.party.code, "DISSENT_REASON": f"反映其{offence.head}。",
        "COMPLAINT_CONTENT": f"{MARK}\n反映有投标人在{offence.lot_name}中{offence.head}，请求调查处理。",
        "COMPLAINT_DATE": stamp(at), "ACCEPT_DATE": stamp(accepted),
        "HANDLE_RESULT": "投诉属实，移送行政处罚程序。", "HANDLE_BASIS": "《工程建设项目招标投标活动投诉处理办法》第二十条",
        "HANDLE_DATE": stamp(handled), "CONFINED_ACTION": "1", "START_DATE": stamp(handled),
        "END_DATE": stamp(later(handled, 30)), "DEALING_UNIT": office.name, "ENTER_CREDIT_PLAT": "1",
        "SIGNATURE": "演示签名",
    })  # fmt: skip


def _own_dice(code: str) -> Dice:
    """Chance of a lot's own, so that the rest of the city's history does not depend on it."""
    return Dice(int("".join(filter(str.isdigit, code))))


def _blacklist(
    docket: Docket, dice: Dice, office: Party, offence: Offence, number: str, at: datetime, until: datetime
) -> None:
    party, guid, listed = offence.party, dice.guid(), later(at, 5)
    body = {"BODY_NAME": party.name, "BODY_CODE": party.code, "BODY_TYPE": "1", "BODY_ROLE": "03"}
    entry = {
        "BLACKLIST_CODE": guid, **body,
        "RECORD_REASON": f"{MARK}\n{offence.head}：{offence.facts}，依据{number}列入。",
        "RECORD_DATE": stamp(listed), "GOVERNMENT": office.name, "DOCUMENT_CODE": number,
        "REVOCATION_STATUS": "0", "CONFINED_ACTION": "1", "SCOPE": "1",
    }  # fmt: skip
    docket.send(dice, SYSTEM, "302", guid, listed, entry)
    if dice.chance(0.5):
        docket.send(dice, SYSTEM, "303", f"{guid}:revoked", until, {
            **body, "BLACKLIST_CODE": guid, "REVOCATIONEASONS": "限制期满，整改到位，经核查同意移出。",
            "GOVERNMENT": office.name, "DOCUMENT_CODE": f"{number}撤", "ROPOSER": party.name,
            "APPLICATION_DATE": stamp(until), "SCOPE": "1",
        })  # fmt: skip
        docket.send(
            dice, SYSTEM, "302", guid, later(until, 0.02), {**entry, "REVOCATION_STATUS": "1"}, op="2"
        )


def fulfilled(
    docket: Docket, dice: Dice, office: Party, party: Party, own: dict[str, str], project: str,
    lot: TradedLot,
    signed: datetime, finished: datetime, price: float, settled: float,
) -> None:  # fmt: skip
    """Send how a contract was performed."""
    at = later(finished, dice.between(20, 30))
    docket.send(dice, SYSTEM, "305", f"{lot.code}:performance", at, {
        "BODY_CODE": party.code, "BODY_NAME": party.name, "BODY_TYPE": "1", "BODY_ROLE": "03",
        "TENDER_PROJECT_NAME": project[:200], **own, "BID_SECTION_NAME": lot.name,
        "CONTRACT_AMOUNT": f"{price:.2f}", "CONTRACT_CURRENCY": "156", "CONTRACT_CURRENCYUNIT": "0",
        "CONTRACT_PERIOD": str(lot.days), "CONTRACT_SIGNING_TIME": stamp(signed),
        "QUALITY_STANDARDS": "2" if dice.chance(0.02) else "1", "SAFETY_STANDARDS": "1",
        "ENVIRONMENT_STANDARDS": "2" if dice.chance(0.03) else "1",
        "CONSTRUCTION_PERIOD": str((finished - signed).days), "CONTRACT_SETTLEMENT_AMOUNT": f"{settled:.2f}",
        "CONTRACT_FINISH_TIME": stamp(finished), "PERFORMANCE_SUBMITTED_TIME": stamp(at),
        "GOVERNMENT": office.name, "DOCUMENT_CODE": f"示建履〔{at.year}〕{dice.between(1, 9000)}号",
        "SCOPE": "1",
    })  # fmt: skip
    if settled <= price:
        _reward(docket, office, party, lot, later(at, 10))


def _reward(docket: Docket, office: Party, party: Party, lot: TradedLot, at: datetime) -> None:
    """Send the commendation for a contract that cost no more than agreed, and what credit it earned."""
    dice = _own_dice(lot.code)
    body = {"BODY_CODE": party.code, "BODY_NAME": party.name, "BODY_TYPE": "1", "BODY_ROLE": "03", "SCOPE": "1"}
    number = f"示建奖〔{at.year}〕{dice.between(1, 900)}号"
    docket.send(dice, SYSTEM, "304", f"{lot.code}:reward", at, {
        **body, "REWARD_PUNISHMENT_TYPE": "01",
        "REWARD_REASON": f"{lot.name}按期完成、未超合同价，通报表扬。\n{MARK}", "REWARD_DATE": stamp(at),
        "DOCUMENT_CODE": number, "GOVERNMENT": office.name,
    })  # fmt: skip
    rated = later(at, 15)
    docket.send(dice, SYSTEM, "306", f"{lot.code}:rating", rated, {
        **body, "DATA": f"{rated.year}年度信用评价：良好。评价依据包括{number}。\n{MARK}",
    })  # fmt: skip


def watch(
    docket: Docket,
    dice: Dice,
    office: Party,
    at: datetime,
    procedure: str,
    title: str,
    lot: TradedLot,
    plan: TradePlan,
) -> None:
    """Send the supervisor's approval of the tender, and sometimes an alert on it."""
    trade = {
        "TENDER_PROJECT_NAME": title[:200], "TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODE": lot.code,
        "BID_SECTION_NAME": lot.name, "UNIFIED_DEAL_CODE": lot.deal_code, "PROJECT_TYPE": plan.deal_class,
        "TRADE_TYPE": "01",
    }  # fmt: skip
    approved = later(at, 0.5)
    docket.send(dice, SYSTEM, "400", f"{lot.code}:approval", approved, {
        **trade, "TRADE_STEP": "招标方案备案", "APPROVAL_PROJECT": "招标方案和招标文件备案",
        "GOVERMENT": office.name, "AREA": plan.region,
        "LAW": "《招标投标法》第七条、《招标投标法实施条例》第四条", "IS_PAST": "1",
        "CONTENT": f"{MARK}同意备案。", "APPROVAL_DATE": stamp(approved), "SIGNATURE": "演示签名",
    })  # fmt: skip
    if dice.chance(0.3):
        raised = later(at, dice.between(3, 9))
        docket.send(dice, SYSTEM, "402", f"{lot.code}:alert", raised, {
            **trade, "BODY_NAME": plan.principal.name, "BODY_CODE": plan.principal.code,
            "SUPERVISOR_UNIT_NAME": office.name, "SUPERVISOR_UNIT_CODE": office.code,
            "SUPERVISORY_NODE": "公告期限", "ALERT_LEVEL": dice.pick(("1", "2", "3")),
            "ALERT_DATE": stamp(raised), "ALERT_INFO": "文件获取期限接近法定下限，请核对。", "HANDLED": "1",
            "HANDLE_RESULT": "已核对，符合规定。", "PULISH_DATE": stamp(raised), "CONFINED_ACTION": "1",
            "START_DATE": stamp(raised), "END_DATE": stamp(raised), "OPERATOR": "监管员",
            "ENTER_CREDIT_PLAT": "0", "SIGNATURE": "演示签名",
        })  # fmt: skip

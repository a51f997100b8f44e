"""The first half of a construction trade: approval, lots, notice, clarification, and a failure if it comes to that."""

from __future__ import annotations

from datetime import datetime

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.award import compete
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.credit import watch
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City
from ggzy.desks.exchange.demo.plan import SYSTEM, Lot, Plan, self_code
from ggzy.desks.exchange.demo.systems import CITY_CODE, MEDIA, SYSTEMS
from ggzy.standard import dealcode

_PLACE = "示范市公共资源交易中心开标室"


def play(docket: Docket, city: City, dice: Dice, plan: Plan) -> list[Lot]:
    """Send the trade's records up to now, stage after stage, and return its lots."""
    procedure = plan.project_code + "001"
    title = f"{plan.name}{plan.trade}"
    lots = _approve(docket, city, dice, plan, procedure, title)
    deadline = _announce(docket, dice, plan, procedure, title, lots, plan.notice_at, 1)
    if plan.failed:
        deadline = _fail(docket, dice, plan, procedure, title, lots, deadline)
    for lot in lots:
        compete(docket, city, dice, plan, procedure, lot, deadline)
    return lots


def _approve(docket: Docket, city: City, dice: Dice, plan: Plan, procedure: str, title: str) -> list[Lot]:
    principal, agent = plan.principal, plan.agent
    created = dice.office(later(plan.notice_at, -dice.between(4, 10)), before=True)
    approved = dice.office(later(created, -dice.between(8, 35)), before=True)
    invest = f"{approved.year}-{plan.region}-{plan.industry[1:]}-01-{plan.project_code[-6:]}"
    docket.send(dice, SYSTEM, "500", plan.project_code, approved, {
        "PROJECT_CODE": plan.project_code, "PROJECT_NAME": plan.name, "REGION_CODE": plan.region,
        "RELATE_CODE": "1", "INVEST_PROJECT_CODE": invest, "ADDRESS": plan.address,
        "LEGAL_PERSON": principal.name, "CLASS_VER_CODE": "2", "INDUSTRIES_TYPE": plan.industry,
        "FUND_SOURCE": dice.pick(words.FUNDS), "CONTRIBUTION_SCALE": "100%",
        "PROJECT_SCALE": texts.works(dice, plan.deal_class, plan.address, plan.amount, dice.between(60, 540)),
        "CONTACTOR": principal.contact, "CONTACT_INFORMATION": principal.phone,
        "APPROVAL_NAME": f"关于{plan.name}可行性研究报告的批复",
        "APPROVAL_NUMBER": f"示发改审〔{approved.year}〕{dice.between(1, 980)}号",
        "APPROVAL_AUTHORITY": city.approver.name, "CREATE_TIME": stamp(approved),
    })  # fmt: skip
    docket.send(dice, SYSTEM, "501", procedure, created, {
        "PROJECT_CODE": plan.project_code, "TENDER_PROJECT_CODE": procedure,
        "TENDER_SELF_CODE": self_code(plan), "IS_TO_LAW": "1", "TENDER_PROJECT_NAME": title,
        "TENDER_PROJECT_TYPE": plan.deal_class, "REGION_CODE": plan.region,
        "TENDER_CONTENT": f"{title}的全部内容，共{plan.lots}个标段。{texts.MARK}",
        "OWNER_NAME": principal.name, "TENDERER_NAME": principal.name, "TENDERER_CODE_TYPE": "1",
        "TENDERER_CODE": principal.code, "ISUNION": "0", "TENDERER_ROLE": "01",
        "TENDER_AGENCY_NAME": agent.name, "TENDER_AGENCY_CODE_TYPE": "1", "TENDER_AGENCY_CODE": agent.code,
        "TENDER_AGENCY_ROLE": "02", "TENDER_MODE": "1", "TENDER_ORGANIZE_FORM": "2",
        "CREATE_TIME": stamp(created), "SUPERVISE_DEPT_NAME": city.construction_supervisor.name,
        "SUPERVISE_DEPT_CODE": city.construction_supervisor.code, "APPROVE_DEPT_NAME": city.approver.name,
        "APPROVE_DEPT_CODE": city.approver.code, "REPORT_DUTY": principal.contact,
        "ATTACHMENT_CODE": procedure,
    })  # fmt: skip
    lots = []
    for place in range(plan.lots):
        share = plan.amount / plan.lots * (0.8 + 0.4 * dice.random())
        name = title if plan.lots == 1 else f"{title}{'一二三'[place]}标段"
        serial = (int(plan.project_code[-6:]) * 3 + place) % 1_000_000
        deal = dealcode.make(plan.deal_class, SYSTEMS[SYSTEM].code, stamp(created)[:8], serial)
        ceiling, days = round(share, 2), dice.between(4, 48) * 15
        scope = texts.works(dice, plan.deal_class, plan.address, ceiling, days)
        lot = Lot(f"{procedure}{place + 1:03d}", name, deal, ceiling, days, scope)
        lots.append(lot)
        _register_lot(docket, dice, plan, procedure, lot, later(created, 0.02), 1)
    if plan.watched:
        watch(docket, dice, city.construction_supervisor, created, procedure, title, lots[0], plan)
    return lots


def _register_lot(
    docket: Docket, dice: Dice, plan: Plan, procedure: str, lot: Lot, at: datetime, time: int
) -> None:
    docket.send(dice, SYSTEM, "502", lot.code, at, {
        "TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODE": lot.code, "BID_SECTION_NAME": lot.name,
        "BID_ECTION_NUM": str(time), "UNIFIED_DEAL_CODE": lot.deal_code, "BID_TENDER_MODE": "1",
        "REGION_CODE": plan.region, "TRA_PLACE_CODE": CITY_CODE, "BID_SECTION_CONTENT": lot.scope,
        "TENDER_PROJECT_CLASSIFY_CODE": plan.work_class, "CONTRACT_RECKON_PRICE": f"{lot.ceiling:.2f}",
        "CURRENCY_CODE": "156", "PRICE_UNIT": "0",
        "BID_QUALIFICATION": "具备相应资质且信用良好，详见招标公告。", "LIMITE_TIME": str(lot.days),
        "CREATE_TIME": stamp(at),
    }, op=str(time))  # fmt: skip


def _announce(
    docket: Docket,
    dice: Dice,
    plan: Plan,
    procedure: str,
    title: str,
    lots: list[Lot],
    at: datetime,
    time: int,
) -> datetime:
    """Send the notice, its change and its clarification; returns the deadline that holds.

    Twenty days are left after the notice, fifteen after a change or a clarification (招标投标法 第二十三、二十四条).
    """
    clarified = dice.office(later(at, dice.between(2, 4)))
    deadline = at_clock(max(later(at, dice.between(22, 33)), later(clarified, 16)), 9, 30)
    name = f"{title}招标公告" + ("" if time == 1 else "（第二次）")
    scope = "\n".join(lot.scope if len(lots) == 1 else f"{lot.name}：{lot.scope}" for lot in lots)
    place = f"{_PLACE}{dice.between(1, 12)}"
    ceiling = sum(lot.ceiling for lot in lots)
    call = texts.Call(
        title, self_code(plan), plan.principal, plan.agent, scope, ceiling, deadline, "公开招标", place
    )
    data = {
        "TENDER_PROJECT_CODE": procedure, "NOTICE_BID_NUM": str(len(lots)),
        "BID_SECTION_CODES": ";".join(lot.code for lot in lots),
        "TRAD_CENTER_NAME": "示范市公共资源交易中心（演示）",
        "UNIFIED_DEAL_CODES": ";".join(lot.deal_code for lot in lots), "TENDER_SELF_CODE": self_code(plan),
        "NOTICE_NAME": name,
        "NOTICE_CONTENT": texts.invitation(dice, call, texts.TENDERING),
        "NOTICE_SEND_TIME": stamp(at), "NOTICE_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/jsgc/{procedure}-{time}", "NOTICE_NATURE": "1" if time == 1 else "3",
        "BULLETIN_TYPE": "1", "DOC_GET_START_TIME": stamp(at), "DOC_GET_END_TIME": stamp(later(at, 7)),
        "TENDER_DOC_GET_METHOD": "凭数字证书在线下载", "BID_DOC_REFER_END_TIME": stamp(deadline),
        "BID_OPEN_TIME": stamp(deadline), "BID_OPEN_METHOD": "网上开标",
        "BID_DOC_REFER_METHOD": "加密后在线递交", "SYNDICATED_FLAG": "1" if plan.lots > 1 else "0",
        "TENDERER_CODE": plan.principal.code, "TENDERER_NAME": plan.principal.name,
        "TENDERER_ADDRESS": plan.principal.address, "TENDERER_CONTACTOR": plan.principal.contact,
        "TENDERER_PHONE_NUMBER": plan.principal.phone, "TENDERER_EMAIL": plan.principal.email,
        "TENDER_AGENCY_CODE": plan.agent.code, "TENDER_AGENCY_NAME": plan.agent.name,
        "TENDER_AGENCY_ADDRESS": plan.agent.address, "TENDER_AGENCY_CONTACTOR": plan.agent.contact,
        "TENDER_AGENCY_PHONE_NUMBER": plan.agent.phone, "TENDER_AGENCY_EMAIL": plan.agent.email,
        "ATTACHMENT_CODE": f"{procedure}-{time}", "BULLETIN_DUTY": plan.agent.contact,
        "BULLETIN_DUTY_CODE_TYPE": "平台验证员",
    }  # fmt: skip
    key = f"{procedure}:notice:{time}"
    docket.send(dice, SYSTEM, "503", key, at, data)
    if plan.clarified and time == 1:
        _clarify(docket, dice, procedure, title, lots, clarified, deadline, place)
    if plan.changed and time == 1:
        changed = dice.office(later(at, dice.between(5, 8)))
        moved = at_clock(max(later(deadline, dice.between(5, 9)), later(changed, 16)), 9, 30)
        docket.send(dice, SYSTEM, "503", key, changed, {
            **data, "NOTICE_NATURE": "2",
            "NOTICE_CONTENT": data["NOTICE_CONTENT"] + texts.change(dice, deadline, moved),
            "IS_POSTPONE": "1", "BID_DOC_REFER_END_TIME": stamp(moved), "BID_OPEN_TIME": stamp(moved),
        }, op="2")  # fmt: skip
        return moved
    return deadline


def _clarify(
    docket: Docket,
    dice: Dice,
    procedure: str,
    title: str,
    lots: list[Lot],
    at: datetime,
    deadline: datetime,
    place: str,
) -> None:
    docket.send(dice, SYSTEM, "504", f"{procedure}:clarification:1", at, {
        "TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODE": ";".join(lot.code for lot in lots),
        "UNIFIED_DEAL_CODES": ";".join(lot.deal_code for lot in lots),
        "DOC_NAME": f"{title}招标文件澄清（一）", "BID_QUALIFICATION": "不作修改",
        "BID_DOC_REFER_END_TIME": stamp(deadline), "VALID_PERIOD": "90",
        "BID_DOC_REFER_METHOD": "加密后在线递交", "MARGIN_PAY_TYPE": "1;7", "PRICE_FORM_CODE": "1",
        "MARGIN_AMOUNT": f"{min(800_000.0, round(lots[0].ceiling * 0.015, -3)):.2f}",
        "MARGIN_CURRENCY": "156", "MARGIN_AMOUNT_UNIT": "0",
        "CONTROL_PRICE": f"{sum(lot.ceiling for lot in lots):.2f}", "CONTROL_PRICE_CURRENCY": "156",
        "CONTROL_PRICE_UNIT": "0", "EVALUATING_METHOD": "综合评估法", "BID_OPEN_TIME": stamp(deadline),
        "BID_OPEN_PLACE": place, "BID_OPEN_TYPE": "网上开标", "QUAL_TYPE": "2", "CLARIFY_TIME": stamp(at),
        "IS_POSTPONE": "0", "CLARIFY_CONTENT": texts.questions(dice), "SUBMIT_TIME": stamp(at),
        "URL": f"https://demo.invalid/jsgc/{procedure}-c1",
    })  # fmt: skip


def _fail(
    docket: Docket, dice: Dice, plan: Plan, procedure: str, title: str, lots: list[Lot], deadline: datetime
) -> datetime:
    """The first tender fails; the lots are tendered a second time. Returns the second deadline."""
    reason, kind = plan.failed or words.REASONS[0]
    failed = later(deadline, 0.2)
    again = dice.office(later(deadline, dice.between(8, 20)))
    for lot in lots:
        docket.send(dice, SYSTEM, "517", f"{lot.code}:failure:1", failed, {
            "TENDER_PROJECT_CODE": procedure, "BID_SECTION_CODE": lot.code,
            "UNIFIED_DEAL_CODE": lot.deal_code, "EXCEPITON_NAME": f"{lot.name}招标异常情况报告",
            "EXCEPITON_INFOR": f"{texts.MARK}\n{lot.name}因{reason}，本次招标终止。招标人将分析原因后依法重新招标。",
            "APPROVAL_RESULT": "同意重新招标", "APPROVAL_TIME": stamp(failed), "EXCEPITON_TYPE": kind,
        })  # fmt: skip
        _register_lot(docket, dice, plan, procedure, lot, later(again, -0.1), 2)
    return _announce(docket, dice, plan, procedure, title, lots, again, 2)

"""A construction trade of the demo city, from the approval of the project to its performance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.credit import Offence, fulfilled, punish, watch
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City, Party, masked
from ggzy.desks.exchange.demo.systems import CITY_CODE, MEDIA, REGIONS, SYSTEMS
from ggzy.standard import dealcode
from ggzy.standard.identifiers import id_check_char

SYSTEM = "construction"
_PLACE = "示范市公共资源交易中心开标室"


@dataclass(slots=True)
class Lot:
    """A lot of a tender: its codes, its price ceiling, and who bid for it."""

    code: str
    name: str
    deal_code: str
    ceiling: float
    days: int
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


def plan(city: City, dice: Dice, number: int, notice_at: datetime) -> Plan:
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


def play(docket: Docket, city: City, dice: Dice, plan: Plan) -> list[Lot]:
    """Send the trade's records up to now, stage after stage, and return its lots."""
    procedure = plan.project_code + "001"
    title = f"{plan.name}{plan.trade}"
    lots = _approve(docket, city, dice, plan, procedure, title)
    deadline = _announce(docket, dice, plan, procedure, title, lots, plan.notice_at, 1)
    if plan.failed:
        deadline = _fail(docket, dice, plan, procedure, title, lots, deadline)
    for lot in lots:
        _compete(docket, city, dice, plan, procedure, lot, deadline)
    return lots


def _approve(docket: Docket, city: City, dice: Dice, plan: Plan, procedure: str, title: str) -> list[Lot]:
    principal, agent = plan.principal, plan.agent
    approved = dice.office(later(plan.notice_at, -dice.between(14, 45)), before=True)
    created = dice.office(later(plan.notice_at, -dice.between(4, 10)), before=True)
    invest = f"{approved.year}-{plan.region}-{plan.industry[1:]}-01-{plan.project_code[-6:]}"
    docket.send(dice, SYSTEM, "500", plan.project_code, approved, {
        "PROJECT_CODE": plan.project_code, "PROJECT_NAME": plan.name, "REGION_CODE": plan.region,
        "RELATE_CODE": "1",
        "INVEST_PROJECT_CODE": invest, "ADDRESS": plan.address, "LEGAL_PERSON": principal.name,
        "CLASS_VER_CODE": "2",
        "INDUSTRIES_TYPE": plan.industry, "FUND_SOURCE": dice.pick(words.FUNDS), "CONTRIBUTION_SCALE": "100%",
        "PROJECT_SCALE": texts.works(dice, plan.deal_class, plan.address, plan.amount, dice.between(60, 540)),
        "CONTACTOR": principal.contact, "CONTACT_INFORMATION": principal.phone,
        "APPROVAL_NAME": f"关于{plan.name}可行性研究报告的批复",
        "APPROVAL_NUMBER": f"示发改审〔{approved.year}〕{dice.between(1, 980)}号",
        "APPROVAL_AUTHORITY": city.approver.name, "CREATE_TIME": stamp(approved),
    })  # fmt: skip
    docket.send(dice, SYSTEM, "501", procedure, created, {
        "PROJECT_CODE": plan.project_code, "TENDER_PROJECT_CODE": procedure,
        "TENDER_SELF_CODE": _self_code(plan),
        "IS_TO_LAW": "1", "TENDER_PROJECT_NAME": title, "TENDER_PROJECT_TYPE": plan.deal_class,
        "REGION_CODE": plan.region, "TENDER_CONTENT": f"{title}的全部内容，共{plan.lots}个标段。{texts.MARK}",
        "OWNER_NAME": principal.name, "TENDERER_NAME": principal.name, "TENDERER_CODE_TYPE": "1",
        "TENDERER_CODE": principal.code, "ISUNION": "0", "TENDERER_ROLE": "01",
        "TENDER_AGENCY_NAME": agent.name,
        "TENDER_AGENCY_CODE_TYPE": "1", "TENDER_AGENCY_CODE": agent.code, "TENDER_AGENCY_ROLE": "02",
        "TENDER_MODE": "1", "TENDER_ORGANIZE_FORM": "2", "CREATE_TIME": stamp(created),
        "SUPERVISE_DEPT_NAME": city.construction_supervisor.name,
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
        lot = Lot(f"{procedure}{place + 1:03d}", name, deal, round(share, 2), dice.between(4, 48) * 15)
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
        "REGION_CODE": plan.region, "TRA_PLACE_CODE": CITY_CODE,
        "BID_SECTION_CONTENT": texts.works(dice, plan.deal_class, plan.address, lot.ceiling, lot.days),
        "TENDER_PROJECT_CLASSIFY_CODE": plan.work_class, "CONTRACT_RECKON_PRICE": f"{lot.ceiling:.2f}",
        "CURRENCY_CODE": "156", "PRICE_UNIT": "0",
        "BID_QUALIFICATION": "具备相应资质且信用良好，详见招标公告。", "LIMITE_TIME": str(lot.days),
        "CREATE_TIME": stamp(at),
    })  # fmt: skip


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
    """Send the notice, its change and its clarification; returns the deadline that holds."""
    deadline = at_clock(later(at, dice.between(20, 33)), 9, 30)
    name = f"{title}招标公告" + ("" if time == 1 else "（第二次）")
    scope = texts.works(dice, plan.deal_class, plan.address, plan.amount, lots[0].days)
    place = f"{_PLACE}{dice.between(1, 12)}"
    data = {
        "TENDER_PROJECT_CODE": procedure, "NOTICE_BID_NUM": str(len(lots)),
        "BID_SECTION_CODES": ";".join(lot.code for lot in lots),
        "TRAD_CENTER_NAME": "示范市公共资源交易中心（演示）",
        "UNIFIED_DEAL_CODES": ";".join(lot.deal_code for lot in lots), "TENDER_SELF_CODE": _self_code(plan),
        "NOTICE_NAME": name,
        "NOTICE_CONTENT": texts.invitation(dice, title, plan.principal, plan.agent, scope, _self_code(plan),
                                           sum(lot.ceiling for lot in lots), deadline, "公开招标", place),
        "NOTICE_SEND_TIME": stamp(at), "NOTICE_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/jsgc/{procedure}-{time}",
        "NOTICE_NATURE": "1" if time == 1 else "3", "BULLETIN_TYPE": "1", "DOC_GET_START_TIME": stamp(at),
        "DOC_GET_END_TIME": stamp(later(at, 7)), "TENDER_DOC_GET_METHOD": "凭数字证书在线下载",
        "BID_DOC_REFER_END_TIME": stamp(deadline), "BID_OPEN_TIME": stamp(deadline),
        "BID_OPEN_METHOD": "网上开标",
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
        clarified = dice.office(later(at, dice.between(2, 4)))
        _clarify(docket, dice, procedure, title, lots, clarified, deadline, place)
    if plan.changed and time == 1:
        moved = at_clock(later(deadline, dice.between(5, 9)), 9, 30)
        docket.send(dice, SYSTEM, "503", key, dice.office(later(at, dice.between(5, 8))), {
            **data, "NOTICE_NATURE": "2",
            "NOTICE_CONTENT": data["NOTICE_CONTENT"] + texts.change(dice, deadline, moved),
            "IS_POSTPONE": "1", "BID_DOC_REFER_END_TIME": stamp(moved), "BID_OPEN_TIME": stamp(moved),
        })  # fmt: skip
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
        "DOC_NAME": f"{title}招标文件澄清（一）",
        "BID_QUALIFICATION": "不作修改", "BID_DOC_REFER_END_TIME": stamp(deadline), "VALID_PERIOD": "90",
        "BID_DOC_REFER_METHOD": "加密后在线递交", "MARGIN_PAY_TYPE": "1;7", "PRICE_FORM_CODE": "1",
        "MARGIN_AMOUNT": f"{min(800_000.0, round(lots[0].ceiling * 0.015, -3)):.2f}",
        "MARGIN_CURRENCY": "156",
        "MARGIN_AMOUNT_UNIT": "0", "CONTROL_PRICE": f"{sum(lot.ceiling for lot in lots):.2f}",
        "CONTROL_PRICE_CURRENCY": "156", "CONTROL_PRICE_UNIT": "0", "EVALUATING_METHOD": "综合评估法",
        "BID_OPEN_TIME": stamp(deadline), "BID_OPEN_PLACE": place, "BID_OPEN_TYPE": "网上开标",
        "QUAL_TYPE": "2",
        "CLARIFY_TIME": stamp(at), "IS_POSTPONE": "0", "CLARIFY_CONTENT": texts.questions(dice),
        "SUBMIT_TIME": stamp(at), "URL": f"https://demo.invalid/jsgc/{procedure}-c1",
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
            "UNIFIED_DEAL_CODE": lot.deal_code,
            "EXCEPITON_NAME": f"{lot.name}招标异常情况报告",
            "EXCEPITON_INFOR": f"{texts.MARK}\n{lot.name}因{reason}，本次招标终止。招标人将分析原因后依法重新招标。",
            "APPROVAL_RESULT": "同意重新招标", "APPROVAL_TIME": stamp(failed), "EXCEPITON_TYPE": kind,
        })  # fmt: skip
        _register_lot(docket, dice, plan, procedure, lot, later(again, -0.1), 2)
    return _announce(docket, dice, plan, procedure, title, lots, again, 2)


def _compete(
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
    awarded = dice.office(later(published, dice.between(5, 9)))
    docket.send(dice, SYSTEM, "513", f"{lot.code}:result", awarded, {
        **own, "REGION_CODE": plan.region, "TRA_PLACE_CODE": CITY_CODE, "TENDER_AGENCY_NAM": plan.agent.name,
        "TENDER_AGENCY_CODE": plan.agent.code, "NOTICE_NAME": f"{lot.name}中标结果公告",
        "NOTICE_CONTENT": texts.result(dice, lot.name, plan.principal, winner, price, lot.days),
        "NOTICE_SEND_TIME": stamp(awarded), "NOTICE_MEDIA": MEDIA,
        "URL": f"https://demo.invalid/jsgc/{lot.code}-r",
        "NOTICE_NATURE": "1", "BULLETIN_TYPE": "1", "WIN_BIDDER_NAME": winner.name, "BIDDER_CODE_TYPE": "1",
        "WIN_BIDDER_CODE": winner.code, "BIDDER_ROLE": "03", "PRICE_FORM_CODE": "1",
        "BID_AMOUNT": f"{price:.2f}",
        "BID_CURRENCY": "156", "PRICE_UNIT": "0", "BULLETIN_DUTY": plan.agent.contact,
        "EXAMINER_NAME": "平台验证员",
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
            "BIDDER_ORG_CODE": party.code,
            "BIDDER_ROLE": "03", "BID_MANAGER": masked(dice), "PM_CODE": manager_id(party.serial),
            "PM_CERTIFICATES": f"注册建造师 YS{party.serial:08d}", "IS_COMMIT_MARGIN": "1",
            "MARGIN_PAY_FORM": "7",
            "PRICE_FORM_CODE": "1", "MARGIN_RECEIVE_TIME": stamp(handed_in), "BID_PRICE": f"{price:.2f}",
            "PRICE_CURRENCY": "156", "PRICE_UNIT": "0", "TIME_LIMIT": str(lot.days),
            "CHECKIN_TIME": stamp(handed_in),
        })  # fmt: skip


def _publish_candidates(
    docket: Docket, dice: Dice, own: dict[str, str], lot: Lot, ranked: list[tuple[Party, float]], at: datetime
) -> None:
    for place, (party, price) in enumerate(ranked, 1):
        docket.send(dice, SYSTEM, "510", f"{lot.code}:candidate:{place}", at, {
            **own, "WIN_CANDIDATE_NAME": party.name, "BIDDER_CODE_TYPE": "1",
            "WIN_CANDIDATE_CODE": party.code,
            "BIDDER_ROLE": "03", "WIN_CANDIDATE_ORDER": str(place), "IS_FLOAT_RATE": "0",
            "EVALUATION_RESULT": f"{97.0 - 2.1 * place:.2f}", "PRICE_FORM_CODE": "1",
            "BID_PRICE": f"{price:.2f}",
            "PRICE_CURRENCY": "156", "PRICE_UINT": "0", "QUALITY": "合格",
            "EVALUATION_STATUS": "综合评估法，得分见公示",
            "WIN_CANDIDATE_QUALIFICATION": "满足招标文件要求",
        })  # fmt: skip
    docket.send(dice, SYSTEM, "511", f"{lot.code}:candidates", later(at, 0.01), {
        "TENDER_PROJECT_CODE": own["TENDER_PROJECT_CODE"], "BID_SECTION_CODES": lot.code,
        "UNIFIED_DEAL_CODE": lot.deal_code, "PUBLICITY_NAME": f"{lot.name}中标候选人公示",
        "PUBLICITY_CONTENT": texts.candidates(dice, lot.name, ranked, lot.days),
        "PUBLICITY_REFER_TIME": stamp(at),
        "NOTICE_MEDIA": MEDIA, "URL": f"https://demo.invalid/jsgc/{lot.code}-c", "PUBLICITY_TYPE": "1",
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
    signed = dice.office(later(awarded, dice.between(4, 26)))
    finished = dice.office(later(signed, lot.days * (0.9 + 0.4 * dice.random())))
    settled = round(price * (0.94 + 0.1 * dice.random()), 2)
    docket.send(dice, SYSTEM, "512", f"{lot.code}:contract", signed, {
        **own, "CONTRACT_NAME": f"{lot.name}合同", "TENDERER_NAME": plan.principal.name,
        "TENDER_CODE": plan.principal.code, "BIDDER_NAME": winner.name, "BIDDER_CODE": winner.code,
        "CONTRACT_PRICE": f"{price:.2f}", "PRICE_CURRENCY": "156", "PRICE_UNIT": "0", "PRICE_FORM_CODE": "1",
        "CONTRACT_CONTENT": texts.works(dice, plan.deal_class, plan.address, price, lot.days),
        "LIMITE_TIME": str(lot.days),
        "QUALITY_REQUIRE": "合格", "SUBMIT_TIME": stamp(signed), "CONTRACT_SIGN_TIME": stamp(signed),
    })  # fmt: skip
    reported = dice.office(later(finished, dice.between(3, 20)))
    docket.send(dice, SYSTEM, "522", f"{lot.code}:performance", reported, {
        **own, "PERFORMANCE_REPORT_NAME": f"{lot.name}履约情况报告", "TENDERER_NAME": plan.principal.name,
        "TENDERER_CODE": plan.principal.code, "PERFORMANCE_PARTY_NAME": winner.name,
        "PERFORMANCE_PARTY_CODE": winner.code, "SETTLE_PRICE": f"{settled:.2f}",
        "FINISH_TIME": stamp(finished),
        "ACTUALLY_PERIOD": str((finished - signed).days), "PERFORMANCE_CONTENT": "已按合同完成，验收合格。",
        "REPORT_ISSUE_TIME": stamp(reported),
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


def _self_code(plan: Plan) -> str:
    return f"SFZB-{plan.notice_at.year}-{plan.project_code[-6:]}"


def manager_id(serial: int) -> str:
    """An ID number with a right check digit in a region that does not exist, so that it is nobody's."""
    return _manager_id(serial % 9973)


@lru_cache(maxsize=10_000)
def _manager_id(serial: int) -> str:
    born = f"19{60 + serial % 35}{1 + serial % 12:02d}{1 + serial % 28:02d}"
    body = f"{CITY_CODE}{born}{serial % 1000:03d}"
    return body + id_check_char(body)

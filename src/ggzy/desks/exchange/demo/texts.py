"""What the demo city's notices say. Every text begins by saying that it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ggzy.desks.exchange.demo import words
from ggzy.desks.exchange.demo.chance import Dice
from ggzy.desks.exchange.demo.chance import words as spoken
from ggzy.desks.exchange.demo.parties import Party
from ggzy.desks.exchange.demo.systems import MEDIA

MARK = "【演示数据】本文由程序编写，与任何真实的项目、单位和个人无关。"
_CN = "一二三四五六七八九十"


def article(*sections: tuple[str, str]) -> str:
    """A notice of numbered sections, under the mark."""
    return "\n".join([MARK, *(f"{_CN[i]}、{head}\n{body}" for i, (head, body) in enumerate(sections))])


def works(dice: Dice, deal_class: str, place: str, amount: float, days: int) -> str:
    """What is to be built, with quantities."""
    items = dice.some(_items_of(deal_class), dice.between(4, 8))
    goods = dice.some(words.MATERIALS, 3)
    return (
        f"建设地点：{place}。建设规模：{_measure(dice, deal_class)}，估算投资约{amount / 1e4:.2f}万元。"
        f"本次招标范围包括{'、'.join(items)}等，以及施工图和工程量清单所示的全部内容；"
        f"主要材料涉及{'、'.join(goods)}。计划工期{days}日历天，质量须一次验收合格。"
    )


@dataclass(frozen=True, slots=True)
class Wording:
    """How a market speaks: its words for the sides, its ways to judge bids and to object."""

    principal: str
    bidder: str
    methods: tuple[str, ...]
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What a tender notice says."""

    name: str
    number: str
    principal: Party
    agent: Party
    scope: str
    ceiling: float
    deadline: datetime
    method: str
    place: str


def invitation(dice: Dice, call: Call, wording: Wording) -> str:
    """A tender notice of construction or procurement in full."""
    demands = enumerate(dice.some(_DEMANDS, dice.between(3, 6)), 1)
    return article(
        (
            "项目概况",
            f"{call.name}已具备实施条件，资金来自{dice.pick(words.FUNDS)}，编号{call.number}，采用{call.method}方式。"
            f"{dice.pick(_OPENERS)}",
        ),
        ("内容与范围", call.scope),
        (f"{wording.bidder}资格要求", "".join(f"（{n}）{text}" for n, text in demands)),
        ("文件的获取", f"凡有意参加者，请登录{MEDIA}，凭数字证书下载全部文件；{dice.pick(_HANDOUTS)}"),
        (
            "递交与截止",
            f"电子文件递交的截止时间为{spoken(call.deadline)}，逾期上传或未按要求加密的，系统自动拒收。"
            f"地点：{call.place}。最高限价{call.ceiling:.2f}元，超出者无效。{dice.pick(_DEPOSITS)}",
        ),
        ("评审办法", dice.pick(wording.methods)),
        (f"{wording.bidder}的异议与监督", dice.pick(wording.objections)),
        (
            "联系方式",
            f"{wording.principal}：{call.principal.name}，地址：{call.principal.address}，"
            f"联系人：{call.principal.contact}，电话：{call.principal.phone}。"
            f"代理机构：{call.agent.name}，地址：{call.agent.address}，"
            f"联系人：{call.agent.contact}，电话：{call.agent.phone}。",
        ),
    )


def opening(dice: Dice, name: str, bids: Sequence[tuple[Party, float]], days: int) -> str:
    """An opening record: who bid what."""
    lines = [
        f"{n + 1}. {p.name}，报价{price:.2f}元，工期（交付期）{days}天，已解密"
        for n, (p, price) in enumerate(bids)
    ]
    return article(
        ("开标情况", f"{name}按时开标，共收到{len(bids)}份文件，全部解密成功。{dice.pick(_OPENINGS)}"),
        ("唱标记录", "\n".join(lines)),
    )


def candidates(dice: Dice, name: str, ranked: Sequence[tuple[Party, float]], days: int) -> str:
    """The ranked candidates and how to object."""
    lines = [
        f"第{_CN[n]}名：{p.name}，投标报价{price:.2f}元，工期{days}日历天，质量承诺合格，综合得分{96.5 - 2.3 * n - dice.random():.2f}分"
        for n, (p, price) in enumerate(ranked)
    ]
    return article(
        ("评标结果", f"{name}的评标工作已经结束，评标委员会按招标文件规定的办法推荐下列候选人。"),
        ("候选人名单", "\n".join(lines)),
        ("公示与异议", dice.pick((_PUBLICITY, _SUPERVISED))),
    )


def result(dice: Dice, name: str, principal: Party, winner: Party, price: float, days: int) -> str:
    """Who won and for how much."""
    return article(
        (
            "结果",
            f"{name}的中标（成交）人为{winner.name}，地址：{winner.address}，中标（成交）金额{price:.2f}元，履行期限{days}天。",
        ),
        ("说明", f"{dice.pick(_REASONS)}{dice.pick(_AFTERWARDS)}"),
        ("联系方式", f"{principal.name}，联系人：{principal.contact}，电话：{principal.phone}。"),
    )


def purchase(dice: Dice, deal_class: str, name: str, amount: float, days: int) -> str:
    """What is to be bought: goods with quantities, services with their tasks, or small works."""
    if deal_class == "D01":
        bought = dice.some(words.GOODS, dice.between(3, 6))
        items = "；".join(f"{item}{dice.between(1, 60)}（台/套）" for item in bought)
    elif deal_class == "D02":
        items = "、".join(dice.some(words.BUILDING_ITEMS, dice.between(3, 6)))
    else:
        items = "、".join(dice.some(words.TASKS, dice.between(3, 6)))
    return (
        f"采购标的：{name}，预算{amount:.2f}元。主要清单：{items}。{dice.pick(_SERVICES)}"
        f"交付期限：合同签订后{days}天内，地点由采购人指定。{dice.pick(_POLICIES)}"
    )


def change(dice: Dice, old: datetime, new: datetime) -> str:
    """The paragraph that a changed notice adds."""
    why = dice.pick(
        (
            "因工程量清单个别子目调整",
            "因潜在投标人提出疑问并经研究采纳",
            "因图纸局部深化",
            "因资格条件表述修订",
        )
    )
    return f"\n更正说明：{why}，递交截止及开标时间由{spoken(old)}延至{spoken(new)}，其余内容不变，以本次更正为准。"


def questions(dice: Dice) -> str:
    """Questions on the document and their answers."""
    asked = dice.some(_QUESTIONS, dice.between(2, 4))
    return MARK + "\n" + "\n".join(f"问题{n + 1}：{q}\n答复：{a}" for n, (q, a) in enumerate(asked))


def _items_of(deal_class: str) -> Sequence[str]:
    if deal_class in ("A01", "A13"):
        return words.BUILDING_ITEMS
    return words.WATER_ITEMS if deal_class in ("A06", "A07") else words.ROAD_ITEMS


def _measure(dice: Dice, deal_class: str) -> str:
    if deal_class in ("A01", "A13"):
        if dice.chance(0.3):
            return f"改造面积{dice.between(1500, 88000)}平方米，惠及{dice.between(80, 2600)}户"
        return f"总建筑面积约{dice.between(800, 42000)}平方米，地上{dice.between(2, 18)}层"
    if deal_class in ("A06", "A07"):
        return f"治理河段{dice.between(1, 18)}.{dice.between(0, 9)}公里，新建护岸{dice.between(400, 8000)}米"
    if dice.chance(0.6):
        return f"道路全长{dice.between(300, 9800)}米，红线宽{dice.any((12, 16, 20, 24, 30, 36, 42))}米"
    return f"铺设各类管线{dice.between(500, 26000)}米，新建检查井{dice.between(20, 640)}座"


_OPENERS = (
    "该事项已经主管部门批准，现公开邀请符合条件的单位参加。",
    "项目前期手续齐备，现予公告，欢迎合格的潜在投标人参与竞争。",
    "为改善公共服务条件，经集体研究决定实施，现将有关事项公布如下。",
    "该项目列入本年度重点民生实事清单，建设任务紧，请各单位合理安排。",
    "实施方案已完成专家论证，采购需求已按规定公示并吸收了各方意见。",
)
_DEMANDS = (
    "具有独立承担民事责任的能力，营业执照在有效期内；",
    "具备与本项目规模相适应的专业资质，并在人员、设备、资金方面有相应能力；",
    "近三年承担过至少一项规模相近的同类项目，以合同和验收证明为准；",
    "拟派项目负责人持有相应专业的注册证书，且未在其他在建项目任职；",
    "未被列入失信被执行人、重大税收违法失信主体和采购严重违法失信名单；",
    "有依法缴纳税收和社会保障资金的良好记录；",
    "单位负责人为同一人或存在控股、管理关系的不同单位，不得同时参加；",
    "本项目接受联合体，联合体成员不超过两家，牵头人应承担主要工作；",
    "专门面向中小企业，须提供声明函并对真实性负责；",
    "企业安全生产许可证在有效期内，主要负责人和安全员持证上岗；",
    "具有健全的财务会计制度，能够提供上一年度经审计的财务报告；",
    "承诺接到通知后在合同约定的时限内派人到场，服务机构设在何处不限；",
)
_HANDOUTS = (
    "文件免费提供，不收取任何费用。", "获取期限不少于五日，过期系统关闭下载。",
    "下载后请随时留意补充通知，不再另行告知。",
    "首次参加者在线填报一次主体信息，在其他地方已经登记的全国互认，不必重复登记。",
)  # fmt: skip
_DEPOSITS = (
    "本项目不收取投标保证金。", "投标保证金可采用电子保函形式递交，受益人为招标人。",
    "保证金应在截止前从基本账户转出，以到账时间为准。",
    "信用等级为优的企业保证金减半收取，各地的信用评价同等对待。",
)  # fmt: skip
_SUPERVISED = "行业主管部门依法实施监督，交易全过程留痕并可追溯。"
_PUBLICITY = "公示期内可在线提出异议，匿名或超期的不予受理；监督电话见公告网站首页。"
TENDERING = Wording(
    "招标人",
    "投标人",
    (
        "采用综合评估法，商务、技术、报价和信用四部分分别打分后汇总。",
        "采用经评审的最低投标价法，技术标通过制，价格由低到高排序。",
        "实行评定分离，评标委员会推荐不排序的候选人，由招标人按定标规则确定。",
    ),
    (
        "对文件有异议的，应当在递交截止十日前通过系统提出，三日内答复；对答复不满意的，可向行政监督部门投诉。",
        _SUPERVISED,
    ),
)
PROCUREMENT = Wording(
    "采购人",
    "供应商",
    (
        "采用综合评分法，价格分按低价优先计算，权重百分之三十。",
        "以满足实质性要求且最后报价最低者为第一成交候选人。",
        "采用综合评分法，技术方案、履约能力和报价分别计分，同分时报价低者优先。",
    ),
    (
        "认为权益受到损害的，可以在知道之日起七个工作日内以书面形式质疑，须写明事实依据和请求。",
        _SUPERVISED,
    ),
)
_OPENINGS = (
    "各方代表对记录无异议并完成电子签名。",
    "现场通过视频同步直播，全程录音录像。",
    "监督人员在线见证，未收到当场异议。",
)
_REASONS = (
    "该单位综合得分最高。", "该单位报价经评审最低且满足全部实质性要求。",
    "评审小组一致推荐，予以确认。",
    "公示期内未收到异议。", "排名第一的候选人资格经复核无误。",
)  # fmt: skip
_AFTERWARDS = (
    "双方应在三十日内签订合同。",
    "合同签订后将按规定公开。",
    "自本公告发布之日起一个工作日内为公告期。",
)
_SERVICES = (
    "供应商应负责运输、安装、调试和培训，质保期不少于三年。",
    "服务人员须持证上岗并经背景审查，日常考核结果与付款挂钩。",
    "系统须与现有平台对接，数据归采购人所有，迁移期间业务不得中断。",
    "食材来源可查，配送车辆恒温并安装定位，检验报告随车。",
    "实行季度评价，连续两次不合格的可以解除合同。",
)  # fmt: skip
_POLICIES = (
    "对小微企业报价给予百分之十的扣除。", "优先采购节能和环境标志产品。", "不接受进口产品。",
    "支持监狱企业和残疾人福利性单位参与。",
)  # fmt: skip
_QUESTIONS = (
    ("清单中土石方运距按多少计算？", "按五公里以内综合考虑，结算时不再调整。"),
    ("业绩证明是否可以用竣工验收备案表代替？", "可以，但应能反映规模和完成时间。"),
    ("项目负责人是否允许有在建工程？", "不允许，以监管平台查询结果为准。"),
    ("暂列金额是否计入报价？", "计入，不得竞争。"),
    ("保函的有效期如何要求？", "与投标有效期一致，自截止之日起九十日。"),
    ("技术方案页数有无限制？", "不超过二百页，超出部分不作为评审依据。"),
    ("夜间施工增加费如何计取？", "已含在措施费中，由投标人自行考虑。"),
    ("图纸与清单不一致时以何者为准？", "以清单为准，实施中按合同约定调整。"),
)

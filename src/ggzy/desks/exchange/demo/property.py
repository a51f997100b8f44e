"""State-owned assets and shares sold in the demo city, from the listing to the deal."""

from __future__ import annotations

from datetime import datetime

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, later, stamp
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City
from ggzy.desks.exchange.demo.systems import CITY_CODE, REGIONS, SYSTEMS, credit_code
from ggzy.standard import dealcode

SYSTEM = "property"


def play(docket: Docket, city: City, dice: Dice, number: int, listed_at: datetime) -> None:
    """Send a listing and its deal: mostly assets, sometimes shares of a company (order 32)."""
    share = dice.chance(0.25)
    seller = dice.pick(city.principals)
    deal = dealcode.make(
        "C02" if share else "C01", SYSTEMS[SYSTEM].code, stamp(listed_at)[:8], number % 1_000_000
    )
    code = f"{'GQ' if share else 'ZC'}{listed_at.year}SF{number:07d}"
    own = {
        "PROJECT_CODE": code, "BID_CODE": code, "UNIFIED_DEAL_CODE": deal, "REGION_CODE": seller.region,
        "TRA_PLACE_CODE": CITY_CODE, "TRA_AGENCY_NAME": city.property_exchange.name,
        "TRA_AGENCY_CODE": city.property_exchange.code, "PROJECT_URL": f"https://demo.invalid/cqjy/{code}",
    }  # fmt: skip
    if share:
        _share(docket, city, dice, own, number, listed_at)
    else:
        _asset(docket, city, dice, own, listed_at)


def _asset(docket: Docket, city: City, dice: Dice, own: dict[str, str], at: datetime) -> None:
    seller = dice.pick(city.principals)
    thing, kind, middle = dice.pick(words.ASSETS)
    price = dice.amount(middle) / 1e4
    name = f"{seller.name}{dice.pick(words.STREETS)}{thing}转让（{own['PROJECT_CODE'][-5:]}）"
    own = {**own, "PROJECT_NAME": name, "BID_NAME": name, "REGION_CODE": seller.region}
    days = 10 if price < 1000 else 20
    docket.send(dice, SYSTEM, "700", own["PROJECT_CODE"], at, {
        **own, "PROJECT_CLASSIFY_CODE": "C01", "PROJECT_TYPE": kind, "SELLER_NAME": seller.name,
        "SELLER_CODE": seller.code, "SELLER_TYPE": "1", "SELLER_ROLE": "99", "PRICE_FORM_CODE": "1",
        "PROJECT_PRICE": f"{price:.4f}", "CURRENCY_CODE": "156", "PRICE_UNIT": "1",
        "PUBLISH_DURATION": str(_calendar_days(days)), "PUBLISH_DATE": stamp(at)[:8], "POST_PONE": "1",
        "PRE_EXCHANGE_TYPE": "网络竞价",
        "TRANSFER_NOTES": texts.article(
            ("标的情况", f"{name}，标的按现状转让，{dice.pick(_STATES)}"),
            ("竞价安排", f"挂牌价{price:.4f}万元，公告期{days}个工作日，期满有两个以上意向方的采用多次报价的网络竞价。"),
            ("付款与交割", f"{dice.pick(_PAYMENTS)}"),
            ("展示", f"自公告之日起可预约现场查看，联系人{seller.contact}，电话{seller.phone}。"),
        ),
    })  # fmt: skip
    if dice.chance(0.2):
        return  # nobody came
    buyer, traded = dice.pick(city.investors), dice.office(later(at, _calendar_days(days) + dice.between(3, 10)))
    docket.send(dice, SYSTEM, "701", own["PROJECT_CODE"], traded, {
        **own, "PROJECT_NAME": f"{name}成交结果（演示）", "EXCHANGE_TYPE": "网络竞价",
        "SELLER_NAME": buyer.name, "SELLER_CODE": buyer.code, "SELLER_TYPE": "1", "SELLER_ROLE": "08",
        "OBJECT_EVALUATE_VALUE": f"{price:.4f}", "PRICE_FORM_CODE": "1",
        "TRADE_VALUE": f"{price * (1 + 0.4 * dice.random() ** 2):.4f}", "CURRENCY_CODE": "156",
        "PRICE_UNIT": "1", "TRADE_DATE": stamp(traded)[:8],
    })  # fmt: skip


def _share(docket: Docket, city: City, dice: Dice, own: dict[str, str], number: int, at: datetime) -> None:
    seller = dice.pick(city.principals)
    company = f"示范{dice.any(words.BRANDS_1)}{dice.any(words.BRANDS_2)}{dice.pick(words.COMPANIES)}有限公司"
    company_code = credit_code("91", number % 1_000_000, "MG")
    percent, price = dice.any((10, 20, 34, 49, 51, 70, 100)), dice.amount(9e6, 1.0) / 1e4
    name = f"{company}{percent}%股权转让（{own['PROJECT_CODE'][-5:]}）"
    target = {"PROJECT_CODE": own["PROJECT_CODE"], "BID_CODE": own["PROJECT_CODE"], "SUBJECT_COMPANY_NAME": company,
              "SUBJECT_COMPANY_CODE": company_code}  # fmt: skip
    own = {**own, "PROJECT_NAME": name, "BID_NAME": name, "REGION_CODE": seller.region}
    docket.send(dice, SYSTEM, "750", own["PROJECT_CODE"], at, {
        **own, "PROJECT_CLASSIFY_CODE": "C02", "SELLER_NAME": seller.name, "SELLER_TYPE": "1",
        "SELLER_CODE": seller.code, "SELLER_ROLE": "99", "AUTHORIZE_UNIT": city.state_assets.name,
        "TOTAL_PERCENT": f"{percent:.4f}", "PROJECT_PRICE": f"{price:.6f}", "CURRENCY_CODE": "156",
        "PRICE_UNIT": "1", "PUBLISH_DURATION": str(_calendar_days(20)), "PUBLISH_DATE": stamp(at)[:8], "POST_PONE": "1",
        "PRE_EXCHANGE_TYPE": "网络竞价", "MANAGEMENT_INTENT": "0", "GIVEUP_PRIORITY": "1",
        "IMPORTANT_INFO": texts.article(
            ("标的企业", f"{company}位于{REGIONS[seller.region]}，主营业务稳定，本次转让{percent}%股权，转让底价{price:.2f}万元。"),
            ("重大事项", f"{dice.pick(_STATES)}职工安置方案已经职工大会通过，债权债务由标的企业继续享有和承担。"),
            ("交易条件", f"{dice.pick(_PAYMENTS)}"),
        ),
        "BUYER_POSTULATE": "依法设立并有效存续的企业法人或者具有完全民事行为能力的自然人。",
    })  # fmt: skip
    capital = price / percent * 100 * (1.2 + dice.random())
    docket.send(dice, SYSTEM, "751", f"{own['PROJECT_CODE']}:company", later(at, 0.01), {
        **target, "SELL_PERCENT": f"{percent:.4f}", "ZONE": seller.region, "CLASS_VER_CODE": "2",
        "FINANCE_REPORT_DATE": f"{at.year - 1}1231", "FINANCE_REPORT_TYPE": "01",
        "TOTAL_CAPITAL": f"{capital:.2f}", "TOTAL_DEBT": f"{capital * 0.4:.2f}",
        "OWENERSHIP_INTEREST": f"{capital * 0.6:.2f}", "BUSINESS_INCOME": f"{capital * 0.5:.2f}",
        "NET_PROFIT": f"{capital * 0.03:.2f}",
    })  # fmt: skip
    docket.send(dice, SYSTEM, "752", f"{own['PROJECT_CODE']}:holder:1", later(at, 0.01), {
        **target, "TOP10_HOLDER_NAME": seller.name, "TOP10_HOLDER_NUMBER": str(percent * 10_000),
        "TOP10_HOLDER_PERCENT": f"{percent:.2f}",
    })  # fmt: skip
    if dice.chance(0.3):
        return  # nobody came
    buyer, traded = dice.pick(city.investors), dice.office(later(at, dice.between(32, 50)))
    docket.send(dice, SYSTEM, "753", own["PROJECT_CODE"], traded, {
        **own, "PROJECT_NAME": f"{name}交易结果（演示）", "EXCHANGE_TYPE": "网络竞价",
        "SELLER_NAME": buyer.name, "SELLER_CODE": buyer.code, "SELLER_TYPE": "1", "SELLER_ROLE": "08",
        "OBJECT_EVALUATE_VALUE": f"{price:.6f}", "TRADE_VALUE": f"{price * (1 + 0.2 * dice.random()):.6f}",
        "CURRENCY_CODE": "156", "PRICE_UNIT": "1", "TRADE_DATE": stamp(traded)[:8],
    })  # fmt: skip


def _calendar_days(working_days: int) -> int:
    """The standard counts a listing in days, order 32 in working days."""
    return working_days * 7 // 5


_STATES = ("权属清晰，无抵押查封。", "部分处于出租状态，承租人享有优先购买权。",
           "已停止使用两年，存在自然损耗。", "资料移交以清单为准，不作质量担保。",
           "已完成评估备案，评估基准日后的损益由受让方承担。")  # fmt: skip
_PAYMENTS = ("成交后五个工作日内一次付清全部价款，凭交易凭证办理交割。",
             "价款通过交易机构专用账户结算，不接受场外支付。",
             "首付不低于三成，余款在一年内付清并提供担保。",
             "保证金在签约后抵作价款，未成交的五个工作日内原路退还。")  # fmt: skip

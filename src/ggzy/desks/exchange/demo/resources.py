"""Land and mining rights of the demo city, from the notice to the deal."""

from __future__ import annotations

from datetime import datetime

from ggzy.desks.exchange.demo import texts, words
from ggzy.desks.exchange.demo.chance import Dice, at_clock, later, stamp
from ggzy.desks.exchange.demo.chance import words as spoken
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.parties import City
from ggzy.desks.exchange.demo.systems import CITY, CITY_CODE, DISTRICTS, MEDIA, REGIONS, SYSTEMS
from ggzy.standard import dealcode

SYSTEM = "resources"


def play_land(docket: Docket, city: City, dice: Dice, number: int, notice_at: datetime) -> None:
    """Send the notice of a land-use right and, when the listing is over, its deal (order 39: 20 days' notice)."""
    use, term, price_per_metre = dice.pick(words.LAND_USES)
    region, street = dice.any(DISTRICTS), dice.pick(words.STREETS)
    area = round(dice.amount(28_000, 0.7) + dice.random() * 100, 2)
    start = round(area * price_per_metre * (0.8 + 0.5 * dice.random()) / 1e4, 0)
    parcel = f"SF{notice_at.year}-{number:07d}号"
    name = f"{REGIONS[region]}{street}{parcel}地块国有建设用地使用权"
    guid = f"SFTD{number:09d}"
    listing, end = at_clock(later(notice_at, 20), 9), at_clock(later(notice_at, 31), 10)
    deal = dealcode.make("B01", SYSTEMS[SYSTEM].code, stamp(notice_at)[:8], number % 1_000_000)
    office, centre = city.land_office, city.land_centre
    agency = {"TRA_PLACE_CODE": CITY_CODE, "TRA_AGENCY_NAME": centre.name, "TRA_AGENCY_CODE": centre.code}
    docket.send(dice, SYSTEM, "600", guid, notice_at, {
        "ANNOUNCEMENT_GUID": guid, "LAND_PROJECT_NAME": name, "UNIFIED_DEAL_CODE": deal,
        "ANNOUNCEMENT_TITLE": f"{name}挂牌出让公告",
        "ANNOUNCEMENT_CONNECT": texts.article(
            ("地块概况", f"{name}，位于{REGIONS[region]}{street}，面积{area:.2f}平方米，用途为{use}，出让年限{term}，"
                         f"容积率不大于{1 + 2.4 * dice.random():.1f}，绿地率不小于{dice.any((15, 20, 25, 30, 35))}%。{dice.pick(_LAND_TERMS)}"),
            ("起始价与增价", f"起始价{start:.0f}万元，竞买保证金{start * 0.2:.0f}万元，每次增价不少于{max(1, start // 200):.0f}万元。"),
            ("时间安排", f"挂牌自{spoken(listing)}起，至{spoken(end)}止，期满有两人以上仍愿报价的转入限时竞价。"),
            ("竞买资格", "境内外的法人、自然人和其他组织均可申请，欠缴土地价款或有闲置土地违法行为未处置的除外。"),
            ("联系方式", f"{office.name}，电话{office.phone}；文件在{MEDIA}免费下载。"),
        ),
        "LAND_DISTRICT": region, **agency, "URL": f"https://demo.invalid/tdcr/{guid}",
        "END_DATE": stamp(end)[:8], "CREATE_TIME": stamp(notice_at)[:8],
        "PUBLISHING_TIME": stamp(notice_at)[:8], "SUPPLY_TYPE": "3", "ANNOUNCEMENT_UNIT": office.name,
        "ANNOUNCEMENT_START_TIME": stamp(notice_at)[:8], "ANNOUNCEMENT_DEADLINE": stamp(listing)[:8],
        "FIELD_NUM": "1", "LISTING_START_TIME": stamp(listing)[:12], "LISTING_DEADLINE": stamp(end)[:12],
        "LISTING_TYPE": "4", "ANNOUNCEMENT_TYPE": "1", "LIAISON_UNIT": office.name,
        "CONTACT_PERSON": office.contact, "CONTACT_NUMBER": office.phone,
        "ANNOUNCEMENT_CODE": f"示自然资告字〔{notice_at.year}〕{number}号", "ATTACHMENT_SET_CODE": guid,
    })  # fmt: skip
    if dice.chance(0.12):
        return  # nobody bid
    winner = dice.pick(city.investors)
    price = round(start * (1 + 0.45 * dice.random() * dice.random()), 0)
    published = dice.office(later(end, dice.between(1, 6)))
    docket.send(dice, SYSTEM, "601", f"{guid}-01", published, {
        "DEAL_LAND_CODE": f"{guid}-01", "DEAL_ANNOUNCEMENT_GUID": guid, "UNIFIED_DEAL_CODE": deal,
        "RELATE_CODE": "0", "LAND_PROJECT_NAME": name, "REGION_CODE": region, **agency, "LAND_CODE": parcel,
        "LAND_AREA": f"{area:.2f}", "LAND_USAGE": use, "LEND_AGE_LIMIT": term,
        "LAND_POSITION": f"{REGIONS[region]}{street}", "DEAL_PRICE": f"{price:.2f}", "CURRENCY_CODE": "156",
        "PRICE_UNIT": "1", "LENDING_NAME": winner.name, "LENDING_TYPE": "1", "LENDING_CODE": winner.code,
        "LAND_URL": f"https://demo.invalid/tdcr/{guid}-r", "ANNOUNCEMENT_TITLE": f"{name}成交公示",
        "ANNOUNCEMENT_CONNECT": f"{texts.MARK}\n{name}挂牌期满，经{dice.between(1, 46)}轮报价，由{winner.name}以{price:.0f}万元竞得，"
                                f"成交确认书已签订，出让合同将在十个工作日内签订。公示期十日。",
        "PUBLISHING_TIME": stamp(published),
    })  # fmt: skip


def play_mineral(docket: Docket, city: City, dice: Dice, number: int, notice_at: datetime) -> None:
    """Send the notice of an exploration or mining right and its deal (矿业权出让交易规则: 20 working days)."""
    notice, deal_set, right = dice.any((("650", "652", "勘查探矿权"), ("651", "653", "采矿权")))
    region, mineral, place = dice.any(DISTRICTS), dice.pick(words.MINERALS), dice.pick(words.MINE_PLACES)
    name = f"{REGIONS[region]}{place}{number}号{mineral}{right}（演示）"
    deal = dealcode.make("B02", SYSTEMS[SYSTEM].code, stamp(notice_at)[:8], number % 1_000_000)
    centre = city.land_centre
    area, years = f"{0.05 + 4 * dice.random():.4f}", str(dice.any((5, 8, 10, 15, 20)))
    east, north = 1 + dice.random(), 1 + dice.random()
    own = {
        "NA_APP_NAME": name, "UNIFIED_DEAL_CODE": deal, "IN_BUY_KIND": dice.any(("133", "133", "132")),
        "QT_PLAN_YEARS": years, "QT_TOTAL_AREA": area,
        "NA_GEOGRAPHY_POSITION": f"{REGIONS[region]}{place}一带", "REGION_CODE": region,
        "TRA_PLACE_CODE": CITY_CODE, "TRA_AGENCY_NAME": centre.name, "TRA_AGENCY_CODE": centre.code,
        "NA_AREA_COORDINATE": f"演示坐标：1,{east:.6f},{north:.6f} 2,{east + 0.01:.6f},{north:.6f} 3,{east:.6f},{north + 0.01:.6f}",
    }  # fmt: skip
    docket.send(dice, SYSTEM, notice, deal, notice_at, {
        **own, "PUBLISHING_TIME": stamp(notice_at), "URL": f"https://demo.invalid/kyq/{number}",
        "IN_MINE_COME": "11001",
    })  # fmt: skip
    if dice.chance(0.15):
        return  # nobody bid
    winner, bought = dice.pick(city.investors), dice.office(later(notice_at, 42))
    published = dice.office(later(bought, 4))
    docket.send(dice, SYSTEM, deal_set, deal, published, {
        **own, "PUBLISHING_TIME": stamp(published), "URL": f"https://demo.invalid/kyq/{number}-r",
        "NA_PUBLIC_BIDDER": winner.name, "BIDDER_TYPE": "1", "BIDDER_CODE": winner.code, "BIDDER_ROLE": "09",
        "QT_PUBLIC_PRICE": f"{dice.amount(1800, 1.0):.2f}", "NA_REG_ADDRESS": winner.address,
        "NA_TD_ADDRESS": f"{CITY}自然资源交易中心", "DT_BUY_DATE": stamp(bought)[:8],
        "IN_COST_STYLE": dice.any(("1", "2")), "DT_COST_DATE": stamp(later(bought, 30))[:8],
    })  # fmt: skip


_LAND_TERMS = (
    "须在交地之日起一年内动工，三年内竣工。", "配建公共停车位不少于五十个。",
    "装配式建筑比例不低于百分之四十。",
    "投资强度和亩均税收按产业准入协议执行。", "自持租赁住房比例不低于百分之五。",
    "地下空间须与轨道站点预留接口。",
)  # fmt: skip

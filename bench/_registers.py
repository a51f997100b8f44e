"""Registers of several trading systems with known truth: the same parties, each written as clerks write them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ggzy.commons.parties.matching import Entry
from ggzy.standard.identifiers import organisation_check_char, uscc_check_char

SYSTEMS = ("construction", "procurement", "land", "property")
PLACES = tuple(f"示范市{name}" for name in ("云汀区", "河湾区", "临江新区", "青麓县", "石桥县", "东屏区", "南浦区", "北岭区"))
TRADES = (
    "建设工程", "建筑装饰工程", "市政工程", "园林绿化", "水利水电工程", "路桥工程", "机电安装", "工程咨询", "工程监理",
    "造价咨询", "建筑设计", "规划设计", "勘察测绘", "信息技术", "软件", "网络科技", "电子科技", "医疗器械", "教学设备",
    "办公用品", "家具", "物业管理", "保安服务", "保洁服务", "餐饮管理", "印务", "汽车销售", "环保科技", "新能源", "置业",
    "房地产开发", "矿业", "建材", "商贸", "物流", "文化传播", "人力资源", "检测技术", "招标代理", "资产管理",
)  # fmt: skip
BRAND = "华恒瑞泰安盛嘉诚信达通宏远博创鼎天正德荣兴隆昌润泽丰源海岳峰林景明旭辉腾飞骏捷锦绣云鹤凯越卓立康宁和顺利永久福祥瑞宝金玉龙凤山川江河"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玲志红斌宇浩然欣怡子涵雨轩梓萱俊凯婷雪"
STREETS = ("人民路", "建设大道", "解放街", "中山路", "迎宾路", "滨江大道", "科技园路", "学府街", "工业三路", "长青巷", "和平路", "青年街")
SLIPS = {"建": "健", "达": "达达", "程": "成", "设": "没", "装": "妆", "限": "现", "绿": "录", "技": "枝", "园": "圆"}


@dataclass
class Firm:
    """The truth of one party; `former` and `before` are its name and representative of earlier years."""

    number: int
    name: str
    code: str
    representative: str
    phone: str
    address: str
    former: str = ""
    before: str = ""
    kin: list["Firm"] = field(default_factory=list)


def entries(parties: int, seed: int = 2016) -> tuple[list[Entry], dict[str, int]]:
    """What the systems hold, in their order, and of which party each entry is."""
    dice = random.Random(seed)
    held, truth = [], {}
    for firm in _firms(dice, parties):
        for system in dice.sample(SYSTEMS, dice.choices((1, 2, 3, 4), (30, 35, 25, 10))[0]):
            entry = _written(dice, firm, system, f"{system}-{len(held)}")
            held.append(entry)
            truth[entry.id] = firm.number
    return sorted(held, key=lambda entry: SYSTEMS.index(entry.source)), truth


def _firms(dice: random.Random, count: int) -> Iterator[Firm]:
    """Firms of which a fifth have sisters (one brand, person, telephone and house) and a twentieth are branches."""
    number, names, last = 0, set(), None
    while number < count:
        chance = dice.random()
        if last and chance < 0.05:
            firm = _branch(dice, number, last)
        elif last and chance < 0.20:
            trade = dice.choice(TRADES)
            firm = replace(last, number=number, name=last.name[:-len(_tail(last.name))] + trade + "有限公司", code=_code(dice), former="", kin=[last])
        else:
            firm = last = _firm(dice, number)
        if firm.name in names:
            continue
        names.add(firm.name)
        if firm is not last and last is not None:
            last.kin.append(firm)
        yield firm
        number += 1


def _tail(name: str) -> str:
    return next((trade for trade in sorted(TRADES, key=len, reverse=True) if name.endswith(trade + "有限公司")), "") + "有限公司"


def _firm(dice: random.Random, number: int) -> Firm:
    place = dice.choice(PLACES)
    brand = "".join(dice.sample(BRAND, dice.choice((2, 2, 2, 3))))
    name = dice.choice(("示范市", "示范", place, "示范（集团）")) + brand + dice.choice(TRADES) + "有限公司"
    former = _renamed(dice, name, brand) if dice.random() < 0.06 else ""
    before = _person(dice) if dice.random() < 0.08 else ""
    address = f"{place}{dice.choice(STREETS)}{dice.randint(1, 400)}号"
    return Firm(number, name, _code(dice), _person(dice), _phone(dice), address, former, before)


def _renamed(dice: random.Random, name: str, brand: str) -> str:
    """Half of those that are renamed change their brand, the others their trade."""
    if dice.random() < 0.5:
        return name.replace(brand, "".join(dice.sample(BRAND, 2)))
    return name.removesuffix(_tail(name)) + dice.choice(TRADES) + "有限公司"


def _branch(dice: random.Random, number: int, of: Firm) -> Firm:
    place = dice.choice(PLACES)[3:-1]
    person = of.representative if dice.random() < 0.5 else _person(dice)
    return Firm(
        number, f"{of.name}{place}分公司", _code(dice), person, _phone(dice),
        f"示范市{dice.choice(STREETS)}{dice.randint(1, 400)}号", kin=[of],
    )  # fmt: skip


def _written(dice: random.Random, firm: Firm, system: str, key: str) -> Entry:
    """The party as a clerk of one system wrote it, some year."""
    old = dice.random() < 0.5
    return Entry(
        key, system, _name(dice, firm.former if old and firm.former else firm.name), _number(dice, firm),
        _somebody(dice, firm.before if old and firm.before else firm.representative),
        dice.choices((firm.phone, f"0{firm.phone}" if firm.phone[0] != "1" else firm.phone, _phone(dice), ""), (60, 10, 25, 5))[0],
        _address(dice, firm.address),
    )  # fmt: skip


def _number(dice: random.Random, firm: Firm) -> str:
    """78 in 100 codes are right; the others are old, left out, mistaken, changed over, a sister's, or oddly spaced."""
    kind = dice.choices(("right", "old", "hyphen", "none", "wrong", "swapped", "kin", "spaced"), (78, 4, 4, 6, 4, 2, 1, 1))[0]
    code, place = firm.code, dice.randint(2, 16)
    match kind:
        case "old":
            return code[8:17]
        case "hyphen":
            return f"{code[8:16]}-{code[16]}"
        case "none":
            return ""
        case "wrong":
            return code[:place] + dice.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") + code[place + 1 :]
        case "swapped":
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        case "kin" if firm.kin:
            return dice.choice(firm.kin).code
        case "spaced":
            return f" {code.lower()} "
    return code


def _name(dice: random.Random, name: str) -> str:
    match dice.choices(("as it is", "form", "width", "slip", "short"), (86, 4, 4, 4, 2))[0]:
        case "form":
            return name.replace("有限公司", "有限责任公司")
        case "width":
            return f" {name} ".replace("（", "(").replace("）", ")")
        case "slip":
            return _slip(dice, name)
        case "short":
            return name.removeprefix("示范市").removeprefix("示范")
    return name


def _slip(dice: random.Random, name: str) -> str:
    place = dice.randrange(2, len(name) - 2)
    return name[:place] + dice.choice((SLIPS.get(name[place], dice.choice(BRAND)), "", name[place] * 2)) + name[place + 1 :]


def _somebody(dice: random.Random, person: str) -> str:
    return dice.choices((person, person[0] + "某", person[:-1] + dice.choice(GIVEN), ""), (93, 2, 3, 2))[0]


def _address(dice: random.Random, address: str) -> str:
    floor = f"{dice.randint(1, 30)}楼{dice.randint(101, 999)}室"
    moved = f"示范市{dice.choice(STREETS)}{dice.randint(1, 400)}号"
    return dice.choices((address, address + floor, address.removeprefix("示范市"), moved, ""), (70, 12, 8, 8, 2))[0]


def _person(dice: random.Random) -> str:
    return dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2))))


def _phone(dice: random.Random) -> str:
    return dice.choice(("13", "15", "18")) + f"{dice.randrange(10**9):09d}" if dice.random() < 0.6 else f"0000-{dice.randrange(10**8):08d}"


def _code(dice: random.Random) -> str:
    body = f"{dice.randrange(10**8):08d}"
    eight = dice.choice("M0123456789")[:1] + body[1:]
    code = f"9{dice.choice('123')}310{dice.randrange(100, 200)}" + eight + organisation_check_char(eight)
    return code + uscc_check_char(code)

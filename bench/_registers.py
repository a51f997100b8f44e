"""Registers of several trading systems with known truth: the same parties, each written as clerks write them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ggzy.commons.parties.matching import Entry
from ggzy.desks.exchange.demo import words
from ggzy.desks.exchange.demo.systems import CITY, DISTRICTS, REGIONS, credit_code

SYSTEMS = ("construction", "procurement", "land", "property")
PLACES = tuple(REGIONS[district] for district in DISTRICTS)
TRADES = (*words.BUILDERS, *words.DESIGNERS, *words.SUPPLIERS, *words.INVESTORS, *words.AGENCIES)
BRAND = words.BRANDS_1 + words.BRANDS_2
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文辉玲志红斌宇浩然欣怡子涵雨轩梓萱俊凯婷雪"
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
            firm = replace(last, number=number, name=last.name[:-len(_tail(last.name))] + trade + "有限公司", code=_code(dice, number), former="", kin=[last])
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
    name = dice.choice((CITY, CITY[:-1], place, f"{CITY[:-1]}（集团）")) + brand + dice.choice(TRADES) + "有限公司"
    former = _renamed(dice, name, brand) if dice.random() < 0.06 else ""
    before = _person(dice) if dice.random() < 0.08 else ""
    address = f"{place}{dice.choice(words.STREETS)}{dice.randint(1, 400)}号"
    return Firm(number, name, _code(dice, number), _person(dice), _phone(dice), address, former, before)


def _renamed(dice: random.Random, name: str, brand: str) -> str:
    """Half of those that are renamed change their brand, the others their trade."""
    if dice.random() < 0.5:
        return name.replace(brand, "".join(dice.sample(BRAND, 2)))
    return name.removesuffix(_tail(name)) + dice.choice(TRADES) + "有限公司"


def _branch(dice: random.Random, number: int, of: Firm) -> Firm:
    place = dice.choice(PLACES)[3:-1]
    person = of.representative if dice.random() < 0.5 else _person(dice)
    return Firm(
        number, f"{of.name}{place}分公司", _code(dice, number), person, _phone(dice),
        f"{CITY}{dice.choice(words.STREETS)}{dice.randint(1, 400)}号", kin=[of],
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
            return name.removeprefix(CITY).removeprefix(CITY[:-1])
    return name


def _slip(dice: random.Random, name: str) -> str:
    place = dice.randrange(2, len(name) - 2)
    return name[:place] + dice.choice((SLIPS.get(name[place], dice.choice(BRAND)), "", name[place] * 2)) + name[place + 1 :]


def _somebody(dice: random.Random, person: str) -> str:
    return dice.choices((person, person[0] + "某", person[:-1] + dice.choice(GIVEN), ""), (93, 2, 3, 2))[0]


def _address(dice: random.Random, address: str) -> str:
    floor = f"{dice.randint(1, 30)}楼{dice.randint(101, 999)}室"
    moved = f"{CITY}{dice.choice(words.STREETS)}{dice.randint(1, 400)}号"
    return dice.choices((address, address + floor, address.removeprefix(CITY), moved, ""), (70, 12, 8, 8, 2))[0]


def _person(dice: random.Random) -> str:
    return dice.choice(words.SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2))))


def _phone(dice: random.Random) -> str:
    return dice.choice(("13", "15", "18")) + f"{dice.randrange(10**9):09d}" if dice.random() < 0.6 else f"0000-{dice.randrange(10**8):08d}"


def _code(dice: random.Random, number: int) -> str:
    """The code of a party and of no other; neighbours in number are none in code."""
    kind, serial = divmod(number * 7_919_317 % 10**7, 10**6)
    return credit_code(f"9{dice.choice('123')}", serial, f"M{kind}")

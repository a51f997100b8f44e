"""Who trades in the demo city: principals, agents and bidders, none of whom exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ggzy.desks.exchange.demo import words
from ggzy.desks.exchange.demo.chance import Dice
from ggzy.desks.exchange.demo.docket import Docket
from ggzy.desks.exchange.demo.systems import CITY, DISTRICTS, REGIONS, credit_code


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with everything that its records and notices say of it."""

    name: str
    code: str
    region: str
    address: str
    contact: str
    phone: str
    kind: str
    serial: int

    @property
    def email(self) -> str:
        """An address in a domain that can never exist (RFC 2606)."""
        return f"u{self.serial:06d}@demo.invalid"


class City:
    """All parties of the demo city. The more records, the more firms there are."""

    def __init__(self, seed: int, records: int) -> None:
        dice = Dice(seed)
        bidders = max(60, min(20_000, records // 25))
        self.principals = _principals(dice, max(24, min(320, records // 100)))
        self.agents = _firms(dice, max(8, min(300, records // 400)), words.AGENCIES, 1_000, "agent")
        self.builders = _firms(dice, bidders // 2, words.BUILDERS, 10_000, "builder")
        self.designers = _firms(dice, max(8, bidders // 10), words.DESIGNERS, 40_000, "builder")
        self.suppliers = _firms(dice, bidders // 3, words.SUPPLIERS, 50_000, "supplier")
        self.investors = _firms(dice, max(12, bidders // 12), words.INVESTORS, 70_000, "investor")
        self.land_office = _office("自然资源和规划局", 101)
        self.land_centre = _office("自然资源交易中心", 102)
        self.property_exchange = _office("产权交易所有限公司", 103)
        self.construction_supervisor = _office("住房和城乡建设局", 104)
        self.approver = _office("发展和改革委员会", 105)
        self.state_assets = _office("人民政府国有资产监督管理委员会", 106)

    def register(self, docket: Docket, dice: Dice, since: datetime) -> None:
        """Send every party's own records, as each registers once before it trades."""
        for party in self.principals:
            _register(docket, dice, since, party, "construction", "01;04", "101")
        for party in self.agents:
            _register(docket, dice, since, party, "construction", "02;05", "102")
        for party in (*self.builders, *self.designers):
            _register(docket, dice, since, party, "construction", "03", "103")
        for party in self.suppliers:
            _register(docket, dice, since, party, "procurement", "06", "103")
        for party in self.investors:
            _register(docket, dice, since, party, "resources", "08;09", "109")


def masked(dice: Dice) -> str:
    """A contact as notices may print him: a surname and no given name."""
    return dice.pick(words.SURNAMES) + dice.any(("先生", "女士", "工", "老师"))


def phone(serial: int) -> str:
    """A number that nobody can have: no area code is 0000."""
    return f"0000-{serial % 10_000_000:07d}"


def _party(dice: Dice, name: str, code: str, kind: str, serial: int) -> Party:
    region = DISTRICTS[serial % len(DISTRICTS)] if kind != "principal" else dice.any(DISTRICTS)
    address = f"{REGIONS[region]}{dice.pick(words.STREETS)}{dice.between(1, 399)}号"
    return Party(name, code, region, address, masked(dice), phone(serial), kind, serial)


def _firms(dice: Dice, count: int, trades: Sequence[str], first: int, kind: str) -> list[Party]:
    """Firms whose names differ: two characters and a trade, with a third character when those are used up."""
    names: dict[str, int] = {}
    for serial in range(first, first + count):
        rest = serial * 7
        head = words.BRANDS_1[rest % len(words.BRANDS_1)]
        tail = words.BRANDS_2[(rest // len(words.BRANDS_1) + rest) % len(words.BRANDS_2)]
        tail = "嘉" if tail == head else tail
        trade = trades[(serial - first) % len(trades)]
        name, more = f"示范{head}{tail}{trade}有限公司", iter(words.BRANDS_2)
        while name in names:
            name = f"示范{next(more)}{head}{tail}{trade}有限公司"
        names[name] = serial
    return [_party(dice, name, credit_code("91", serial), kind, serial) for name, serial in names.items()]


def _principals(dice: Dice, count: int) -> list[Party]:
    parties = []
    for place in range(count):
        turn, kind = divmod(place, len(words.PRINCIPALS))
        region = DISTRICTS[(kind + turn) % len(DISTRICTS)]
        name = REGIONS[region] + words.PRINCIPALS[kind]
        prefix = "91" if name.endswith("有限公司") else "11" if name.endswith(("局", "委员会")) else "12"
        address = f"{REGIONS[region]}{dice.pick(words.STREETS)}{dice.between(1, 399)}号"
        serial = 100_000 + place
        parties.append(
            Party(
                name,
                credit_code(prefix, serial),
                region,
                address,
                masked(dice),
                phone(serial),
                "principal",
                serial,
            )
        )
    return parties


def _office(name: str, serial: int) -> Party:
    prefix = "91" if name.endswith("公司") else "11"
    code = credit_code(prefix, serial, "MB")
    return Party(
        CITY + name, code, DISTRICTS[0], f"{CITY}云汀区迎宾路1号", "李女士", phone(serial), "office", serial
    )


def _register(
    docket: Docket, dice: Dice, at: datetime, party: Party, system: str, roles: str, extra: str
) -> None:
    capital = dice.amount(900.0, 1.1)
    docket.send(dice, system, "100", party.code, at, {
        "LEGAL_NAME": party.name, "BIDDER_CODE_TYPE": "1", "LEGAL_CODE": party.code, "LEGAL_ROLE": roles,
        "LICENSE_NO": party.code, "LICENSE_END_DATE": f"{at.year + 20}1231", "TAX_CERT_NO": party.code,
        "LEGAL_REPRESENT": dice.pick(words.SURNAMES) + "某", "LEGAL_TYPE": "1", "COUNTRY_REGION": "156",
        "LEGAL_UNIT_ADDRESS": party.address, "REGION_CODE": party.region, "REGISTER_CITY": CITY,
        "REG_CAPITAL": f"{capital:.2f}", "REG_CAP_CURRENCY": "156", "REG_UNIT": "1",
        "LEGAL_CONTACT": party.contact, "LEGAL_CONTACT_PHONE": party.phone, "LEGAL_EMAIL": party.email,
        "LEGAL_STATUS": "1",
    })  # fmt: skip
    own = {"LEGAL_CODE": party.code, "CUSTOM_DEFINITION_DATAITEM": "演示数据"}
    key = party.code
    if extra in ("102", "103"):
        number = f"YS{party.serial:08d}"
        key = f"{party.code}:{number}"
        own |= {
            "QUAL_LEVEL": "01", "QUAL_NAME": "演示资质", "QUAL_TYPE": "000000", "QUAL_CERT_NO": number,
            "QUAL_CERT_END_DATE": f"{at.year + 6}1231",
        }  # fmt: skip
    docket.send(dice, system, extra, key, at, own)

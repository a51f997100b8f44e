"""The demo city's trading systems and districts. 示范市 does not exist: 3399xx is no region in use."""

from __future__ import annotations

from dataclasses import dataclass

from ggzy.standard.identifiers import organisation_check_char, uscc_check_char

CITY = "示范市"
CITY_CODE = "339900"
MEDIA = "示范市公共资源交易网（演示）"
REGIONS = {
    CITY_CODE: CITY,
    "339901": "示范市云汀区",
    "339902": "示范市望岭区",
    "339903": "示范市澄湾区",
    "339904": "示范市青栎区",
    "339905": "示范市南汀区",
    "339906": "示范市北屏区",
    "339907": "示范市石渡县",
    "339908": "示范市松溪口县",
}
DISTRICTS = tuple(REGIONS)[1:]


@dataclass(frozen=True, slots=True)
class System:
    """A trading system that reports: its name, its operator's credit code, what it trades and reports."""

    id: str
    name: str
    code: str
    platform_number: str
    markets: tuple[str, ...]
    data_sets: tuple[str, ...]


def credit_code(prefix: str, serial: int, letters: str = "MD") -> str:
    """A unified social credit code with right check characters, in a region that does not exist."""
    body = f"{letters}{serial:06d}"
    code = f"{prefix}{CITY_CODE}{body}{organisation_check_char(body)}".replace("O", "0")
    return code + uscc_check_char(code)


SERVICE_CODE = credit_code("12", 1, "MB")
SERVICE_NUMBER = f"S{CITY_CODE}0001"

_SYSTEMS = (
    System(
        "construction", "示范市建设工程交易系统（演示）", credit_code("12", 2, "MB"), f"E{CITY_CODE}0001",
        ("construction",),
        ("100", "101", "102", "103", "500", "501", "502", "503", "504", "506", "507", "510", "511", "512", "513",
         "517", "522"),
    ),
    System(
        "procurement", "示范市政府采购交易系统（演示）", credit_code("12", 3, "MB"), f"E{CITY_CODE}0002",
        ("procurement",), ("100", "103", "550", "551", "552", "553", "554", "556", "557"),
    ),
    System(
        "resources", "示范市自然资源网上交易系统（演示）", credit_code("12", 4, "MB"), f"E{CITY_CODE}0003",
        ("land", "minerals"), ("100", "109", "600", "601", "650", "651", "652", "653"),
    ),
    System(
        "property", "示范市产权交易系统（演示）", credit_code("91", 5, "MB"), f"E{CITY_CODE}0004",
        ("property",), ("700", "701", "750", "751", "752", "753"),
    ),
    System(
        "supervision", "示范市公共资源交易监管系统（演示）", credit_code("11", 6, "MB"), f"E{CITY_CODE}0005",
        (), ("300", "302", "303", "304", "305", "306", "400", "402", "404"),
    ),
)  # fmt: skip
SYSTEMS = {system.id: system for system in _SYSTEMS}


def systems() -> tuple[System, ...]:
    """The demo city's trading systems, each of which needs its own token to report."""
    return _SYSTEMS

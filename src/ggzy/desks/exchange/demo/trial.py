"""The trial system: it reports nothing by itself; its token is for whoever tries the interface out."""

from datetime import datetime, timedelta
from typing import Any

from ggzy import standard
from ggzy.desks.exchange.demo.systems import CITY, CITY_CODE, System, credit_code

TRIAL = System("trial", "示范报送系统（演示）", credit_code("91", 9, "MB"), f"E{CITY_CODE}0009", (), ("1900",))


def envelope(at: datetime) -> dict[str, Any]:
    """A whole line for the intake: a made-up call for tenders of data set 1900, published at this moment."""
    stamp = _stamp(at)
    number = f"SHIBAO-{stamp}"
    data = {
        "RECORD_ID": number,
        "TITLE": "试报送：示范图书馆阅览桌椅采购公告（演示）",
        "CONTENT": "一、项目概况\n示范图书馆拟采购阅览桌椅一批，预算 86 万元。\n二、说明\n这是接口文档的示例，与任何真实的项目和单位无关。",
        "PUBLISH_TIME": stamp,
        "MARKET": "02",
        "STAGE": "0201",
        "INFO_TYPE": "公开招标公告",
        "REGION_CODE": CITY_CODE,
        "REGION_NAME": CITY,
        "ISSUER_NAME": "示范图书馆（演示）",
        "AGENT_NAME": "示范采购代理有限公司（演示）",
        "BUDGET_TEXT": "86 万元",
        "AMOUNT": "860000",
        "CURRENCY": "156",
        "PROJECT_CODE": number,
        "SOURCE_PLATFORM": TRIAL.name,
        "URL": "https://example.com/",
        "PLATFORM_CODE": TRIAL.code,
        "PUB_SERVICE_PLAT_CODE": TRIAL.code,
        "DATA_TIMESTAMP": stamp,
    }
    return {"data_set": "1900", "key": number, "op": "1", "data": data}


def withdrawal(line: dict[str, Any]) -> dict[str, Any]:
    """The line that withdraws what another line reported, one second later."""
    later = standard.moment(line["data"]["DATA_TIMESTAMP"]) + timedelta(seconds=1)
    return {
        "data_set": line["data_set"], "key": line["key"], "op": "3", "reason": "重复报送（演示）",
        "data": {"DATA_TIMESTAMP": _stamp(later)},
    }  # fmt: skip


def _stamp(at: datetime) -> str:
    return standard.stamp(at)

"""The trial system: it reports nothing by itself; its token is for whoever tries the interface out."""

from datetime import datetime
from typing import Any

from ggzy import standard
from ggzy.desks.exchange.demo.systems import CITY_CODE, System, credit_code

TRIAL = System("trial", "示范报送系统（演示）", credit_code("91", 9, "MB"), f"E{CITY_CODE}0009", (), ("1900",))


def envelope(at: datetime) -> dict[str, Any]:
    """A whole line for the intake: a made-up notice of data set 1900, published at this moment."""
    stamp = at.astimezone(standard.CHINA).strftime("%Y%m%d%H%M%S")
    data = {
        **standard.example("1900"),
        "TITLE": "试报送：示范图书馆阅览桌椅采购公告（演示）",
        "CONTENT": "一、项目概况\n示范图书馆拟采购阅览桌椅一批。\n二、说明\n这是接口文档的示例，与任何真实的项目和单位无关。",
        "ISSUER_NAME": "示范图书馆（演示）",
        "PROJECT_CODE": f"SHIBAO-{stamp}",
        "PUBLISH_TIME": stamp,
        "DATA_TIMESTAMP": stamp,
        "PLATFORM_CODE": TRIAL.code,
    }
    return {"data_set": "1900", "key": f"SHIBAO-{stamp}", "op": "1", "data": data}

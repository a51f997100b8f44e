"""The API page's own example: a record that anyone with the demo's token can send as it stands."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from ggzy import standard
from ggzy.desks.exchange.demo.systems import TRIAL
from ggzy.kernel import clock


def envelope(at: datetime) -> dict[str, Any]:
    """A whole line for the intake: a made-up notice of data set 1900, published at this moment."""
    stamp = at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y%m%d%H%M%S")
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


def example() -> dict[str, str]:
    """The line, and the command that sends it to this installation."""
    address = f"http://{settings.HOST}:{settings.PORT}/api/exchange/records"
    command = (
        f'curl {address} \\\n  -H "Authorization: Bearer $(cat var/demo.token)" \\\n'
        f"  -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @record.ndjson"
    )
    return {"line": json.dumps(envelope(clock.now()), ensure_ascii=False), "command": command}

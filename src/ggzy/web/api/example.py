"""The API page's own example: a record that anyone with a token can send as it stands."""

import json
from typing import Any

from django.conf import settings

from ggzy import standard
from ggzy.desks.exchange.demo.systems import TRIAL


def envelope(platform_code: str, key: str = "YS-2026-0001") -> dict[str, Any]:
    """A whole line for the intake: a made-up notice of data set 1900, reported by this platform."""
    data = {**standard.example("1900"), "PLATFORM_CODE": platform_code}
    return {"data_set": "1900", "key": key, "op": "1", "data": data}


def example() -> dict[str, str]:
    """The line and the command that sends it to this installation."""
    line = json.dumps(envelope(TRIAL.code), ensure_ascii=False)
    address = f"http://{settings.HOST}:{settings.PORT}/api/exchange/records"
    command = (
        f"curl {address} \\\n  -H \"Authorization: Bearer $(cat var/demo.token)\" \\\n"
        f"  -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @record.ndjson"
    )
    return {"line": line, "command": command}

"""The API page's own example: a record that anyone with the demo's token can send as it stands."""

import json

from django.conf import settings

from ggzy.desks.exchange.demo.trial import envelope, withdrawal
from ggzy.kernel import clock


def example() -> dict[str, str]:
    """The line, its withdrawal, and the commands that send them and a file to this installation."""
    line = envelope(clock.now())
    return {
        "line": json.dumps(line, ensure_ascii=False),
        "withdrawal": json.dumps(withdrawal(line), ensure_ascii=False),
        "command": _command("records", "application/x-ndjson", "record.ndjson"),
        "upload": _command("files", "application/pdf", "附件.pdf"),
    }


def _command(door: str, media_type: str, file: str) -> str:
    return (
        f"curl http://{settings.HOST}:{settings.PORT}/api/exchange/{door} \\\n"
        f'  -H "Authorization: Bearer $(cat var/demo.token)" \\\n'
        f"  -H 'Content-Type: {media_type}' \\\n  --data-binary @{file}"
    )

"""The API page's own example: a record that anyone with the demo's token can send as it stands."""

import json

from django.conf import settings

from ggzy.desks.exchange.demo.trial import envelope
from ggzy.kernel import clock


def example() -> dict[str, str]:
    """The line, and the command that sends it to this installation."""
    address = f"http://{settings.HOST}:{settings.PORT}/api/exchange/records"
    command = (
        f'curl {address} \\\n  -H "Authorization: Bearer $(cat var/demo.token)" \\\n'
        f"  -H 'Content-Type: application/x-ndjson' \\\n  --data-binary @record.ndjson"
    )
    return {"line": json.dumps(envelope(clock.now()), ensure_ascii=False), "command": command}

"""The one write door: POST /api/acts/<action>."""

from hashlib import sha256

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from ggzy.commons.identity import closing, granting, placing, registering  # noqa: F401 - register what accounts and parties do
from ggzy.commons.parties import actions as parties  # noqa: F401 - registers what is done to the register
from ggzy.desks.exchange.webhooks import actions as webhooks  # noqa: F401 - registers what is done with them
from ggzy.kernel import actions, idempotency
from ggzy.kernel.act import Act
from ggzy.web.api import access

JSON = "application/json"


def act(request: HttpRequest, name: str) -> HttpResponse:
    """Do an action; the answer carries its result and the receipt that proves that it is on the log."""
    reporter = access.reporter(request)
    found = actions.find(name)
    key = access.idempotency_key(request)
    body = request.body
    if not key:
        return _perform(reporter.act("api"), found, body)
    fingerprint = sha256(name.encode() + b"\0" + body).digest()
    with idempotency.alone(reporter.actor, key), transaction.atomic():  # done and remembered, or neither
        if earlier := idempotency.earlier(reporter.actor, key):
            idempotency.same_request(earlier, fingerprint)
            response = HttpResponse(bytes(earlier.body), status=earlier.status, content_type=earlier.content_type)
            response["Idempotency-Replayed"] = "true"
            return response
        made = reporter.act("api")
        response = _perform(made, found, body)
        idempotency.remember(
            reporter.actor, key, fingerprint, made.at, status=response.status_code, content_type=JSON,
            body=response.content,
        )  # fmt: skip
        return response


def _perform(made: Act, found: actions.Action, body: bytes) -> HttpResponse:
    done = actions.perform(made, found.name, **actions.decode(found, body))
    answer = {"result": done.result, "event": done.event_id, "receipt": done.receipt}
    return HttpResponse(msgspec.json.encode(answer), content_type=JSON)

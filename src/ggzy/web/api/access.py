"""Who is asking, at the machine door."""

from django.http import HttpRequest

from ggzy.desks.exchange import tokens
from ggzy.desks.exchange.prepare import Reporter
from ggzy.kernel.errors import Unprocessable
from ggzy.web.identity import clients


def reporter(request: HttpRequest) -> Reporter:
    """The trading system whose token came with the request: one that an operator issued, or one of the token endpoint."""
    authorization = request.headers.get("Authorization", "")
    system = clients.system_of(authorization)
    return Reporter(system, f"system:{system}") if system else tokens.reporter(authorization)


def idempotency_key(request: HttpRequest) -> str:
    """The key under which the client may send this request again; nothing when it gave none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 255:
        raise Unprocessable("Idempotency-Key 最长 255 个字符，建议使用 UUID。", code="idempotency.key_too_long")
    return key

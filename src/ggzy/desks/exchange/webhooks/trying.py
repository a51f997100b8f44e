"""Trying a webhook out: one message that tells of nothing, sent at once, so that an owner sees what a receiver does."""

from secrets import token_hex

import msgspec

from ggzy.desks.exchange.webhooks import signing
from ggzy.desks.exchange.webhooks.models import Webhook
from ggzy.desks.exchange.webhooks.sending import Answer, Post, send_now
from ggzy.kernel import clock

_PATIENCE_SECONDS = 5.0


def try_out(webhook: Webhook) -> Answer:
    """Send a signed test message and say what came of it within five seconds; nothing else changes."""
    now = clock.now()
    body = msgspec.json.encode({"test": True, "at": now, "text": "公共资源交易平台的测试消息，收到后答复 2xx 即可。"})
    headers = signing.headers(f"test_{token_hex(8)}", body, signing.seeds(webhook, now), now)
    return send_now(Post(webhook.address, body, headers), _PATIENCE_SECONDS)

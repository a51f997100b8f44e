"""Signatures after the Standard Webhooks specification 1.0 (standardwebhooks.com), symmetric: `v1,` HMAC-SHA256.

No secret is stored: each follows from a random seed in the webhook's row and a key of this installation, which lies
with the other keys. Neither a copy of the database nor the key alone gives a secret away.
"""

from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest

from django.conf import settings

from ggzy.desks.exchange.webhooks.models import Webhook

SEED_BYTES = 32
BOTH_SIGN = timedelta(days=1)
"""How long the secret before a rotation goes on signing, so that a receiver can change over without a gap."""


def secret(seed: bytes) -> str:
    """The secret as its owner is shown it once: `whsec_` and 32 bytes in base64."""
    return "whsec_" + b64encode(_key(seed)).decode()


def headers(message_id: str, body: bytes, seeds: list[bytes], at: datetime) -> dict[str, str]:
    """The three headers of a message, with one signature a seed."""
    moment = str(int(at.timestamp()))
    signed = f"{message_id}.{moment}.".encode() + body
    signatures = ["v1," + b64encode(digest(_key(seed), signed, "sha256")).decode() for seed in seeds]
    return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": " ".join(signatures)}


def seeds(webhook: Webhook, at: datetime) -> list[bytes]:
    """The seeds that sign at this moment: the one in force, and for a day after a rotation the one before."""
    found = [bytes(webhook.seed)]
    if webhook.old_seed and webhook.rotated_at and at < webhook.rotated_at + BOTH_SIGN:
        found.append(bytes(webhook.old_seed))
    return found


def _key(seed: bytes) -> bytes:
    return digest(settings.WEBHOOK_KEY.encode(), b"webhook\0" + seed, sha256)

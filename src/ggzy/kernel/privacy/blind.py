"""Blind index: finding a sealed number without opening any, by a digest that only this installation can make."""

import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac


def blind(kind: str, number: str) -> bytes:
    """The digest (32 bytes) of a number of this kind ("document", "phone", "account"); one number, one digest,
    however it is spaced or in which width or case it was typed."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())
    return salted_hmac(f"blind.{kind}", plain, secret=settings.BLIND_KEY, algorithm="sha256").digest()

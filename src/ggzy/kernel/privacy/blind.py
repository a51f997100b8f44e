"""Blind index: finding a sealed number without opening any, by a digest that only this installation can make."""

import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac


def blind(kind: str, number: str) -> bytes:
    """The digest (32 bytes) of a number of this kind ("document", "phone", "account"); one number, one digest,
    however it is spaced or in which width or case it was typed."""
    return salted_hmac(f"blind.{kind}", plain(number), secret=settings.BLIND_KEY, algorithm="sha256").digest()


def plain(text: str) -> str:
    """Letters, characters and figures alone, in one width and upper case: `示范（上海）` and `示范 (上海)` are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())

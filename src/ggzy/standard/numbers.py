"""Numbers without floats: any JSON number or digit string becomes one plain decimal string."""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = re.compile(r"(-?)(\d{1,48})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?", re.ASCII)


LONGEST = 100  # characters of a number that are looked at: what is longer is refused, so caches stay small


def plain_number(text: str) -> str | None:
    """The number as plain decimals: "1.50e3" and "1500.0" are both "1500". None when it is not a number."""
    found = _NUMBER.fullmatch(text) if len(text) < LONGEST else None
    if found is None:
        return None
    sign, whole, fraction, exponent = found[1], found[2], found[3] or "", int(found[4] or 0)
    digits, point = whole + fraction, len(whole) + exponent
    if point < 0:
        digits, point = "0" * -point + digits, 0
    digits = digits.ljust(point, "0")
    whole, fraction = digits[:point].lstrip("0") or "0", digits[point:].rstrip("0")
    plain = f"{whole}.{fraction}" if fraction else whole
    return sign + plain if plain != "0" else "0"


@lru_cache(maxsize=65536)
def number_token(token: bytes) -> str | None:
    """A number as it stood in JSON, quoted or not; "" for a missing one (null, ""), None when malformed.

    Cut the token to LONGEST before, so that a cut one is refused.
    """
    if token in (b"", b'""', b"null"):
        return ""
    return plain_number(token.strip(b'"').decode("utf-8", "replace"))


def fits(plain: str, digits: int, decimals: int) -> bool:
    """Does a plain number keep to N..digits,decimals? All digits count, before and after the point."""
    whole, _, fraction = plain.lstrip("-").partition(".")
    return len(fraction) <= decimals and len(whole) + decimals <= max(digits, decimals + 1)

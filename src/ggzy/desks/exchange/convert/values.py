"""Values as other publishers write them, turned into the standard's own; nothing is guessed."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from ggzy import standard

CURRENCIES = {
    "CNY": "156", "USD": "840", "EUR": "978", "HKD": "344", "MOP": "446", "TWD": "901", "JPY": "392",
    "GBP": "826", "CHF": "756", "AUD": "036", "CAD": "124", "SGD": "702", "KRW": "410", "RUB": "643",
}  # fmt: skip
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(元|万元|亿元)\s*(?:[（(]?人民币[)）]?)?")
_UNITS = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200d\u2028\u2029\ufeff]")
_NOTHING = re.compile(
    r"[\s/\\—\-（）()：:、.。]*(?:无|盖章|null|none)?[\s/\\—\-（）()：:、.。]*", re.IGNORECASE
)
_MOST = Decimal(10) ** 14


def text(value: Any, limit: int | None = None) -> str:
    """A text without control characters, cut with an ellipsis at `limit` characters; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    clean = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return clean if limit is None or len(clean) <= limit else clean[: limit - 1] + "…"


def name(value: Any, limit: int = 300) -> str:
    """The name of an organisation; placeholders such as "/", "无" and "（盖章）" are no name."""
    found = text(value, limit)
    return "" if _NOTHING.fullmatch(found) else found


def amount(written: str) -> str:
    """Yuan, when the text is a number with a sure unit ("23.5 万元" → "235000"); else "".

    A bare number is left out, because yuan and ten thousand yuan are both usual, and so is a zero, which
    publishers write for "not stated".
    """
    found = _AMOUNT.fullmatch(written.strip())
    if found is None:
        return ""
    whole, fraction, unit = found.groups()
    return number(Decimal(whole.replace(",", "") + (fraction or "")) * _UNITS[unit])


def number(value: Any) -> str:
    """A positive amount as the standard writes it (at most 20 digits, 6 of them decimals); else ""."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return ""
    try:
        exact = Decimal(str(value)).quantize(Decimal("0.000001"))
    except InvalidOperation:
        return ""
    if not 0 < exact < _MOST:
        return ""
    return f"{exact:f}".rstrip("0").rstrip(".")


def moment(value: Any) -> str:
    """14 digits in Shanghai time from ISO 8601 or from "2026-03-17 00:32"; "" when it is neither."""
    if not isinstance(value, str):
        return ""
    try:
        read = datetime.fromisoformat(value.strip())
        local = read.astimezone(standard.CHINA) if read.tzinfo else read
    except (ValueError, OverflowError):
        return ""
    return local.strftime("%Y%m%d%H%M%S") if local.year >= 1900 else ""


def utc_moment(value: Any) -> str:
    """The same for OCDS, where a time without a zone is read as UTC (date-time needs a zone, RFC 3339)."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+", value):
        value += "+00:00"
    return moment(value)


@cache
def region_code(region: str) -> str:
    """The GB/T 2260 code of a region's full name, or of a province's short one (北京); "" when unknown."""
    regions = standard.code_list("region").values
    for code, title in regions.items():
        if title == region or (code.endswith("0000") and len(region) >= 2 and title.startswith(region)):
            return code
    return ""

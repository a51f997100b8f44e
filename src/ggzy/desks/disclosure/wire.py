"""Reading single values of the data standard: moments, amounts, regions, texts. Never raises."""

import html
import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from ggzy.standard import CHINA

_TOO_MUCH = Decimal(10) ** 15
_MOST_DIGITS = 4
MOMENTS = ("date", "minute", "datetime")
"""Formats of the standard that are moments."""

OUTSIDE_MARKETS = {
    "01": "construction",
    "02": "procurement",
    "03": "land",
    "04": "minerals",
    "05": "property",
}
OUTSIDE_STAGES = {
    "0102": "opening", "0104": "result", "0105": "clarification", "0106": "prequalification", "0202": "result",
    "0203": "contract", "0204": "change", "0302": "result", "0402": "result", "0404": "result", "0502": "result",
    "2102": "result", "2202": "result", "2304": "change", "2404": "change", "2502": "result", "9002": "result",
}  # fmt: skip
"""Information types of the national portal (code list portal_stage) that are not a first notice."""

_UNSHOWN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"</?(?:p|div|br|li|tr|td|th|h\d|table|section|ul|ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^>]*>")
_SEPARATOR = re.compile("[;,；，、]")
_AREA_IN_CODE = re.compile(r"[A-Z]?(\d{6})\d{4}")


def moment(text: str) -> datetime | None:
    """yyyyMMdd, yyyyMMddHHmm, yyyyMMddHHmmss or ISO 8601, on the city's clock; nothing when it is no moment."""
    if not text:
        return None
    try:
        if len(text) in (12, 14) and text.isdigit():
            return datetime.fromisoformat(f"{text[:8]}T{text[8:]}+08:00")
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def deadline(text: str) -> datetime | None:
    """A moment up to which something is open; a day is open until its end."""
    at = moment(text)
    return _end_of(at) if at and len(text) == 8 else at


def after(first: datetime | None, days: str) -> datetime | None:
    """The end of the last of so many days; the first day does not count (Civil Code, article 201)."""
    if first is None or not (days.isascii() and days.isdigit() and len(days) <= _MOST_DIGITS):
        return None
    return _end_of(first.astimezone(CHINA) + timedelta(days=int(days)))


def _end_of(day: datetime) -> datetime:
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def amount(figure: str, unit: str, currency: str = "") -> Decimal | None:
    """An amount in yuan; unit 0 is 元, 1 is 万元. Nothing for other currencies and what is no figure."""
    if not figure or currency not in ("", "156", "CNY"):
        return None
    try:
        value = Decimal(figure)
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value < _TOO_MUCH:
        return None
    return value * 10_000 if unit == "1" else value


def several(text: str) -> list[str]:
    """The codes of a field that holds several, separated by semicolons or commas; spaces inside fall away."""
    if text.isalnum():
        return [text]
    return [code for part in _SEPARATOR.split(text) if (code := "".join(part.split()))]


def region(text: str, codes: tuple[str, ...]) -> str:
    """The area of a record: its own code (six digits), the area in the code of its project, or a name."""
    if text[:6].isdigit() and len(text) >= 6:
        return text[:6]
    if text:
        return text
    for code in codes:
        kind, _, bare = code.partition(":")
        if kind in ("project", "procedure", "lot") and (found := _AREA_IN_CODE.match(bare)):
            return found[1]
    return ""


def plain(text: str) -> str:
    """Text without mark-up, runs of blanks made one, blocks on lines of their own."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _UNSHOWN.sub(" ", text)))
    if "&" in text:
        text = html.unescape(text)
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def has_markup(text: str) -> bool:
    """Whether a text is HTML rather than plain lines."""
    return "<" in text and _TAG.search(text) is not None

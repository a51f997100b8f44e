"""How figures, moments, codes and states are written everywhere (the words of the page engine).

Each filter takes what the record holds (text, numbers or nothing) and never raises: what cannot be read as a
figure or a moment is shown as it came.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from ggzy.desks.disclosure import names
from ggzy.kernel import clock
from ggzy.web.language import is_default

EMPTY = "—"
WEEKDAYS = ("（周一）", "（周二）", "（周三）", "（周四）", "（周五）", "（周六）", "（周日）")
MARKS = ("、", "；", "。")  # between texts that are listed
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?")
_CODE = re.compile(r"(?=.*\d)[0-9A-Z][0-9A-Z-]{7,39}")
_SEVERAL = re.compile(r"[;；,，、]\s*")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def remembered(word: Callable[[Any], Markup | str]) -> Callable[[Any], Markup | str]:
    """Work out a word once for each value and language: lists and projects say the same ones again and again.

    The value's type counts too, so that a text that is safe never lends its safety to one that only looks alike.
    """
    said = lru_cache(maxsize=4096, typed=True)(lambda value, _language: word(value))

    @wraps(word)
    def say(value: Any) -> Markup | str:
        return said(value, get_language())

    return say


def is_foreign(value: Any) -> bool:
    """Whether a text is Chinese on a page that is not: published records stay as they were sent."""
    return not is_default() and bool(_CHINESE.search(str(value)))


def zh(value: Any) -> Any:
    """A text as it was sent, which says of itself that it is Chinese where the page is not (WCAG 2.2, 3.1.2)."""
    return Markup('<span lang="zh-Hans">%s</span>') % value if is_foreign(value) else value


def lang(value: Any) -> Markup | str:
    """The same as an attribute, for an element that holds nothing but this text."""
    return Markup(' lang="zh-Hans"') if is_foreign(value) else ""


def sentence(pattern: str, **texts: Any) -> Markup:
    """One of our own sentences around texts that say of themselves in which language they are."""
    return Markup(pattern) % texts  # noqa: S704 - the pattern comes from our own catalogue, the texts are escaped


def listed(texts: Iterable[Any], mark: str = "、") -> Markup:
    """Several texts one after the other, with the mark between them that the page's language has for it."""
    return sentence(_(mark)).join(texts)


def decimal(value: Any) -> Decimal | None:
    """A figure as an exact decimal; nothing when the text is not a finite figure."""
    try:
        number = Decimal(str(value).replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def local(value: Any) -> datetime | date | None:
    """A moment on the city's clock; a day stays a day. Takes datetime, date, ISO text or yyyyMMddHHmmss."""
    if isinstance(value, str):
        value = _read(value.strip())
    if isinstance(value, datetime):
        zone = ZoneInfo(settings.TIME_ZONE)
        return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
    return value if isinstance(value, date) else None


def _read(text: str) -> datetime | date | None:
    digits = text.isdigit()
    try:
        if digits and len(text) == 8:
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        if digits and len(text) == 14:
            return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007 - the caller gives the zone
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def count(value: Any) -> str:
    """A whole number with its thousands marked: 12,345."""
    number = decimal(value)
    return EMPTY if number is None else f"{int(number):,}"


def money(value: Any) -> str:
    """The full figure: `1,234,567.89 元`. Nothing is a dash, never a zero."""
    number = decimal(value)
    if number is None:
        return str(value) if value not in (None, "") else EMPTY
    return _("%s 元") % f"{number:,.2f}"


def money_plain(value: Any) -> str:
    """The figure for reading: from 10,000 元 on `123.46 万元`, below in full; English does not count in 万."""
    number = decimal(value)
    if number is None or not is_long(value):
        return money(value)
    return f"{number / 10_000:,.2f} 万元"


@remembered
def money_short(value: Any) -> Markup:
    """`123.46 万元` that tells the full figure when pointed at."""
    return Markup('<span class="num" title="%s">%s</span>') % (money(value), money_plain(value))


def plain_moment(value: Any) -> str:
    """`2026-03-17 09:30（周二）`; a day without its hour stays one."""
    at = local(value)
    if at is None:
        return str(value) if value not in (None, "") else EMPTY
    weekday = _(WEEKDAYS[at.weekday()])
    return f"{at:%Y-%m-%d %H:%M}{weekday}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}{weekday}"


@remembered
def moment(value: Any) -> Markup | str:
    """The moment as a <time> element that never breaks over two lines."""
    at = local(value)
    if at is None:
        return plain_moment(value)
    return Markup('<time class="moment" datetime="%s">%s</time>') % (at.isoformat(), plain_moment(at))


def day(value: Any) -> str:
    """Only the day: `2026-03-17`."""
    at = local(value)
    return EMPTY if at is None else f"{at:%Y-%m-%d}"


def remaining(until: datetime, at: datetime) -> str:
    """What is left until a moment, in the two largest units: `2 天 3 小时`; empty when it has passed."""
    span = until - at
    if span <= timedelta(0):
        return ""
    days, rest = span.days, span.seconds
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        said = [_days(days)] + ([_hours(hours)] if hours else [])
    elif hours:
        said = [_hours(hours)] + ([_minutes(minutes)] if minutes else [])
    else:
        said = [_minutes(minutes)] if minutes else [_("不到 1 分钟")]
    return " ".join(said)


def _days(number: int) -> str:
    return ngettext("%d 天", "%d 天", number) % number


def _hours(number: int) -> str:
    return ngettext("%d 小时", "%d 小时", number) % number


def _minutes(number: int) -> str:
    return ngettext("%d 分钟", "%d 分钟", number) % number


def _end(value: Any) -> datetime | None:
    """The moment at which a term ends: a day ends with its last second."""
    at = local(value)
    if isinstance(at, date) and not isinstance(at, datetime):
        return datetime(at.year, at.month, at.day, tzinfo=ZoneInfo(settings.TIME_ZONE)) + timedelta(days=1)
    return at


def left(value: Any) -> Markup | str:
    """`还剩 2 天 3 小时`, kept up to date by page.js; `已截止` afterwards; nothing without a term."""
    end = _end(value)
    if end is None:
        return ""
    rest = remaining(end, clock.now())
    if not rest:
        return Markup('<span class="muted">%s</span>') % _("已截止")
    words = _("还剩 %(rest)s") % {"rest": rest}
    return Markup('<span class="left" data-until="%s">%s</span>') % (end.astimezone(UTC).isoformat(), words)


def is_ahead(value: Any) -> bool:
    """Whether a term has not ended yet."""
    end = _end(value)
    return end is not None and end > clock.now()


def code(value: Any) -> Markup | str:
    """An official code in a monospace face that never breaks, with a copy button where scripts run."""
    if value in (None, ""):
        return EMPTY
    shown = Markup('<span class="code">%s</span><button type="button" class="copy" data-copy="%s" hidden>%s</button>')
    return shown % (zh(value), value, _("复制"))


def market(value: str | None) -> str:
    """The market's name; a code that is none is shown as it came."""
    return names.name("market", value or "other")


@remembered
def market_tag(value: str | None) -> Markup:
    """The market's name behind its coloured edge."""
    edge = f" edge-{value}" if value in names.MARKETS else ""
    return Markup('<span class="market%s">%s</span>') % (edge, market(value))


def fact(value: str) -> Markup | str:
    """The value of a field: a moment written as everywhere, and codes that never break over two lines."""
    if _MOMENT.fullmatch(value):
        return moment(value)
    pieces = [piece for piece in _SEVERAL.split(value) if piece]
    if not pieces or not all(_CODE.fullmatch(piece) for piece in pieces):
        return zh(value)
    return listed((Markup('<span class="code">%s</span>') % piece for piece in pieces), "；")


def party(name: str | None, number: str | None = "") -> Markup | str:
    """A party: its name, leading to its page where its code is known, then the code in a quieter face."""
    if not name and not number:
        return EMPTY
    if not number:
        return Markup.escape(zh(name))
    shown = Markup('<a href="/parties/%s">%s</a> <span class="party-code code">%s</span>')
    return shown % (number, zh(name or number), zh(number))


def size(value: Any) -> str:
    """How large a file is: `1.2 MB`."""
    number = decimal(value)
    if number is None:
        return ""
    for unit, word in ((2**30, "GB"), (2**20, "MB"), (2**10, "kB")):
        if number >= unit:
            return f"{number / unit:.1f} {word}"
    return ngettext("%d 字节", "%d 字节", int(number)) % int(number)


def kind(value: str | None) -> str:
    """What kind of record it is, in the reader's words."""
    return names.name("kind", value or "")


def region(value: str | None) -> Markup | str:
    """The name of an area by its code; a name stays a name."""
    return zh(names.region(value)) if value else EMPTY


def is_long(value: Any) -> bool:
    """Whether a figure is shortened where it is read, so that the full one is worth a line."""
    number = decimal(value)
    return number is not None and abs(number) >= 10_000 and is_default()

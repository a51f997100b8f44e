"""What a reader asks for, as the address of a list says it. Every list and search is such an address."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ggzy.desks.disclosure import names

GROUPS = ("market", "stage", "kind", "region")
SIZES = range(1, 101)
LAST_PAGE = 10_000
_PARAMETERS = ("q", *GROUPS, "since", "until", "amount_min", "amount_max", "code", "sort", "page", "size")
_MOST_WORDS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Parameters(Protocol):
    """A Django QueryDict, or anything that gives all values of a name."""

    def getlist(self, name: str, /) -> list[str]: ...


class Chip(NamedTuple):
    """A filter that is on: which one, its value in words, and the address of the list without it."""

    name: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Query:
    """A search: words (all of them; quotes keep a phrase together) within filters that combine.

    Values of one group are alternatives, groups narrow each other. Days are the city's, both ends included;
    amounts are yuan, both ends included. Without a `kind` the notices are meant.
    """

    words: str = ""
    market: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    code: str = ""
    sort: str = "newest"
    page: int = 1
    size: int = 20
    problems: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, given: Parameters) -> "Query":
        """Read an address. What cannot be read is left out and said in `problems`; nothing raises."""
        read = _Reading(given)
        words = " ".join(read.one("q").split())
        if len(words) > _MOST_WORDS:
            read.problems.append(_("检索词最多 %d 个字，后面的没有用到。") % _MOST_WORDS)
        groups = {
            group: tuple(dict.fromkeys(v.strip()[:50] for v in map(_plain, given.getlist(group)) if v.strip()))
            for group in GROUPS
        }
        since, until = read.value("since", _day, _("开始日期")), read.value("until", _day, _("结束日期"))
        if since and until and since > until:
            read.problems.append(_("开始日期晚于结束日期，已对调。"))
            since, until = until, since
        low, high = read.value("amount_min", _yuan, _("最低金额")), read.value("amount_max", _yuan, _("最高金额"))
        if low is not None and high is not None and low > high:
            read.problems.append(_("最低金额大于最高金额，已对调。"))
            low, high = high, low
        sort = read.one("sort") or "newest"
        if sort not in names.SORTS:
            read.problems.append(_("没有“%s”这种排序，已按最新发布排列。") % sort[:20])
            sort = "newest"
        page = read.value("page", _whole, _("页码"), 1)
        size = read.value("size", _whole, _("每页条数"), 20)
        return cls(
            words[:_MOST_WORDS], **groups, since=since, until=until, amount_min=low, amount_max=high,
            code=read.one("code")[:100], sort=sort, page=min(max(page, 1), LAST_PAGE),
            size=min(max(size, SIZES[0]), SIZES[-1]), problems=tuple(read.problems),
        )  # fmt: skip

    def url(self, **changes: Any) -> str:
        """The address (query string without "?") of this search with some changes, always in the same order.

        A change of anything but the page begins at page 1. Values that are the default are left out.
        """
        if changes and "page" not in changes:
            changes["page"] = 1
        asked, default = replace(self, **changes), Query()
        pairs: list[tuple[str, str]] = []
        for name in _PARAMETERS:
            value = asked.words if name == "q" else getattr(asked, name)
            if isinstance(value, tuple):
                pairs += [(name, one) for one in sorted(value)]
            elif value not in ("", None) and value != getattr(default, name, ""):
                pairs.append((name, str(value)))
        return urlencode(pairs)

    def chips(self) -> list[Chip]:
        """The filters that are on, each with the address that removes it."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        if self.words:
            yield Chip("q", self.words, self.url(words=""))
        for group in GROUPS:
            chosen: tuple[str, ...] = getattr(self, group)
            for code in chosen:
                rest = tuple(other for other in chosen if other != code)
                yield Chip(group, names.name(group, code), self.url(**{group: rest}))
        if self.since or self.until:
            span = _("发布于 %s") % _span(self.since, self.until)
            yield Chip("since", span, self.url(since=None, until=None))
        if self.amount_min is not None or self.amount_max is not None:
            span = _("金额 %s") % _span(_money(self.amount_min), _money(self.amount_max))
            yield Chip("amount_min", span, self.url(amount_min=None, amount_max=None))
        if self.code:
            yield Chip("code", _("编号 %s") % self.code, self.url(code=""))


class _Reading:
    """Reads parameters one by one and collects what was wrong with them."""

    def __init__(self, given: Parameters) -> None:
        self._given = given
        self.problems: list[str] = []

    def one(self, name: str) -> str:
        values = self._given.getlist(name)
        return _plain(values[-1]).strip() if values else ""

    def value(self, name: str, read: Callable[[str], Any], label: str, default: Any = None) -> Any:
        text = self.one(name)
        if not text:
            return default
        try:
            return read(text)
        except (ValueError, InvalidOperation):
            said = _("%(label)s“%(text)s”无法识别，没有用到。") % {"label": label, "text": text[:20]}
            self.problems.append(said + _(EXAMPLES[name]))
            return default


EXAMPLES = {
    "since": "请写成 2026-03-17。",
    "until": "请写成 2026-03-17。",
    "amount_min": "请写数字，单位元，例如 500000。",
    "amount_max": "请写数字，单位元，例如 500000。",
    "page": "请写从 1 开始的整数。",
    "size": "请写 1 到 100 的整数。",
}


def _plain(text: str) -> str:
    """Without controls, which stand in no record and in no feed's XML."""
    return _CONTROL.sub(" ", text)


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not 1949 <= day.year < 2200:
        raise ValueError(text)
    return day


def _yuan(text: str) -> Decimal:
    value = Decimal(text.replace(",", "").replace("，", ""))
    if not value.is_finite() or not 0 <= value < 10**15:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    if len(text) > 9:
        raise ValueError(text)
    return int(text)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else _("%s 元") % f"{value:,}"


def _span(low: object | None, high: object | None) -> str:
    if low is None:
        return (_("%s 及以前") if isinstance(high, date) else _("不超过 %s")) % high
    if high is None:
        return (_("%s 起") if isinstance(low, date) else _("不低于 %s")) % low
    return _("%(low)s 至 %(high)s") % {"low": low, "high": high}

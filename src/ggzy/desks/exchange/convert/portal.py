"""Notices of the national portal (全国公共资源交易平台), one JSON object a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ggzy import standard
from ggzy.desks.exchange.convert import values
from ggzy.desks.exchange.convert.item import Item, Sender, Unfit
from ggzy.desks.exchange.convert.reading import converted

_OTHER = "90"
_RESULT_STAGES = frozenset({"0104", "0202", "0203", "0302", "0402", "0502", "9002"})
_LABELS = "中标（成交）供应商名称|中标（成交）人|中标成交供应商名称|中标供应商名称|中标人名称|中标单位|中标人|成交供应商名称|供应商名称"
_ENDINGS = "公司|事务所|协会|研究院|设计院|合作社|合伙企业（有限合伙）|厂|学会|中心"
_WINNER = re.compile(
    rf"(?:^|\n|。|；)(?:{_LABELS})[ \t]*[:：]?[ \t]*\n?[ \t]*([\u4e00-\u9fff（）()A-Za-z·]{{2,58}}?(?:{_ENDINGS}))[ \t]*(?=\n|$|[，。；])"
)


def convert(path: Path, sender: Sender, start: int = 0) -> Iterator[Item]:
    """The notices as envelopes of data set 1900."""
    return converted(path, start, lambda notice: envelope(notice, sender))


def envelope(notice: dict[str, Any], sender: Sender) -> dict[str, Any]:
    """One notice. Raises Unfit when it lacks its number, its title or its date, or its market is unknown."""
    number = _needed(notice, "record_id", 100, "全国平台的记录编号")
    title = _needed(notice, "title", 600, "公告标题")
    published = values.moment(notice.get("publish_date"))
    if not published:
        raise Unfit(
            "import.bad_time",
            f"publish_date 无法识别：{notice.get('publish_date')!r}",
            "2026-03-17 00:32 这样的时间",
        )
    market = _market(notice.get("business_type"))
    info = values.text(notice.get("info_type"), 50)
    stage = _stage(market, info)
    region = values.text(notice.get("region"), 100)
    budget = values.text(notice.get("budget"), 500)
    amount = values.amount(budget)
    content = values.text(notice.get("content_text"))
    return sender.envelope(number, published, {
        "RECORD_ID": number, "TITLE": title, "CONTENT": content, "PUBLISH_TIME": published, "MARKET": market,
        "STAGE": stage, "INFO_TYPE": info, "REGION_NAME": region, "REGION_CODE": values.region_code(region),
        "ISSUER_NAME": values.name(notice.get("issuer")), "AGENT_NAME": values.name(notice.get("agency")),
        "BUDGET_TEXT": budget, "AMOUNT": amount, "CURRENCY": "156" if amount else "",
        "PROJECT_CODE": values.text(notice.get("project_code"), 100),
        "WINNER_NAME": winner(title, content) if stage in _RESULT_STAGES else "",
        "SOURCE_PLATFORM": values.text(notice.get("source_platform"), 200) or "全国公共资源交易平台",
        "URL": values.text(notice.get("url"), 500),
    })  # fmt: skip


def winner(title: str, content: str) -> str:
    """The winner, when exactly one organisation stands behind a winner's label; tables are not read."""
    if "候选人" in title:
        return ""
    found = set(_WINNER.findall(content))
    return found.pop() if len(found) == 1 else ""


def _needed(notice: dict[str, Any], field: str, limit: int, meaning: str) -> str:
    found = values.text(notice.get(field), limit)
    if not found:
        raise Unfit("import.field_missing", f"缺少 {field}", meaning)
    return found


def _market(written: Any) -> str:
    markets = standard.code_list("portal_market").values
    for code, title in markets.items():
        if title == written:
            return code
    if not written:
        return _OTHER
    raise Unfit("import.unknown_market", f"不认识的业务类型 {written!r}", "、".join(markets.values()))


def _stage(market: str, info: str) -> str:
    wanted = info.replace("/", "或")
    for code, title in standard.code_list("portal_stage").values.items():
        if code.startswith(market) and title == wanted:
            return code
    return ""

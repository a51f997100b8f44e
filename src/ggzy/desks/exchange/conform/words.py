"""The report as people read it."""

from collections.abc import Iterator

from ggzy.desks.exchange.conform.report import Finding, Report, SetReport

_MARKS = {"fault": "✗ 不合格", "missing": "… 缺上级", "hint": "! 提示"}
_SHOWN_FIELDS = 12


def in_words(report: Report) -> str:
    """All of a report in Chinese, a data set at a time, the verdict last."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"检查 {report.place}：{report.lines:,} 条，报送系统 {report.platform or '（没有写明）'}"
    for one in report.sets:
        yield ""
        yield from _set(one)
    yield ""
    refused, held = sum(one.refused for one in report.sets), sum(one.held for one in report.sets)
    if not report.lines:
        yield "结论：没有读到任何记录。"
    elif report.right and not held:
        yield "结论：全部合格，可以报送。"
    elif report.right:
        yield f"结论：合格；其中 {held:,} 条要等以前报送的上级记录。"
    else:
        parts = [f"{refused:,} 条不合格"] * bool(refused) + [f"{held:,} 条缺上级记录"] * bool(held)
        yield f"结论：{'，'.join(parts)}。请按上面各条改正后再检查。"


def _set(one: SetReport) -> Iterator[str]:
    counts = [f"{one.lines:,} 条", f"合格 {one.right:,}"]
    counts += [f"不合格 {one.refused:,}"] * bool(one.refused) + [f"缺上级 {one.held:,}"] * bool(one.held)
    counts += [f"其中撤回 {one.withdrawals:,}"] * bool(one.withdrawals)
    yield f"{one.number or '—'} {one.title}：{'，'.join(counts)}"
    for finding in one.findings:
        yield from _finding(finding)
    if one.unused:
        more = f" 等 {len(one.unused)} 项" if len(one.unused) > _SHOWN_FIELDS else ""
        yield f"  从未填写的选填字段：{'、'.join(one.unused[:_SHOWN_FIELDS])}{more}"


def _finding(finding: Finding) -> Iterator[str]:
    name = f"{finding.title}（{finding.field}）" if finding.title else finding.field
    yield f"  {_MARKS[finding.level]} {name} {finding.count:,} 处 [{finding.code}]"
    yield f"      {finding.text}"
    if finding.expected:
        yield f"      要求：{finding.expected}"
    for example in finding.examples:
        place = f"{example.file} 第 {example.line} 条" if example.file else f"第 {example.line} 行"
        got = f"，收到“{example.got}”" if example.got else ""
        key = f"，key {example.key}" if example.key else ""
        yield f"      例：{place}{key}{got}"

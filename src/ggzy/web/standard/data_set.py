"""The page of one data set: what it is, its fields, an example, and where its records can be seen."""

from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from ggzy import standard
from ggzy.desks.disclosure import names, regulatory
from ggzy.desks.disclosure.entry import LISTED, UNSEEN
from ggzy.kernel.errors import NotFound
from ggzy.web.portal.kept import kept
from ggzy.web.portal.words import listed, sentence, zh
from ggzy.web.standard.formats import described
from ggzy.web.standard.groups import group_of

FEW = 6  # codes of a list that stand beside a field
SAMPLES = 5
SCOPES = {"public": "社会公开", "government": "政务公开", "record": "由记录决定"}
KINDS = {"project": "项目", "procedure": "招标项目", "lot": "标段（包）", "opening": "开标"}
MASKS = {
    "id": "公开时遮去一部分",
    "phone": "手机号码公开时遮去一部分",
    "account": "公开时只留末四位",
    "party": "证件号码公开时遮去一部分",
}
CELLS = {"required": "必填", "scope": "公开范围", "format": "数据格式", "name": "字段名"}
WORDS = {
    "title": "标题", "text": "正文", "published_at": "发布时间", "deadline_at": "截止时间", "last_day": "最后一日", "open_days": "公示天数",
    "opening_at": "开标时间", "signed_at": "签订时间", "amount": "金额", "amount_unit": "金额单位", "currency": "币种", "price_form": "价款形式",
    "region": "地区", "place": "地点", "url": "来源网址", "nature": "公告性质", "deal_class": "交易分类", "tender_mode": "招标方式",
    "project_code": "项目编号", "project_name": "项目名称", "procedure_code": "招标项目编号", "lot_codes": "标段编号", "deal_code": "统一交易标识码",
    "invest_project_code": "投资项目代码", "principal_name": "招标（采购、出让）人", "principal_code": "招标（采购、出让）人代码",
    "agent_name": "代理机构", "agent_code": "代理机构代码", "winner_name": "中标（成交）人", "winner_code": "中标（成交）人代码",
    "bidder_name": "投标人", "bidder_code": "投标人代码", "party_name": "主体名称", "party_code": "主体代码",
    "platform_code": "报送系统", "timestamp": "版本先后", "market": "业务类型",
    "market_role": "所属业务类型", "authority": "决定机关", "document_no": "文号（证号）", "decision": "决定内容", "basis": "依据", "about": "事项对象",
    "representative": "法定代表人", "phone": "联系电话", "address": "地址", "party_role": "主体角色", "expires_on": "有效期止",
    "person": "身份证件", "employer_code": "所在单位代码", "service_platform": "转报平台", "party_number": "主体登记号",
    "party_state": "登记状态", "recognised_by": "已有登记的系统", "merged_into": "并入的主体",
    "level": "等级", "holds_from": "生效时间", "holds_until": "失效时间", "revoked": "是否已撤销",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A field as the page shows it."""

    field: standard.Field
    format: str
    required: str
    codes: standard.CodeList | None
    scope: str
    notes: list[str]
    found: str
    """What stood in the national text where it was changed, and why."""


@require_safe
@kept
def page(request: HttpRequest, number: int) -> HttpResponseBase:
    """A data set; an old number leads to the new one."""
    try:
        entry = standard.data_set(str(number))
    except standard.UnknownDataSet:
        raise NotFound(_("没有编号为 %s 的数据集。请在数据标准目录中查找。") % number, code="standard.no_data_set") from None
    if entry.number != str(number):
        return HttpResponsePermanentRedirect(standard.page_address(entry.number))
    group, title = group_of(entry)
    line = {"data_set": entry.number, "op": "1", "data": standard.example(entry.number)}
    context = {
        "entry": entry,
        "group": group,
        "group_title": title,
        "told": standard.guidance(entry),
        "stage": names.name("stage", entry.stage or ""),
        "counts": {
            "required": sum(field.required for field in entry.fields),
            "public": sum(field.scope != "government" for field in entry.fields),
        },
        "rows": [_row(entry, field) for field in entry.fields],
        "before": _before(entry),
        "after": _after(entry),
        "shown_where": _shown_where(entry),
        "uses": [
            (_(WORDS.get(word, word)), [entry.field(n) for n in wires if n[0] != "="])
            for word, wires in entry.meanings.items()
        ],
        "key": [entry.field(name) for name in entry.key],
        "line": msgspec.json.encode(line).decode(),
        "pretty": msgspec.json.format(msgspec.json.encode(line), indent=2).decode(),
        "records": _records(entry),
        "samples": regulatory.newest_of(entry.number, SAMPLES) if entry.kind not in UNSEEN else [],
        "schema": standard.schema_address(entry.number),
    }
    return render(request, "standard/data_set.html", context)


def _row(entry: standard.DataSet, field: standard.Field) -> Row:
    required = [_("必填")] if field.required else [_when(entry, rule) for rule in field.conditions]
    notes = [note for note in (zh(field.note), _(MASKS[field.mask]) if field.mask else "") if note]
    if field.multiple:
        notes.append(_("多个值用半角分号隔开"))
    cells = {cell: text for cell, text in field.origin.items() if cell != "why"}
    found = [sentence(_("%(cell)s原为“%(text)s”"), cell=_(CELLS[cell]), text=zh(text or _("（空）"))) for cell, text in cells.items()]
    return Row(
        field,
        described(field.format),
        listed(required, "；") or _("选填"),
        standard.CODE_LISTS.get(field.codes) if field.codes else None,
        _(SCOPES[field.scope]),
        notes,
        listed(filter(None, (listed(found, "；"), zh(field.origin.get("why", "")))), "。"),
    )


def _when(entry: standard.DataSet, rule: standard.Condition) -> Markup:
    other = entry.field(rule.when).title
    must = _("必填") if rule.level == "fault" else _("应填")
    case = _("“%(field)s”为 %(values)s 时") if rule.values else _("填写了“%(field)s”时")
    said = sentence(case, field=zh(other), values=listed(map(zh, rule.values)))
    if rule.otherwise:
        said += sentence(_("（或填写“%(field)s”）"), field=zh(entry.field(rule.otherwise).title))
    return sentence(_("%(case)s%(must)s"), case=said, must=must)


def _before(entry: standard.DataSet) -> list[dict[str, Any]]:
    """The codes that must be known before a record is taken in, and the data sets that make them known."""
    return [
        {
            "kind": _(KINDS[kind]),
            "field": entry.field(name),
            "sets": [
                other
                for other in standard.DATA_SETS.values()
                if other.market == entry.market and kind in dict(other.declares)
            ],
        }
        for kind, name in entry.parents
    ]


def _after(entry: standard.DataSet) -> list[standard.DataSet]:
    """The data sets whose records wait for this one's."""
    made = {kind for kind, _name in entry.declares}
    return [
        other
        for other in standard.DATA_SETS.values()
        if other.market == entry.market and made & dict(other.parents).keys() and other is not entry
    ]


def _shown_where(entry: standard.DataSet) -> str:
    if entry.kind in UNSEEN:
        return _("不在公众页面上列出：只存证，供行政监督和统计使用。")
    if entry.scope_field:
        return _(
            "公开范围（SCOPE）为 1 的记录出现在交易信息、项目和主体页上；为 2 的只存证，供行政监督使用。"
        )
    if entry.kind in LISTED:
        return _("出现在交易信息里，可以按文字、代码、地区、金额和日期检索；也出现在所属项目的时间线上。")
    return _("出现在所属项目的时间线或主体页上，可以按完整的代码找到。")


def _records(entry: standard.DataSet) -> str:
    """The list in the portal that holds its records."""
    if entry.kind in UNSEEN:
        return ""
    asked = {"kind": entry.kind} | ({"market": entry.market} if entry.market else {})
    return "/notices?" + urlencode(asked)

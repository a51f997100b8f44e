"""Names of the codes by which entries are grouped, for filters, chips and time lines: in Chinese, and as the reader reads."""

from django.utils.translation import gettext as _

from ggzy import standard

MARKETS = {
    "construction": "工程建设",
    "procurement": "政府采购",
    "land": "土地使用权",
    "minerals": "矿业权",
    "property": "国有产权",
    "other": "其他交易",
}
STAGES = {
    "approval": "立项与审批",
    "prequalification": "资格预审",
    "notice": "交易公告",
    "clarification": "答疑澄清",
    "change": "变更更正",
    "opening": "开标",
    "evaluation": "评审",
    "candidates": "候选人公示",
    "result": "结果公告",
    "contract": "合同",
    "performance": "履约",
    "failure": "异常与终止",
    "complaint": "质疑投诉",
    "penalty": "信用奖惩",
}
KINDS = {
    "invitation": "公告与邀请",
    "prequalification": "资格预审",
    "clarification": "澄清与更正",
    "opening": "开标记录",
    "candidates": "中标候选人",
    "result": "结果",
    "contract": "合同",
    "performance": "履约",
    "failure": "异常报告",
    "listing": "挂牌披露",
    "deal": "出让与成交",
    "outside": "转载公告",
    "credit": "信用信息",
    "objection": "异议质疑",
    "complaint": "投诉处理",
    "approval": "监管事项",
    "project": "项目",
    "procedure": "招标项目",
    "lot": "标段",
    "bidders": "投标人名单",
    "evaluation": "评审",
    "guarantee": "保函",
    "list": "目录",
    "party": "主体",
    "qualification": "主体资格",
}
SORTS = {"newest": "最新发布", "relevance": "最相关", "amount": "金额从高到低", "deadline": "截止时间最近"}

_GROUPS = {"market": MARKETS, "stage": STAGES, "kind": KINDS, "sort": SORTS}


def region(code: str) -> str:
    """The name of an area; the code itself, or the name that the sender gave, where the list has none."""
    names = standard.code_list("region").values
    return names.get(code) or code


def name(group: str, code: str) -> str:
    """The name of a code of one of the groups market, stage, kind, region, sort in the reader's language."""
    if group == "region":
        return region(code)
    return _(_GROUPS[group].get(code, code))
